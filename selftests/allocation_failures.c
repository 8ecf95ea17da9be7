// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of the module fails once, one after the other, while it is loaded and unloaded, watches, passes, is
 * read and dumped: whoever asked is told, the next attempt works, nothing is left behind, and the target has its
 * memory as before. What leaks is found by kmemleak at the end of the run.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/vminspect.h>
#include <sys/wait.h>

#include "lib/allocation_faults.h"
#include "lib/announce.h"
#include "lib/file_text.h"
#include "lib/genl.h"
#include "lib/keeper.h"
#include "lib/module.h"
#include "lib/shadow.h"
#include "lib/slab.h"
#include "lib/watch.h"

#define SECONDS 60
#define ENOUGH 2000		/* allocations of one operation; none has as many */

/* Of whatever the request is about. */
#define PID VMI_A_PROCESS_PID
_Static_assert(PID == (int)VMI_A_REGION_PID && PID == (int)VMI_A_TABLE_PID && PID == (int)VMI_A_PAGE_PID &&
	       PID == (int)VMI_A_EXPLAIN_PID, "one number for all");

FIXTURE(failures)
{
	struct allocation_faults faults;
	struct worker target;
	struct slab_counts before;
	uint64_t address;		/* of the target's, mapped */
	unsigned int failed;		/* allocations so far */
	const char *missing;
	int family;
};

FIXTURE_SETUP(failures)
{
	struct shadow shadow;

	ASSERT_TRUE(module_ready());
	self->missing = allocation_faults_set(&self->faults);
	if (self->missing)
		return;
	ASSERT_TRUE(allocation_faults_of(&self->faults, 0));
	ASSERT_TRUE(keeper_start(&self->target));
	ASSERT_EQ(0, shadow_read(self->target.pid, &shadow));
	self->address = shadow.regions[0].line.start;
	shadow_free(&shadow);
	slab_count(&self->before);
	self->family = genl_family(MODULE_NAME);
	ASSERT_LT(0, self->family);
}

FIXTURE_TEARDOWN(failures)
{
	allocation_faults_close(&self->faults);
	worker_end(&self->target);
	EXPECT_TRUE(module_ready());
}

/* --- what is tried ------------------------------------------------------------------------------------------------ */

/* 0 or a negative errno. */
typedef int (*operation)(FIXTURE_DATA(failures) *self);

/* Into memory that is there: a fault of ours while the module copies would be failed, too, and is EFAULT. */
static int read_whole(const char *path)
{
	static char text[4096];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (file < 0)
		return -errno;
	memset(text, 1, sizeof(text));
	while (got > 0)
		got = read(file, text, sizeof(text));
	got = got < 0 ? -errno : 0;
	close(file);
	return got;
}

static int read_file(FIXTURE_DATA(failures) *self)
{
	char path[64];

	shadow_path(self->target.pid, path, sizeof(path));
	return read_whole(path);
}

static int read_shadow_files(FIXTURE_DATA(failures) *self)
{
	int ret = read_whole(SHADOW_DIRECTORY "/watches");

	(void)self;
	return ret ? ret : read_whole(SHADOW_DIRECTORY "/shadow");
}

static int watch_and_end(FIXTURE_DATA(failures) *self)
{
	int ret = watch_start(self->target.pid, "policy=all mode=exact period=3600s memory=100%");

	if (ret)
		return ret;
	ret = watch_stop(self->target.pid);
	/* An end that is refused leaves the watch, and must not be refused again. */
	return ret == -ENOMEM && watch_stop(self->target.pid) ? -EUCLEAN : ret;
}

static int ask(FIXTURE_DATA(failures) *self, uint8_t command, uint16_t flags)
{
	struct genl_message message;
	uint32_t pid = self->target.pid, mode;
	int socket = genl_open(), ret = 0;

	for (mode = 1; !ret && mode <= (command == VMI_CMD_TABLE_GET ? 3 : 1); mode++) {
		genl_begin(&message, self->family, flags, command);
		if (command < VMI_CMD_WATCH_GET && (command != VMI_CMD_PROCESS_GET || flags != NLM_F_DUMP))
			genl_put(&message, PID, &pid, sizeof(pid));
		if (command == VMI_CMD_TABLE_GET)
			genl_put(&message, VMI_A_TABLE_MODE, &mode, sizeof(mode));
		if (command == VMI_CMD_EXPLAIN_GET)
			genl_put(&message, VMI_A_EXPLAIN_ADDRESS, &self->address, sizeof(self->address));
		ret = genl_ask(socket, &message);
	}
	close(socket);
	return ret;
}

static int dump_everything(FIXTURE_DATA(failures) *self)
{
	static const uint8_t dumps[] = {
		VMI_CMD_PROCESS_GET, VMI_CMD_REGION_GET, VMI_CMD_TABLE_GET, VMI_CMD_PAGE_GET, VMI_CMD_WATCH_GET,
		VMI_CMD_POLICY_GET, VMI_CMD_STATS_GET, VMI_CMD_SCORE_GET,
	};
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < sizeof(dumps); i++)
		ret = ask(self, dumps[i], NLM_F_DUMP);
	return ret;
}

static int explain(FIXTURE_DATA(failures) *self)
{
	return ask(self, VMI_CMD_EXPLAIN_GET, NLM_F_ACK);
}

static int load_again(FIXTURE_DATA(failures) *self)
{
	int ret = module_loaded() ? module_unload_wait(SECONDS) : 0;

	(void)self;
	return ret ? ret : module_load("");
}

