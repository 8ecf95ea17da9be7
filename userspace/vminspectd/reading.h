/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon knows: one reading of everything that it tells, replaced as a whole by the next one. */
#ifndef VMI_VMINSPECTD_READING_H
#define VMI_VMINSPECTD_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/connect.h"
#include "lib/vminspect.h"

struct reading {
	const struct common_settings *source;	/* the module, or a recording of it */
	struct vmi_client *client;		/* NULL: out of reach at the last reading */
	int error;				/* of the last reading: 0 or a negative errno */
	int64_t time;				/* when the last good one ended, in seconds since 1970; 0: none yet */
	uint64_t taken;				/* readings that succeeded, and that failed, so far */
	uint64_t failed;
	uint64_t unkept;			/* that could not be put into the history */
	uint64_t events;		/* notifications that were put there, so far */
	uint64_t events_lost;		/* that were not, since there were too many */
	unsigned int clients;		/* programs at the socket, now */
	uint64_t clients_refused;	/* that were turned away, so far */
	struct vmi_module_list module;
	struct vmi_process_list processes;
	struct vmi_watch_list watches;
	struct vmi_stats_list stats;
	struct vmi_score_list scores;
};

/*
 * Reads everything afresh, and connects first if need be. On failure nothing of before is kept, since it may be of a
 * module that is gone, and the next call connects anew.
 */
int reading_take(struct reading *reading);
void reading_release(struct reading *reading);

/* The statistics of the watch that begins at a process; NULL: it has none. */
const struct vmi_stats *reading_find_stats(const struct reading *reading, uint32_t pid);

#endif /* VMI_VMINSPECTD_READING_H */
