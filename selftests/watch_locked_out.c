// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody keeps the mmap lock of a watched process, as one does who waits for a disk that does not answer. The others
 * are watched on; what the process is owed it gets as soon as its lock is free; and whoever ends the watch, or unloads
 * the module, does not wait for that.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sched.h>

#include "lib/fate.h"
#include "lib/file_text.h"
#include "lib/frozen_disk.h"
#include "lib/genl.h"
#include "lib/genl_groups.h"
#include "lib/module.h"
#include "lib/watch.h"

#define SECONDS 60
#define GROUPS 4
#define SHARERS 32
#define WAIT_US 10000
#define EXACT "mode=exact period=100ms budget=100% memory=100%"

/* Long enough for the process to come to the disk while it is open; and there is one window only. */
#define WINDOW "mode=window period=3000s window=20s budget=100% memory=100%"

FIXTURE(locked_out)
{
	struct frozen_disk disk;
	struct fate_stage stage;
	struct fate_stage other;
	const char *missing;
	pid_t pid;
};

static void locked_out_begin(struct __test_metadata *_metadata, FIXTURE_DATA(locked_out) *self, const fate_step *steps)
{
	static const fate_step none[FATE_STEPS] = { NULL };

	memset(self, 0, sizeof(*self));
	self->stage.swap.device = self->other.swap.device = -1;
	ASSERT_TRUE(module_ready());
	self->missing = frozen_disk_make(&self->disk);
	if (self->missing)
		return;
	ASSERT_EQ(NULL, fate_stage_set(&self->other, none, 0));
	ASSERT_EQ(NULL, fate_stage_set(&self->stage, steps, 0));
	self->pid = self->stage.worker.pid;
	ASSERT_TRUE(worker_step(&self->stage.worker));
}

static void locked_out_end(FIXTURE_DATA(locked_out) *self)
{
	frozen_disk_thaw(&self->disk);
	if (self->pid)
		watch_stop(self->pid);
	if (self->other.worker.pid)
		watch_stop(self->other.worker.pid);
	fate_stage_clear(&self->stage);
	fate_stage_clear(&self->other);
	frozen_disk_remove(&self->disk);
}

FIXTURE_SETUP(locked_out)
{
	static const fate_step steps[FATE_STEPS] = { fate_touch_all, fate_wait_for_disk };

	locked_out_begin(_metadata, self, steps);
}

FIXTURE_TEARDOWN(locked_out)
{
	locked_out_end(self);
}

/* From here on nobody gets the lock of the process. */
static bool lock_out(FIXTURE_DATA(locked_out) *self)
{
	return frozen_disk_freeze(&self->disk) && !kill(self->pid, SIGCONT) && frozen_disk_await(self->pid);
}

/* The process has its lock again, has gone on, and has stopped. */
static bool let_in(FIXTURE_DATA(locked_out) *self)
{
	return frozen_disk_thaw(&self->disk) && worker_wait_stop(self->pid) && !self->stage.scene->failed[0];
}

/* Of all its pages: what a thread maps may become one region with the worker's. */
static uint64_t young(FIXTURE_DATA(locked_out) *self)
{
	struct shadow shadow;
	uint64_t pages = 0;

	if (!shadow_read(self->pid, &shadow))
		pages = shadow_sum(&shadow, 0, UINT64_MAX, SHADOW_YOUNG);
	shadow_free(&shadow);
	return pages;
}

static bool wait_young(FIXTURE_DATA(locked_out) *self, uint64_t pages)
{
	int tries;

	for (tries = 100 * SECONDS; tries && young(self) < pages; tries--)
		usleep(10000);
	return tries;
}

TEST_F(locked_out, other_watches_go_on)
{
	pid_t other = self->other.worker.pid;
	uint64_t passes;

	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(self->pid, EXACT));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	ASSERT_TRUE(lock_out(self));
	ASSERT_TRUE(watch_wait_number(self->pid, "locked_out", 2, SECONDS));
	passes = watch_number(self->pid, "passes");
	ASSERT_EQ(0, watch_start(other, EXACT));
	EXPECT_TRUE(watch_wait_passes(other, 5, SECONDS));
	EXPECT_EQ(0, watch_number(other, "locked_out"));
	EXPECT_EQ(0, watch_stop(other));
	EXPECT_LT(passes, watch_number(self->pid, "passes"));
	ASSERT_TRUE(let_in(self));
	ASSERT_EQ(0, watch_stop(self->pid));
	EXPECT_LE(FATE_PAGES, young(self));
}

/* From its first pass on: what is seen of the others is seen while one is locked. */
TEST_F(locked_out, others_of_the_family_are_looked_at)
{
	pid_t other = self->other.worker.pid;
	uint64_t pages;

	SKIP_WITHOUT(self->missing);
	ASSERT_TRUE(lock_out(self));
	ASSERT_EQ(0, watch_start(other, "tree=all " EXACT));
	ASSERT_TRUE(watch_wait_number(other, "locked_out", 1, SECONDS));
	ASSERT_TRUE(watch_wait_passes(other, 2, SECONDS));
	pages = watch_member_number_now(other, "pages");
	EXPECT_LE(FATE_PAGES, pages);
	EXPECT_GT(WATCH_NOTHING, pages);
	ASSERT_TRUE(let_in(self));
}

