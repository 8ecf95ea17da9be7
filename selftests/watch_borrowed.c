// SPDX-License-Identifier: GPL-2.0
/*
 * Accessed bits that a watch takes come back, whatever the process does meanwhile and however the watch ends. The
 * process touches its memory after the kernel's clear_refs, so that no older trace of use is left, and stops. What is
 * true of its entries then must be true again in the end: by smaps (Referenced), and by the module's own young=, since
 * Referenced also counts folio flags, which exact mode sets on kernels that have them.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <linux/vminspect.h>

#include "lib/cgroup.h"
#include "lib/fate.h"
#include "lib/file_text.h"
#include "lib/genl.h"
#include "lib/knob.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/smaps.h"
#include "lib/watch.h"

#define SECONDS 20		/* for the watch to borrow, for a window to close */

/* One window, or one pass, and then none for as long as the test lasts. */
#define WINDOW "policy=all mode=window period=3000s window=2900s flush=yes budget=100% memory=100%"
#define EXACT "policy=all mode=exact period=3000s flush=yes budget=100% memory=100%"

FIXTURE(borrowed)
{
	struct fate_stage stage;
	const char *missing;
	pid_t pid;
};

FIXTURE_VARIANT(borrowed)
{
	const char *watch;
	fate_step before;		/* or NULL */
	fate_step meanwhile;		/* or NULL */
	uint32_t needs;
};

