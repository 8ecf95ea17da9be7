// SPDX-License-Identifier: GPL-2.0
/* vminspect watch, unwatch, watches: beginning, ending and listing watches. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common/json.h"
#include "common/units.h"

/* --- a table of watches ------------------------------------------------------------------------------------------- */

#define PARAMETERS_TEXT 256

static const struct out_column columns[] = {
	{ .key = "id", .heading = "ID", .align = OUT_RIGHT },
	{ .key = "pid", .heading = "PID", .align = OUT_RIGHT },
	{ .key = "scope", .heading = "SCOPE" },
	{ .key = "processes", .heading = "PROCS", .align = OUT_RIGHT },
	{ .key = "mode", .heading = "MODE" },
	{ .key = "period", .heading = "WISHED", .align = OUT_RIGHT, .extra = true },
	{ .key = "effective_period", .heading = "PERIOD", .align = OUT_RIGHT },
	{ .key = "window", .heading = "WISHED-WINDOW", .align = OUT_RIGHT, .extra = true },
	{ .key = "effective_window", .heading = "WINDOW", .align = OUT_RIGHT },
	{ .key = "budget", .heading = "BUDGET(%)", .align = OUT_RIGHT, .extra = true },
	{ .key = "cpu", .heading = "CPU(%)", .align = OUT_RIGHT },
	{ .key = "pages_a_second", .heading = "PAGES/S", .align = OUT_RIGHT },
	{ .key = "frames", .heading = "FRAMES", .align = OUT_RIGHT, .extra = true },
	{ .key = "memory", .heading = "MEMORY", .align = OUT_RIGHT, .scaled = true },
	{ .key = "memory_limit", .heading = "MAX-MEMORY", .align = OUT_RIGHT, .extra = true },
	{ .key = "rss_limit", .heading = "MAX-RSS", .align = OUT_RIGHT, .extra = true },
	{ .key = "owner", .heading = "OWNER", .align = OUT_RIGHT, .extra = true },
	{ .key = "policies", .heading = "POLICIES" },
	{ .key = "params", .heading = "PARAMS", .extra = true },
	{ 0 },
};

/* A limit that is either an amount or a share, and in JSON the share as a member of its own. */
static void put_limit(struct out *out, uint64_t bytes, const char *share_key, uint32_t share)
{
	char text[UNITS_TEXT], percent[UNITS_TEXT + 1];
	struct json *json = out_json(out);

	snprintf(percent, sizeof(percent), "%s%%", units_percent(text, share));
	if (bytes && json)
		out_bytes(out, bytes);
	else if (bytes)
		out_text(out, units_size(text, bytes));
	else if (share && !json)
		out_text(out, percent);
	else
		out_none(out);
	if (json && share)
		json_fraction(json, share_key, share);
	else if (json)
		json_null(json, share_key);
}

/* Those that differ from what they are by default, as the option takes them. */
static void put_parameters(struct out *out, const struct vmi_watch *watch)
{
	char text[PARAMETERS_TEXT] = "";
	size_t used = 0, i;

	for (i = 0; i < watch->parameter_count; i++) {
		const struct vmi_parameter *parameter = watch->parameter[i];

		if (parameter->value != parameter->default_value && used < sizeof(text))
			used += snprintf(text + used, sizeof(text) - used, "%s%s:%llu", used ? "," : "",
					 parameter->name, (unsigned long long)parameter->value);
	}
	if (used)
		out_text(out, text);
	else
		out_none(out);
}

