// SPDX-License-Identifier: GPL-2.0
/*
 * Watching a storm: processes that fork, exit, map, unmap, move, protect, drop, swap out, collapse and split without
 * end are watched, audited, let go and watched again, and the module comes and goes below. Their memory keeps its
 * contents, no audit finds anything, whenever they stop the pages of each are those of its pagemap, and whenever they
 * are let go one among them that only waits has all of its accessed bits.
 *
 *   VMI_STORM_SEED      repeats a storm; the seed of each is printed
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "lib/census.h"
#include "lib/knob.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/random.h"
#include "lib/setting.h"
#include "lib/slab.h"
#include "lib/status.h"
#include "lib/swap.h"
#include "lib/turmoil.h"
#include "lib/watch.h"

#define TURMOILS 3
#define ROUNDS 12
#define STILL_PAGES 512UL
#define SECONDS 30		/* for a pass to come, for processes to stop, for memory to come back */
#define TRIES 10		/* the kernel may collapse pages of a process that has stopped, and that is no error */

/* What the members of a storm share. */
struct weather {
	volatile bool stop;
	uint64_t seed;
	pid_t members[TURMOILS];
	pid_t still;		/* touched its memory, and no more since */
	char *still_area;
	bool wrong;		/* a member's memory did not hold what it must */
};

FIXTURE(storm)
{
	struct weather *weather;
	struct worker family;	/* its children are the members */
	struct swap swap;
	struct knobs knobs;
	struct slab_counts before;
};

FIXTURE_VARIANT(storm)
{
	const char *watch;
};

FIXTURE_VARIANT_ADD(storm, passive) { .watch = "mode=passive period=40ms" };
FIXTURE_VARIANT_ADD(storm, window) { .watch = "mode=window period=60ms window=30ms flush=yes" };
FIXTURE_VARIANT_ADD(storm, exact) { .watch = "mode=exact period=40ms" };

/* Has accessed bits that nobody but a watch has a reason to clear. */
static void keep_still(struct weather *weather)
{
	size_t bytes = STILL_PAGES * PAGE_BYTES, page;
	char *area = mmap(NULL, bytes + 2 * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	worker_die_with_parent();
	if (area == MAP_FAILED)
		_exit(1);
	/* Between pages without rights it stays a region of its own. */
	area += PAGE_BYTES;
	if (mprotect(area, bytes, PROT_READ | PROT_WRITE) || madvise(area, bytes, MADV_NOHUGEPAGE))
		_exit(1);
	for (page = 0; page < STILL_PAGES; page++)
		area[page * PAGE_BYTES] = 1;
	weather->still_area = area;
	while (!weather->stop)
		usleep(10000);
	_exit(0);
}

/* A process group of its own, so that all of it can be stopped, children's children included. */
static void raise_family(int tell, void *argument)
{
	struct weather *weather = *(struct weather **)argument;
	int i, status;
	pid_t pid;

	setpgid(0, 0);
	pid = fork();
	if (pid == 0)
		keep_still(weather);
	weather->still = pid;
	for (i = 0; i < TURMOILS; i++) {
		pid = fork();
		if (pid == 0) {
			worker_die_with_parent();
			_exit(turmoil_run(random_mix(weather->seed + i), &weather->stop) != 0);
		}
		weather->members[i] = pid;
	}
	worker_tell(tell, "", 1);
	for (i = 0; i < TURMOILS; i++)
		if (waitpid(weather->members[i], &status, 0) < 0 || status)
			weather->wrong = true;
	if (waitpid(weather->still, &status, 0) < 0 || status)
		weather->wrong = true;
}

FIXTURE_SETUP(storm)
{
	char ready;

	self->swap.device = -1;
	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(watch_wait_none(SECONDS));
	self->weather = mmap(NULL, sizeof(*self->weather), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->weather);
	self->weather->seed = setting_seed("VMI_STORM_SEED");
	ASSERT_EQ(NULL, swap_start(&self->swap, 256));
	knob_set(&self->knobs, KNOB_THP_ENABLED, "madvise");
	slab_count(&self->before);
	ASSERT_TRUE(worker_start(&self->family, raise_family, &self->weather));
	ASSERT_EQ(1, read(self->family.pipe, &ready, 1));
}

FIXTURE_TEARDOWN(storm)
{
	if (self->family.pid)
		kill(-self->family.pid, SIGKILL);
	worker_end(&self->family);
	swap_end(&self->swap);
	knobs_restore(&self->knobs);
}

static int watch_family(FIXTURE_DATA(storm) *self, const char *mode)
{
	char options[160];

	snprintf(options, sizeof(options), "%s policy=all tree=descendants budget=100%% memory=100%%", mode);
	return watch_start(self->family.pid, options);
}

static bool stop_family(FIXTURE_DATA(storm) *self)
{
	int i;

	if (kill(-self->family.pid, SIGSTOP))
		return false;
	for (i = 0; i < TURMOILS; i++)
		if (!status_wait_state(self->weather->members[i], 'T', SECONDS))
			return false;
	return true;
}

static uint64_t mapped_pages(pid_t pid)
{
	struct census census;
	uint64_t pages = WATCH_NOTHING;

	if (!census_take(&pid, 1, &census))
		pages = census.mappings;
	census_free(&census);
	return pages;
}

/* After a pass over a member that has stopped. */
static bool member_is_exact(FIXTURE_DATA(storm) *self, pid_t pid)
{
	uint64_t before = 0, shown = 0, after = 0;
	struct shadow shadow;
	int tries;

	for (tries = TRIES; tries; tries--) {
		before = mapped_pages(pid);
		if (!watch_wait_passes(self->family.pid, 2, SECONDS))
			return false;
		shown = shadow_read(pid, &shadow) ? WATCH_NOTHING : watch_member_number(&shadow, "pages");
		shadow_free(&shadow);
		after = mapped_pages(pid);
		if (before == shown && shown == after)
			return true;
	}
	printf("# pid %d: pages=%llu, by pagemap %llu and then %llu\n", pid, (unsigned long long)shown,
	       (unsigned long long)before, (unsigned long long)after);
	fflush(stdout);
	return false;
}

static unsigned int inexact_members(FIXTURE_DATA(storm) *self)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < TURMOILS; i++)
		wrong += !member_is_exact(self, self->weather->members[i]);
	return wrong;
}

