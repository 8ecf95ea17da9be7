// SPDX-License-Identifier: GPL-2.0
/* /proc/vminspect/PID against /proc/PID/smaps. */
#include "whole_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "measure.h"
#include "subject.h"
#include "timing.h"

#define REGIONS		30000
#define PAGES		262144UL
#define PAGE		4096UL
#define REGION_PAIRS	15
#define PAGE_PAIRS	21

#define READ_BYTES	(128 * 1024UL)
#define BUFFER_PLACES	61

/*
 * Each file is read to another place than the one before: in an emulator's TLB the pages of a user's and a kernel's
 * buffer can be in each other's way all along, which makes copying 15 times slower.
 */
static char *next_buffer(void)
{
	static char buffer[READ_BYTES + BUFFER_PLACES * PAGE];
	static size_t place;

	place = (place + 1) % BUFFER_PLACES;
	return buffer + place * PAGE;
}

double whole_read_ns(const char *path)
{
	char *buffer = next_buffer();
	double start = now_ns();
	int file = open(path, O_RDONLY);
	size_t bytes = 0;
	ssize_t got;

	if (file < 0)
		fail_errno("%s", path);
	while ((got = read(file, buffer, READ_BYTES)) > 0)
		bytes += (size_t)got;
	if (got < 0)
		fail_errno("%s", path);
	close(file);
	if (!bytes)
		fail("%s is empty", path);
	return now_ns() - start;
}

double whole_read_ours_ns(pid_t subject)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/vminspect/%d", subject);
	return whole_read_ns(path);
}

double whole_read_smaps_ns(pid_t subject)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/smaps", subject);
	return whole_read_ns(path);
}

/* The first pair warms the caches and is not counted. */
static void run_pairs(struct measure *measure, pid_t subject, size_t pairs, double divisor)
{
	size_t i;

	for (i = 0; i <= pairs; i++) {
		double ours = whole_read_ours_ns(subject) / divisor;
		double peer = whole_read_smaps_ns(subject) / divisor;

		if (i)
			measure_add(measure, ours, peer);
	}
}

void bench_region_read(void)
{
	struct measure *measure = measure_new("P1", "whole read, a region", "/proc/PID/smaps", "ns", 0.25);
	pid_t subject = subject_with_regions(REGIONS);
	size_t regions = subject_count_regions(subject);

	snprintf(measure->size, sizeof(measure->size), "%zu regions", regions);
	run_pairs(measure, subject, REGION_PAIRS, (double)regions);
	subject_end(subject);
}

static void bench_pages(const char *name, enum subject_memory kind, const char *size)
{
	struct measure *measure = measure_new("P2", name, "/proc/PID/smaps", "ns", 0.25);
	pid_t subject = subject_with_memory(PAGES * PAGE, kind);

	snprintf(measure->size, sizeof(measure->size), "%s", size);
	run_pairs(measure, subject, PAGE_PAIRS, (double)PAGES);
	subject_end(subject);
}

void bench_page_read(void)
{
	bench_pages("whole read, a page, anonymous memory", SUBJECT_ANONYMOUS, "1 GiB anonymous, 4 KiB pages");
	bench_pages("whole read, a page, shared memory", SUBJECT_SHARED, "1 GiB shmem, 4 KiB pages");
}
