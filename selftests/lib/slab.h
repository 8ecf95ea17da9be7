/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts of kernel objects, to see that none was leaked.
 */
#ifndef SELFTESTS_SLAB_H
#define SELFTESTS_SLAB_H

#include <stdbool.h>

#define SLAB_CACHES 6

struct slab_counts {
	long objects[SLAB_CACHES];	/* -1: no such cache on this kernel */
	long unreclaimable_kb;		/* all slab memory that is not a cache of files */
	long vmalloc_kb;
};

/* Name of the cache whose count is objects[index]. */
const char *slab_name(int index);

/* Gives per-CPU leftovers back, then counts. */
void slab_count(struct slab_counts *ret);

/*
 * Polls until the counts are back at what they were before, within what other processes of the machine move them by;
 * false after about `seconds`, and the differences are printed.
 */
bool slab_wait_returned(const struct slab_counts *before, int seconds);

#endif /* SELFTESTS_SLAB_H */
