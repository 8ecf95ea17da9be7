// SPDX-License-Identifier: GPL-2.0
/* The working process. */
#define _GNU_SOURCE
#include "toiler.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "measure.h"
#include "timing.h"

#define PAGE 4096UL
#define CALIBRATION_READS (1UL << 20)

struct toiler_plan {
	size_t bytes;
	unsigned int maps;
	size_t reads;		/* random ones a step; 0: touch all pages instead */
	double ns;		/* that the last step took */
	uint64_t sum;		/* of what was read: nothing is optimised away */
};

static char *map_private(const struct toiler_plan *plan)
{
	char *memory = mmap(NULL, plan->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || madvise(memory, plan->bytes, MADV_NOHUGEPAGE))
		_exit(1);
	return memory;
}

/* The first of the maps is returned; the others are only there. */
static char *map_shared(const struct toiler_plan *plan)
{
	int file = memfd_create("bench", MFD_CLOEXEC);
	char *memory = NULL;
	unsigned int i;

	if (file < 0 || ftruncate(file, (off_t)plan->bytes))
		_exit(1);
	for (i = 0; i < plan->maps; i++) {
		memory = mmap(NULL, plan->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
		if (memory == MAP_FAILED)
			_exit(1);
	}
	return memory;
}

static void touch_all(char *memory, size_t bytes)
{
	size_t at;

	for (at = 0; at < bytes; at += PAGE)
		*(volatile char *)(memory + at) = 1;
}

/* By a linear congruential generator: its high bits are random enough to miss caches and TLBs. */
static uint64_t read_at_random(const char *memory, size_t bytes, size_t count)
{
	uint64_t state = 1, sum = 0;

	while (count--) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		sum += *(volatile const uint64_t *)(memory + ((state >> 32) % bytes & ~7UL));
	}
	return sum;
}

static void toil(int tell, void *argument)
{
	struct toiler_plan *plan = *(struct toiler_plan **)argument;
	char *memory = plan->maps == TOILER_PRIVATE ? map_private(plan) : map_shared(plan);
	double start;

	touch_all(memory, plan->bytes);
	worker_tell(tell, "", 1);
	for (;;) {
		worker_stop();
		start = now_ns();
		worker_drop_translations();
		if (plan->reads)
			plan->sum += read_at_random(memory, plan->bytes, plan->reads);
		else
			touch_all(memory, plan->bytes);
		plan->ns = now_ns() - start;
	}
}

void toiler_start(struct toiler *toiler, size_t bytes, unsigned int maps)
{
	char ready;

	toiler->plan = mmap(NULL, sizeof(*toiler->plan), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (toiler->plan == MAP_FAILED)
		fail_errno("mmap");
	*toiler->plan = (struct toiler_plan){ .bytes = bytes, .maps = maps };
	if (!worker_start(&toiler->worker, toil, &toiler->plan) ||
	    !worker_await(&toiler->worker, &ready, sizeof(ready)))
		fail("a process with %zu bytes cannot be made", bytes);
}

void toiler_end(struct toiler *toiler)
{
	worker_end(&toiler->worker);
	munmap(toiler->plan, sizeof(*toiler->plan));
}

static double step_ns(struct toiler *toiler)
{
	if (!worker_step(&toiler->worker))
		fail("a process at work has died");
	return toiler->plan->ns;
}

void toiler_touch_all(struct toiler *toiler)
{
	toiler->plan->reads = 0;
	step_ns(toiler);
}

void toiler_calibrate(struct toiler *toiler, double seconds)
{
	toiler->plan->reads = CALIBRATION_READS;
	step_ns(toiler);	/* warms up */
	toiler->plan->reads = (size_t)(CALIBRATION_READS * seconds * 1e9 / step_ns(toiler));
}

double toiler_work_seconds(struct toiler *toiler)
{
	return step_ns(toiler) / 1e9;
}
