// SPDX-License-Identifier: GPL-2.0
/*
 * The accessed bit: after it was cleared (echo 1 >/proc/PID/clear_refs), exactly the pages that the process then
 * touches are young. The kernel clears without flushing TLBs, so the process drops its own translations first.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sys/mman.h>

#include "lib/check.h"
#include "lib/file_text.h"
#include "lib/module.h"
#include "lib/pagemap.h"

#define PAGES 256
#define READ_STEP 7		/* every seventh page is read */
#define WRITTEN_FROM 200	/* and these are written */
#define WRITTEN 13

static unsigned int touched_pages(void)
{
	unsigned int i, touched = 0;

	for (i = 0; i < PAGES; i++)
		touched += i % READ_STEP == 0 || (i >= WRITTEN_FROM && i < WRITTEN_FROM + WRITTEN);
	return touched;
}

/* Changing the rights of more than 33 pages flushes the whole TLB of the process (tlb_single_page_flush_ceiling). */
static void drop_translations(void)
{
	static char *area;

	if (!area)
		area = mmap(NULL, 128 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
			    -1, 0);
	mprotect(area, 128 * PAGE_BYTES, PROT_READ);
	mprotect(area, 128 * PAGE_BYTES, PROT_READ | PROT_WRITE);
}

static void touch_known(int tell, void *argument)
{
	struct layout_report report = { 0 };
	char *area = layout_anon(&report, PAGES);
	unsigned int i;

	(void)argument;
	if (!area)
		_exit(1);
	layout_write(area, PAGES);
	drop_translations();
	worker_tell(tell, &area, sizeof(area));
	worker_stop();
	drop_translations();
	for (i = 0; i < PAGES; i += READ_STEP)
		layout_read(area + i * PAGE_BYTES, 1);
	layout_write(area + WRITTEN_FROM * PAGE_BYTES, WRITTEN);
	worker_stop();
}

static uint64_t young_at(pid_t pid, const char *address)
{
	struct shadow shadow;
	const struct shadow_region *region = NULL;
	uint64_t young = UINT64_MAX;

	if (!shadow_read(pid, &shadow))
		region = shadow_region_at(&shadow, (uintptr_t)address);
	if (region)
		young = region->value[SHADOW_YOUNG];
	shadow_free(&shadow);
	return young;
}

TEST(exactly_the_touched_pages_are_young_after_clear_refs)
{
	struct worker worker;
	char path[64];
	char *area;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, touch_known, NULL));
	ASSERT_TRUE(worker_await(&worker, &area, sizeof(area)));
	EXPECT_EQ(PAGES, young_at(worker.pid, area));
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", worker.pid);
	ASSERT_EQ(0, file_write(path, "1"));
	EXPECT_EQ(0, young_at(worker.pid, area));
	ASSERT_TRUE(worker_step(&worker));
	EXPECT_EQ(touched_pages(), young_at(worker.pid, area));
	worker_end(&worker);
}

/* Looking is no access: not even of pages that were never young. */
TEST(reading_the_shadow_makes_no_page_young)
{
	struct worker worker;
	char path[64];
	char *area;
	int i;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, touch_known, NULL));
	ASSERT_TRUE(worker_await(&worker, &area, sizeof(area)));
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", worker.pid);
	ASSERT_EQ(0, file_write(path, "1"));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(0, young_at(worker.pid, area));
	worker_end(&worker);
}

static void touch_huge(int tell, void *argument)
{
	char *area = layout_free_space(1024, 21);

	(void)argument;
	if (mmap(area, 1024 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) != area ||
	    madvise(area, 1024 * PAGE_BYTES, MADV_HUGEPAGE))
		_exit(1);
	layout_write(area, 1024);
	drop_translations();
	worker_tell(tell, &area, sizeof(area));
	worker_stop();
	drop_translations();
	layout_read(area + 700 * PAGE_BYTES, 1);
	worker_stop();
}

TEST(a_touched_huge_page_is_young_as_a_whole)
{
	struct knobs knobs = { .count = 0 };
	struct worker worker;
	char path[64];
	char *area;

	ASSERT_TRUE(module_ready());
	if (knob_set(&knobs, KNOB_THP_ENABLED, "madvise"))
		SKIP(return, "missing: transparent huge pages");
	ASSERT_TRUE(worker_start(&worker, touch_huge, NULL));
	ASSERT_TRUE(worker_await(&worker, &area, sizeof(area)));
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", worker.pid);
	ASSERT_EQ(0, file_write(path, "1"));
	EXPECT_EQ(0, young_at(worker.pid, area));
	ASSERT_TRUE(worker_step(&worker));
	EXPECT_EQ(512, young_at(worker.pid, area));
	worker_end(&worker);
	knobs_restore(&knobs);
}

TEST_HARNESS_MAIN
