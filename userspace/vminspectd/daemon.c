// SPDX-License-Identifier: GPL-2.0
/*
 * The daemon's life: one thread, one epoll over a timer, the signals and the HTTP end. A reading blocks it for as long
 * as the module takes to list the processes; nobody is served by then, which is a matter of milliseconds.
 */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "common/complain.h"

#define SECOND 1000000000ull

/* What it waits for. */
struct sources {
	int epoll;
	int timer;
	int signals;
};

/* --- readings ----------------------------------------------------------------------------------------------------- */

static const char *text_of(int err)
{
	switch (err) {
	case -ENOENT:
		return "the module is not loaded, or this is not the initial network namespace";
	case -EPERM:
		return "not permitted; this needs CAP_SYS_ADMIN and CAP_NET_ADMIN of the host";
	default:
		return strerror(-err);
	}
}

/* Once for each change, not for each reading. */
static void tell_change(struct daemon *daemon, int err)
{
	if (err && err != daemon->said)
		complain("nothing to read: %s; trying on", text_of(err));
	else if (!err && daemon->said)
		complain("the module answers again");
	daemon->said = err;
}

/* A history that cannot be written is no reason to serve no pages. */
static void keep_reading(struct daemon *daemon)
{
	int err;

	if (!daemon->history || !history_is_due(daemon->history, daemon->reading->time))
		return;
	err = history_add(daemon->history, daemon->reading);
	if (err)
		daemon->reading->unkept++;
	if (err && err != daemon->unkept)
		complain("nothing is kept: %s; trying on", history_error(daemon->history));
	daemon->unkept = err;
}

static void take_reading(struct daemon *daemon)
{
	const struct reading *reading = daemon->reading;
	int err = reading_take(daemon->reading);

	tell_change(daemon, err);
	if (!err)
		keep_reading(daemon);
	if (err)
		sd_notifyf(0, "STATUS=Nothing to read: %s; trying on", text_of(err));
	else
		sd_notifyf(0, "STATUS=%zu processes, %zu watches%s", reading->processes.count, reading->watches.count,
			   daemon->unkept ? "; the history cannot be written" : "");
}

/* --- what it waits for -------------------------------------------------------------------------------------------- */

static int open_timer(uint64_t interval)
{
	const struct timespec each = { (time_t)(interval / SECOND), (long)(interval % SECOND) };
	const struct itimerspec times = { each, each };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		timerfd_settime(fd, 0, &times, NULL);
	return fd;
}

/* SIGPIPE stays blocked: a reader of a page may go away. */
static int open_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGPIPE);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	sigdelset(&signals, SIGPIPE);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int add_source(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return fd < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_sources(struct sources *sources, const struct daemon *daemon)
{
	int err;

	sources->timer = open_timer(daemon->interval);
	sources->signals = open_signals();
	sources->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = add_source(sources->epoll, sources->timer);
	if (!err)
		err = add_source(sources->epoll, sources->signals);
	if (!err)
		err = add_source(sources->epoll, http_fd(daemon->http));
	return err;
}

static void close_sources(const struct sources *sources)
{
	close(sources->timer);
	close(sources->signals);
	close(sources->epoll);
}

/* --- the loop ----------------------------------------------------------------------------------------------------- */

/* Milliseconds to wait at most: what libmicrohttpd wants, or half the time that systemd's watchdog gives. */
static int choose_timeout(const struct daemon *daemon, int watchdog)
{
	int http = http_timeout(daemon->http);

	return watchdog >= 0 && (http < 0 || watchdog < http) ? watchdog : http;
}

static int watchdog_timeout(void)
{
	uint64_t microseconds;

	return sd_watchdog_enabled(0, &microseconds) > 0 ? (int)(microseconds / 2000) : -1;
}

/* False: it is to end. */
static bool take_signal(struct daemon *daemon, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			return false;
		reading_release(daemon->reading);
		take_reading(daemon);
	}
	return true;
}

/* Ticks that were missed are not made up for. */
static void take_tick(struct daemon *daemon, int fd)
{
	uint64_t ticks;

	if (read(fd, &ticks, sizeof(ticks)) == (ssize_t)sizeof(ticks))
		take_reading(daemon);
}

/* One round. 1: it is to end. */
static int run_once(struct daemon *daemon, const struct sources *sources, int watchdog)
{
	struct epoll_event events[4];
	int i, count = epoll_wait(sources->epoll, events, 4, choose_timeout(daemon, watchdog));

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (i = 0; i < count; i++) {
		if (events[i].data.fd == sources->signals && !take_signal(daemon, sources->signals))
			return 1;
		if (events[i].data.fd == sources->timer)
			take_tick(daemon, sources->timer);
	}
	http_run(daemon->http);
	if (watchdog >= 0)
		sd_notify(0, "WATCHDOG=1");
	return 0;
}

int daemon_run(struct daemon *daemon)
{
	struct sources sources;
	int watchdog = watchdog_timeout(), result = open_sources(&sources, daemon);

	if (!result) {
		take_reading(daemon);
		sd_notify(0, "READY=1");
	}
	while (!result)
		result = run_once(daemon, &sources, watchdog);
	sd_notify(0, "STOPPING=1");
	close_sources(&sources);
	return result < 0 ? result : 0;
}
