// SPDX-License-Identifier: GPL-2.0
/*
 * Passive mode writes to no page table: the module counts every accessed bit that it writes, and the count stands still
 * while a busy process is watched and its pages are seen. The other modes show that the count would move.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include "lib/fate.h"
#include "lib/file_text.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/smaps.h"
#include "lib/watch.h"

#define SECONDS 20		/* for passes to come */
#define PASSES 5
/* With room for all pages, wherever their frames are: what the shadow refuses it does not see. */
#define WATCHED(mode) "mode=" mode " policy=all period=100ms budget=100% memory=100%"

FIXTURE(passive)
{
	struct fate_stage stage;
	pid_t pid;
};

/* The kernel's own ageing, which goes on after tests that need much memory, does not flush translations either. */
static void stay_busy(struct fate_scene *scene)
{
	for (;;) {
		worker_drop_translations();
		fate_touch_all(scene);
	}
}

FIXTURE_SETUP(passive)
{
	static const fate_step steps[FATE_STEPS] = { stay_busy };

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, watch_count());
	ASSERT_EQ(NULL, fate_stage_set(&self->stage, steps, 0));
	self->pid = self->stage.worker.pid;
}

FIXTURE_TEARDOWN(passive)
{
	watch_stop(self->pid);
	fate_stage_clear(&self->stage);
}

static uint64_t written_while_watched(FIXTURE_DATA(passive) *self, const char *options)
{
	uint64_t before = watch_bits_written();

	kill(self->pid, SIGCONT);
	if (watch_start(self->pid, options) || !watch_wait_passes(self->pid, PASSES, SECONDS))
		return WATCH_NOTHING;
	return watch_bits_written() - before;
}

static uint64_t accessed(pid_t pid)
{
	uint64_t number = watch_member_number_now(pid, "accessed");

	return number == WATCH_NOTHING ? 0 : number;
}

/* The worker may need some passes' time to come round. */
static bool wait_all_accessed(pid_t pid)
{
	int passes;

	for (passes = 0; passes < 10 * SECONDS && accessed(pid) < FATE_PAGES; passes++)
		if (!watch_wait_passes(pid, 1, SECONDS))
			return false;
	return passes < 10 * SECONDS;
}

/* Of the worker's own memory: what others do to a shared file's folios is seen in its smaps too. */
static uint64_t referenced(FIXTURE_DATA(passive) *self)
{
	uint64_t start = (uintptr_t)self->stage.scene->area;
	struct smaps smaps;
	uint64_t pages = 0;
	size_t i;

	if (smaps_read(self->pid, &smaps))
		return WATCH_NOTHING;
	for (i = 0; i < smaps.count; i++)
		if (smaps.regions[i].line.start >= start &&
		    smaps.regions[i].line.start < start + FATE_PAGES * PAGE_BYTES)
			pages += smaps.regions[i].pages[SMAPS_REFERENCED];
	smaps_free(&smaps);
	return pages;
}

/* Tells a module that does not see from a worker that does not touch. */
static void tell_state(FIXTURE_DATA(passive) *self)
{
	struct file_text status = { 0 };

	printf("# %llu pages seen accessed, %llu of the area referenced, after %llu passes\n",
	       (unsigned long long)accessed(self->pid), (unsigned long long)referenced(self),
	       (unsigned long long)watch_number(self->pid, "passes"));
	if (!file_text_read_proc(self->pid, "status", &status))
		printf("# the worker:\n%s", status.bytes);
	fflush(stdout);
	file_text_free(&status);
}

TEST_F_TIMEOUT(passive, no_accessed_bit_is_written_in_passive_mode, 600)
{
	uint64_t before = watch_bits_written();

	EXPECT_EQ(0, written_while_watched(self, WATCHED("passive")));
	EXPECT_TRUE(wait_all_accessed(self->pid)) {
		tell_state(self);
	}
	EXPECT_EQ(before, watch_bits_written());
	EXPECT_EQ(0, watch_number(self->pid, "bits_cleared"));
	ASSERT_EQ(0, watch_stop(self->pid));
}

TEST_F(passive, the_other_modes_move_the_count)
{
	EXPECT_LT(FATE_PAGES, written_while_watched(self, WATCHED("window")));
	ASSERT_EQ(0, watch_stop(self->pid));
	EXPECT_LT(FATE_PAGES, written_while_watched(self, WATCHED("exact")));
	ASSERT_EQ(0, watch_stop(self->pid));
}

static bool wait_referenced(FIXTURE_DATA(passive) *self)
{
	int tries;

	for (tries = 100 * SECONDS; tries && !referenced(self); tries--)
		usleep(10000);
	return tries;
}

/* Of a process that has stopped, with all its bits cleared and then some set by use. */
TEST_F(passive, what_smaps_calls_referenced_does_not_change)
{
	uint64_t before;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", self->pid);
	ASSERT_EQ(0, file_write(path, "1"));
	kill(self->pid, SIGCONT);
	ASSERT_TRUE(wait_referenced(self));
	ASSERT_EQ(0, kill(self->pid, SIGSTOP));
	ASSERT_TRUE(worker_wait_stop(self->pid));
	before = referenced(self);
	EXPECT_LT(0, before);
	ASSERT_EQ(0, watch_start(self->pid, WATCHED("passive")));
	ASSERT_TRUE(watch_wait_passes(self->pid, PASSES, SECONDS));
	EXPECT_EQ(before, referenced(self));
	ASSERT_EQ(0, watch_stop(self->pid));
	EXPECT_EQ(before, referenced(self));
}

TEST_HARNESS_MAIN