/* A child with a file of its own. Its fork must work, whatever the module fails to do about it. */
static int fork_a_child(FIXTURE_DATA(failures) *self)
{
	int tries = SECONDS * 100, ret, status;
	pid_t child = fork();

	(void)self;
	if (child < 0)
		return -errno;
	if (!child)
		_exit(pause());
	do
		ret = shadow_try_open(child);
	while (ret == -ENOENT && tries-- && !usleep(10000));
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return ret;
}

/* --- failing one after the other ---------------------------------------------------------------------------------- */

/* Whether the operation, one allocation of which failed, answered as it may, and works the next time. */
static bool copes(FIXTURE_DATA(failures) *self, operation run, int answer)
{
	return (!answer || answer == -ENOMEM) && !run(self);
}

/* Lets each allocation of an operation fail. True when all was well, and there were any. */
static bool fail_each(FIXTURE_DATA(failures) *self, const char *name, operation run)
{
	unsigned int nth, errors = 0;
	bool reached = true;

	for (nth = 1; reached && nth < ENOUGH; nth++) {
		int answer;

		allocation_faults_arm(&self->faults, nth);
		answer = run(self);
		reached = allocation_faults_disarm(&self->faults);
		errors += answer != 0;
		if (!copes(self, run, answer)) {
			printf("# %s: allocation %u failed: answer %d, or the next try did not work\n", name, nth,
			       answer);
			return false;
		}
	}
	printf("# %s: %u allocations failed in turn, %u times it was refused\n", name, nth - 2, errors);
	fflush(stdout);
	self->failed += nth - 2;
	return nth > 2 && nth < ENOUGH;
}

TEST_F_TIMEOUT(failures, loading_is_refused_or_works_and_works_the_next_time, 1200)
{
	if (self->missing)
		SKIP(return, "missing: %s", self->missing);
	announce_trace(") failed with error -");	/* kmem_cache_create() does so: -12, or -22 for its nodes */
	announce_error("cannot follow processes");
	EXPECT_TRUE(fail_each(self, "load and unload", load_again));
	EXPECT_LT(3, self->failed);		/* or it came to lie elsewhere, and nothing was tried */
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, reading_ends_with_an_error_or_works_and_works_the_next_time, 1200)
{
	if (self->missing)
		SKIP(return, "missing: %s", self->missing);
	EXPECT_TRUE(fail_each(self, "read", read_file));
	ASSERT_EQ(0, watch_start(self->target.pid, "policy=all period=3600s memory=100%"));
	EXPECT_TRUE(fail_each(self, "read of a watched one", read_file));
	EXPECT_TRUE(fail_each(self, "read of the watches", read_shadow_files));
	EXPECT_EQ(0, watch_stop(self->target.pid));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, dumps_end_with_an_error_or_work_and_work_the_next_time, 1200)
{
	if (self->missing)
		SKIP(return, "missing: %s", self->missing);
	ASSERT_EQ(0, watch_start(self->target.pid, "policy=all period=3600s memory=100%"));
	EXPECT_TRUE(fail_each(self, "dumps", dump_everything));
	EXPECT_TRUE(fail_each(self, "explanation", explain));
	EXPECT_EQ(0, watch_stop(self->target.pid));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, a_watch_is_refused_or_begins_and_begins_the_next_time, 1200)
{
	if (self->missing)
		SKIP(return, "missing: %s", self->missing);
	EXPECT_TRUE(fail_each(self, "watch and unwatch", watch_and_end));
	EXPECT_EQ(0, watch_count());
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, a_fork_works_and_its_file_comes, 1200)
{
	if (self->missing)
		SKIP(return, "missing: %s", self->missing);
	EXPECT_TRUE(fail_each(self, "fork", fork_a_child));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

/* --- in the module's own thread ----------------------------------------------------------------------------------- */

static pid_t find_sampler(void)
{
	DIR *processes = opendir("/proc");
	struct file_text text;
	struct dirent *entry;
	pid_t found = 0;

	while (processes && !found && (entry = readdir(processes))) {
		pid_t pid = atoi(entry->d_name);

		if (pid <= 0 || file_text_read_proc(pid, "comm", &text))
			continue;
		if (!strcmp(text.bytes, MODULE_NAME "\n"))
			found = pid;
		file_text_free(&text);
	}
	if (processes)
		closedir(processes);
	return found;
}

/* Passes over the target from the first on, some of which lack memory. */
static int pass(FIXTURE_DATA(failures) *self)
{
	pid_t pid = self->target.pid;
	int ret = watch_start(pid, "policy=all mode=exact period=20ms memory=100% budget=100%");

	if (ret)
		return ret;
	if (!watch_wait_passes(pid, 3, SECONDS) || watch_audit())
		ret = -EUCLEAN;
	return watch_stop(pid) || ret ? -EUCLEAN : 0;
}

TEST_F_TIMEOUT(failures, passes_go_on_without_what_they_lack_memory_for, 2400)
{
	pid_t sampler;

	if (self->missing)
		SKIP(return, "missing: %s", self->missing);
	/* Holds the thread while the target's watches come and go. */
	ASSERT_EQ(0, watch_start(getpid(), "mode=passive period=3600s"));
	sampler = find_sampler();
	ASSERT_LT(0, sampler);
	ASSERT_TRUE(allocation_faults_of(&self->faults, sampler));
	EXPECT_TRUE(fail_each(self, "pass", pass));
	EXPECT_EQ(0, watch_stop(getpid()));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_HARNESS_MAIN
