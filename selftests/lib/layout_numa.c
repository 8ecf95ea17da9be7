// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of private anonymous memory whose access the NUMA balancer has taken away, to see who faults on it: its
 * entries are PROT_NONE in a region that is not.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "file_text.h"
#include "pagemap.h"
#include "smaps.h"

#define PAGES 1024
#define HUGE_PAGE_SHIFT 21
#define HUGE_PAGES 2
#define WAIT_SECONDS 15

/* A counter of /proc/vmstat, -1 when there is none. */
static long vmstat(const char *line_start)
{
	struct file_text text;
	const char *found;
	long number = -1;

	if (file_text_read("/proc/vmstat", &text))
		return -1;
	found = strstr(text.bytes, line_start);
	if (found)
		number = strtol(found + strlen(line_start), NULL, 10);
	file_text_free(&text);
	return number;
}

static void *stay_idle(void *unused)
{
	pause();
	return unused;
}

/*
 * Of a process with one thread the balancer leaves the pages alone that are on the right node already. To be called
 * before the area is mapped, as the thread's stack would be merged with it.
 */
static void start_second_thread(void)
{
	pthread_t idle;

	pthread_create(&idle, NULL, stay_idle, NULL);
}

/* Runs until the balancer has marked `number` more pages. */
static void spin_until_marked(struct layout_report *report, const char *counter, long number)
{
	time_t deadline = time(NULL) + WAIT_SECONDS;
	long enough = vmstat(counter) + number;
	volatile unsigned long spin;

	while (vmstat(counter) < enough && time(NULL) < deadline)
		for (spin = 0; spin < 10000000; spin++)
			;
	if (vmstat(counter) < enough)
		layout_failed(report, "the NUMA balancer has marked no pages in %d s", WAIT_SECONDS);
}

/* Small pages only, also in the stack of the second thread: see the next layout for what huge ones do to smaps. */
void layout_numa_protnone(struct layout_report *report)
{
	char *area;

	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		layout_failed(report, "PR_SET_THP_DISABLE: %s", strerror(errno));
	start_second_thread();
	area = layout_anon(report, PAGES);
	if (!area)
		return;
	layout_write(area, PAGES);
	spin_until_marked(report, "\nnuma_pte_updates ", 64);
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

	start_second_thread();
	place = layout_free_space(pages, HUGE_PAGE_SHIFT);
	area = mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (area != place || madvise(area, bytes, MADV_HUGEPAGE)) {
		layout_failed(report, "mmap of huge pages: %s", strerror(errno));
		return;
	}
	layout_write(area, pages);
	spin_until_marked(report, "\nnuma_huge_pte_updates ", HUGE_PAGES);
	report->smaps_is_wrong = smaps_rss(area) < pagemap_own_count(area, pages, PAGEMAP_PRESENT);
	layout_claim(report, area, SHADOW_HUGE2M, HUGE_PAGES);
	layout_claim(report, area, SHADOW_PRESENT, pages);
	layout_claim(report, area, SHADOW_ANON, pages);
}
