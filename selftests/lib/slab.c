// SPDX-License-Identifier: GPL-2.0
/*
 * Counts of kernel objects.
 */
#define _GNU_SOURCE
#include "slab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_text.h"

#define POLL_MICROSECONDS 200000

/* A leaked reference in a storm of thousands of forks and reads shows as thousands of objects. */
#define TOLERANCE_OBJECTS 60
#define TOLERANCE_VMAS 600
#define TOLERANCE_KB 12288

static const struct {
	const char *name;
	long tolerance;
} caches[SLAB_CACHES] = {
	{ "mm_struct", TOLERANCE_OBJECTS },	 { "task_struct", TOLERANCE_OBJECTS },
	{ "signal_cache", TOLERANCE_OBJECTS },	 { "pid", 4 * TOLERANCE_OBJECTS },
	{ "vm_area_struct", TOLERANCE_VMAS },	 { "proc_dir_entry", TOLERANCE_OBJECTS },
};

const char *slab_name(int index)
{
	return caches[index].name;
}

void slab_count(struct slab_counts *ret)
{
	char path[96];
	int i;

	for (i = 0; i < SLAB_CACHES; i++) {
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", caches[i].name);
		file_write(path, "1");
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/objects", caches[i].name);
		ret->objects[i] = file_number(path, -1);
	}
	ret->unreclaimable_kb = file_number_after("/proc/meminfo", "\nSUnreclaim:");
	ret->vmalloc_kb = file_number_after("/proc/meminfo", "\nVmallocUsed:");
}

static bool returned(const struct slab_counts *before, const struct slab_counts *now)
{
	int i;

	/* What cannot be counted has not returned. */
	for (i = 0; i < SLAB_CACHES; i++)
		if (before->objects[i] < 0 || now->objects[i] > before->objects[i] + caches[i].tolerance)
			return false;
	return now->unreclaimable_kb <= before->unreclaimable_kb + TOLERANCE_KB &&
	       now->vmalloc_kb <= before->vmalloc_kb + TOLERANCE_KB;
}

static void print(const struct slab_counts *before, const struct slab_counts *now)
{
	int i;

	for (i = 0; i < SLAB_CACHES; i++)
		printf("# %s: %ld objects before, %ld now, %ld more are allowed\n", caches[i].name, before->objects[i],
		       now->objects[i], caches[i].tolerance);
	printf("# unreclaimable slab: %ld KiB before, %ld now; vmalloc: %ld, %ld; %d more are allowed\n",
	       before->unreclaimable_kb, now->unreclaimable_kb, before->vmalloc_kb, now->vmalloc_kb, TOLERANCE_KB);
	fflush(stdout);
}

bool slab_wait_returned(const struct slab_counts *before, int seconds)
{
	struct slab_counts now;
	int tries;

	slab_count(&now);
	for (tries = seconds * (1000000 / POLL_MICROSECONDS); tries; tries--) {
		if (returned(before, &now))
			return true;
		usleep(POLL_MICROSECONDS);
		slab_count(&now);
	}
	print(before, &now);
	return false;
}
