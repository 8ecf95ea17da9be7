/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hold on one process, so that what was allowed for it is not told of another. The folder /proc/PID that is open
 * stands for this process alone, whoever gets its number later, and the file maps in it for the address space that it
 * had when it was opened: nothing is read from it once the process has died or has begun another program.
 *
 * What was read from the module between guard_open() and a guard_check() that succeeds is of that process, while it
 * ran that program, and it was allowed before and after.
 */
#ifndef VMI_VMINSPECTD_GUARD_H
#define VMI_VMINSPECTD_GUARD_H

#include "peer.h"

struct guard {
	const struct peer *peer;
	int folder;			/* /proc/PID; -1: not open */
	int maps;
};

/*
 * 0; -ESRCH: no such process, or it has no address space; -EACCES: not to be seen by the peer; -EMFILE, -ENFILE,
 * -ENOMEM: that cannot be found out. Closed on failure.
 */
int guard_open(struct guard *guard, const struct peer *peer, uint32_t pid);

/* 0; -ESRCH: it has gone, or runs another program; -EACCES: it has changed hands; others as above. */
int guard_check(const struct guard *guard);

void guard_close(struct guard *guard);

#endif /* VMI_VMINSPECTD_GUARD_H */
