// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of private anonymous memory whose access the NUMA balancer has taken away, to see who faults on it: its
 * entries are PROT_NONE in a region that is not.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "numa.h"
#include "pagemap.h"
#include "smaps.h"

#define PAGES 1024
#define HUGE_PAGE_SHIFT 21
#define HUGE_PAGES 2

static void await_marks(struct layout_report *report, bool huge, long number)
{
	if (!numa_await_marks(huge, number))
		layout_failed(report, "the NUMA balancer has marked no pages in %d s", NUMA_MARK_SECONDS);
}

/* Small pages only, also in the stack of the second thread: see the next layout for what huge ones do to smaps. */
void layout_numa_protnone(struct layout_report *report)
{
	char *area;

	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		layout_failed(report, "PR_SET_THP_DISABLE: %s", strerror(errno));
	numa_start_second_thread();
	area = layout_anon(report, PAGES);
	if (!area)
		return;
	layout_write(area, PAGES);
	await_marks(report, false, 64);
	layout_claim(report, area, SHADOW_PRESENT, PAGES);
	layout_claim(report, area, SHADOW_ANON, PAGES);
}

/* Resident pages of the calling process in the region at `start`, by smaps. */
static uint64_t smaps_rss(const char *start)
{
	struct smaps smaps;
	uint64_t pages = 0;
	size_t i;

	if (smaps_read(getpid(), &smaps))
		return 0;
	for (i = 0; i < smaps.count; i++)
		if (smaps.regions[i].line.start == (uintptr_t)start)
			pages = smaps.regions[i].pages[SMAPS_RSS];
	smaps_free(&smaps);
	return pages;
}

/*
 * Up to Linux 6.5 smaps leaves out huge pages that are PROT_NONE by the balancer, as follow_trans_huge_pmd() gives
 * none for them (mended by 8b9c1cc0418a): pagemap is the oracle there.
 */
void layout_numa_protnone_huge(struct layout_report *report)
{
	size_t bytes = HUGE_PAGES << HUGE_PAGE_SHIFT, pages = bytes / PAGE_BYTES;
	char *place, *area;

	numa_start_second_thread();
	place = layout_free_space(pages, HUGE_PAGE_SHIFT);
	area = mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (area != place || madvise(area, bytes, MADV_HUGEPAGE)) {
		layout_failed(report, "mmap of huge pages: %s", strerror(errno));
		return;
	}
	layout_write(area, pages);
	await_marks(report, true, HUGE_PAGES);
	report->smaps_is_wrong = smaps_rss(area) < pagemap_own_count(area, pages, PAGEMAP_PRESENT);
	layout_claim(report, area, SHADOW_HUGE2M, HUGE_PAGES);
	layout_claim(report, area, SHADOW_PRESENT, pages);
	layout_claim(report, area, SHADOW_ANON, pages);
}
