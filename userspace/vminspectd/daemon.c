// SPDX-License-Identifier: GPL-2.0
/*
 * The daemon's life: one thread, one epoll over a timer, the signals, the HTTP end, the notifications and the door of
 * the socket; who has come in by it has a thread. A reading blocks it for as long as the module takes to list the
 * processes; no page is served by then, which is a matter of milliseconds.
 */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "common/complain.h"
#include "given.h"

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

/* A history that cannot be written is no reason to serve no pages. Said once for each change. */
static void tell_kept(struct daemon *daemon, int err)
{
	if (err)
		daemon->reading->unkept++;
	if (err && err != daemon->unkept)
		complain("nothing is kept: %s; trying on", history_error(daemon->history));
	else if (!err && daemon->unkept)
		complain("the history is kept again");
	daemon->unkept = err;
}

static void keep_reading(struct daemon *daemon)
{
	if (daemon->history && history_is_due(daemon->history, daemon->reading->time))
		tell_kept(daemon, history_add(daemon->history, daemon->reading));
}

/* What cannot be kept is lost, so that it does not pile up. */
static void keep_events(struct daemon *daemon)
{
	struct events *events = &daemon->events;
	struct reading *reading = daemon->reading;
	int err;

	if (!daemon->history || (!events->count && !events->lost))
		return;
	reading->events_lost += events->lost;
	events_note_losses(events, time(NULL));
	err = history_add_events(daemon->history, events->gathered, events->count);
	if (err)
		reading->events_lost += events->count;
	else
		reading->events += events->count;
	if (err || daemon->unkept)
		tell_kept(daemon, err);
	events_clear(events);
}

static void tell_status(const struct daemon *daemon, int err)
{
	const struct reading *reading = daemon->reading;

	if (err)
		sd_notifyf(0, "STATUS=Nothing to read: %s; trying on", text_of(err));
	else
		sd_notifyf(0, "STATUS=%zu processes, %zu watches%s", reading->processes.count, reading->watches.count,
			   daemon->unkept ? "; the history cannot be written" : "");
}

/* A module that answers again is another one perhaps, and has no listeners. */
static void follow_module(struct daemon *daemon, int err)
{
	struct vmi_client *client;

	if (err)
		events_close(&daemon->events);
	else if (daemon->history && !daemon->events.client && !daemon->open(&client))
		events_open(&daemon->events, client);
}

static void take_reading(struct daemon *daemon)
{
	int err = reading_take(daemon->reading);

	tell_change(daemon, err);
	if (!err)
		keep_reading(daemon);
	keep_events(daemon);
	follow_module(daemon, err);
	tell_status(daemon, err);
}

/* Some were lost: the kernel's state is read anew, and the history gets it as it is due. */
static void take_events(struct daemon *daemon)
{
	int err = events_take(&daemon->events, time(NULL));

	if (err && err != -ENOBUFS)
		events_close(&daemon->events);
	if (err)
		take_reading(daemon);
	else if (daemon->events.count >= EVENTS_MAX / 2)
		keep_events(daemon);
}

/* --- what it waits for -------------------------------------------------------------------------------------------- */

