/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Oracle: which frames some processes map, counted from their pagemaps and /proc/kpageflags. The processes must have
 * stopped. Zero pages, and what is no memory of frames of its own ([vvar] and its like), are left out.
 */
#ifndef SELFTESTS_CENSUS_H
#define SELFTESTS_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct census {
	uint64_t mappings;		/* present pages, in each process */
	uint64_t frames;		/* different ones */
	uint64_t *numbers;		/* of the frames, sorted; `frames` of them */
};

/* 0 or a negative errno, with *ret empty. */
int census_take(const pid_t *pids, size_t count, struct census *ret);
void census_free(struct census *census);

/* Of the pages in [start, end) of one process alone. */
int census_take_range(pid_t pid, uint64_t start, uint64_t end, struct census *ret);

/* How many frames are in both. */
uint64_t census_common(const struct census *a, const struct census *b);

#endif /* SELFTESTS_CENSUS_H */
