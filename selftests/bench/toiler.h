/* SPDX-License-Identifier: GPL-2.0 */
/* A process that works on memory when it is told to, and rests (SIGSTOP) in between. */
#ifndef VMI_BENCH_TOILER_H
#define VMI_BENCH_TOILER_H

#include <stddef.h>

#include "../lib/worker.h"

#define TOILER_PRIVATE 0

struct toiler_plan;

struct toiler {
	struct worker worker;
	struct toiler_plan *plan;	/* shared with the worker */
};

/*
 * Starts one with `bytes` of memory in pages of 4 KiB, each of them written: private memory with TOILER_PRIVATE, else
 * shared memory, mapped `maps` times. Fails loudly.
 */
void toiler_start(struct toiler *toiler, size_t bytes, unsigned int maps);
void toiler_end(struct toiler *toiler);

/* Has it touch each page once. So does worker_step(&toiler->worker), until toiler_calibrate() was called. */
void toiler_touch_all(struct toiler *toiler);

/* From now on its work is so many random reads as take about that long. */
void toiler_calibrate(struct toiler *toiler, double seconds);

/* Has it do its work; how long that took by its own clock. */
double toiler_work_seconds(struct toiler *toiler);

#endif /* VMI_BENCH_TOILER_H */
