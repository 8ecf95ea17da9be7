// SPDX-License-Identifier: GPL-2.0
/*
 * vminspectd: the daemon that reads the module by the clock, serves what it read to Prometheus, keeps a history of it,
 * and answers programs of users who may not ask the module; or, with --print, tells it once on stdout.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/complain.h"
#include "common/out.h"
#include "daemon.h"
#include "lib/transport.h"
#include "settings.h"

#define DAY (24 * 60 * 60)
#define MIB (1024 * 1024ull)

/* All that is open, and what it was made by; the daemon is first, so that it leads here. */
struct service {
	struct daemon daemon;
	struct settings settings;
	struct reading reading;
	struct http_settings at;
	struct history_settings kept;
	int argc;
	char **argv;
};

/* Of a daemon that reads a recording, programs are answered out of it too; the way there has no argument. */
static const char *recording;

static int print_help(void)
{
	printf("usage: vminspectd [OPTION]...\n\n"
	       "Reads what the module vminspect knows of processes and watches by the clock, and serves it at\n"
	       "http://ADDRESS:PORT/metrics to Prometheus; answers vminspect, vmistat and vmitop of users at a socket.\n"
	       "Stays in the foreground; systemd is told how it is.\n"
	       "SIGHUP: read the configuration and the module anew. SIGTERM: end.\n\noptions:\n");
	args_print_help(stdout, settings_options);
	args_print_help(stdout, settings_command_options);
	args_print_help(stdout, settings_common_options);
	return out_finish();
}

/* --- once --------------------------------------------------------------------------------------------------------- */