/* While nobody watches: the pages of the one that keeps still whose accessed bits are set. */
static uint64_t bits_of_still(FIXTURE_DATA(storm) *self)
{
	uint64_t start = (uintptr_t)self->weather->still_area, young = 0;
	struct shadow shadow;

	if (!shadow_read(self->weather->still, &shadow))
		young = shadow_sum(&shadow, start, start + STILL_PAGES * PAGE_BYTES, SHADOW_YOUNG);
	else
		printf("# the one that keeps still: %s\n", shadow.error);
	shadow_free(&shadow);
	return young;
}

/* Calm: the members check all that they have, and end. */
static bool contents_are_right(FIXTURE_DATA(storm) *self)
{
	int status;

	self->weather->stop = true;
	kill(-self->family.pid, SIGCONT);
	if (waitpid(self->family.pid, &status, 0) != self->family.pid)
		return false;
	self->family.pid = 0;
	close(self->family.pipe);
	return status == 0 && !self->weather->wrong;
}

TEST_F_TIMEOUT(storm, watched_memory_keeps_its_contents_and_audits_find_nothing, 600)
{
	/* Each with four passes and an audit, which are slow on a debug kernel. */
	int rounds = is_debug_kernel() ? ROUNDS / 3 : ROUNDS, round;

	ASSERT_EQ(0, watch_family(self, variant->watch));
	for (round = 1; round <= rounds; round++) {
		ASSERT_TRUE(watch_wait_passes(self->family.pid, 4, SECONDS));
		EXPECT_EQ(0, watch_audit());
		if (round % 4)
			continue;
		ASSERT_TRUE(stop_family(self));
		EXPECT_EQ(0, inexact_members(self));
		EXPECT_EQ(0, watch_audit());
		ASSERT_EQ(0, kill(-self->family.pid, SIGCONT));
		ASSERT_EQ(0, watch_stop(self->family.pid));
		EXPECT_EQ(STILL_PAGES, bits_of_still(self));
		ASSERT_EQ(0, watch_family(self, variant->watch));
	}
	EXPECT_EQ(0, watch_number(self->family.pid, "refused"));
	EXPECT_TRUE(contents_are_right(self));
	EXPECT_TRUE(watch_wait_none(SECONDS));
	swap_end(&self->swap);
	EXPECT_TRUE(slab_wait_returned(&self->before, SECONDS));
}

TEST_F_TIMEOUT(storm, the_module_goes_and_comes_below_watched_processes, 600)
{
	int round;

	for (round = 0; round < 5; round++) {
		ASSERT_EQ(0, watch_family(self, variant->watch));
		ASSERT_TRUE(watch_wait_passes(self->family.pid, 1 + round, SECONDS));
		ASSERT_EQ(0, module_unload_wait(SECONDS));
		ASSERT_EQ(0, module_load(""));
		EXPECT_EQ(STILL_PAGES, bits_of_still(self));
	}
	EXPECT_TRUE(contents_are_right(self));
	swap_end(&self->swap);
	EXPECT_TRUE(slab_wait_returned(&self->before, SECONDS));
}

TEST_HARNESS_MAIN