/* The effective ones are known after the first pass. */
static void put_watch(struct out *out, const struct vmi_watch *watch)
{
	out_row_begin(out);
	out_number(out, watch->id);
	out_number(out, watch->pid);
	out_text(out, words_name(vmi_watch_scope_name(watch->scope), watch->scope));
	out_number(out, watch->processes);
	out_text(out, words_name(vmi_watch_mode_name(watch->mode), watch->mode));
	out_time(out, watch->period);
	out_unless_zero(out, watch->effective_period, out_time);
	out_time(out, watch->window);
	out_unless_zero(out, watch->effective_window, out_time);
	out_share(out, watch->budget);
	out_share(out, watch->cpu);
	out_number(out, watch->pages_a_second);
	out_number(out, watch->frames);
	out_bytes(out, watch->memory);
	put_limit(out, watch->memory_limit, "memory_share", watch->memory_share);
	put_limit(out, watch->rss_limit, "rss_share", watch->rss_share);
	out_unless_zero(out, watch->owner, out_number);
	out_bits(out, watch->policies, vmi_policy_name);
	put_parameters(out, watch);
	out_row_end(out);
}

static int print_watches(struct session *session, const struct table_settings *table,
			 const struct vmi_watch_list *watches)
{
	size_t i;

	if (!session_print(session, table))
		return EXIT_FAILED;
	if (out_table_begin(session->out, "watches", columns))
		return EXIT_USAGE;
	for (i = 0; i < watches->count; i++)
		put_watch(session->out, watches->items[i]);
	out_table_end(session->out);
	return EXIT_FINE;
}

/* --- watches ------------------------------------------------------------------------------------------------------ */

static struct watches_settings {
	struct table_settings table;
} watches_settings;

static const struct args_option watches_options[] = {
	TABLE_OPTIONS(struct watches_settings, table),
	{ 0 },
};

static int run_watches(struct session *session, int count, char **operands)
{
	struct vmi_watch_list watches;
	int status = EXIT_FAILED;

	(void)count;
	(void)operands;
	if (!session_connect(session))
		return EXIT_FAILED;
	if (session_has_read(session, vmi_watch_list_read(session->client, 0, &watches), NULL))
		status = print_watches(session, &watches_settings.table, &watches);
	vmi_watch_list_release(&watches);
	return status;
}

const struct command command_watches = {
	.name = "watches",
	.operands = "",
	.summary = "lists the watches",
	.details = "PERIOD and WINDOW are what the sampler keeps, not what was wished for; CPU is of one processor. PARAMS\n"
		   "(with -x) are the parameters of policies that are not as they are by default.",
	.options = watches_options,
	.settings = &watches_settings,
	.run = run_watches,
};

/* --- watch -------------------------------------------------------------------------------------------------------- */

static struct watch_settings {
	bool owned;
} watch_settings;

static const struct args_option watch_options[] = {
	{ "foreground", 'f', NULL, &args_flag, offsetof(struct watch_settings, owned),
	  "stay, and end the watch when interrupted" },
	{ 0 },
};

/* The words of the command line as one text; false, with a complaint, if they are too long. */
static bool join_words(char *text, size_t size, int count, char **words)
{
	size_t used = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < count; i++)
		used += snprintf(text + (used < size ? used : size), used < size ? size - used : 0, "%s%s",
				 i ? " " : "", words[i]);
	if (used < size)
		return true;
	complain("the options are longer than %zu bytes", size - 1);
	return false;
}

/* The kernel ends the watch when this process does, however that comes. */
static void wait_for_signal(void)
{
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigwait(&set, &number);
}

static int run_watch(struct session *session, int count, char **operands)
{
	char options[256];
	struct vmi_watch_request request = { .options = options, .owned = watch_settings.owned };
	struct vmi_watch_list watches;
	struct subject subject;
	int status = EXIT_FAILED;
	bool stays;

	if (!subject_take(operands[0], &subject) || !join_words(options, sizeof(options), count - 1, operands + 1))
		return EXIT_USAGE;
	if (!session_connect(session))
		return EXIT_FAILED;
	request.pid = subject.pid;
	if (session_has_read(session, vmi_watch_begin(session->client, &request, &watches), subject.name))
		status = print_watches(session, NULL, &watches);
	vmi_watch_list_release(&watches);
	stays = status == EXIT_FINE && watch_settings.owned && !session->common->replay && !out_is_over(session->out);
	status = session_end_print(session, status);	/* JSON is whole from here on */
	if (stays && status == EXIT_FINE)
		wait_for_signal();
	return status;
}

