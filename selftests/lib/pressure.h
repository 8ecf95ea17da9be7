/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A worker with a hot set and a cold rest in a memory cgroup with zram swap. Hot pages are touched round after round,
 * of the cold ones a few at random; hot and cold lie side by side, so that nothing but their use tells them apart.
 */
#ifndef SELFTESTS_PRESSURE_H
#define SELFTESTS_PRESSURE_H

#include "cgroup.h"
#include "swap.h"
#include "worker.h"

/* Shared by the test and the worker. */
struct pressure_load {
	size_t pages;
	unsigned int hot_every;		/* each so-many-th page is hot */
	unsigned int cold_a_round;	/* cold pages touched in a round */
	unsigned int rounds;		/* to do; 0: until `stop` */
	volatile bool stop;
	volatile uint64_t done;		/* rounds */
	double seconds;			/* that the rounds took, once they are done */
	long major_faults;		/* of the rounds, likewise */
	char *area;			/* in the worker */
};

struct pressure {
	struct pressure_load *load;
	struct worker worker;
	struct cgroup cgroup;
	struct swap swap;
};

/* A cgroup with swap for workers to come. NULL, or what is missing. To be cleared in any case. */
const char *pressure_set(struct pressure *pressure);
void pressure_clear(struct pressure *pressure);

/* Starts a worker in it that has touched all of its pages once and has stopped. False when that fails. */
bool pressure_start(struct pressure *pressure, const struct pressure_load *load);

/* Lets it begin its rounds; waits until it has done them and has stopped; ends it. */
void pressure_go(struct pressure *pressure);
bool pressure_await(struct pressure *pressure);
void pressure_end(struct pressure *pressure);

/*
 * Lowers memory.max by `bytes` in as many steps of `step` as it takes. After each a rest, if there is to be one, which
 * lasts until the worker has touched its hot set, too. 0 or a negative errno.
 */
int pressure_squeeze(struct pressure *pressure, uint64_t bytes, uint64_t step, unsigned int rest_ms);

#endif /* SELFTESTS_PRESSURE_H */
