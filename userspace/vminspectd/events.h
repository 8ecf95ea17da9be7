/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifications on their way into the history: what watched processes do to their regions, what policies evict and see
 * again, which of them exit. They are gathered until the next reading; what the socket or the room here could not take
 * is counted, kept as an event of its own, and told to the caller, who then reads the module anew.
 */
#ifndef VMI_VMINSPECTD_EVENTS_H
#define VMI_VMINSPECTD_EVENTS_H

#include <stdbool.h>

#include "history.h"

#define EVENTS_MAX 4096			/* gathered at a time */

struct vmi_client;

struct events {
	struct vmi_client *client;	/* listens; NULL: not now */
	uint64_t lost_before;		/* of the client's count, what has been accounted for */
	uint64_t lost;			/* since the last events_clear() */
	size_t count;
	struct history_event gathered[EVENTS_MAX];
};

/* Begins to listen with a client that is given, and closed when it ends. 0 or a negative errno. */
int events_open(struct events *events, struct vmi_client *client);

/* Ends listening; what was gathered stays. */
void events_close(struct events *events);

/* For epoll: readable when there is one; -1: not open. */
int events_fd(const struct events *events);

/*
 * Takes what there is, a bounded number of them, without waiting. 0; -ENOBUFS: some were lost; other errors: the client
 * is of no more use.
 */
int events_take(struct events *events, int64_t now);

/* Adds what was lost as an event, so that the history tells where it has a gap. */
void events_note_losses(struct events *events, int64_t now);

void events_clear(struct events *events);

#endif /* VMI_VMINSPECTD_EVENTS_H */
