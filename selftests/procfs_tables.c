// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables of one process as they come and go: bytes against VmPTE at every step, and the numbers of tables that
 * the step must have added.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <linux/vminspect.h>
#include <sys/mman.h>

#include "lib/check.h"
#include "lib/genl.h"
#include "lib/knob.h"
#include "lib/module.h"
#include "lib/pagemap.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define HUGE_BYTES (512 * PAGE_BYTES)
#define SECONDS 20
#define FAR_PLACES 8		/* one page in each of as many stretches of 512 GiB */
#define FIRST_FAR 16		/* index of the first of them in the top table: between nothing and the program */

struct table_counts {
	uint64_t pud, pmd, pte, deposited;
	uint64_t top_used;
};

static bool read_tables(pid_t pid, struct table_counts *ret)
{
	struct shadow shadow;
	bool all = !shadow_read(pid, &shadow) && shadow_summary(&shadow, "tables", "pud", 10, &ret->pud) &&
		   shadow_summary(&shadow, "tables", "pmd", 10, &ret->pmd) &&
		   shadow_summary(&shadow, "tables", "pte", 10, &ret->pte) &&
		   shadow_summary(&shadow, "tables", "deposited", 10, &ret->deposited) &&
		   (shadow_summary(&shadow, "occupancy", "p4d", 10, &ret->top_used) ||
		    shadow_summary(&shadow, "occupancy", "pgd", 10, &ret->top_used));

	shadow_free(&shadow);
	return all;
}

static void far_places(int tell, void *argument)
{
	uintptr_t place;

	(void)argument;
	worker_tell(tell, "r", 1);
	worker_stop();
	for (place = FIRST_FAR; place < FIRST_FAR + FAR_PLACES; place++) {
		char *page = mmap((void *)(place << 39), PAGE_BYTES, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (page != (char *)(place << 39))
			_exit(1);
		layout_write(page, 1);
	}
	worker_stop();
	for (place = FIRST_FAR; place < FIRST_FAR + FAR_PLACES; place++)
		munmap((void *)(place << 39), PAGE_BYTES);
	worker_stop();
}

TEST(a_page_far_away_costs_a_table_of_each_level)
{
	struct table_counts before, far, after;
	struct worker worker;
	char ready;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, far_places, NULL));
	ASSERT_TRUE(worker_await(&worker, &ready, 1));
	ASSERT_TRUE(read_tables(worker.pid, &before));
	ASSERT_TRUE(worker_step(&worker));
	ASSERT_TRUE(read_tables(worker.pid, &far));
	EXPECT_EQ(before.pud + FAR_PLACES, far.pud);
	EXPECT_EQ(before.pmd + FAR_PLACES, far.pmd);
	EXPECT_EQ(before.pte + FAR_PLACES, far.pte);
	EXPECT_EQ(before.top_used + FAR_PLACES, far.top_used);
	EXPECT_EQ(0, check_tables(worker.pid));
	ASSERT_TRUE(worker_step(&worker));
	ASSERT_TRUE(read_tables(worker.pid, &after));
	EXPECT_EQ(before.pud, after.pud);
	EXPECT_EQ(before.pmd, after.pmd);
	EXPECT_EQ(before.pte, after.pte);
	EXPECT_EQ(0, check_tables(worker.pid));
	worker_end(&worker);
}

