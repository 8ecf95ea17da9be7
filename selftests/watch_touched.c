// SPDX-License-Identifier: GPL-2.0
/*
 * What a watch says was touched, page by page, against what the touching process wrote down itself. The process touches
 * pages only while no pass runs: it is stopped, a pass ends, it takes one step, and the next pass has to find that step
 * and nothing else. TLBs are flushed (flush=yes): without that a page may be used for a while unseen.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sched.h>
#include <sys/mman.h>

#include "lib/file_text.h"
#include "lib/ground.h"
#include "lib/knob.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/random.h"
#include "lib/watch.h"

#define PAGES 2048
#define ROUNDS 5
#define TRIES_A_ROUND 6		/* a round that a pass came into tells nothing and is repeated */
#define SECONDS 20		/* for a pass to come */
#define NEEDED 0.99

static void step_uniform(struct ground *ground)
{
	int i;

	for (i = 0; i < 300; i++)
		ground_touch(ground, random_below(&ground->random, PAGES));
}

/* Page of a rank: ranks are scattered over the ground. */
static size_t scattered(uint64_t rank)
{
	return random_mix(rank * 2 + 1) % PAGES;
}

/* Rank r is drawn with a share of 1 / (r + 1): found by its place in the sums of the shares. */
static void step_zipf(struct ground *ground)
{
	static double sums[PAGES];
	size_t rank;
	int i;

	for (rank = 0; rank < PAGES; rank++)
		sums[rank] = (rank ? sums[rank - 1] : 0) + 1.0 / (rank + 1);
	for (i = 0; i < 600; i++) {
		double drawn = random_below(&ground->random, 1U << 30) / (double)(1U << 30) * sums[PAGES - 1];

		for (rank = 0; sums[rank] < drawn; rank++)
			;
		ground_touch(ground, scattered(rank));
	}
}

/* A hot tenth that is somewhere else every other step. */
static void step_moving_phase(struct ground *ground)
{
	size_t hot = PAGES / 10, start = ground->round / 2 * hot, i;

	for (i = 0; i < hot; i++)
		ground_touch(ground, (start + i) % PAGES);
}

/* From end to end once, a part of it in each step; a small hot set beside it. */
static void step_scan_once(struct ground *ground)
{
	size_t part = PAGES / ROUNDS, i;

	for (i = 0; i < part; i++)
		ground_touch(ground, (ground->round * part + i) % PAGES);
	for (i = 0; i < 16; i++)
		ground_touch(ground, i * 97);
}

static void step_nowhere(struct ground *ground)
{
	(void)ground;
}

FIXTURE(touched)
{
	struct knobs knobs;
	struct ground *ground;
	struct worker worker;
};

FIXTURE_VARIANT(touched)
{
	ground_step step;
};

FIXTURE_VARIANT_ADD(touched, uniform) { .step = step_uniform };
FIXTURE_VARIANT_ADD(touched, zipf) { .step = step_zipf };
FIXTURE_VARIANT_ADD(touched, moving_phase) { .step = step_moving_phase };
FIXTURE_VARIANT_ADD(touched, scan_once) { .step = step_scan_once };
FIXTURE_VARIANT_ADD(touched, nothing) { .step = step_nowhere };

FIXTURE_SETUP(touched)
{
	/* The balancer migrates pages, whose bits are lost then. */
	self->knobs.count = 0;
	knob_set(&self->knobs, KNOB_NUMA_BALANCING, "0");
	ASSERT_TRUE(module_ready());
	self->ground = ground_create(PAGES, 1);
	ASSERT_NE(NULL, self->ground);
	ASSERT_TRUE(ground_occupy(self->ground, &self->worker, variant->step));
}

FIXTURE_TEARDOWN(touched)
{
	watch_stop(self->worker.pid);
	worker_end(&self->worker);
	ground_destroy(self->ground);
	knobs_restore(&self->knobs);
}

/*
 * A step, and what the next pass says of it; false when a pass came in between, or reclaim had all bits given back:
 * what is touched after that is not seen.
 */
static bool one_round_between_passes(struct ground *ground, struct worker *worker, struct ground_verdict *ret)
{
	uint64_t returns = watch_number(worker->pid, "reclaim_returns");

	return watch_step_between_passes(worker, SECONDS) && ground_judge(ground, worker, ret) &&
	       watch_number(worker->pid, "reclaim_returns") == returns;
}

/* A step before the window, which must not be seen, and one in it. */
static bool one_round_in_window(struct ground *ground, struct worker *worker, struct ground_verdict *ret)
{
	uint64_t passes = watch_number(worker->pid, "passes");

	return worker_step(worker) && !watch_in_window(worker->pid) && watch_wait_window(worker->pid, SECONDS) &&
	       watch_number(worker->pid, "passes") == passes && worker_step(worker) && watch_in_window(worker->pid) &&
	       watch_wait_passes(worker->pid, 1, SECONDS) && watch_number(worker->pid, "passes") == passes + 1 &&
	       ground_judge(ground, worker, ret);
}

typedef bool (*round_fn)(struct ground *ground, struct worker *worker, struct ground_verdict *ret);

/* One that tells something: begins just after a pass, unless the one before has left it there. */
static bool try_round(FIXTURE_DATA(touched) *self, round_fn one_round, struct ground_verdict *ret)
{
	int tries;

	for (tries = TRIES_A_ROUND; tries > 0; tries--) {
		if (one_round(self->ground, &self->worker, ret))
			return true;
		if (!watch_wait_passes(self->worker.pid, 1, SECONDS))
			return false;
	}
	return false;
}

