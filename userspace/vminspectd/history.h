/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The history: a SQLite data base (WAL) that gets a snapshot of a reading now and then, and loses the oldest ones by
 * age and by size. Each snapshot is one transaction, so that a daemon that is killed leaves whole ones. What cannot be
 * kept, as on a full disk, is reported and forgotten; the next snapshot is tried anew.
 */
#ifndef VMI_VMINSPECTD_HISTORY_H
#define VMI_VMINSPECTD_HISTORY_H

#include "reading.h"

struct history;

/* A notification, or how many were lost. */
struct history_event {
	int64_t time;			/* seconds since 1970 */
	const char *kind;		/* mapped, ... of a region; evicted, refaulted by a policy; exited; lost */
	uint32_t pid;
	uint32_t watch;
	uint64_t start;			/* of a region */
	uint64_t size;			/* of a region, or of pages, in bytes; of what was lost, its number */
	char text[64];			/* name of the process or region, or of the policy */
};

struct history_settings {
	const char *path;
	uint64_t every;			/* seconds from one snapshot to the next, at least */
	uint64_t keep;			/* seconds; older ones go */
	uint64_t size;			/* bytes; at nine tenths of it the oldest go, and it is never exceeded */
};

/* The settings are kept, not copied. The data base itself is opened when it is needed. NULL: no memory. */
struct history *history_create(const struct history_settings *settings);
void history_destroy(struct history *history);

/* Whether a snapshot is due at a time; a clock that was set back makes one due as well. */
bool history_is_due(const struct history *history, int64_t time);

/*
 * Keeps a reading. 0, -ENOSPC for a full disk or a full data base, -EBADMSG for a file
 * that is damaged or no history, -EIO for anything else; history_error() tells more.
 */
int history_add(struct history *history, const struct reading *reading);

/* The same for notifications, all or none. */
int history_add_events(struct history *history, const struct history_event *events, size_t count);

const char *history_error(const struct history *history);

#endif /* VMI_VMINSPECTD_HISTORY_H */
