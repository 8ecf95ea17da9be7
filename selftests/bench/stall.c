// SPDX-License-Identifier: GPL-2.0
/*
 * A process with much memory maps, touches and unmaps a little more over and over, and notes which round took longest
 * while somebody reads all about it. mmap() and munmap() want its mmap lock for writing, so that a round is as long as
 * the reader's longest hold, or as the scheduler makes it.
 */
#define _GNU_SOURCE
#include "stall.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/worker.h"
#include "measure.h"
#include "timing.h"
#include "whole_read.h"

#define PAGE		4096UL
#define VICTIM_BYTES	(1UL << 30)
#define ROUND_PAGES	16
#define PAIRS		9

/* Shared with the victim. */
struct rounds {
	volatile double longest_ns;
	volatile unsigned long count;
};

static char *map_small_pages(size_t bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t at;

	if (memory == MAP_FAILED || madvise(memory, bytes, MADV_NOHUGEPAGE))
		_exit(1);
	for (at = 0; at < bytes; at += PAGE)
		*(volatile char *)(memory + at) = 1;
	return memory;
}

static void be_victim(int tell, void *argument)
{
	struct rounds *rounds = *(struct rounds **)argument;
	double start, ns;

	map_small_pages(VICTIM_BYTES);
	worker_tell(tell, "", 1);
	worker_stop();
	for (;;) {
		start = now_ns();
		munmap(map_small_pages(ROUND_PAGES * PAGE), ROUND_PAGES * PAGE);
		ns = now_ns() - start;
		if (ns > rounds->longest_ns)
			rounds->longest_ns = ns;
		rounds->count++;
	}
}

/* The longest round that began or ended while it was read. */
static double longest_us(struct rounds *rounds, double (*read_ns)(pid_t), pid_t victim)
{
	unsigned long before;

	rounds->longest_ns = 0;
	before = rounds->count;
	read_ns(victim);
	while (rounds->count < before + 2)
		usleep(1000);
	return rounds->longest_ns / 1000;
}

void bench_stall(void)
{
	struct measure *measure = measure_new("P9", "longest stall of a target that maps and faults, read whole",
					      "the same while smaps is read", "us", 0.1);
	struct rounds *rounds = mmap(NULL, sizeof(*rounds), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct worker victim;
	unsigned int i;
	char ready;

	if (rounds == MAP_FAILED)
		fail_errno("mmap");
	snprintf(measure->size, sizeof(measure->size), "1 GiB anonymous, 4 KiB pages");
	if (!worker_start(&victim, be_victim, &rounds) || !worker_await(&victim, &ready, 1) ||
	    kill(victim.pid, SIGCONT))
		fail("a process to be read cannot be made");
	for (i = 0; i <= PAIRS; i++) {
		double ours = longest_us(rounds, whole_read_ours_ns, victim.pid);
		double peer = longest_us(rounds, whole_read_smaps_ns, victim.pid);

		if (i)
			measure_add(measure, ours, peer);
	}
	worker_end(&victim);
	munmap(rounds, sizeof(*rounds));
}