#define THP LAYOUT_NEEDS_THP
#define SWAP LAYOUT_NEEDS_SWAP
#define FATE(name, needed, first, second) \
	FIXTURE_VARIANT_ADD(borrowed, window_##name) \
		{ .watch = WINDOW, .before = first, .meanwhile = second, .needs = needed }; \
	FIXTURE_VARIANT_ADD(borrowed, exact_##name) \
		{ .watch = EXACT, .before = first, .meanwhile = second, .needs = needed };
FATE(rests, 0, NULL, NULL)
FATE(frees, 0, NULL, fate_free_half)
FATE(forks, 0, NULL, fate_fork_partner)
FATE(moves, 0, NULL, fate_move)
FATE(protects, 0, NULL, fate_protect)
FATE(is_swapped_out, SWAP, NULL, fate_swap_half_out)
FATE(collapses, THP, NULL, fate_collapse)
FATE(has_huge_pages, THP, fate_collapse, NULL)
FATE(moves_huge_pages, THP, fate_collapse, fate_move)
FATE(moves_and_splits_huge_pages, THP, fate_collapse, fate_move_askew)
FATE(moves_onto_itself, 0, NULL, fate_move_onto_itself)
FATE(splits_by_a_hole, THP, fate_collapse, fate_split_by_hole)
FATE(splits_by_rights, THP, fate_collapse, fate_split_by_rights)

static void nothing(struct fate_scene *scene)
{
	(void)scene;
}

/* clear_refs flushes no TLB. */
static void touch_after_clear_refs(struct fate_scene *scene)
{
	worker_drop_translations();
	fate_touch_all(scene);
}

FIXTURE_SETUP(borrowed)
{
	const fate_step steps[FATE_STEPS] = {
		variant->before ? variant->before : nothing, touch_after_clear_refs,
		variant->meanwhile ? variant->meanwhile : nothing,
	};
	char path[64];

	ASSERT_TRUE(module_ready());
	self->missing = fate_stage_set(&self->stage, steps, variant->needs);
	if (self->missing)
		return;
	self->pid = self->stage.worker.pid;
	ASSERT_TRUE(worker_step(&self->stage.worker));
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", self->pid);
	ASSERT_EQ(0, file_write(path, "1"));
	ASSERT_TRUE(worker_step(&self->stage.worker));
	if (self->stage.scene->missing[0])
		self->missing = self->stage.scene->missing;
}

FIXTURE_TEARDOWN(borrowed)
{
	if (self->pid)
		watch_stop(self->pid);
	fate_stage_clear(&self->stage);
}

/* Pages of a stretch that smaps calls referenced; that are present; whose accessed bit the module sees. */
struct traces {
	uint64_t referenced;
	uint64_t present;
	uint64_t young;
};

static bool inside(const struct map_line *line, const char *start, size_t pages)
{
	return line->start >= (uintptr_t)start && line->start < (uintptr_t)start + pages * PAGE_BYTES;
}

static struct traces traces_of(pid_t pid, const char *start, size_t pages)
{
	struct traces traces = { 0 };
	struct shadow shadow;
	struct smaps smaps;
	size_t i;

	if (!smaps_read(pid, &smaps)) {
		for (i = 0; i < smaps.count; i++) {
			if (!inside(&smaps.regions[i].line, start, pages))
				continue;
			traces.referenced += smaps.regions[i].pages[SMAPS_REFERENCED];
			traces.present += smaps.regions[i].pages[SMAPS_RSS];
		}
		smaps_free(&smaps);
	}
	if (!shadow_read(pid, &shadow))
		traces.young = shadow_sum(&shadow, (uintptr_t)start, (uintptr_t)start + pages * PAGE_BYTES,
					  SHADOW_YOUNG);
	shadow_free(&shadow);
	return traces;
}

static struct traces area_traces(FIXTURE_DATA(borrowed) *self)
{
	return traces_of(self->pid, self->stage.scene->area, FATE_PAGES);
}

static struct traces control_traces(FIXTURE_DATA(borrowed) *self)
{
	return traces_of(self->pid, self->stage.scene->control, FATE_CONTROL_PAGES);
}

/* Starts the watch and waits until it has every bit; a pass is counted whole or not at all. */
static bool kernel_takes_over(void)
{
	struct file_text text;
	bool takes = !file_text_read(WATCHES_FILE, &text) && strstr(text.bytes, " can_hand_over=1");

	file_text_free(&text);
	return takes;
}

static bool borrow(FIXTURE_DATA(borrowed) *self, const char *options)
{
	int tries;

	if (watch_start(self->pid, options))
		return false;
	for (tries = SECONDS * 100; tries && watch_number(self->pid, "bits_cleared") == 0; tries--)
		usleep(10000);
	return tries && area_traces(self).young == 0;
}

TEST_F(borrowed, bits_are_back_after_unwatch)
{
	struct traces traces;

	SKIP_WITHOUT(self->missing);
	traces = area_traces(self);
	EXPECT_EQ(FATE_PAGES, traces.referenced);
	EXPECT_EQ(FATE_PAGES, traces.young);
	EXPECT_EQ(0, control_traces(self).referenced);
	ASSERT_TRUE(borrow(self, variant->watch));
	/* What exact mode takes for long it leaves in PG_young, for reclaim and smaps to see, where there is one. */
	traces = area_traces(self);
	EXPECT_EQ(!strcmp(variant->watch, EXACT) && kernel_takes_over() ? FATE_PAGES : 0, traces.referenced);
	ASSERT_TRUE(worker_step(&self->stage.worker));
	if (self->stage.scene->missing[0])
		SKIP(return, "missing: %s", self->stage.scene->missing);
	ASSERT_STREQ("", self->stage.scene->failed);
	ASSERT_EQ(0, watch_stop(self->pid));
	traces = area_traces(self);
	EXPECT_LT(0, traces.present);
	EXPECT_EQ(traces.present, traces.referenced);
	EXPECT_EQ(traces.present, traces.young);
	EXPECT_EQ(0, control_traces(self).referenced);
	EXPECT_EQ(0, control_traces(self).young);
}

/*
 * Other ends of a watch.
 */
FIXTURE(ended)
{
	FIXTURE_DATA(borrowed) borrowed;
};

FIXTURE_VARIANT(ended)
{
	const char *watch;
};

FIXTURE_VARIANT_ADD(ended, window) { .watch = WINDOW };
FIXTURE_VARIANT_ADD(ended, exact) { .watch = EXACT };

FIXTURE_SETUP(ended)
{
	static const fate_step steps[FATE_STEPS] = { touch_after_clear_refs, fate_fork_partner, fate_partner_ends };
	char path[64];

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(NULL, fate_stage_set(&self->borrowed.stage, steps, 0));
	self->borrowed.pid = self->borrowed.stage.worker.pid;
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", self->borrowed.pid);
	ASSERT_EQ(0, file_write(path, "1"));
	ASSERT_TRUE(worker_step(&self->borrowed.stage.worker));
}

FIXTURE_TEARDOWN(ended)
{
	watch_stop(self->borrowed.pid);
	fate_stage_clear(&self->borrowed.stage);
}

TEST_F(ended, bits_are_back_after_rmmod)
{
	ASSERT_TRUE(borrow(&self->borrowed, variant->watch));
	ASSERT_EQ(0, module_unload_wait(SECONDS));
	EXPECT_EQ(FATE_PAGES, area_traces(&self->borrowed).referenced);
	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(FATE_PAGES, area_traces(&self->borrowed).young);
	EXPECT_EQ(0, control_traces(&self->borrowed).young);
	EXPECT_EQ(0, watch_count());
}

TEST_F(ended, bits_of_the_others_are_back_when_one_of_a_family_has_exited)
{
	char options[160];

	ASSERT_TRUE(worker_step(&self->borrowed.stage.worker));
	snprintf(options, sizeof(options), "%s tree=descendants", variant->watch);
	ASSERT_TRUE(borrow(&self->borrowed, options));
	ASSERT_TRUE(worker_step(&self->borrowed.stage.worker));
	ASSERT_EQ(0, watch_stop(self->borrowed.pid));
	EXPECT_EQ(FATE_PAGES, area_traces(&self->borrowed).referenced);
	EXPECT_EQ(FATE_PAGES, area_traces(&self->borrowed).young);
}

/*
 * What one pass took, the next ones meet in another state.
 */
FIXTURE(between_passes)
{
	FIXTURE_DATA(borrowed) borrowed;
};

FIXTURE_VARIANT(between_passes)
{
	fate_step before;
	fate_step meanwhile;
	uint32_t needs;
};

FIXTURE_VARIANT_ADD(between_passes, moved) { .before = nothing, .meanwhile = fate_move };
FIXTURE_VARIANT_ADD(between_passes, split) {
	.before = fate_collapse, .meanwhile = fate_split_by_rights, .needs = THP
};

FIXTURE_SETUP(between_passes)
{
	const fate_step steps[FATE_STEPS] = { variant->before, fate_touch_all, variant->meanwhile };
	FIXTURE_DATA(borrowed) *borrowed = &self->borrowed;

	ASSERT_TRUE(module_ready());
	borrowed->missing = fate_stage_set(&borrowed->stage, steps, variant->needs);
	if (borrowed->missing)
		return;
	borrowed->pid = borrowed->stage.worker.pid;
	ASSERT_TRUE(worker_step(&borrowed->stage.worker));
	ASSERT_TRUE(worker_step(&borrowed->stage.worker));
	if (borrowed->stage.scene->missing[0])
		borrowed->missing = borrowed->stage.scene->missing;
}

FIXTURE_TEARDOWN(between_passes)
{
	if (self->borrowed.pid)
		watch_stop(self->borrowed.pid);
	fate_stage_clear(&self->borrowed.stage);
}

TEST_F(between_passes, bits_are_back_after_unwatch)
{
	FIXTURE_DATA(borrowed) *borrowed = &self->borrowed;

	SKIP_WITHOUT(borrowed->missing);
	ASSERT_TRUE(borrow(borrowed, "mode=exact period=100ms flush=yes budget=100% memory=100%"));
	ASSERT_TRUE(worker_step(&borrowed->stage.worker));
	ASSERT_STREQ("", borrowed->stage.scene->failed);
	ASSERT_TRUE(watch_wait_passes(borrowed->pid, 2, SECONDS));
	EXPECT_EQ(0, area_traces(borrowed).young);
	ASSERT_EQ(0, watch_stop(borrowed->pid));
	EXPECT_EQ(FATE_PAGES, area_traces(borrowed).young);
}

/* With nobody touching anything between its passes, an open window is all that a process ever notices. */
TEST(bits_are_back_whenever_a_window_has_closed)
{
	static const fate_step steps[FATE_STEPS] = { fate_touch_all };
	FIXTURE_DATA(borrowed) self = { .pid = 0 };
	int round;

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(NULL, fate_stage_set(&self.stage, steps, 0));
	self.pid = self.stage.worker.pid;
	ASSERT_TRUE(worker_step(&self.stage.worker));
	ASSERT_EQ(0, watch_start(self.pid, "mode=window period=800ms window=200ms budget=50%"));
	for (round = 0; round < 3; round++) {
		ASSERT_TRUE(watch_wait_window(self.pid, SECONDS));
		ASSERT_TRUE(watch_wait_passes(self.pid, 1, SECONDS));
		EXPECT_EQ(FATE_PAGES, area_traces(&self).young);
	}
	EXPECT_EQ(watch_number(self.pid, "bits_cleared"), watch_number(self.pid, "bits_returned"));
	EXPECT_EQ(0, watch_number(self.pid, "bits_gone"));
	watch_stop(self.pid);
	fate_stage_clear(&self.stage);
}

static void take_touched(const struct nlmsghdr *message, void *touched)
{
	genl_u64(message, VMI_A_STATS_YOUNG, touched);
}

/* Pages that all passes of the one watch found touched. */
static uint64_t pages_touched(void)
{
	uint64_t touched = 0;
	struct genl_message message;
	int socket = genl_open();

	genl_begin(&message, genl_family(MODULE_NAME), NLM_F_DUMP, VMI_CMD_STATS_GET);
	if (genl_ask_each(socket, &message, take_touched, &touched))
		touched = UINT64_MAX;
	close(socket);
	return touched;
}

/* An empty cgroup has nothing to reclaim; that somebody tries is enough. */
static bool reclaim_nothing(unsigned int times)
{
	struct cgroup cgroup;

	if (cgroup_create(&cgroup, "reclaimed"))
		return false;
	while (times--)
		cgroup_set(&cgroup, "memory.reclaim", "4096");
	cgroup_remove(&cgroup);
	return true;
}

static bool have_reclaim_woken(pid_t pid)
{
	uint64_t before = watch_number(pid, "reclaim_returns");
	int tries = SECONDS * 100;

	if (!reclaim_nothing(1))
		return false;
	while (watch_number(pid, "reclaim_returns") == before && tries--)
		usleep(10000);
	return watch_number(pid, "reclaim_returns") > before;
}

/*
 * Pages whose bits are back once reclaim has woken; WATCH_NOTHING where it cannot be woken. A pass that comes before we
 * have looked takes them again, hence the tries.
 */
static uint64_t young_after_reclaim(FIXTURE_DATA(borrowed) *self)
{
	uint64_t back = 0;
	int tries = 10;

	while (back < FATE_PAGES && tries--) {
		if (!have_reclaim_woken(self->pid))
			return WATCH_NOTHING;
		back = area_traces(self).young;
	}
	return back;
}

/* All of them between two passes. */
TEST_F(between_passes, bits_are_back_when_reclaim_wakes)
{
	FIXTURE_DATA(borrowed) *borrowed = &self->borrowed;
	uint64_t back;

	SKIP_WITHOUT(borrowed->missing);
	ASSERT_TRUE(borrow(borrowed, "mode=exact period=1s flush=yes budget=100% memory=100%"));
	ASSERT_TRUE(worker_step(&borrowed->stage.worker));
	ASSERT_STREQ("", borrowed->stage.scene->failed);
	ASSERT_TRUE(watch_wait_passes(borrowed->pid, 2, SECONDS));
	back = young_after_reclaim(borrowed);
	if (back == WATCH_NOTHING)
		SKIP(return, "missing: memory.reclaim of memory cgroups (Linux 5.19)");
	EXPECT_EQ(FATE_PAGES, back);
	ASSERT_EQ(0, watch_stop(borrowed->pid));
}

/* Given back, all bits are set: the next pass must not take that for use. */
TEST(what_is_given_back_to_reclaim_is_not_taken_for_touched)
{
	static const fate_step steps[FATE_STEPS] = { fate_touch_all };
	FIXTURE_DATA(borrowed) self = { .pid = 0 };
	uint64_t touched, back;

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(NULL, fate_stage_set(&self.stage, steps, 0));
	self.pid = self.stage.worker.pid;
	ASSERT_TRUE(worker_step(&self.stage.worker));
	ASSERT_EQ(0, watch_start(self.pid, "mode=exact period=1s flush=yes budget=100% memory=100%"));
	ASSERT_TRUE(watch_wait_passes(self.pid, 2, SECONDS));
	touched = pages_touched();
	EXPECT_LE(FATE_PAGES, touched);
	back = young_after_reclaim(&self);
	if (back == WATCH_NOTHING)
		SKIP(return, "missing: memory.reclaim of memory cgroups (Linux 5.19)");
	EXPECT_EQ(FATE_PAGES, back);
	ASSERT_TRUE(watch_wait_passes(self.pid, 3, SECONDS));
	EXPECT_EQ(touched, pages_touched());
	/* And they are seen again when they are. */
	EXPECT_EQ(0, area_traces(&self).young);
	watch_stop(self.pid);
	EXPECT_EQ(FATE_PAGES, area_traces(&self).young);
	fate_stage_clear(&self.stage);
}

/* There is one pass. */
static bool borrow_for_an_hour(FIXTURE_DATA(borrowed) *self)
{
	static const fate_step none[FATE_STEPS] = { NULL };

	if (!module_ready() || fate_stage_set(&self->stage, none, 0))
		return false;
	self->pid = self->stage.worker.pid;
	return !watch_start(self->pid, "mode=exact period=3600s flush=yes budget=100% memory=100%") &&
	       watch_wait_passes_in_all(self->pid, 1, SECONDS);
}

/* It may cost as much as a pass. */
TEST(what_giving_back_to_reclaim_takes_is_counted_as_work)
{
	FIXTURE_DATA(borrowed) self = { .pid = 0 };
	uint64_t busy;

	ASSERT_TRUE(borrow_for_an_hour(&self));
	busy = watch_number(self.pid, "busy_us");
	if (!have_reclaim_woken(self.pid))
		SKIP(return, "missing: memory.reclaim of memory cgroups (Linux 5.19)");
	EXPECT_LT(busy, watch_number(self.pid, "busy_us"));
	EXPECT_GT(WATCH_NOTHING, watch_number(self.pid, "busy_us"));
	EXPECT_EQ(1, watch_number(self.pid, "passes"));
	watch_stop(self.pid);
	fate_stage_clear(&self.stage);
}

/* The sampler sees to one watch after the other: what another one's passes come after it has done for this one. */
TEST(reclaim_that_wakes_again_finds_nothing_to_give_back_and_costs_nothing)
{
	FIXTURE_DATA(borrowed) self = { .pid = 0 };
	uint64_t busy;

	ASSERT_TRUE(borrow_for_an_hour(&self));
	if (!have_reclaim_woken(self.pid))
		SKIP(return, "missing: memory.reclaim of memory cgroups (Linux 5.19)");
	ASSERT_EQ(0, watch_start(getpid(), "mode=passive period=20ms budget=100%"));
	busy = watch_number(self.pid, "busy_us");
	EXPECT_TRUE(reclaim_nothing(100));
	ASSERT_TRUE(watch_wait_passes(getpid(), 2, SECONDS));
	EXPECT_EQ(busy, watch_number(self.pid, "busy_us"));
	EXPECT_EQ(1, watch_number(self.pid, "reclaim_returns"));
	watch_stop(getpid());
	watch_stop(self.pid);
	fate_stage_clear(&self.stage);
}

/* Migration gives a page another frame and makes its entry old: the one case that is not mended, and it is told. */
TEST(bits_of_pages_that_migrate_in_a_window_are_counted_as_gone)
{
	static const fate_step steps[FATE_STEPS] = { fate_touch_all, fate_migrate_some };
	FIXTURE_DATA(borrowed) self = { .pid = 0 };
	struct knobs knobs = { .count = 0 };
	struct traces traces;

	/* The NUMA balancer migrates pages of the program and its libraries, too. */
	knob_set(&knobs, KNOB_NUMA_BALANCING, "0");
	ASSERT_TRUE(module_ready());
	ASSERT_EQ(NULL, fate_stage_set(&self.stage, steps, 0));
	self.pid = self.stage.worker.pid;
	ASSERT_TRUE(worker_step(&self.stage.worker));
	ASSERT_EQ(0, watch_start(self.pid, "mode=window period=2s window=700ms budget=50%"));
	ASSERT_TRUE(watch_wait_window(self.pid, SECONDS));
	ASSERT_TRUE(worker_step(&self.stage.worker));
	ASSERT_TRUE(watch_in_window(self.pid));
	if (self.stage.scene->missing[0]) {
		knobs_restore(&knobs);
		SKIP(return, "missing: %s", self.stage.scene->missing);
	}
	ASSERT_STREQ("", self.stage.scene->failed);
	ASSERT_TRUE(watch_wait_passes(self.pid, 1, SECONDS));
	traces = area_traces(&self);
	printf("# %llu of %d bits are gone, bits_gone=%llu\n", (unsigned long long)(FATE_PAGES - traces.young),
	       FATE_MIGRATED, (unsigned long long)watch_number(self.pid, "bits_gone"));
	fflush(stdout);
	EXPECT_EQ(FATE_PAGES - traces.young, watch_number(self.pid, "bits_gone"));
	EXPECT_LE(FATE_PAGES - FATE_MIGRATED, traces.young);
	watch_stop(self.pid);
	fate_stage_clear(&self.stage);
	knobs_restore(&knobs);
}

TEST_HARNESS_MAIN