static int set_timer(int fd, uint64_t interval)
{
	const struct timespec each = { (time_t)(interval / SECOND), (long)(interval % SECOND) };
	const struct itimerspec times = { each, each };

	return timerfd_settime(fd, 0, &times, NULL) ? -errno : 0;
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

/* Of what systemd gave, that at which nothing is answered; which that is, a reload may change. */
static int add_spares(const struct sources *sources, const struct daemon *daemon)
{
	const char *path = daemon->broker ? broker_path(daemon->broker) : NULL;
	int fd, err = 0, end = given_end();

	for (fd = GIVEN_FIRST; !err && fd < end; fd++) {
		if (!given_is_spare(fd, path))
			continue;
		given_complain(fd);
		err = add_source(sources->epoll, fd);
	}
	return err;
}

/* What a reload may open anew. */
static int add_ends(const struct sources *sources, const struct daemon *daemon)
{
	int err = set_timer(sources->timer, daemon->interval);

	if (!err && daemon->http)
		err = add_source(sources->epoll, http_fd(daemon->http));
	if (!err && daemon->broker)
		err = add_source(sources->epoll, broker_fd(daemon->broker));
	return err ? err : add_spares(sources, daemon);
}

static void remove_ends(const struct sources *sources, const struct daemon *daemon)
{
	int fd, end = given_end();

	for (fd = GIVEN_FIRST; fd < end; fd++)
		epoll_ctl(sources->epoll, EPOLL_CTL_DEL, fd, NULL);
	if (daemon->http)
		epoll_ctl(sources->epoll, EPOLL_CTL_DEL, http_fd(daemon->http), NULL);
	if (daemon->broker)
		epoll_ctl(sources->epoll, EPOLL_CTL_DEL, broker_fd(daemon->broker), NULL);
}

/* Notifications come and go with the module; what is closed goes by itself. */
static void add_events(const struct sources *sources, const struct daemon *daemon)
{
	if (events_fd(&daemon->events) >= 0)
		add_source(sources->epoll, events_fd(&daemon->events));
}

static int open_sources(struct sources *sources, const struct daemon *daemon)
{
	int err;

	sources->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	sources->signals = open_signals();
	sources->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = add_source(sources->epoll, sources->timer);
	if (!err)
		err = add_source(sources->epoll, sources->signals);
	return err ? err : add_ends(sources, daemon);
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
	int http = daemon->http ? http_timeout(daemon->http) : -1;

	return watchdog >= 0 && (http < 0 || watchdog < http) ? watchdog : http;
}

static int watchdog_timeout(void)
{
	uint64_t microseconds;

	return sd_watchdog_enabled(0, &microseconds) > 0 ? (int)(microseconds / 2000) : -1;
}

/* Connects anew as well. Other settings may have come; without a history nothing listens. */
static int reload(struct daemon *daemon, const struct sources *sources)
{
	int err;

	sd_notify(0, "RELOADING=1");
	keep_events(daemon);
	remove_ends(sources, daemon);
	err = daemon->reload ? daemon->reload(daemon) : 0;
	if (!err)
		err = add_ends(sources, daemon);
	events_close(&daemon->events);
	reading_release(daemon->reading);
	take_reading(daemon);
	sd_notify(0, "READY=1");
	return err;
}

/* 1: it is to end. */
static int take_signal(struct daemon *daemon, const struct sources *sources)
{
	struct signalfd_siginfo info;
	int err = 0;

	while (!err && read(sources->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		err = info.ssi_signo == SIGHUP ? reload(daemon, sources) : 1;
	return err;
}

/* Ticks that were missed are not made up for. */
static void take_tick(struct daemon *daemon, int fd)
{
	uint64_t ticks;

	if (read(fd, &ticks, sizeof(ticks)) == (ssize_t)sizeof(ticks))
		take_reading(daemon);
}

static int take_source(struct daemon *daemon, const struct sources *sources, int fd)
{
	if (fd == sources->signals)
		return take_signal(daemon, sources);
	if (fd == sources->timer)
		take_tick(daemon, fd);
	else if (fd == events_fd(&daemon->events))
		take_events(daemon);
	else if (daemon->broker && fd == broker_fd(daemon->broker))
		broker_run(daemon->broker);
	else if (fd < given_end())
		given_turn_away(fd);
	return 0;
}

static void tell_clients(const struct daemon *daemon)
{
	daemon->reading->clients = daemon->broker ? broker_clients(daemon->broker) : 0;
	daemon->reading->clients_refused = daemon->broker ? broker_refused(daemon->broker) : 0;
}

/* One round, of one thing at a time, since each may close what the next would be about. 1: it is to end. */
static int run_once(struct daemon *daemon, const struct sources *sources, int watchdog)
{
	struct epoll_event event;
	int result = 0, count = epoll_wait(sources->epoll, &event, 1, choose_timeout(daemon, watchdog));

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	if (count)
		result = take_source(daemon, sources, event.data.fd);
	if (result)
		return result;
	add_events(sources, daemon);
	tell_clients(daemon);
	if (daemon->http)
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
		add_events(&sources, daemon);
		sd_notify(0, "READY=1");
	}
	while (!result)
		result = run_once(daemon, &sources, watchdog);
	sd_notify(0, "STOPPING=1");
	keep_events(daemon);
	events_close(&daemon->events);
	close_sources(&sources);
	return result < 0 ? result : 0;
}
