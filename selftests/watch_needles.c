// SPDX-License-Identifier: GPL-2.0
/*
 * Needles: what monitors miss that look at one page in each region and take it for the others. Every page is looked at
 * here, so each of these is found to the page: a little that is hot in much that is cold, hot pages scattered over very
 * many small regions, a hot heap beside large cold maps, a file that one process uses and another one only maps.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sys/mman.h>

#include "lib/ground.h"
#include "lib/layout.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/watch.h"

#define MEBIBYTE (1UL << 20)
#define MEBIBYTE_PAGES (MEBIBYTE / PAGE_BYTES)
#define SECONDS 60		/* for a pass to come */
#define TRIES 8			/* a step that a pass came into tells nothing and is repeated */
#define ROUNDS 3
#define EXACT "policy=gen mode=exact flush=yes budget=100% memory=100% period="

/* What a worker tells of itself. */
struct needle {
	char *cold;
	char *hot;
	pid_t partner;
};

FIXTURE(needle)
{
	struct worker worker;
	struct needle needle;
};

FIXTURE_SETUP(needle)
{
	ASSERT_TRUE(module_ready());
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(needle)
{
	if (self->worker.pid)
		watch_stop(self->worker.pid);
	worker_end(&self->worker);
}

/* Starts the worker and its watch; a second pass ends what the coming of its pages has to say. */
static bool begin(FIXTURE_DATA(needle) *self, worker_fn run, const char *options)
{
	fflush(stdout);
	return worker_start(&self->worker, run, NULL) &&
	       worker_await(&self->worker, &self->needle, sizeof(self->needle)) &&
	       !watch_start(self->worker.pid, options) && watch_wait_passes(self->worker.pid, 2, SECONDS);
}

static bool step(struct worker *worker)
{
	int tries = TRIES;

	while (tries > 0 && !watch_step_between_passes(worker, SECONDS)) {
		if (!watch_wait_passes(worker->pid, 1, SECONDS))
			return false;
		tries--;
	}
	return tries > 0;
}

/* Pages of the regions that begin in [start, start + bytes) that the last pass found touched. */
static uint64_t touched(pid_t pid, const char *start, size_t bytes)
{
	uint64_t sum = WATCH_NOTHING;
	struct shadow shadow;

	if (!shadow_read(pid, &shadow))
		sum = watch_region_sum(&shadow, (uintptr_t)start, (uintptr_t)start + bytes, "gen0");
	shadow_free(&shadow);
	return sum;
}

static char *populated(size_t bytes)
{
	char *area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (area == MAP_FAILED || madvise(area, bytes, MADV_NOHUGEPAGE) || madvise(area, bytes, MADV_POPULATE_WRITE))
		_exit(1);
	return area;
}

#define HAYSTACK (1024 * MEBIBYTE)

static void use_a_mebibyte_of_a_gibibyte(int tell, void *argument)
{
	struct needle needle = { .cold = populated(HAYSTACK) };

	(void)argument;
	needle.hot = needle.cold + 611 * MEBIBYTE + 3 * PAGE_BYTES;
	worker_tell(tell, &needle, sizeof(needle));
	for (;;) {
		worker_stop();
		layout_write(needle.hot, MEBIBYTE_PAGES);
	}
}

TEST_F_TIMEOUT(needle, a_hot_mebibyte_in_a_cold_gibibyte_is_found_to_the_page, 600)
{
	int round;

	ASSERT_TRUE(begin(self, use_a_mebibyte_of_a_gibibyte, EXACT "1s"));
	for (round = 0; round < ROUNDS; round++) {
		ASSERT_TRUE(step(&self->worker));
		EXPECT_EQ(MEBIBYTE_PAGES, touched(self->worker.pid, self->needle.cold, HAYSTACK));
	}
}

static void step_scattered(struct ground *ground)
{
	size_t page;

	for (page = ground->round % 13; page < ground->pages; page += 13)
		ground_touch(ground, page);
}

TEST_F_TIMEOUT(needle, hot_pages_scattered_over_ten_thousand_regions_are_all_found, 600)
{
	struct ground *ground = ground_create(10000, 1);
	struct ground_verdict verdict;
	int tries = TRIES;

	ASSERT_NE(NULL, ground);
	ASSERT_TRUE(ground_occupy(ground, &self->worker, step_scattered));
	/* Between two passes the worker has to have touched all, and the judge to have looked. */
	ASSERT_EQ(0, watch_start(self->worker.pid, is_debug_kernel() ? EXACT "10s" : EXACT "2s"));
	ASSERT_TRUE(watch_wait_passes(self->worker.pid, 2, SECONDS));
	while (tries > 0 && !(step(&self->worker) && ground_judge(ground, &self->worker, &verdict)))
		tries--;
	ASSERT_LT(0, tries);
	EXPECT_LT(10000 / 13 - 1, verdict.touched);
	EXPECT_EQ(verdict.touched, verdict.hits);
	EXPECT_EQ(verdict.touched, verdict.seen);
	ground_destroy(ground);
}

#define HEAP_PAGES 600
#define COLD_MAP (256 * MEBIBYTE)

static void use_the_heap(int tell, void *argument)
{
	struct needle needle = { .cold = populated(COLD_MAP), .hot = sbrk(HEAP_PAGES * PAGE_BYTES) };

	(void)argument;
	needle.hot = (char *)(((uintptr_t)needle.hot + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1));
	worker_tell(tell, &needle, sizeof(needle));
	for (;;) {
		worker_stop();
		layout_write(needle.hot, HEAP_PAGES - 1);
	}
}

static uint64_t heap_touched(pid_t pid, const char *address)
{
	const struct shadow_region *region = NULL;
	uint64_t youngest = WATCH_NOTHING;
	struct shadow shadow;

	if (!shadow_read(pid, &shadow))
		region = shadow_region_at(&shadow, (uintptr_t)address);
	if (region && memmem(region->line.text, region->line.length, "[heap]", 6))
		youngest = watch_region_number(region, "gen0");
	shadow_free(&shadow);
	return youngest;
}

TEST_F_TIMEOUT(needle, a_hot_heap_is_found_beside_large_cold_maps, 600)
{
	int round;

	ASSERT_TRUE(begin(self, use_the_heap, EXACT "500ms"));
	for (round = 0; round < ROUNDS; round++) {
		ASSERT_TRUE(step(&self->worker));
		EXPECT_EQ(HEAP_PAGES - 1, heap_touched(self->worker.pid, self->needle.hot));
		EXPECT_EQ(0, touched(self->worker.pid, self->needle.cold, COLD_MAP));
	}
}

/* The partner maps the same file and has touched it once. */
static void share_a_file(int tell, void *argument)
{
	struct needle needle = { .cold = NULL };
	int fd = memfd_create("shared", MFD_CLOEXEC);

	(void)argument;
	if (fd < 0 || ftruncate(fd, MEBIBYTE))
		_exit(1);
	needle.hot = mmap(NULL, MEBIBYTE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	layout_write(needle.hot, MEBIBYTE_PAGES);
	needle.partner = fork();
	if (needle.partner == 0) {
		worker_die_with_parent();
		layout_read(needle.hot, MEBIBYTE_PAGES);
		worker_stop();
		_exit(0);
	}
	if (needle.partner < 0 || !worker_wait_stop(needle.partner))
		_exit(1);
	worker_tell(tell, &needle, sizeof(needle));
	for (;;) {
		worker_stop();
		layout_write(needle.hot, MEBIBYTE_PAGES);
	}
}

TEST_F(needle, a_file_is_hot_where_it_is_used_and_cold_where_it_is_only_mapped)
{
	ASSERT_TRUE(begin(self, share_a_file, EXACT "500ms"));
	ASSERT_EQ(0, watch_start(self->needle.partner, EXACT "100ms"));
	ASSERT_TRUE(watch_wait_passes(self->needle.partner, 2, SECONDS));
	ASSERT_TRUE(step(&self->worker));
	EXPECT_EQ(MEBIBYTE_PAGES, touched(self->worker.pid, self->needle.hot, MEBIBYTE));
	ASSERT_TRUE(watch_wait_passes(self->needle.partner, 1, SECONDS));
	EXPECT_EQ(0, touched(self->needle.partner, self->needle.hot, MEBIBYTE));
	EXPECT_EQ(0, watch_stop(self->needle.partner));
}

/* One tree: the frames are one and are hot, whoever maps them; who uses them is told by member. */
TEST_F(needle, in_one_tree_a_shared_frame_is_hot_for_both_and_its_user_is_told)
{
	ASSERT_TRUE(begin(self, share_a_file, EXACT "500ms tree=descendants"));
	EXPECT_EQ(2, watch_number(self->worker.pid, "members"));
	ASSERT_TRUE(step(&self->worker));
	EXPECT_EQ(MEBIBYTE_PAGES, touched(self->worker.pid, self->needle.hot, MEBIBYTE));
	EXPECT_EQ(MEBIBYTE_PAGES, touched(self->needle.partner, self->needle.hot, MEBIBYTE));
	EXPECT_LE(MEBIBYTE_PAGES, watch_member_number_now(self->worker.pid, "accessed"));
	EXPECT_EQ(0, watch_member_number_now(self->needle.partner, "accessed"));
	EXPECT_LE(MEBIBYTE_PAGES, watch_number(self->worker.pid, "mappings") - watch_number(self->worker.pid,
											    "frames"));
}

TEST_HARNESS_MAIN
