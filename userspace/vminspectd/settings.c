// SPDX-License-Identifier: GPL-2.0
/* What the daemon is told to do. */
#include "settings.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/complain.h"
#include "config.h"
#include "peer.h"

#define ADMIN_GROUP "vminspect"
#define HISTORY_MIB_LEAST 16		/* a tenth has room for the snapshot of many thousand processes */
#define HISTORY_MIB_MOST (1024 * 1024)
#define HISTORY_DAYS_MOST 36500
#define CONFIG_BYTES (64 * 1024)

static const struct settings defaults = {
	.listen = "127.0.0.1:9822", .interval = 10000000000, .processes = 50,
	.history_every = 60, .history_days = 7, .history_mib = 256, .admins = PEER_NO_GROUP,
};

#define OPTION(member) offsetof(struct settings, member)

const struct args_option settings_options[] = {
	{ "listen", 'l', "ADDRESS", &args_text, OPTION(listen),
	  "serve at ADDRESS:PORT (default: 127.0.0.1:9822); none" },
	{ "interval", 'i', "SECONDS", &args_seconds, OPTION(interval), "read the module so often (default: 10)" },
	{ "processes", 'n', "NUMBER", &args_number, OPTION(processes), "name so many processes, sum up the rest (50)" },
	{ "socket", 's', "PATH", &args_text, OPTION(socket),
	  "answer programs here (default: /run/vminspectd.sock); none" },
	{ "admin-group", 'g', "GROUP", &args_text, OPTION(admin_group),
	  "its members see all processes (default: vminspect)" },
	{ "history", 'H', "FILE", &args_text, OPTION(history), "keep snapshots in this SQLite data base" },
	{ "history-every", 0, "SECONDS", &args_count, OPTION(history_every), "so often, at most (default: 60)" },
	{ "history-days", 0, "NUMBER", &args_count, OPTION(history_days), "for so many days (default: 7)" },
	{ "history-mib", 0, "NUMBER", &args_count, OPTION(history_mib), "in so many MiB (default: 256)" },
	{ 0 },
};

const struct args_option settings_command_options[] = {
	{ "config", 'c', "FILE", &args_text, OPTION(config), "take options from FILE (/etc/vminspectd.conf)" },
	{ "print", 'p', NULL, &args_flag, OPTION(print), "read once, print the page, and end" },
	{ "openmetrics", 'o', NULL, &args_flag, OPTION(openmetrics), "print OpenMetrics, not Prometheus's own format" },
	{ 0 },
};

/* Those of all programs; a daemon keeps no recording, which would grow without end. */
const struct args_option settings_common_options[] = {
	{ "replay", 0, "FILE", &args_text, offsetof(struct common_settings, replay),
	  "take it from FILE instead of the kernel" },
	{ "help", 'h', NULL, &args_flag, offsetof(struct common_settings, help), "tell this" },
	{ "version", 'V', NULL, &args_flag, offsetof(struct common_settings, version), "tell the version" },
	{ 0 },
};

/* --- the command line --------------------------------------------------------------------------------------------- */

static int read_command_line(int argc, char **argv, struct settings *settings)
{
	const struct args_group groups[] = {
		{ settings_options, settings }, { settings_command_options, settings },
		{ settings_common_options, &settings->common },
	};

	return args_parse(groups, 3, argc, argv, &settings->operands);
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

/* All of a file as a text. 0 or a negative errno; -EFBIG, -EBADMSG: no configuration can be like that. */
static int read_text(const char *path, char **ret)
{
	FILE *file = fopen(path, "re");
	size_t length;
	char *text;
	int err = 0;

	if (!file)
		return -errno;
	text = calloc(1, CONFIG_BYTES);
	length = text ? fread(text, 1, CONFIG_BYTES, file) : 0;
	if (!text)
		err = -ENOMEM;
	else if (ferror(file))
		err = -EIO;
	else if (length == CONFIG_BYTES)
		err = -EFBIG;
	else if (memchr(text, '\0', length))
		err = -EBADMSG;
	fclose(file);
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}

static int read_file(struct settings *settings)
{
	const char *path = settings->config ? settings->config : SETTINGS_CONFIG;
	struct config_error error;
	int err = read_text(path, &settings->text);

	if (err == -ENOENT && !settings->config)
		return 0;
	if (err) {
		complain("%s: %s", path, strerror(-err));
		return -EINVAL;
	}
	err = config_parse(settings->text, settings_options, settings, &error);
	if (err)
		complain("%s:%u: %s", path, error.line, error.text);
	return err;
}

/* --- all together ------------------------------------------------------------------------------------------------- */

/* A group that is asked for must be there; the usual one need not. */
static int find_admins(struct settings *settings)
{
	const struct group *group = getgrnam(settings->admin_group ? settings->admin_group : ADMIN_GROUP);

	if (group)
		settings->admins = group->gr_gid;
	if (group || !settings->admin_group)
		return 0;
	complain("--admin-group: there is no group '%s'", settings->admin_group);
	return -EINVAL;
}

/* What is wrong with the settings together; NULL: nothing. */
static const char *find_contradiction(const struct settings *settings)
{
	if (settings->operands)
		return "there are no operands; usage: vminspectd [OPTION]...";
	if (settings->openmetrics && !settings->print)
		return "--openmetrics goes with --print; over HTTP the reader chooses the form";
	if (settings->history_mib < HISTORY_MIB_LEAST || settings->history_mib > HISTORY_MIB_MOST)
		return "--history-mib: a history has 16 to 1048576 MiB";
	return settings->history_days > HISTORY_DAYS_MOST ? "--history-days: a history has 1 to 36500 days" : NULL;
}

static int check(struct settings *settings)
{
	const char *contradiction = find_contradiction(settings);

	if (!contradiction)
		return find_admins(settings);
	complain("%s", contradiction);
	return -EINVAL;
}

/* The command line is read twice: to find the file, and to stand above what it says. */
int settings_read(int argc, char **argv, struct settings *ret)
{
	int err;

	*ret = defaults;
	err = read_command_line(argc, argv, ret);
	if (err || ret->common.help || ret->common.version)
		return err;
	if (ret->print && ret->history) {
		complain("--print and --history exclude each other");
		return -EINVAL;
	}
	if (!ret->operands) {
		err = read_file(ret);
		if (!err)
			err = read_command_line(argc, argv, ret);
	}
	return err ? err : check(ret);
}

void settings_release(struct settings *settings)
{
	free(settings->text);
	settings->text = NULL;
}