static int print_page(const struct settings *settings, const struct reading *reading)
{
	enum metrics_format format = settings->openmetrics ? METRICS_OPENMETRICS : METRICS_PROMETHEUS;
	size_t length;
	char *page = metrics_make(reading, settings->processes, format, &length);

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
static int run_once(const struct settings *settings)
{
	struct reading reading = { .source = &settings->common };
	int err = reading_take(&reading), status = print_page(settings, &reading);

	if (err)
		complain("nothing to read: %s", err == -ENOENT && !settings->common.replay ?
							"the module is not loaded" : strerror(-err));
	reading_release(&reading);
	return err ? EXIT_FAILED : status;
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

static int open_recording(struct vmi_client **ret)
{
	return vmi_client_open_recording(recording, ret);
}

static relay_open_fn way_to_module(const struct settings *settings)
{
	return settings->common.replay ? open_recording : vmi_client_open_netlink;
}

/* NULL: none. A daemon on a recording is not the one that users look for. */
static const char *socket_of(const struct settings *settings)
{
	if (settings->socket)
		return strcmp(settings->socket, "none") ? settings->socket : NULL;
	return settings->common.replay ? NULL : VMI_SOCKET_PATH;
}

/* 0 with *ret NULL if there shall be none. */
static int open_http(const struct http_settings *at, struct http **ret)
{
	int err;

	*ret = NULL;
	if (!strcmp(at->listen, "none"))
		return 0;
	err = http_open(at, ret);
	if (!err)
		complain("serving port %u", http_port(*ret));
	else
		complain("%s: %s", at->listen, err == -EINVAL ? "not ADDRESS:PORT in numbers, such as [::1]:9822" :
								strerror(-err));
	return err;
}

/* 0 with *ret NULL if there shall be none. */
static int open_broker(const struct settings *settings, struct broker **ret)
{
	const struct broker_settings at = { socket_of(settings), settings->admins, way_to_module(settings) };
	int err = at.path ? broker_open(&at, ret) : 0;

	if (!at.path)
		*ret = NULL;
	if (err)
		complain("--socket: %s: %s", at.path, strerror(-err));
	return err;
}

/* The data base itself is opened when something is to be kept. */
static int open_history(struct service *service, const struct settings *settings)
{
	service->kept = (struct history_settings){ settings->history, settings->history_every,
						   settings->history_days * DAY, settings->history_mib * MIB };
	service->daemon.history = settings->history ? history_create(&service->kept) : NULL;
	if (service->daemon.history || !settings->history)
		return 0;
	complain("%s", strerror(ENOMEM));
	return -ENOMEM;
}

static void close_parts(struct service *service)
{
	broker_close(service->daemon.broker);
	http_close(service->daemon.http);
	history_destroy(service->daemon.history);
	reading_release(&service->reading);
}

static int open_parts(struct service *service)
{
	const struct settings *settings = &service->settings;
	int err;

	service->at = (struct http_settings){ settings->listen, &service->reading, settings->processes };
	service->reading.source = &settings->common;
	service->daemon.reading = &service->reading;
	service->daemon.interval = settings->interval;
	service->daemon.open = way_to_module(settings);
	err = open_http(&service->at, &service->daemon.http);
	if (!err)
		err = open_broker(settings, &service->daemon.broker);
	return err ? err : open_history(service, settings);
}

/* --- new settings ------------------------------------------------------------------------------------------------- */

static bool same(const char *one, const char *other)
{
	return one == other || (one && other && !strcmp(one, other));
}

static void replace_http(struct service *service, struct http *http)
{
	http_close(service->daemon.http);
	service->daemon.http = http;
}

static void replace_broker(struct service *service, struct broker *broker)
{
	broker_close(service->daemon.broker);
	service->daemon.broker = broker;
}

/* What is at another place now is opened before the old one is given up; all of it, or nothing changes. */
static int move_ends(struct service *service, const struct settings *settings)
{
	bool moves_http = !same(service->settings.listen, settings->listen);
	bool moves_broker = !same(socket_of(&service->settings), socket_of(settings));
	struct http_settings before = service->at;
	struct broker *broker = NULL;
	struct http *http = NULL;
	int err;

	service->at = (struct http_settings){ settings->listen, &service->reading, settings->processes };
	err = moves_http ? open_http(&service->at, &http) : 0;
	if (!err && moves_broker)
		err = open_broker(settings, &broker);
	if (err) {
		http_close(http);
		service->at = before;
		return err;
	}
	if (moves_http)
		replace_http(service, http);
	if (moves_broker)
		replace_broker(service, broker);
	return 0;
}

/* SIGHUP. What makes no sense, or cannot be had, leaves everything as it was. */
static int reload(struct daemon *daemon)
{
	struct service *service = (struct service *)daemon;
	struct settings settings, old = service->settings;

	if (settings_read(service->argc, service->argv, &settings) || move_ends(service, &settings)) {
		complain("going on with the settings of before");
		settings_release(&settings);
		return 0;
	}
	if (daemon->broker)
		broker_set_admins(daemon->broker, settings.admins);
	history_destroy(daemon->history);
	service->settings = settings;
	daemon->interval = settings.interval;
	settings_release(&old);
	return open_history(service, &service->settings);
}

/* --- from start to end -------------------------------------------------------------------------------------------- */

/* Serves until a signal; what it serves at is said, since port 0 stands for any. */
static int serve(struct service *service)
{
	int err = open_parts(service), status = err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;

	if (!err) {
		err = daemon_run(&service->daemon);
		status = err ? EXIT_FAILED : EXIT_FINE;
		if (err)
			complain("%s", strerror(-err));
	}
	close_parts(service);
	return status;
}

int main(int argc, char **argv)
{
	static struct service service;
	struct settings *settings = &service.settings;
	int status;

	umask(077);	/* the history tells of all users; the socket is opened to them by the broker */
	setlocale(LC_CTYPE, "");	/* names in complaints may be any language's */
	signal(SIGPIPE, SIG_IGN);
	complain_as("vminspectd");
	if (settings_read(argc, argv, settings)) {
		settings_release(settings);
		return EXIT_USAGE;
	}
	if (settings->common.help)
		return print_help();
	if (settings->common.version)
		return out_version("vminspectd");
	recording = settings->common.replay;
	service.argc = argc;
	service.argv = argv;
	service.daemon.reload = reload;
	status = settings->print ? run_once(settings) : serve(&service);
	settings_release(&service.settings);
	return status;
}
