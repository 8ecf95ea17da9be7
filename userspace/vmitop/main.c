// SPDX-License-Identifier: GPL-2.0
/* vmitop: processes by working set on a full screen, with their regions and pages behind them. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/args.h"
#include "common/complain.h"
#include "common/connect.h"
#include "common/out.h"
#include "common/term.h"
#include "draw.h"
#include "model.h"
#include "screen.h"

static struct settings {
	uint64_t delay;
	uint32_t pid;
	uint64_t region;
	const char *sort;
	const char *size;
	bool once;
	bool no_colour;
} settings = { .sort = "wss" };

static const struct args_option options[] = {
	{ "delay", 'd', "SECONDS", &args_seconds, offsetof(struct settings, delay), "read so often (default: 2)" },
	{ "pid", 'p', "PID", &args_pid, offsetof(struct settings, pid), "begin with the regions of this process" },
	{ "region", 'r', "ADDRESS", &args_address, offsetof(struct settings, region),
	  "begin with the pages of its region that begins there" },
	{ "sort", 's', "KEY", &args_text, offsetof(struct settings, sort),
	  "order: wss (the default), rss, swap, pid, name" },
	{ "once", '1', NULL, &args_flag, offsetof(struct settings, once), "print one screen as text and end" },
	{ "size", 0, "COLSxROWS", &args_text, offsetof(struct settings, size),
	  "size of that screen (default: the terminal's)" },
	{ "no-color", 'C', NULL, &args_flag, offsetof(struct settings, no_colour), "no colours" },
	{ 0 },
};

static int print_help(void)
{
	printf("usage: vmitop [OPTION]...\n\n"
	       "Shows processes by working set, and on Enter the regions of one, and the pages of a region. The key\n"
	       "h tells the keys.\n\noptions:\n");
	args_print_help(stdout, options);
	args_print_help(stdout, common_options);
	return out_finish();
}

/* --- one screen as text ------------------------------------------------------------------------------------------- */

static bool take_size(size_t *ret_rows, size_t *ret_columns)
{
	unsigned int rows = 24, columns = term_columns(STDOUT_FILENO) ? term_columns(STDOUT_FILENO) : 80;
	char rest;

	if (settings.size && (sscanf(settings.size, "%ux%u%c", &columns, &rows, &rest) != 2 || columns < 20 ||
			      columns > 1000 || rows < 5 || rows > 1000)) {
		complain("--size: '%s' is not a size from 20x5 to 1000x1000, such as 80x24", settings.size);
		return false;
	}
	*ret_rows = rows;
	*ret_columns = columns;
	return true;
}

static int show_once(struct model *model, size_t rows, size_t columns)
{
	enum view wanted = model->view;
	struct canvas canvas;
	int err = model_read(model);

	if (!err && model->view != wanted) {
		complain("%s", model->message);
		return -ESRCH;
	}
	if (err)
		return err;
	if (!canvas_init(&canvas, rows, columns))
		return -ENOMEM;
	draw(model, &canvas, term_takes_utf8());
	canvas_print(&canvas, stdout);
	canvas_deinit(&canvas);
	if (fflush(stdout) && errno != EPIPE)
		return -errno;
	return 0;
}

/* --- the screen --------------------------------------------------------------------------------------------------- */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int show(struct model *model)
{
	struct canvas canvas;
	size_t rows, columns;

	screen_size(&rows, &columns);
	if (!canvas_init(&canvas, rows, columns))
		return -ENOMEM;
	draw(model, &canvas, term_takes_utf8());
	screen_show(&canvas);
	canvas_deinit(&canvas);
	return 0;
}

/* Keys are acted on at once; reading waits for its time unless a key asks for it. */
static int follow(struct model *model)
{
	uint64_t due = 0;
	int err = 0;

	while (!err && !model->quit) {
		uint64_t now = now_ns();
		enum action action;

		if (now >= due) {
			err = model_read(model);
			due = now_ns() + model->delay;
		}
		if (!err)
			err = show(model);
		if (err)
			break;
		now = now_ns();
		action = screen_action(due > now ? due - now : 0);
		if (action != ACTION_NONE && model_act(model, action))
			due = 0;
	}
	return err;
}

static int follow_on_screen(struct model *model)
{
	int err;

	if (!screen_begin(!settings.no_colour && term_wants_colour(STDOUT_FILENO))) {
		complain("this is no terminal to draw on; --once prints one screen");
		return -ENOTTY;
	}
	err = follow(model);
	screen_end();
	return err;
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void set_up(struct model *model)
{
	if (settings.delay)
		model->delay = settings.delay;
	model->order = (enum order)model_find_order(settings.sort);
	model->pid = settings.pid;
	model->region = settings.region;
	if (settings.pid)
		model->view = settings.region ? VIEW_PAGES : VIEW_REGIONS;
}

static int run(const struct common_settings *common, size_t rows, size_t columns)
{
	struct vmi_client *client;
	struct model model;
	bool told;
	int err;

	if (connect_client(common, &client))
		return EXIT_FAILED;
	model_init(&model, client);
	set_up(&model);
	err = settings.once ? show_once(&model, rows, columns) : follow_on_screen(&model);
	told = err == -ENOTTY || (settings.once && *model.message);
	if (err && !told)
		connect_complain(client, err, NULL);
	model_deinit(&model);
	return connect_close(common, client, err ? EXIT_FAILED : EXIT_FINE);
}

static bool check(int operands)
{
	if (operands)
		complain("there are too many operands; usage: vmitop [OPTION]...");
	else if (model_find_order(settings.sort) < 0)
		complain("--sort: '%s' is not one of wss, rss, swap, pid, name", settings.sort);
	else if (settings.region && !settings.pid)
		complain("--region needs --pid");
	else
		return true;
	return false;
}

int main(int argc, char **argv)
{
	struct common_settings common = { 0 };
	const struct args_group groups[] = { { options, &settings }, { common_options, &common } };
	size_t rows, columns;
	int operands;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	complain_as("vmitop");
	if (args_parse(groups, 2, argc, argv, &operands))
		return EXIT_USAGE;
	if (common.help)
		return print_help();
	if (common.version)
		return out_version("vmitop");
	if (!check(operands) || !take_size(&rows, &columns))
		return EXIT_USAGE;
	return run(&common, rows, columns);
}
