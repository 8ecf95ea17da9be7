// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of frames while they are watched: freed, reused, migrated, collapsed, split, swapped, merged, shared,
 * moved. After each step of such a fate the processes stop, and once a pass has been over them the watch's counts must
 * be those of their pagemaps, and its audit must find every list and count as it would be made from scratch.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sched.h>
#include <sys/mman.h>

#include "lib/census.h"
#include "lib/fate.h"
#include "lib/knob.h"
#include "lib/module.h"
#include "lib/numa.h"
#include "lib/pagemap.h"
#include "lib/smaps.h"
#include "lib/watch.h"

#define SECONDS 20		/* for a pass to come */
#define TRIES 10		/* for a pass during which nothing changes */
#define WATCH "policy=all mode=exact period=100ms flush=yes tree=descendants budget=50% memory=100%"

/* smaps of 6.1 does not count huge leaves that the balancer has marked, and we look for as many as it does. */
static void stop_numa_balancer(struct knobs *knobs)
{
	knobs->count = 0;
	knob_set(knobs, KNOB_NUMA_BALANCING, "0");
}

FIXTURE(fate)
{
	struct knobs knobs;
	struct fate_stage stage;
	const char *missing;
};

FIXTURE_VARIANT(fate)
{
	fate_step steps[FATE_STEPS];
	uint32_t needs;
};

#define THP LAYOUT_NEEDS_THP
#define SWAP LAYOUT_NEEDS_SWAP
#define NUMA LAYOUT_NEEDS_NUMA
#define FOLIOS LAYOUT_NEEDS_FOLIOS_64K
#define FATE(name, needed, ...) FIXTURE_VARIANT_ADD(fate, name) { .steps = { __VA_ARGS__ }, .needs = needed };
FATE(freed_and_touched_again, 0, fate_free_half, fate_touch_all, fate_unmap_half)
FATE(migrated, 0, fate_migrate_some, fate_touch_all)
FATE(collapsed_and_dropped, THP, fate_collapse, fate_free_half, fate_touch_all)
FATE(split_by_a_hole_and_by_rights, THP, fate_collapse, fate_split_by_hole, fate_split_by_rights)
FATE(swapped_and_back, SWAP, fate_swap_half_out, fate_read_all, fate_touch_all)
FATE(swapped_huge_page, SWAP | THP, fate_collapse, fate_swap_huge_out, fate_touch_all)
FATE(merged_and_unmerged, LAYOUT_NEEDS_KSM, fate_make_equal, fate_await_merge, fate_touch_all)
FATE(marked_by_the_numa_balancer, NUMA, fate_await_marks, fate_touch_all)
FATE(moved_to_another_node, 0, fate_spread_over_nodes, fate_change_nodes, fate_touch_all)
FATE(folded_and_in_part_dropped, FOLIOS, fate_fold, fate_split_by_hole, fate_free_half)
FATE(folded_and_swapped, FOLIOS | SWAP, fate_fold, fate_swap_half_out, fate_touch_all)
FATE(folded_and_shared, FOLIOS, fate_fold, fate_fork_partner, fate_partner_writes, fate_partner_ends)
FATE(locked, 0, fate_lock_half, fate_unlock)
FATE(shared_by_fork_and_copied, 0, fate_fork_partner, fate_partner_writes, fate_partner_ends)
FATE(moved, 0, fate_move, fate_touch_all, fate_move_some_out)
FATE(moved_huge_page, THP, fate_collapse, fate_move, fate_move_some_out)
FATE(file_mapped_by_two, 0, fate_map_shared_memory, fate_fork_partner, fate_partner_ends)

FIXTURE_SETUP(fate)
{
	ASSERT_TRUE(module_ready());
	stop_numa_balancer(&self->knobs);
	self->missing = fate_stage_set(&self->stage, variant->steps, variant->needs);
	if (!self->missing)
		ASSERT_EQ(0, watch_start(self->stage.worker.pid, WATCH));
}

FIXTURE_TEARDOWN(fate)
{
	if (self->stage.worker.pid)
		watch_stop(self->stage.worker.pid);
	fate_stage_clear(&self->stage);
	knobs_restore(&self->knobs);
}

/* 2 MiB leaves of a process. */
static uint64_t huge_leaves(pid_t pid)
{
	struct smaps smaps;
	uint64_t pages = 0;
	size_t i;

	if (smaps_read(pid, &smaps))
		return 0;
	for (i = 0; i < smaps.count; i++)
		pages += smaps.regions[i].pages[SMAPS_ANON_HUGE];
	smaps_free(&smaps);
	return pages / FATE_HUGE;
}

