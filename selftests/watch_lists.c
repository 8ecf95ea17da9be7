// SPDX-License-Identifier: GPL-2.0
/*
 * Where a watch books pages: with the node that their frames are on, with the kernel's own lists as these are switched
 * from one LRU to the other, with their region when they are touched after an eviction, and never as evicted where the
 * process has locked them.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sys/mman.h>

#include "lib/census.h"
#include "lib/fate.h"
#include "lib/kpageflags.h"
#include "lib/module.h"
#include "lib/numa.h"
#include "lib/pagemap.h"
#include "lib/watch.h"

#define SECONDS 60		/* for passes to come */
#define WATCH "policy=twolist mode=exact period=50ms budget=100% memory=100%"

FIXTURE(lists)
{
	struct fate_stage stage;
	pid_t pid;
};

static const char *stage_set(FIXTURE_DATA(lists) *self, fate_step first, fate_step second)
{
	const fate_step steps[FATE_STEPS] = { first, second };
	const char *missing = fate_stage_set(&self->stage, steps, 0);

	self->pid = self->stage.worker.pid;
	return missing;
}

FIXTURE_SETUP(lists)
{
	ASSERT_TRUE(module_ready());
}

FIXTURE_TEARDOWN(lists)
{
	EXPECT_EQ(0, watch_audit());
	watch_stop(self->pid);
	fate_stage_clear(&self->stage);
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

#define NODES 2

struct per_node {
	uint64_t shown[NODES];
	uint64_t real[NODES];		/* by numa_maps */
};

static void count_nodes(pid_t pid, struct per_node *ret)
{
	unsigned int node;

	for (node = 0; node < NODES; node++) {
		ret->shown[node] = watch_node_pages(pid, "twolist", node);
		ret->real[node] = numa_node_pages(pid, node);
	}
}

/* As many pages have left a node, or come to it, as numa_maps says. */
static unsigned int wrong_moves(pid_t pid, const struct per_node *before, const struct per_node *after)
{
	unsigned int node, wrong = 0;

	for (node = 0; node < NODES; node++) {
		long shown = after->shown[node] - before->shown[node], real = after->real[node] - before->real[node];

		if (shown == real)
			continue;
		printf("# node %u of %d: %ld pages more, by numa_maps %ld\n", node, pid, shown, real);
		wrong++;
	}
	fflush(stdout);
	return wrong;
}

TEST_F_TIMEOUT(lists, pages_that_move_to_another_node_are_booked_there, 300)
{
	struct per_node before, after;

	ASSERT_EQ(NULL, stage_set(self, fate_spread_over_nodes, fate_change_nodes));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	if (self->stage.scene->missing[0])
		SKIP(return, "missing: %s", self->stage.scene->missing);
	ASSERT_EQ(0, watch_start(self->pid, WATCH));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	count_nodes(self->pid, &before);
	ASSERT_LE(FATE_PAGES / 4, before.real[0]);
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	count_nodes(self->pid, &after);
	ASSERT_STREQ("", self->stage.scene->failed);
	EXPECT_EQ(before.real[0] - FATE_PAGES / 2, after.real[0]);
	EXPECT_EQ(0, wrong_moves(self->pid, &before, &after));
}

/* --- locked pages ------------------------------------------------------------------------------------------------- */

/* What the regions that lie there sum up to. */
static uint64_t sum_of(FIXTURE_DATA(lists) *self, size_t from_page, size_t pages, const char *key)
{
	uint64_t start = (uintptr_t)self->stage.scene->area + from_page * PAGE_BYTES, sum = WATCH_NOTHING;
	struct shadow shadow;

	if (!shadow_read(self->pid, &shadow))
		sum = watch_region_sum(&shadow, start, start + pages * PAGE_BYTES, key);
	shadow_free(&shadow);
	return sum;
}

static uint64_t evicted(FIXTURE_DATA(lists) *self, size_t from_page, size_t pages)
{
	return sum_of(self, from_page, pages, "evicted");
}

/*
 * Passes until nearly all pages there are evicted; false when that does not come. One is within the limit, and for some
 * that are no longer locked the kernel has yet to note it (its batches, mlock_folio_batch()).
 */
static bool wait_evicted(FIXTURE_DATA(lists) *self, size_t from_page, size_t pages)
{
	uint64_t now = 0;
	int passes;

	for (passes = 0; passes < 100; passes++) {
		now = evicted(self, from_page, pages);
		if (now <= pages && now >= pages - pages / 16)
			return true;
		if (!watch_wait_passes(self->pid, 1, SECONDS))
			return false;
	}
	printf("# of %zu pages %llu are evicted\n", pages, (unsigned long long)now);
	fflush(stdout);
	return false;
}

TEST_F_TIMEOUT(lists, locked_pages_are_not_evicted_for_the_rss_limit, 300)
{
	const size_t half = FATE_PAGES / 2;

	ASSERT_EQ(NULL, stage_set(self, fate_lock_half, fate_unlock));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_STREQ("", self->stage.scene->failed);
	ASSERT_EQ(0, watch_start(self->pid, WATCH " rss=4K"));
	EXPECT_TRUE(wait_evicted(self, half, half));
	EXPECT_EQ(0, evicted(self, 0, half));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	EXPECT_TRUE(wait_evicted(self, 0, FATE_PAGES));
}

/* --- refaults ----------------------------------------------------------------------------------------------------- */

#define SOME 16			/* pages, in a region of their own */

static void set_some_apart(struct fate_scene *scene)
{
	mprotect(scene->area, SOME * PAGE_BYTES, PROT_READ);
}

static void read_some(struct fate_scene *scene)
{
	layout_read(scene->area, SOME);
}

/* The limit has room for them, and they are the warmest then. */
TEST_F_TIMEOUT(lists, shadow_evicted_pages_that_are_touched_are_refaults_of_their_region, 300)
{
	uint64_t before;

	ASSERT_EQ(NULL, stage_set(self, set_some_apart, read_some));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_EQ(0, watch_start(self->pid, WATCH " rss=1M"));
	ASSERT_TRUE(wait_evicted(self, 0, SOME));
	before = evicted(self, 0, SOME);
	EXPECT_EQ(0, sum_of(self, 0, SOME, "shadow_refaulted"));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	EXPECT_EQ(0, evicted(self, 0, SOME));
	EXPECT_EQ(before, sum_of(self, 0, SOME, "shadow_refaulted"));
	EXPECT_EQ(0, sum_of(self, SOME, FATE_PAGES - SOME, "shadow_refaulted"));
}

/* --- the kernel's lists ------------------------------------------------------------------------------------------- */

FIXTURE(real_lists)
{
	FIXTURE_DATA(lists) lists;
	struct knobs knobs;
	const char *missing;
};

FIXTURE_SETUP(real_lists)
{
	static const fate_step none[FATE_STEPS] = { NULL };

	ASSERT_TRUE(module_ready());
	memset(&self->knobs, 0, sizeof(self->knobs));
	self->missing = NULL;
	ASSERT_EQ(NULL, fate_stage_set(&self->lists.stage, none, 0));
	self->lists.pid = self->lists.stage.worker.pid;
	if (knob_set(&self->knobs, KNOB_LRU_GEN, "n"))
		self->missing = "multi-generation LRU (CONFIG_LRU_GEN)";
}

FIXTURE_TEARDOWN(real_lists)
{
	EXPECT_EQ(0, watch_audit());
	watch_stop(self->lists.pid);
	knobs_restore(&self->knobs);
	fate_stage_clear(&self->lists.stage);
}

/* Pages of a process by what the kernel holds them for. */
struct held {
	uint64_t active;
	uint64_t inactive;
};

static struct held shown_held(pid_t pid)
{
	return (struct held){
		.active = watch_figure(pid, "twolist", "agreement", "both_active") +
			  watch_figure(pid, "twolist", "agreement", "real_active_only"),
		.inactive = watch_figure(pid, "twolist", "agreement", "shadow_active_only") +
			    watch_figure(pid, "twolist", "agreement", "both_inactive"),
	};
}

/* By kpageflags. MGLRU does not tell there which generation a page is of: all are inactive then. */
static struct held really_held(pid_t pid)
{
	int kpageflags = kpageflags_open();
	struct held held = { 0 };
	struct census census;
	size_t i;

	if (kpageflags < 0)
		return held;
	if (census_take(&pid, 1, &census)) {
		close(kpageflags);
		return held;
	}
	for (i = 0; i < census.frames; i++) {
		uint64_t flags = kpageflags_word(kpageflags, census.numbers[i]);

		if (!(flags & KPF_LRU) || flags & KPF_UNEVICTABLE)
			continue;
		if (flags & KPF_ACTIVE)
			held.active++;
		else
			held.inactive++;
	}
	census_free(&census);
	close(kpageflags);
	return held;
}

/* Passes until each page of the process is known to be where the kernel holds it, or only to be held by it. */
static bool wait_agreed(pid_t pid, bool by_list)
{
	struct held shown = { 0 }, real = { 0 };
	int passes;

	for (passes = 0; passes < 50; passes++) {
		if (!watch_wait_passes(pid, 1, SECONDS))
			return false;
		shown = shown_held(pid);
		real = really_held(pid);
		if (shown.active + shown.inactive == real.active + real.inactive && real.active + real.inactive &&
		    (!by_list || shown.active == real.active))
			return true;
	}
	printf("# %llu active and %llu inactive, by kpageflags %llu and %llu\n", (unsigned long long)shown.active,
	       (unsigned long long)shown.inactive, (unsigned long long)real.active, (unsigned long long)real.inactive);
	fflush(stdout);
	return false;
}

TEST_F_TIMEOUT(real_lists, are_told_as_they_are_while_the_kernel_is_switched_between_them, 300)
{
	pid_t pid = self->lists.pid;

	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(pid, WATCH));
	EXPECT_TRUE(wait_agreed(pid, true));
	ASSERT_EQ(0, knob_set(&self->knobs, KNOB_LRU_GEN, "y"));
	EXPECT_TRUE(wait_agreed(pid, false));
	ASSERT_EQ(0, knob_set(&self->knobs, KNOB_LRU_GEN, "n"));
	EXPECT_TRUE(wait_agreed(pid, true));
}

TEST_HARNESS_MAIN