/* The least that was right in any of ROUNDS; false when a round cannot be had. */
static bool worst_of_rounds(FIXTURE_DATA(touched) *self, round_fn one_round, double *ret_precision, double *ret_recall)
{
	struct ground_verdict verdict, sum = { 0 };
	int round;

	*ret_precision = *ret_recall = 1;
	if (!watch_wait_passes(self->worker.pid, 2, SECONDS))
		return false;
	for (round = 0; round < ROUNDS; round++) {
		if (!try_round(self, one_round, &verdict))
			return false;
		if (ground_precision(&verdict) < *ret_precision)
			*ret_precision = ground_precision(&verdict);
		if (ground_recall(&verdict) < *ret_recall)
			*ret_recall = ground_recall(&verdict);
		ground_verdict_add(&sum, &verdict);
	}
	printf("# %u touched, %u seen, %u of them touched; worst pass: precision %.4f, recall %.4f\n", sum.touched,
	       sum.seen, sum.hits, *ret_precision, *ret_recall);
	fflush(stdout);
	return true;
}

/* A step, and what is asked of the watch after it, must be over before the next pass: long, on a debug kernel. */
static int watch_worker(FIXTURE_DATA(touched) *self, const char *mode, unsigned int period_ms, unsigned int window_ms)
{
	unsigned int scale = is_debug_kernel() ? 5 : 1;
	char options[128];

	snprintf(options, sizeof(options), "policy=gen budget=50%% memory=100%% %s period=%ums", mode,
		 scale * period_ms);
	if (window_ms)
		snprintf(options + strlen(options), sizeof(options) - strlen(options), " window=%ums",
			 scale * window_ms);
	return watch_start(self->worker.pid, options);
}

TEST_F(touched, exact_mode_finds_the_pages_touched_since_the_last_pass)
{
	double precision, recall;

	ASSERT_EQ(0, watch_worker(self, "mode=exact flush=yes", 500, 0));
	ASSERT_TRUE(worst_of_rounds(self, one_round_between_passes, &precision, &recall));
	EXPECT_LE(NEEDED, precision);
	EXPECT_LE(NEEDED, recall);
}

TEST_F(touched, window_mode_finds_every_page_touched_in_a_window)
{
	double precision, recall;

	ASSERT_EQ(0, watch_worker(self, "mode=window flush=yes", 600, 250));
	ASSERT_TRUE(worst_of_rounds(self, one_round_in_window, &precision, &recall));
	EXPECT_EQ(1, recall);
	EXPECT_LE(NEEDED, precision);
}

static bool judge_next_pass(FIXTURE_DATA(touched) *self, struct ground_verdict *ret)
{
	int tries;

	for (tries = TRIES_A_ROUND; tries > 0 && watch_wait_passes(self->worker.pid, 1, SECONDS); tries--)
		if (ground_judge(self->ground, &self->worker, ret))
			return true;
	return false;
}

/* Passive mode sees what was touched since the kernel cleared the bits; nobody but the kernel ever does. */
TEST_F(touched, passive_mode_finds_the_pages_touched_since_the_kernel_cleared_them)
{
	struct ground_verdict verdict;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", self->worker.pid);
	self->ground->forgets = true;
	ASSERT_EQ(0, watch_worker(self, "mode=passive", 500, 0));
	ASSERT_EQ(0, file_write(path, "1"));
	ASSERT_TRUE(worker_step(&self->worker));
	ASSERT_TRUE(judge_next_pass(self, &verdict));
	EXPECT_LE(NEEDED, ground_precision(&verdict));
	EXPECT_LE(NEEDED, ground_recall(&verdict));
}

static int rest(void *unused)
{
	(void)unused;
	worker_die_with_parent();
	for (;;)
		pause();
	return 0;
}

/* Like the parent of a vfork(), but that it does not wait: of two processes in one address space both are at rest. */
static void share_memory(int tell, void *unused)
{
	char *area = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char stack[65536];
	pid_t child;

	(void)unused;
	madvise(area, PAGES * PAGE_BYTES, MADV_NOHUGEPAGE);
	memset(area, 1, PAGES * PAGE_BYTES);
	child = clone(rest, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	worker_tell(tell, &child, sizeof(child));
	worker_stop();
}

TEST(memory_that_processes_share_is_looked_at_once)
{
	struct worker worker;
	pid_t child = 0;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, share_memory, NULL));
	ASSERT_TRUE(worker_await(&worker, &child, sizeof(child)));
	ASSERT_LT(0, child);
	EXPECT_EQ(0, watch_start(worker.pid, "tree=descendants period=100ms window=20ms budget=100% memory=100%"));
	EXPECT_TRUE(watch_wait_passes(worker.pid, 3, SECONDS));
	EXPECT_EQ(2, watch_number(worker.pid, "members"));
	EXPECT_LE(PAGES, watch_member_number_now(worker.pid, "pages"));
	EXPECT_GT(PAGES / 10, watch_member_number_now(worker.pid, "accessed"));
	EXPECT_GT(PAGES / 10, watch_member_number_now(child, "accessed"));
	EXPECT_EQ(watch_number(worker.pid, "pages"), watch_number(worker.pid, "mappings"));
	watch_stop(worker.pid);
	worker_end(&worker);
}

TEST_HARNESS_MAIN
