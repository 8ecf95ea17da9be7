// SPDX-License-Identifier: GPL-2.0
/*
 * A thousand readers at once, half of the file and half by netlink: each gets its answer, and the process they all look
 * at, which goes on changing its address space, is held up not half as long as by as many readers of smaps.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <linux/vminspect.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/file_text.h"
#include "lib/genl.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/setting.h"
#include "lib/shadow.h"
#include "lib/together.h"
#include "lib/worker.h"

#define READERS 1000
#define REGIONS 200
#define STEP_PAGES 8
#define PATIENCE 300		/* seconds for a part of an answer: there are many before each */
#define FLOOR_NS 100000000ULL	/* a machine may be busy with other things for as long */

/* Shared by the test and the process that is looked at. */
struct pace {
	volatile bool stop;
	volatile uint64_t rounds;
	volatile uint64_t longest_ns;	/* of a round; the test sets it to 0 */
};

FIXTURE(crowd)
{
	struct worker target;
	struct pace *pace;
	int family;
};

static uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* What needs the mmap lock for write: a mapping, a change of rights in it, its end. */
static void change_layout(void)
{
	char *area = mmap(NULL, STEP_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		_exit(1);
	area[0] = 1;
	mprotect(area, PAGE_BYTES, PROT_READ);
	munmap(area, STEP_PAGES * PAGE_BYTES);
}

/* Has its processor when it wants it, so that a long round is one that waited for a lock. */
static void keep_changing(int tell, void *argument)
{
	const struct sched_param first = { .sched_priority = 10 };
	char *area = mmap(NULL, REGIONS * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pace *pace = argument;
	size_t i;

	memset(area, 1, REGIONS * PAGE_BYTES);
	for (i = 1; i < REGIONS; i += 2)
		mprotect(area + i * PAGE_BYTES, PAGE_BYTES, PROT_READ);
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		_exit(1);
	worker_tell(tell, "r", 1);
	while (!pace->stop) {
		uint64_t begun = now_ns(), took;

		change_layout();
		took = now_ns() - begun;
		if (took > pace->longest_ns)
			pace->longest_ns = took;
		pace->rounds++;
		usleep(1000);
	}
}

FIXTURE_SETUP(crowd)
{
	char ready;

	ASSERT_TRUE(module_ready());
	self->family = genl_family(MODULE_NAME);
	ASSERT_LT(0, self->family);
	self->pace = mmap(NULL, sizeof(*self->pace), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->pace);
	ASSERT_TRUE(worker_start(&self->target, keep_changing, self->pace));
	ASSERT_EQ(1, read(self->target.pipe, &ready, 1));
}

FIXTURE_TEARDOWN(crowd)
{
	worker_end(&self->target);
	munmap(self->pace, sizeof(*self->pace));
}

static int read_smaps(void *argument, int number)
{
	FIXTURE_DATA(crowd) *self = argument;
	struct file_text text;
	int ret = file_text_read_proc(self->target.pid, "smaps", &text);

	(void)number;
	file_text_free(&text);
	return ret;
}

static int read_by_netlink(FIXTURE_DATA(crowd) *self)
{
	const struct timeval patience = { .tv_sec = PATIENCE };
	uint32_t pid = self->target.pid;
	struct genl_message message;
	int socket = genl_open(), ret;

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	genl_begin(&message, self->family, NLM_F_DUMP, VMI_CMD_REGION_GET);
	genl_put(&message, VMI_A_REGION_PID, &pid, sizeof(pid));
	genl_put(&message, VMI_A_REGION_DETAIL, "", 0);
	ret = genl_ask(socket, &message);
	close(socket);
	return ret;
}

static int read_shadow(void *argument, int number)
{
	FIXTURE_DATA(crowd) *self = argument;
	struct shadow shadow;
	int ret;

	if (number % 2)
		return read_by_netlink(self);
	ret = shadow_read(self->target.pid, &shadow);
	if (!ret && shadow.count < REGIONS)
		ret = -ENODATA;
	shadow_free(&shadow);
	return ret;
}

/* So many readers that begin together. Returns how many failed; *ret_longest: how long a round of the target took. */
static int read_at_once(FIXTURE_DATA(crowd) *self, together_fn reader, int readers, uint64_t *ret_longest)
{
	struct together crowd;
	uint64_t rounds;
	int failed;

	together_gather(&crowd, readers, reader, self);
	self->pace->longest_ns = 0;
	rounds = self->pace->rounds;
	failed = together_go(&crowd);
	*ret_longest = self->pace->longest_ns;
	return failed + (self->pace->rounds == rounds);
}

TEST_F_TIMEOUT(crowd, is_answered_and_does_not_hold_up_the_target, 900)
{
	int readers = setting_number("VMI_READERS", rounds_here(READERS));
	uint64_t alone, smaps, ours;

	usleep(100000);
	alone = self->pace->longest_ns;
	EXPECT_EQ(0, read_at_once(self, read_smaps, readers, &smaps));
	EXPECT_EQ(0, read_at_once(self, read_shadow, readers, &ours));
	printf("# longest round of the target: %llu us alone, %llu with %d readers of smaps, %llu with ours\n",
	       (unsigned long long)alone / 1000, (unsigned long long)smaps / 1000, readers,
	       (unsigned long long)ours / 1000);
	fflush(stdout);
	EXPECT_GE(smaps / 2 + FLOOR_NS, ours);
	self->pace->stop = true;
}

TEST_HARNESS_MAIN
