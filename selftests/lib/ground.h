/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ground: memory on which a worker steps as it is told, and writes down each page that it stepped on. Every page is a
 * region of its own (rights alternate), so that what the module shows by region is shown by page.
 */
#ifndef SELFTESTS_GROUND_H
#define SELFTESTS_GROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "worker.h"

#define GROUND_PAGES_MAX 10000

struct ground {
	char *area;			/* in the worker; every second page is read-only */
	size_t pages;
	uint32_t round;			/* steps taken */
	uint64_t random;		/* state of the worker's random numbers */
	bool forgets;			/* drops its translations before each step, as nobody else will */
	uint8_t touched[GROUND_PAGES_MAX];	/* in the last step */
};

/* Which pages a step is to touch: calls ground_touch() for each. Runs in the worker. */
typedef void (*ground_step)(struct ground *ground);

/* What was said against what was so. */
struct ground_verdict {
	unsigned int touched;		/* truth */
	unsigned int seen;		/* as the module has it */
	unsigned int hits;		/* both */
};

/* Shared with workers to come; GROUND_PAGES_MAX at most. NULL when there is no memory. */
struct ground *ground_create(size_t pages, uint64_t seed);
void ground_destroy(struct ground *ground);

/* Starts a worker that has touched all of its ground once and has stopped; false when that fails. */
bool ground_occupy(struct ground *ground, struct worker *worker, ground_step step);

/* For steps: reads the page, or writes it where that is allowed, and notes it. */
void ground_touch(struct ground *ground, size_t page);

/*
 * Compares with the pages that the worker's watch, whose policy is gen alone, says were touched in its last pass. False
 * when there was another pass meanwhile, or the file does not tell; then nothing can be said.
 */
bool ground_judge(const struct ground *ground, const struct worker *worker, struct ground_verdict *ret);

/* Adds to sums. */
void ground_verdict_add(struct ground_verdict *sum, const struct ground_verdict *more);

/* Shares of one; 1 of nothing. */
double ground_precision(const struct ground_verdict *verdict);
double ground_recall(const struct ground_verdict *verdict);

#endif /* SELFTESTS_GROUND_H */