/* Small pages, then one huge page, then small entries of it, then nothing; a stop after each. */
static void collapse_and_split(int tell, void *argument)
{
	char *area = layout_free_space(512, 21);

	(void)argument;
	if (mmap(area, HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != area)
		_exit(1);
	layout_write(area, 512);
	worker_tell(tell, &area, sizeof(area));
	worker_stop();
	if (madvise(area, HUGE_BYTES, MADV_COLLAPSE))
		_exit(2);
	worker_stop();
	if (mprotect(area + 7 * PAGE_BYTES, PAGE_BYTES, PROT_READ))
		_exit(3);
	worker_stop();
	munmap(area, HUGE_BYTES);
	worker_stop();
}

TEST(a_table_is_deposited_on_collapse_and_taken_back_on_split)
{
	struct table_counts small, huge, split, gone;
	struct knobs knobs = { .count = 0 };
	struct worker worker;
	char *area;

	ASSERT_TRUE(module_ready());
	if (knob_set(&knobs, KNOB_THP_ENABLED, "never"))
		SKIP(return, "missing: transparent huge pages");
	ASSERT_TRUE(worker_start(&worker, collapse_and_split, NULL));
	ASSERT_TRUE(worker_await(&worker, &area, sizeof(area)));
	ASSERT_TRUE(read_tables(worker.pid, &small));
	EXPECT_EQ(0, check_tables(worker.pid));
	ASSERT_EQ(0, knob_set(&knobs, KNOB_THP_ENABLED, "madvise"));
	ASSERT_TRUE(worker_step(&worker));
	ASSERT_TRUE(read_tables(worker.pid, &huge));
	EXPECT_EQ(small.pte - 1, huge.pte);
	EXPECT_EQ(small.deposited + 1, huge.deposited);
	EXPECT_EQ(0, check_tables(worker.pid));
	ASSERT_TRUE(worker_step(&worker));
	ASSERT_TRUE(read_tables(worker.pid, &split));
	EXPECT_EQ(small.pte, split.pte);
	EXPECT_EQ(small.deposited, split.deposited);
	EXPECT_EQ(0, check_tables(worker.pid));
	ASSERT_TRUE(worker_step(&worker));
	ASSERT_TRUE(read_tables(worker.pid, &gone));
	EXPECT_EQ(small.pte - 1, gone.pte);
	EXPECT_EQ(0, check_tables(worker.pid));
	worker_end(&worker);
	knobs_restore(&knobs);
}

#define EMPTY_TABLES 4000	/* more than a dump keeps of one hold */
#define FIRST_EMPTY (1UL << 44)

/* A huge page that is dropped again leaves a PMD table behind with nothing in it, and no PTE table. */
static void leave_tables_behind(int tell, void *argument)
{
	unsigned long i;

	(void)argument;
	for (i = 0; i < EMPTY_TABLES; i++) {
		volatile char *place = mmap((void *)(FIRST_EMPTY + (i << 30)), HUGE_BYTES, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (place == MAP_FAILED)
			_exit(1);
		(void)*place;
		madvise((void *)place, HUGE_BYTES, MADV_DONTNEED);
	}
	worker_tell(tell, "r", 1);
	worker_stop();
}

static void count_pmd_table(const struct nlmsghdr *message, void *count)
{
	uint64_t start = 0;
	uint32_t level = 0;

	if (genl_u32(message, VMI_A_TABLE_LEVEL, &level) && level == 2 &&
	    genl_u64(message, VMI_A_TABLE_START, &start) && start >= FIRST_EMPTY &&
	    start < FIRST_EMPTY + ((uint64_t)EMPTY_TABLES << 30))
		++*(unsigned int *)count;
}

/* With holds so long that one would find them all. */
FIXTURE(left_behind)
{
	struct knobs knobs;
	struct worker worker;
	bool has_huge_pages;
};

FIXTURE_SETUP(left_behind)
{
	char ready;

	self->knobs.count = 0;
	self->has_huge_pages = !knob_set(&self->knobs, KNOB_THP_ENABLED, "always");
	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, module_unload_wait(SECONDS));
	ASSERT_EQ(0, module_load("hold_us=100000"));
	ASSERT_TRUE(worker_start(&self->worker, leave_tables_behind, NULL));
	ASSERT_TRUE(worker_await(&self->worker, &ready, 1));
}

FIXTURE_TEARDOWN(left_behind)
{
	worker_end(&self->worker);
	knobs_restore(&self->knobs);
	EXPECT_EQ(0, module_unload_wait(SECONDS));
	EXPECT_EQ(0, module_load(""));
}

TEST_F_TIMEOUT(left_behind, empty_tables_are_all_told_whatever_their_number, 300)
{
	uint32_t mode = VMINSPECT_TABLE_MODE_TABLES, pid = self->worker.pid;
	struct genl_message message;
	unsigned int count = 0;

	if (!self->has_huge_pages)
		SKIP(return, "missing: transparent huge pages");
	genl_begin(&message, genl_family(MODULE_NAME), NLM_F_DUMP, VMI_CMD_TABLE_GET);
	genl_put(&message, VMI_A_TABLE_PID, &pid, sizeof(pid));
	genl_put(&message, VMI_A_TABLE_MODE, &mode, sizeof(mode));
	EXPECT_EQ(0, genl_ask_each(genl_open(), &message, count_pmd_table, &count));
	EXPECT_EQ(EMPTY_TABLES, count);
}

TEST(cost_falls_from_one_level_to_four)
{
	struct shadow shadow;
	uint64_t cost[5] = { 0 };
	char key[16];
	int levels;

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, shadow_read(getpid(), &shadow));
	for (levels = 1; levels <= 4; levels++) {
		snprintf(key, sizeof(key), "levels%d", levels);
		EXPECT_TRUE(shadow_summary(&shadow, "cost", key, 10, &cost[levels]));
	}
	shadow_free(&shadow);
	/* One level is one flat table over 48 bits of address: 2^36 entries of 8 bytes. */
	EXPECT_EQ(1ULL << 39, cost[1]);
	EXPECT_GT(cost[1], cost[2]);
	EXPECT_GT(cost[2], cost[3]);
	EXPECT_GT(cost[3], cost[4]);
}

TEST_HARNESS_MAIN
