/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The daemon's life: reads the module by the clock, serves pages and programs meanwhile, keeps a history if it shall,
 * and tells systemd how it is.
 */
#ifndef VMI_VMINSPECTD_DAEMON_H
#define VMI_VMINSPECTD_DAEMON_H

#include <stdint.h>

#include "broker.h"
#include "events.h"
#include "history.h"
#include "http.h"

struct daemon {
	uint64_t interval;		/* between readings, in nanoseconds */
	struct reading *reading;
	struct http *http;		/* NULL: no pages are served */
	struct broker *broker;		/* NULL: no programs are answered */
	struct history *history;	/* NULL: none is kept */
	struct events events;		/* open while the module answers, if a history is kept */
	relay_open_fn open;		/* a client for them */
	int (*reload)(struct daemon *daemon);	/* takes new settings, or keeps the old ones and says why */
	int said;			/* the error of a reading that was last complained of, or 0 */
	int unkept;			/* the same of the history */
};

/* Until SIGTERM or SIGINT: 0. A negative errno if it cannot begin or go on. SIGHUP: reloads, and reads anew at once. */
int daemon_run(struct daemon *daemon);

#endif /* VMI_VMINSPECTD_DAEMON_H */