static unsigned int compare(const char *key, uint64_t shown, uint64_t wanted)
{
	if (shown == wanted)
		return 0;
	printf("# %s=%llu, by pagemap it must be %llu\n", key, (unsigned long long)shown, (unsigned long long)wanted);
	fflush(stdout);
	return 1;
}

/* What the watch shows, and what it must. */
struct counts {
	uint64_t frames;
	uint64_t mappings;
	uint64_t pages;
};

static struct counts shown_counts(pid_t root)
{
	return (struct counts){
		.frames = watch_number(root, "frames"),
		.mappings = watch_number(root, "mappings"),
		.pages = watch_number(root, "pages"),
	};
}

/* By a census; huge leaves (of one process only here) count as one frame and one mapping. False when that fails. */
static bool true_counts(FIXTURE_DATA(fate) *self, struct counts *ret)
{
	pid_t root = self->stage.worker.pid, pids[2] = { root, self->stage.scene->partner };
	uint64_t folded = huge_leaves(root) * (FATE_HUGE - 1);
	struct census census;

	if (census_take(pids, pids[1] ? 2 : 1, &census))
		return false;
	*ret = (struct counts){
		.frames = census.frames - folded,
		.mappings = census.mappings - folded,
		.pages = census.frames,
	};
	census_free(&census);
	return true;
}

/* A pass during which nothing changed: ksmd merges pages of those who have stopped, too. */
static bool calm_pass(FIXTURE_DATA(fate) *self, struct counts *ret_shown, struct counts *ret_true)
{
	struct counts before;
	int tries;

	for (tries = TRIES; tries; tries--) {
		if (!true_counts(self, &before) || !watch_wait_passes(self->stage.worker.pid, 1, SECONDS))
			return false;
		*ret_shown = shown_counts(self->stage.worker.pid);
		if (!true_counts(self, ret_true))
			return false;
		if (!memcmp(&before, ret_true, sizeof(before)))
			return true;
	}
	return false;
}

static unsigned int wrong_counts(FIXTURE_DATA(fate) *self)
{
	pid_t root = self->stage.worker.pid;
	struct counts shown, wanted;

	if (!calm_pass(self, &shown, &wanted))
		return 1;
	return compare("frames", shown.frames, wanted.frames) +
	       compare("mappings", shown.mappings, wanted.mappings) + compare("pages", shown.pages, wanted.pages) +
	       compare("members", watch_number(root, "members"), self->stage.scene->partner ? 2 : 1) +
	       compare("refused", watch_number(root, "refused"), 0) + (watch_audit() != 0);
}

TEST_F(fate, counts_stay_those_of_pagemap_and_audits_find_nothing)
{
	struct fate_scene *scene = self->stage.scene;
	int i;

	SKIP_WITHOUT(self->missing);
	EXPECT_EQ(0, wrong_counts(self));
	for (i = 0; i < FATE_STEPS && variant->steps[i]; i++) {
		ASSERT_TRUE(worker_step(&self->stage.worker));
		if (scene->missing[0])
			SKIP(return, "missing: %s", scene->missing);
		ASSERT_STREQ("", scene->failed);
		EXPECT_EQ(0, wrong_counts(self)) {
			TH_LOG("after step %d", i + 1);
		}
	}
}

/*
 * What single frames remember.
 */
FIXTURE(memory)
{
	struct fate_stage stage;
	pid_t pid;
};

