/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A crowd: very many processes that do nothing, children of one that is not the test.
 */
#ifndef SELFTESTS_CROWD_H
#define SELFTESTS_CROWD_H

#include "worker.h"

struct crowd {
	struct worker parent;
	pid_t *pids;			/* of the members, `count` of them */
	size_t count;
	size_t killed;			/* the first so many have been killed */
};

/* Forks them; false, and what went wrong is printed, when they did not become so many. Disperse it all the same. */
bool crowd_raise(struct crowd *crowd, size_t count);

/* Kills members until the first `count` are killed; the kernel reaps them. */
void crowd_kill(struct crowd *crowd, size_t count);

/* Kills all that are left. Harmless on one that was never raised. */
void crowd_disperse(struct crowd *crowd);

#endif /* SELFTESTS_CROWD_H */
