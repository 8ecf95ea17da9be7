// SPDX-License-Identifier: GPL-2.0
/*
 * Copy on write, by construction: what fork() leaves to be copied, and what is left of that as parent and child write.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sys/wait.h>

#include "lib/check.h"
#include "lib/module.h"
#include "lib/pagemap.h"

#define PAGES 40
#define CHILD_WRITES 10

/* The two processes and the place of the memory in both. */
struct family {
	pid_t parent;
	pid_t child;
	char *area;
};

/* Forks a child that writes some pages and stops; then, a step later, writes the same ones itself. */
static void fork_and_write(int tell, void *argument)
{
	struct layout_report report = { 0 };
	struct family family = { .parent = getpid(), .area = layout_anon(&report, PAGES) };

	(void)argument;
	layout_write(family.area, PAGES);
	family.child = fork();
	if (family.child == 0) {
		worker_die_with_parent();
		worker_stop();
		layout_write(family.area, CHILD_WRITES);
		worker_stop();
		_exit(0);
	}
	if (family.child < 0 || !worker_wait_stop(family.child))
		_exit(1);
	worker_tell(tell, &family, sizeof(family));
	worker_stop();
	kill(family.child, SIGCONT);
	if (!worker_wait_stop(family.child))
		_exit(1);
	worker_stop();
	layout_write(family.area, PAGES);
	worker_stop();
	kill(family.child, SIGKILL);
	waitpid(family.child, NULL, 0);
}

FIXTURE(cow)
{
	struct worker worker;
	struct family family;
};

FIXTURE_SETUP(cow)
{
	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&self->worker, fork_and_write, NULL));
	ASSERT_TRUE(worker_await(&self->worker, &self->family, sizeof(self->family)));
}

FIXTURE_TEARDOWN(cow)
{
	worker_end(&self->worker);
}

static uint64_t value_of(pid_t pid, const char *address, enum shadow_key key)
{
	struct shadow shadow;
	const struct shadow_region *region = NULL;
	uint64_t value = UINT64_MAX;

	if (!shadow_read(pid, &shadow))
		region = shadow_region_at(&shadow, (uintptr_t)address);
	if (region)
		value = region->value[key];
	shadow_free(&shadow);
	return value;
}

TEST_F(cow, every_page_is_pending_in_both_after_fork)
{
	EXPECT_EQ(PAGES, value_of(self->family.parent, self->family.area, SHADOW_COW));
	EXPECT_EQ(PAGES, value_of(self->family.child, self->family.area, SHADOW_COW));
	EXPECT_EQ(PAGES, value_of(self->family.parent, self->family.area, SHADOW_SHARED));
	EXPECT_EQ(PAGES, value_of(self->family.child, self->family.area, SHADOW_SHARED));
}

TEST_F(cow, pages_that_the_child_wrote_are_its_own)
{
	ASSERT_TRUE(worker_step(&self->worker));
	EXPECT_EQ(PAGES - CHILD_WRITES, value_of(self->family.child, self->family.area, SHADOW_COW));
	EXPECT_EQ(PAGES - CHILD_WRITES, value_of(self->family.child, self->family.area, SHADOW_SHARED));
	EXPECT_EQ(PAGES - CHILD_WRITES, value_of(self->family.parent, self->family.area, SHADOW_SHARED));
}

TEST_F(cow, nothing_is_pending_once_the_parent_wrote_all)
{
	ASSERT_TRUE(worker_step(&self->worker));
	ASSERT_TRUE(worker_step(&self->worker));
	EXPECT_EQ(0, value_of(self->family.parent, self->family.area, SHADOW_COW));
	EXPECT_EQ(0, value_of(self->family.parent, self->family.area, SHADOW_SHARED));
	EXPECT_EQ(PAGES, value_of(self->family.parent, self->family.area, SHADOW_ANON));
}

TEST_HARNESS_MAIN