FIXTURE_SETUP(memory)
{
	ASSERT_TRUE(module_ready());
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(memory)
{
	if (self->pid)
		watch_stop(self->pid);
	fate_stage_clear(&self->stage);
}

/* Sets the stage and has its worker watched for a pass; NULL, or what is missing. */
static const char *begin(FIXTURE_DATA(memory) *self, const fate_step *steps, uint32_t needs, const char *options)
{
	const char *absent = fate_stage_set(&self->stage, steps, needs);

	if (absent)
		return absent;
	self->pid = self->stage.worker.pid;
	if (watch_start(self->pid, options) || !watch_wait_passes(self->pid, 1, SECONDS))
		return "a watch";
	return NULL;
}

#define TOUCHES 6
#define AGED_PAGES 1024
#define REUSED_PAGES (AGED_PAGES / 2)

/* Single frames between others that stay in use cannot be merged; what a processor frees last, it gives first. */
static void free_every_second(char *area)
{
	int page;

	for (page = 0; page < AGED_PAGES; page += 2)
		madvise(area + page * PAGE_BYTES, PAGE_BYTES, MADV_DONTNEED);
}

static void stay_on_this_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* Touches its pages so often that they get old, then gives them up for others. */
static void age_then_reuse(struct fate_scene *scene)
{
	char *aged = scene->area;
	int i;

	/* New ones, for what it got on another node is not what it would get next here. */
	stay_on_this_processor();
	numa_bind_to_first_node();
	madvise(aged, AGED_PAGES * PAGE_BYTES, MADV_DONTNEED);
	munmap(aged + AGED_PAGES * PAGE_BYTES, (FATE_PAGES - AGED_PAGES) * PAGE_BYTES);
	for (i = 0; i < TOUCHES; i++) {
		layout_write(aged, AGED_PAGES);
		worker_stop();
	}
	scene->area = layout_free_space(REUSED_PAGES, 21);
	if (mmap(scene->area, REUSED_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != scene->area)
		_exit(1);
	madvise(scene->area, REUSED_PAGES * PAGE_BYTES, MADV_NOHUGEPAGE);
	free_every_second(aged);
	layout_write(scene->area, REUSED_PAGES);
	munmap(aged, AGED_PAGES * PAGE_BYTES);
}

/* Pages of the worker's area of age 64 or more, and of less; false when the file does not tell. */
static bool read_ages(FIXTURE_DATA(memory) *self, uint64_t *ret_old, uint64_t *ret_young)
{
	const struct shadow_region *region = NULL;
	uint64_t ages[WATCH_AGE_BUCKETS];
	struct shadow shadow;
	int bucket;

	*ret_old = *ret_young = 0;
	if (!shadow_read(self->pid, &shadow))
		region = shadow_region_at(&shadow, (uintptr_t)self->stage.scene->area);
	if (!region || !watch_region_ages(region, ages)) {
		shadow_free(&shadow);
		return false;
	}
	for (bucket = 0; bucket < WATCH_AGE_BUCKETS; bucket++)
		*(bucket == WATCH_AGE_BUCKETS - 1 ? ret_old : ret_young) += ages[bucket];
	shadow_free(&shadow);
	return true;
}

static int census_of_area(FIXTURE_DATA(memory) *self, uint64_t pages, struct census *ret)
{
	uint64_t start = (uintptr_t)self->stage.scene->area;

	return census_take_range(self->pid, start, start + pages * PAGE_BYTES, ret);
}

/*
 * A touch makes a page older by 31, to 127 at most, and each pass without one takes 1: it stays old with dozens of
 * passes from one touch to the next, and until its age is read. The frames' next owner has touched them once; that may
 * be seen twice, where a pass came between the fault and the write that it was for.
 */
#define AGEING "policy=aging24 mode=exact flush=yes budget=50% memory=100% period=200ms " \
	       "params=age-max:127,age-start:0,age-advance:31,age-halving:0,age-decline:1"

TEST_F(memory, a_reused_frame_does_not_inherit_its_age)
{
	static const fate_step steps[FATE_STEPS] = { age_then_reuse };
	struct census before, after;
	uint64_t old, young;
	int i;

	ASSERT_EQ(NULL, begin(self, steps, 0, AGEING));
	for (i = 0; i < TOUCHES; i++) {
		ASSERT_TRUE(worker_step(&self->stage.worker));
		ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	}
	ASSERT_TRUE(read_ages(self, &old, &young));
	EXPECT_EQ(AGED_PAGES, old);
	ASSERT_EQ(0, census_of_area(self, AGED_PAGES, &before));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_EQ(0, census_of_area(self, REUSED_PAGES, &after));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	ASSERT_TRUE(read_ages(self, &old, &young));
	printf("# %llu of %d frames were reused\n", (unsigned long long)census_common(&before, &after), REUSED_PAGES);
	fflush(stdout);
	EXPECT_LT(0, census_common(&before, &after));
	EXPECT_EQ(0, old);
	EXPECT_EQ(REUSED_PAGES, young);
	census_free(&before);
	census_free(&after);
}

static uint64_t region_key(FIXTURE_DATA(memory) *self, const char *key)
{
	uint64_t start = (uintptr_t)self->stage.scene->area, sum = WATCH_NOTHING;
	struct shadow shadow;

	if (!shadow_read(self->pid, &shadow))
		sum = watch_region_sum(&shadow, start, start + FATE_PAGES * PAGE_BYTES, key);
	shadow_free(&shadow);
	return sum;
}

static uint64_t swapped_pages(FIXTURE_DATA(memory) *self)
{
	uint64_t start = (uintptr_t)self->stage.scene->area;
	struct pagemap *pagemap = pagemap_open(self->pid);
	struct pagemap_counts counts = { .swap = WATCH_NOTHING };

	if (pagemap)
		pagemap_count(pagemap, start, start + FATE_PAGES * PAGE_BYTES, &counts);
	pagemap_close(pagemap);
	return counts.swap;
}

/* All but those whose frame a page of the same process got at once: such a page looks unmapped, not evicted. */
#define AUDITED_AT_LEAST(pages) ((pages) * 95 / 100)

TEST_F(memory, pages_that_the_kernel_swaps_out_are_its_evictions_and_come_back_as_refaults)
{
	static const fate_step steps[FATE_STEPS] = { fate_swap_half_out, fate_read_all };
	const char *absent = begin(self, steps, SWAP, WATCH);
	uint64_t swapped;

	if (absent)
		SKIP(return, "missing: %s", absent);
	EXPECT_EQ(0, region_key(self, "kernel_evicted"));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_STREQ("", self->stage.scene->failed);
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	swapped = swapped_pages(self);
	EXPECT_LT(0, swapped);
	EXPECT_EQ(swapped, region_key(self, "kernel_evicted"));
	EXPECT_LE(AUDITED_AT_LEAST(swapped), (uint64_t)watch_figure(self->pid, "aging24", "audit", "kernel_evicted"));
	EXPECT_GE(swapped, (uint64_t)watch_figure(self->pid, "aging24", "audit", "kernel_evicted"));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	EXPECT_EQ(0, swapped_pages(self));
	EXPECT_EQ(0, region_key(self, "kernel_evicted"));
	EXPECT_EQ(swapped, region_key(self, "kernel_refaulted"));
	EXPECT_EQ(swapped, (uint64_t)watch_figure(self->pid, "aging24", "regret", "kernel_refaulted"));
}

/*
 * Pages of files: reclaimed for good from the page cache, or moved to swap, they leave no trace in the tables. The
 * page cache holds one, which the module goes by; mincore(2) told the worker what was reclaimed.
 */
FIXTURE(file)
{
	FIXTURE_DATA(memory) memory;
};

FIXTURE_VARIANT(file)
{
	fate_step steps[FATE_STEPS];
	uint32_t needs;
};

FIXTURE_VARIANT_ADD(file, of_memory) {
	.steps = { fate_map_memory_file, fate_reclaim_mapped, fate_read_mapped }, .needs = SWAP,
};
FIXTURE_VARIANT_ADD(file, of_a_disk) {
	.steps = { fate_map_disk_file, fate_reclaim_mapped, fate_read_mapped },
};

FIXTURE_SETUP(file)
{
	ASSERT_TRUE(module_ready());
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(file)
{
	if (self->memory.pid)
		watch_stop(self->memory.pid);
	fate_stage_clear(&self->memory.stage);
}

TEST_F(file, pages_that_the_kernel_reclaims_are_its_evictions_and_come_back_as_refaults)
{
	FIXTURE_DATA(memory) *memory = &self->memory;
	const char *absent = begin(memory, variant->steps, variant->needs, WATCH);
	struct fate_scene *scene = memory->stage.scene;

	if (absent)
		SKIP(return, "missing: %s", absent);
	ASSERT_TRUE(worker_step(&memory->stage.worker));
	if (scene->missing[0])
		SKIP(return, "missing: %s", scene->missing);
	ASSERT_TRUE(watch_wait_passes(memory->pid, 1, SECONDS));
	EXPECT_EQ(0, region_key(memory, "kernel_evicted"));
	ASSERT_TRUE(worker_step(&memory->stage.worker));
	ASSERT_STREQ("", scene->failed);
	ASSERT_TRUE(watch_wait_passes(memory->pid, 1, SECONDS));
	printf("# %zu of %lu pages were reclaimed\n", scene->reclaimed, FATE_MAPPED);
	fflush(stdout);
	EXPECT_EQ(scene->reclaimed, region_key(memory, "kernel_evicted"));
	EXPECT_LE(AUDITED_AT_LEAST(scene->reclaimed),
		  (uint64_t)watch_figure(memory->pid, "aging24", "audit", "kernel_evicted"));
	EXPECT_GE(scene->reclaimed, (uint64_t)watch_figure(memory->pid, "aging24", "audit", "kernel_evicted"));
	ASSERT_TRUE(worker_step(&memory->stage.worker));
	ASSERT_TRUE(watch_wait_passes(memory->pid, 1, SECONDS));
	EXPECT_EQ(0, region_key(memory, "kernel_evicted"));
	EXPECT_EQ(scene->reclaimed, region_key(memory, "kernel_refaulted"));
	EXPECT_EQ(scene->reclaimed, (uint64_t)watch_figure(memory->pid, "aging24", "regret", "kernel_refaulted"));
}

TEST_HARNESS_MAIN