TEST_F(locked_out, bits_that_a_window_could_not_give_back_are_back_when_the_lock_is_free)
{
	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(self->pid, WINDOW));
	ASSERT_TRUE(watch_wait_number(self->pid, "bits_cleared", FATE_PAGES, SECONDS));
	ASSERT_TRUE(lock_out(self));
	ASSERT_TRUE(watch_in_window(self->pid));
	ASSERT_TRUE(watch_wait_number(self->pid, "locked_out", 1, SECONDS));
	EXPECT_EQ(0, watch_number(self->pid, "bits_returned"));
	ASSERT_TRUE(let_in(self));
	EXPECT_TRUE(wait_young(self, FATE_PAGES));
	EXPECT_EQ(1, watch_number(self->pid, "passes"));
}

TEST_F(locked_out, a_watch_can_be_ended)
{
	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(self->pid, EXACT));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	ASSERT_TRUE(lock_out(self));
	ASSERT_EQ(0, watch_stop(self->pid));
	EXPECT_EQ(0, watch_count());
	ASSERT_TRUE(let_in(self));
	EXPECT_GT(FATE_PAGES, young(self));
	/* What the module keeps does not mention it any more: it can be watched like any other. */
	ASSERT_EQ(0, watch_start(self->pid, EXACT));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	EXPECT_EQ(0, watch_number(self->pid, "locked_out"));
}

TEST_F(locked_out, the_module_can_be_unloaded)
{
	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(self->pid, EXACT));
	ASSERT_EQ(0, watch_start(self->other.worker.pid, EXACT));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	ASSERT_TRUE(watch_wait_passes(self->other.worker.pid, 1, SECONDS));
	ASSERT_TRUE(lock_out(self));
	ASSERT_EQ(0, module_unload_wait(SECONDS));
	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(0, watch_count());
	ASSERT_TRUE(let_in(self));
}

static int just_wait(void *unused)
{
	(void)unused;
	worker_die_with_parent();
	return pause();
}

/* Processes of their own, with the worker's address space. */
static void share_with_children(struct fate_scene *scene)
{
	static char stacks[SHARERS][16384];
	int i;

	for (i = 0; i < SHARERS; i++)
		if (clone(just_wait, stacks[i] + sizeof(stacks[i]), CLONE_VM | SIGCHLD, NULL) < 0)
			snprintf(scene->failed, sizeof(scene->failed), "no child to share it with");
}

/* The least time that a pass over the process takes, of some, in microseconds of work. */
static uint64_t shortest_pass(pid_t pid)
{
	uint64_t shortest = UINT64_MAX, before = watch_number(pid, "busy_us"), busy;
	int pass;

	for (pass = 0; pass < 5; pass++) {
		if (!watch_wait_passes(pid, 1, SECONDS))
			return UINT64_MAX;
		busy = watch_number(pid, "busy_us");
		shortest = busy - before < shortest ? busy - before : shortest;
		before = busy;
	}
	return shortest;
}

/*
 * The regions of each who shares a locked address space are asked for although it is passed over for its pages, and
 * that takes WAIT_US of waiting. Half of it is far more than the work, on the slowest of kernels.
 */
TEST(waiting_to_tell_of_regions_is_not_counted_as_work)
{
	static const fate_step steps[FATE_STEPS] = { share_with_children, fate_wait_for_disk };
	FIXTURE_DATA(locked_out) self;
	int socket;

	locked_out_begin(_metadata, &self, steps);
	SKIP_WITHOUT(self.missing);
	socket = genl_open();
	ASSERT_EQ(GROUPS, genl_join_all(socket, MODULE_NAME, GROUPS));
	ASSERT_EQ(0, watch_start(self.pid, "tree=descendants " EXACT));
	ASSERT_TRUE(watch_wait_passes(self.pid, 1, SECONDS));
	EXPECT_EQ(1 + SHARERS, watch_number(self.pid, "members"));
	ASSERT_TRUE(lock_out(&self));
	ASSERT_TRUE(watch_wait_number(self.pid, "locked_out", 2, SECONDS));
	EXPECT_GT(SHARERS * WAIT_US / 2, shortest_pass(self.pid));
	ASSERT_TRUE(let_in(&self));
	close(socket);
	locked_out_end(&self);
}

/* The sampler's own means of not waiting is a signal; somebody else's is none of its business. */
TEST_F(locked_out, a_signal_to_the_sampler_changes_nothing)
{
	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(self->pid, EXACT));
	ASSERT_TRUE(watch_wait_passes(self->pid, 1, SECONDS));
	ASSERT_EQ(0, system("pkill -KILL -x vminspect"));
	EXPECT_TRUE(watch_wait_passes(self->pid, 5, SECONDS));
	EXPECT_EQ(0, watch_number(self->pid, "locked_out"));
	ASSERT_EQ(0, watch_stop(self->pid));
	EXPECT_LE(FATE_PAGES, young(self));
}

TEST_HARNESS_MAIN
