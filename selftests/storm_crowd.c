// SPDX-License-Identifier: GPL-2.0
/*
 * Ten thousand processes at once: each has its file and is told once by netlink, all can be watched, and nothing is
 * left of them when they have gone.
 *
 *   VMI_CROWD_PROCESSES   how many they are (10000)
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <linux/vminspect.h>
#include <stdlib.h>

#include "lib/check.h"
#include "lib/crowd.h"
#include "lib/genl.h"
#include "lib/module.h"
#include "lib/processes.h"
#include "lib/setting.h"
#include "lib/slab.h"
#include "lib/watch.h"

#define SECONDS 300		/* for files to come and go, for passes, for memory to come back: it takes a few */
#define MOST_SECONDS 3600	/* for the harness: the real limit is run.sh's */
#define LOOKED_AT 20		/* of which every region is compared */
#define PIDS_END (1 << 22)	/* PID_MAX_LIMIT of a kernel with 64 bits */

FIXTURE(crowd)
{
	struct crowd crowd;
};

FIXTURE_SETUP(crowd)
{
	self->crowd.pids = NULL;
	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(watch_wait_none(SECONDS));
	ASSERT_TRUE(crowd_raise(&self->crowd, setting_number("VMI_CROWD_PROCESSES", 10000)));
}

FIXTURE_TEARDOWN(crowd)
{
	crowd_disperse(&self->crowd);
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return (left > right) - (left < right);
}

/* How many of the crowd's first `count` have a file. */
static size_t files_of(const struct crowd *crowd, size_t count)
{
	struct pid_list entries;
	size_t i, found = 0;

	if (pid_list_read(SHADOW_DIRECTORY, &entries))
		return SIZE_MAX;
	qsort(entries.pids, entries.count, sizeof(pid_t), compare_pids);
	for (i = 0; i < count; i++)
		found += bsearch(&crowd->pids[i], entries.pids, entries.count, sizeof(pid_t), compare_pids) != NULL;
	pid_list_free(&entries);
	return found;
}

/* Polls until so many of the first `count` have a file. */
static bool wait_files(const struct crowd *crowd, size_t count, size_t wanted)
{
	size_t found = files_of(crowd, count);
	int tries;

	for (tries = SECONDS * 10; found != wanted && tries; tries--) {
		usleep(100000);
		found = files_of(crowd, count);
	}
	if (found != wanted)
		printf("# %zu of %zu have a file, not %zu\n", found, count, wanted);
	fflush(stdout);
	return found == wanted;
}

/* How often each process was told of. */
static void count_reply(const struct nlmsghdr *message, void *times)
{
	uint32_t pid;

	if (genl_u32(message, VMI_A_PROCESS_PID, &pid) && pid < PIDS_END)
		((unsigned char *)times)[pid]++;
}

/* How many of the crowd a list by netlink has not once; SIZE_MAX when there is none. */
static size_t not_told_once(const struct crowd *crowd)
{
	unsigned char *times = calloc(PIDS_END, 1);
	struct genl_message message;
	int socket = genl_open();
	size_t i, wrong = 0;

	genl_begin(&message, genl_family(MODULE_NAME), NLM_F_DUMP, VMI_CMD_PROCESS_GET);
	if (genl_ask_each(socket, &message, count_reply, times))
		wrong = SIZE_MAX;
	for (i = 0; i < crowd->count && wrong != SIZE_MAX; i++)
		wrong += times[crowd->pids[i]] != 1;
	close(socket);
	free(times);
	return wrong;
}

TEST_F_TIMEOUT(crowd, each_has_a_file_and_is_told_once, MOST_SECONDS)
{
	size_t i, step = self->crowd.count / LOOKED_AT + 1;

	EXPECT_TRUE(wait_files(&self->crowd, self->crowd.count, self->crowd.count));
	EXPECT_EQ(0, not_told_once(&self->crowd));
	for (i = 0; i < self->crowd.count; i += step) {
		EXPECT_EQ(0, check_maps(self->crowd.pids[i]));
		EXPECT_EQ(0, check_smaps(self->crowd.pids[i]));
		EXPECT_EQ(0, check_index(self->crowd.pids[i]));
	}
	crowd_kill(&self->crowd, self->crowd.count);
	EXPECT_TRUE(wait_files(&self->crowd, self->crowd.count, 0));
}

static bool wait_members(pid_t root, uint64_t wanted)
{
	uint64_t members = watch_number(root, "members");
	int tries;

	for (tries = SECONDS * 10; members != wanted && tries; tries--) {
		usleep(100000);
		members = watch_number(root, "members");
	}
	if (members != wanted)
		printf("# %llu members, not %llu\n", (unsigned long long)members, (unsigned long long)wanted);
	fflush(stdout);
	return members == wanted;
}

TEST_F_TIMEOUT(crowd, all_of_it_is_watched_while_half_of_it_dies, MOST_SECONDS)
{
	pid_t root = self->crowd.parent.pid;
	size_t half = self->crowd.count / 2;

	ASSERT_EQ(0, watch_start(root, "policy=all mode=exact tree=descendants period=100ms budget=100% memory=100%"));
	EXPECT_TRUE(wait_members(root, self->crowd.count + 1));
	EXPECT_TRUE(watch_wait_passes(root, 2, SECONDS));
	/* Each maps some of the program and of the C library, and has a stack. */
	EXPECT_LT(4 * self->crowd.count, watch_number(root, "mappings"));
	crowd_kill(&self->crowd, half);
	EXPECT_TRUE(wait_members(root, self->crowd.count - half + 1));
	EXPECT_EQ(0, watch_audit());
	EXPECT_EQ(0, watch_stop(root));
	EXPECT_TRUE(watch_wait_none(SECONDS));
	EXPECT_TRUE(wait_files(&self->crowd, half, 0));
}

/* The kernel keeps some memory for the next crowd; the second one must not leave more than the first. */
TEST_F_TIMEOUT(crowd, nothing_is_left_of_it, MOST_SECONDS)
{
	size_t count = self->crowd.count;
	struct slab_counts before;

	ASSERT_TRUE(wait_files(&self->crowd, count, count));
	crowd_kill(&self->crowd, count);
	ASSERT_TRUE(wait_files(&self->crowd, count, 0));
	crowd_disperse(&self->crowd);
	slab_count(&before);
	ASSERT_TRUE(crowd_raise(&self->crowd, count));
	ASSERT_TRUE(wait_files(&self->crowd, count, count));
	crowd_kill(&self->crowd, count);
	EXPECT_TRUE(wait_files(&self->crowd, count, 0));
	crowd_disperse(&self->crowd);
	EXPECT_TRUE(slab_wait_returned(&before, SECONDS));
}

TEST_HARNESS_MAIN
