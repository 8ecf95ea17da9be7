// SPDX-License-Identifier: GPL-2.0
/*
 * vminspectd: the daemon that reads the module by the clock, serves what it read to Prometheus and keeps a history of
 * it; or, with --print, tells it once on stdout.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/args.h"
#include "common/complain.h"
#include "daemon.h"

#define DAY (24 * 60 * 60)
#define MIB (1024 * 1024ull)
#define HISTORY_MIB_LEAST 16		/* a tenth has room for the snapshot of many thousand processes */
#define HISTORY_MIB_MOST (1024 * 1024)
#define HISTORY_DAYS_MOST 36500

static struct settings {
	const char *listen;
	uint64_t interval;		/* nanoseconds */
	uint64_t processes;
	const char *history;
	uint64_t history_every;		/* seconds */
	uint64_t history_days;
	uint64_t history_mib;
	bool print;
	bool openmetrics;
} settings = { .listen = "127.0.0.1:9822", .interval = 10000000000, .processes = 50,
	       .history_every = 60, .history_days = 7, .history_mib = 256 };

#define OPTION(member) offsetof(struct settings, member)

static const struct args_option options[] = {
	{ "listen", 'l', "ADDRESS", &args_text, OPTION(listen), "serve at ADDRESS:PORT (default: 127.0.0.1:9822)" },
	{ "interval", 'i', "SECONDS", &args_seconds, OPTION(interval), "read the module so often (default: 10)" },
	{ "processes", 'n', "NUMBER", &args_count, OPTION(processes), "name so many processes, sum up the rest (50)" },
	{ "history", 'H', "FILE", &args_text, OPTION(history), "keep snapshots in this SQLite data base" },
	{ "history-every", 0, "SECONDS", &args_count, OPTION(history_every), "so often, at most (default: 60)" },
	{ "history-days", 0, "NUMBER", &args_count, OPTION(history_days), "for so many days (default: 7)" },
	{ "history-mib", 0, "NUMBER", &args_count, OPTION(history_mib), "in so many MiB (default: 256)" },
	{ "print", 'p', NULL, &args_flag, OPTION(print), "read once, print the page, and end" },
	{ "openmetrics", 'o', NULL, &args_flag, OPTION(openmetrics), "print OpenMetrics, not Prometheus's own format" },
	{ 0 },
};

/* Those of all programs; a daemon keeps no recording, which would grow without end. */
static const struct args_option own_common_options[] = {
	{ "replay", 0, "FILE", &args_text, offsetof(struct common_settings, replay),
	  "take it from FILE instead of the kernel" },
	{ "help", 'h', NULL, &args_flag, offsetof(struct common_settings, help), "tell this" },
	{ "version", 'V', NULL, &args_flag, offsetof(struct common_settings, version), "tell the version" },
	{ 0 },
};

static int print_help(void)
{
	printf("usage: vminspectd [OPTION]...\n\n"
	       "Reads what the module vminspect knows of processes and watches by the clock, and serves it at\n"
	       "http://ADDRESS:PORT/metrics to Prometheus. Stays in the foreground; systemd is told how it is.\n"
	       "SIGHUP: connect and read anew at once. SIGTERM: end.\n\noptions:\n");
	args_print_help(stdout, options);
	args_print_help(stdout, own_common_options);
	return EXIT_FINE;
}

static int print_page(const struct reading *reading)
{
	enum metrics_format format = settings.openmetrics ? METRICS_OPENMETRICS : METRICS_PROMETHEUS;
	size_t length;
	char *page = metrics_make(reading, settings.processes, format, &length);

	if (!page) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	if (fwrite(page, 1, length, stdout) != length || fflush(stdout))
		complain("stdout: %s", strerror(errno));
	free(page);
	return ferror(stdout) ? EXIT_FAILED : EXIT_FINE;
}

/* A page with vminspect_module_loaded 0 is one too, and the status says that there was nothing to read. */
static int run_once(const struct common_settings *common)
{
	struct reading reading = { .source = common };
	int err = reading_take(&reading), status = print_page(&reading);

	if (err)
		complain("nothing to read: %s", err == -ENOENT && !common->replay ? "the module is not loaded" :
							 strerror(-err));
	reading_release(&reading);
	return err ? EXIT_FAILED : status;
}

/* Serves until a signal; what it serves at is said, since port 0 stands for any. */
static int serve(const struct common_settings *common, struct history *history)
{
	struct reading reading = { .source = common };
	const struct http_settings at = { settings.listen, &reading, settings.processes };
	struct daemon daemon = { .interval = settings.interval, .reading = &reading, .history = history };
	int err = http_open(&at, &daemon.http);

	if (err) {
		complain("%s: %s", settings.listen, err == -EINVAL ? "not ADDRESS:PORT in numbers, such as [::1]:9822" :
								     strerror(-err));
		return err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
	}
	complain("serving port %u", http_port(daemon.http));
	err = daemon_run(&daemon);
	if (err)
		complain("%s", strerror(-err));
	http_close(daemon.http);
	reading_release(&reading);
	return err ? EXIT_FAILED : EXIT_FINE;
}

static int serve_with_history(const struct common_settings *common)
{
	const struct history_settings kept = { settings.history, settings.history_every, settings.history_days * DAY,
					       settings.history_mib * MIB };
	struct history *history = NULL;
	int status;

	if (settings.history) {
		history = history_create(&kept);
		if (!history) {
			complain("%s", strerror(ENOMEM));
			return EXIT_FAILED;
		}
	}
	status = serve(common, history);
	history_destroy(history);
	return status;
}

/* What is wrong with the options together; NULL: nothing. */
static const char *find_contradiction(int operands)
{
	if (operands)
		return "there are no operands; usage: vminspectd [OPTION]...";
	if (settings.openmetrics && !settings.print)
		return "--openmetrics goes with --print; over HTTP the reader chooses the form";
	if (settings.history && settings.print)
		return "--print and --history exclude each other";
	if (settings.history_mib < HISTORY_MIB_LEAST || settings.history_mib > HISTORY_MIB_MOST)
		return "--history-mib: a history has 16 to 1048576 MiB";
	return settings.history_days > HISTORY_DAYS_MOST ? "--history-days: a history has 1 to 36500 days" : NULL;
}

int main(int argc, char **argv)
{
	struct common_settings common = { 0 };
	const struct args_group groups[] = { { options, &settings }, { own_common_options, &common } };
	const char *contradiction;
	int count;

	signal(SIGPIPE, SIG_IGN);
	complain_as("vminspectd");
	if (args_parse(groups, 2, argc, argv, &count))
		return EXIT_USAGE;
	if (common.help)
		return print_help();
	if (common.version)
		return printf("vminspectd %s\n", VMINSPECT_VERSION) < 0;
	contradiction = find_contradiction(count);
	if (contradiction) {
		complain("%s", contradiction);
		return EXIT_USAGE;
	}
	return settings.print ? run_once(&common) : serve_with_history(&common);
}
