/* SPDX-License-Identifier: GPL-2.0 */
/* The clock. */
#ifndef VMI_BENCH_TIMING_H
#define VMI_BENCH_TIMING_H

#include <time.h>

static inline double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

#endif /* VMI_BENCH_TIMING_H */
