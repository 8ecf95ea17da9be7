// SPDX-License-Identifier: GPL-2.0
/*
 * The index: a list up to 32 regions, an AVL tree from 33 on, and a right one at every number of regions.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sys/mman.h>

#include "lib/check.h"
#include "lib/maps.h"
#include "lib/module.h"
#include "lib/pagemap.h"

#define MOST_REGIONS 140

static size_t own_regions(void)
{
	struct map_list maps;
	size_t count = 0;

	if (!map_list_read(getpid(), &maps))
		count = maps.count - (map_list_find_name(&maps, "[vsyscall]") >= 0);
	map_list_free(&maps);
	return count;
}

/* One more region each step, apart from the others; tells how many there are now. */
static void grow_by_one(int tell, void *argument)
{
	char *place = layout_free_space(2 * MOST_REGIONS, 16);
	size_t regions = own_regions();

	(void)argument;
	worker_tell(tell, &regions, sizeof(regions));
	worker_stop();
	for (; regions < MOST_REGIONS; regions++, place += 2 * PAGE_BYTES) {
		if (mmap(place, PAGE_BYTES, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != place)
			_exit(1);
		worker_stop();
	}
}

static bool kind_is(pid_t pid, const char *kind)
{
	struct shadow shadow;
	char word[16];
	bool is = !shadow_read(pid, &shadow) && shadow_summary_word(&shadow, "index", "kind", word, sizeof(word)) &&
		  !strcmp(word, kind);

	shadow_free(&shadow);
	return is;
}

TEST(a_list_of_32_regions_becomes_a_tree_with_the_33rd)
{
	struct worker worker;
	size_t regions;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, grow_by_one, NULL));
	ASSERT_TRUE(worker_await(&worker, &regions, sizeof(regions)));
	ASSERT_LE(regions, INDEX_LIST_MAX);
	for (; regions < INDEX_LIST_MAX; regions++) {
		EXPECT_TRUE(kind_is(worker.pid, "list"));
		ASSERT_TRUE(worker_step(&worker));
	}
	EXPECT_TRUE(kind_is(worker.pid, "list"));
	ASSERT_TRUE(worker_step(&worker));
	EXPECT_TRUE(kind_is(worker.pid, "tree"));
	worker_end(&worker);
}

TEST(every_size_up_to_140_regions_gives_a_valid_index)
{
	struct worker worker;
	size_t regions;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, grow_by_one, NULL));
	ASSERT_TRUE(worker_await(&worker, &regions, sizeof(regions)));
	for (; regions < MOST_REGIONS; regions++) {
		EXPECT_EQ(0, check_index(worker.pid)) {
			TH_LOG("at %zu regions", regions);
		}
		ASSERT_TRUE(worker_step(&worker));
	}
	worker_end(&worker);
}

TEST_HARNESS_MAIN
