// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of memory in swap. Not every page can be made to leave, so these claim bounds; smaps has the exact counts.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagemap.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define PAGES 256
#define MOST 200		/* of PAGES: must have left */

static char *swapped_anon(struct layout_report *report)
{
	char *area = layout_anon(report, PAGES);

	if (!area)
		return NULL;
	layout_write(area, PAGES);
	if (swap_out_own(area, PAGES, MOST) < MOST)
		layout_failed(report, "MADV_PAGEOUT has moved %zu of %d pages", swap_out_own(area, PAGES, 0), PAGES);
	return area;
}

void layout_swapped_anon(struct layout_report *report)
{
	char *area = swapped_anon(report);

	if (!area)
		return;
	layout_write(area, 16);
	layout_claim_at_least(report, area, SHADOW_SWAPPED, MOST - 16 - 64);
	layout_claim_at_least(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_ABSENT, 0);
}

void layout_swapped_anon_forked(struct layout_report *report)
{
	char *area = swapped_anon(report);

	if (!area)
		return;
	if (!layout_fork_partner(NULL, NULL))
		layout_failed(report, "fork: %s", strerror(errno));
	layout_claim_at_least(report, area, SHADOW_SWAPPED, MOST);
	layout_claim(report, area, SHADOW_ABSENT, 0);
}

/* A shared memory object with most of its pages in swap; pagemap shows them as empty, smaps as swapped. */
static int swapped_memfd(struct layout_report *report)
{
	int fd = memfd_create("swapped", MFD_CLOEXEC);
	char *area;

	if (fd < 0 || ftruncate(fd, PAGES * PAGE_BYTES)) {
		layout_failed(report, "memfd: %s", strerror(errno));
		return -1;
	}
	area = layout_map_file(report, fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return -1;
	layout_write(area, PAGES);
	if (swap_out_own(area, PAGES, MOST) < MOST)
		layout_failed(report, "MADV_PAGEOUT has moved less than %d of %d pages", MOST, PAGES);
	munmap(area, PAGES * PAGE_BYTES);
	return fd;
}

void layout_swapped_shmem(struct layout_report *report)
{
	int fd = swapped_memfd(report);
	char *area = layout_map_file(report, fd, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);

	if (!area)
		return;
	layout_write(area, 16);
	layout_claim_at_least(report, area, SHADOW_SWAPPED, MOST - 16 - 64);
	layout_claim_at_least(report, area, SHADOW_PRESENT, 16);
}

/* Windows on the object: its second half; and all of it and as much again beyond its end. */
void layout_swapped_shmem_windows(struct layout_report *report)
{
	int fd = swapped_memfd(report);
	char *half = mmap(NULL, PAGES / 2 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGES / 2 * PAGE_BYTES);
	char *beyond = layout_map_file(report, fd, 2 * PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);

	if (half == MAP_FAILED || !beyond)
		return;
	layout_claim_at_least(report, half, SHADOW_SWAPPED, 1);
	layout_claim_at_least(report, beyond, SHADOW_SWAPPED, MOST - 64);
	layout_claim_at_least(report, beyond, SHADOW_ABSENT, PAGES);
}

/* A private view: some pages copied (and the copies swapped in their turn), the others seen through to the object. */
void layout_swapped_shmem_private(struct layout_report *report)
{
	int fd = swapped_memfd(report);
	char *area = layout_map_file(report, fd, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	if (!area)
		return;
	layout_write(area, 32);
	swap_out_own(area, 16, 1);
	layout_claim_at_least(report, area, SHADOW_SWAPPED, MOST - 32 - 64);
	layout_claim_at_least(report, area, SHADOW_ANON, 16);
}

/* Going to swap splits a huge page. */
void layout_swapped_thp(struct layout_report *report)
{
	char *area = layout_free_space(512, 21);
	size_t left;

	if (mmap(area, 512 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		 0) !=
	    area) {
		layout_failed(report, "mmap: %s", strerror(errno));
		return;
	}
	madvise(area, 512 * PAGE_BYTES, MADV_HUGEPAGE);
	layout_write(area, 512);
	left = swap_out_own(area, 512, 256);
	if (left < 256)
		layout_failed(report, "MADV_PAGEOUT has moved %zu of 512 pages", left);
	layout_claim_at_least(report, area, SHADOW_SWAPPED, 256);
	layout_claim(report, area, SHADOW_HUGE2M, 0);
}