const struct command command_watch = {
	.name = "watch",
	.operands = "PID [KEY=VALUE]...",
	.operands_least = 1,
	.operands_most = -1,
	.summary = "begins to watch a process",
	.details = "  policy=NAME[,NAME]...|all       aging24 nbit clock twolist gen; default aging24\n"
		   "  period=TIME                     10ms to 3600s; default 1s\n"
		   "  window=TIME                     how long accessed bits are borrowed; default 50ms\n"
		   "  mode=passive|window|exact       default window\n"
		   "  budget=PERCENT                  of one CPU, 0.01% to 100%; default 1%\n"
		   "  memory=SIZE|PERCENT             for the shadow; default 5% of the resident memory a policy\n"
		   "  rss=SIZE|PERCENT                what a policy may keep before it evicts; default no limit\n"
		   "  tree=self|descendants|all       default self\n"
		   "  flush=no|yes                    TLBs after clearing bits, so as to miss no access; default no\n"
		   "  params=NAME:NUMBER[,...]        what policies are told, as age-max:32; vminspect(8) has all\n"
		   "\n"
		   "TIME is a whole number with ms or s, SIZE one with K, M, G or T.",
	.options = watch_options,
	.settings = &watch_settings,
	.run = run_watch,
};

/* --- unwatch ------------------------------------------------------------------------------------------------------ */

static struct unwatch_settings {
	uint32_t id;
} unwatch_settings;

static const struct args_option unwatch_options[] = {
	{ "id", 'i', "ID", &args_pid, offsetof(struct unwatch_settings, id), "the watch of this id, not of a process" },
	{ 0 },
};

/* In JSON the watch that has ended is a member of the array that is open. */
static int end_watch(struct session *session, uint32_t id, uint32_t pid, const char *subject)
{
	int err = vmi_watch_end(session->client, id, pid);
	struct json *json = out_json(session->out);

	if (err)
		return connect_complain(session->client, err, subject);
	if (!json)
		return EXIT_FINE;
	json_begin_object(json, NULL);
	json_number_if(json, "id", id, id);
	json_number_if(json, "pid", pid, pid);
	json_end_object(json);
	return EXIT_FINE;
}

/* All of them are tried, whatever becomes of one. */
static int end_watches(struct session *session, int count, char **operands)
{
	int i, status = EXIT_FINE;
	struct subject subject;
	char name[32];

	snprintf(name, sizeof(name), "watch %u", unwatch_settings.id);
	if (unwatch_settings.id)
		return end_watch(session, unwatch_settings.id, 0, name);
	for (i = 0; i < count; i++)
		if (subject_take(operands[i], &subject) && end_watch(session, 0, subject.pid, subject.name))
			status = EXIT_FAILED;
	return status;
}

static int run_unwatch(struct session *session, int count, char **operands)
{
	struct subject subject;
	int i, status;

	if (!unwatch_settings.id == !count) {
		complain("name processes (PID...), or a watch with --id");
		return EXIT_USAGE;
	}
	for (i = 0; i < count; i++)
		if (!subject_take(operands[i], &subject))
			return EXIT_USAGE;
	if (!session_connect(session) || !session_print(session, NULL))
		return EXIT_FAILED;
	if (out_json(session->out))
		json_begin_array(out_json(session->out), "ended");
	status = end_watches(session, count, operands);
	if (out_json(session->out))
		json_end_array(out_json(session->out));
	return status;
}

const struct command command_unwatch = {
	.name = "unwatch",
	.operands = "PID...",
	.operands_least = 0,
	.operands_most = -1,
	.summary = "ends watches",
	.details = "When it returns, every accessed bit that was borrowed has been given back.",
	.options = unwatch_options,
	.settings = &unwatch_settings,
	.run = run_unwatch,
};
