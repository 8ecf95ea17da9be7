// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of the module fails once (of hundreds that are alike one in so many), one after the other, while it
 * is loaded and unloaded, watches, passes, is read and dumped: whoever asked is told, the next attempt works, nothing
 * is left behind, and the target has its memory as before. What leaks is found by kmemleak at the end of the run.
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
#include "lib/genl_groups.h"
#include "lib/keeper.h"
#include "lib/module.h"
#include "lib/request.h"
#include "lib/shadow.h"
#include "lib/slab.h"
#include "lib/watch.h"

#define SECONDS 60
#define ENOUGH 2000		/* allocations of one operation; none has as many */
#define EACH 100		/* of which so many all have their turn */

#define GROUPS 4

FIXTURE(failures)
{
	struct allocation_faults faults;
	struct worker target;
	struct slab_counts before;
	uint64_t young;			/* its pages with the accessed bit, before anything is done to it */
	const char *missing;
	const struct request *request;	/* the one that ask() sends */
	const char *options;		/* of the watch that pass() begins */
	struct request_subject subject;	/* the target, a mapped address of it, its watch */
};

static uint64_t young_pages(pid_t pid, uint64_t *ret_address)
{
	struct shadow shadow;
	uint64_t young;

	if (shadow_read(pid, &shadow))
		return 0;
	young = shadow_sum(&shadow, 0, UINT64_MAX, SHADOW_YOUNG);
	if (ret_address)
		*ret_address = shadow.regions[0].line.start;
	shadow_free(&shadow);
	return young;
}

/* False when something went wrong; self->missing says what this kernel lacks. */
static bool set_up(FIXTURE_DATA(failures) *self)
{
	if (!module_ready())
		return false;
	self->missing = allocation_faults_set(&self->faults);
	if (self->missing)
		return true;
	if (!allocation_faults_of(&self->faults, 0) || !keeper_start(&self->target))
		return false;
	self->young = young_pages(self->target.pid, &self->subject.address);
	slab_count(&self->before);
	self->subject.pid = self->target.pid;
	return self->young >= KEEPER_PAGES && request_find_family(&self->subject);
}

FIXTURE_SETUP(failures)
{
	ASSERT_TRUE(set_up(self));
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

/* Whoever is told that it failed has no watch. */
static int watch_by_netlink(FIXTURE_DATA(failures) *self)
{
	int socket = genl_open();
	int ret = request_watch(socket, &self->subject,
				"policy=all mode=exact period=3600s memory=100% tree=descendants", false);

	if (!ret)
		ret = request_unwatch(socket, &self->subject);
	close(socket);
	return watch_count() ? -EUCLEAN : ret;
}

static int ask(FIXTURE_DATA(failures) *self)
{
	int socket = genl_open(), ret = request_ask(socket, self->request, &self->subject);

	close(socket);
	return ret;
}

static int audit(FIXTURE_DATA(failures) *self)
{
	(void)self;
	return watch_audit();
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

static bool becomes_member(pid_t pid)
{
	int tries = SECONDS * 100;

	while (watch_member_number_now(pid, "pid") != (uint64_t)getpid() && tries--)
		usleep(10000);
	return tries >= 0;
}

/* A child of a family that is watched. */
static int fork_a_member(FIXTURE_DATA(failures) *self)
{
	int status, ret;
	pid_t child = fork();

	(void)self;
	if (child < 0)
		return -errno;
	if (!child)
		_exit(pause());
	ret = becomes_member(child) ? 0 : -EUCLEAN;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return ret;
}

/* --- failing one after the other ---------------------------------------------------------------------------------- */

/* Whether what one allocation of the operation failed for is well. */
typedef bool (*judge)(FIXTURE_DATA(failures) *self, operation run, int answer);

/* It was told to who asked, and the next try works. */
static bool is_told(FIXTURE_DATA(failures) *self, operation run, int answer)
{
	return (!answer || answer == -ENOMEM) && !run(self);
}

/* Likewise, and the next try gets further, since a later one fails with it: a try in between would tell no more. */
static bool is_told_and_goes_further(FIXTURE_DATA(failures) *self, operation run, int answer)
{
	(void)self;
	(void)run;
	return !answer || answer == -ENOMEM;
}

/* It is made up for within the operation. */
static bool makes_no_difference(FIXTURE_DATA(failures) *self, operation run, int answer)
{
	(void)self;
	(void)run;
	return !answer;
}

/* A pass makes hundreds, but of few kinds: beyond the first hundred one in so many is tried. */
static unsigned int next_of(unsigned int nth)
{
	return nth + 1 + (nth > EACH ? nth / 16 : 0);
}

/* Lets allocations of an operation fail, each in turn. Returns how many did; -1 when not all was well. */
static int fail_each(FIXTURE_DATA(failures) *self, const char *name, operation run, judge well)
{
	unsigned int nth, failed = 0, errors = 0;
	bool reached = true;

	for (nth = 1; reached && nth < ENOUGH; nth = next_of(nth)) {
		int answer;

		allocation_faults_arm(&self->faults, nth);
		answer = run(self);
		reached = allocation_faults_disarm(&self->faults);
		failed += reached;
		errors += answer != 0;
		if (!well(self, run, answer)) {
			printf("# %s: allocation %u failed: answer %d, or what came after it was not well\n", name, nth,
			       answer);
			return -1;
		}
	}
	printf("# %s: %u allocations failed in turn, %u times it was refused\n", name, failed, errors);
	fflush(stdout);
	return nth < ENOUGH ? (int)failed : -1;
}

TEST_F_TIMEOUT(failures, loading_is_refused_or_works_and_works_the_next_time, 1200)
{
	SKIP_WITHOUT(self->missing);
	announce_trace(") failed with error -");	/* kmem_cache_create() does so: -12, or -22 for its nodes */
	announce_error("cannot follow processes");
	EXPECT_LT(3, fail_each(self, "load and unload", load_again, is_told_and_goes_further));
	EXPECT_TRUE(module_loaded());		/* by the last try, with which nothing failed */
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, reading_ends_with_an_error_or_works_and_works_the_next_time, 1200)
{
	SKIP_WITHOUT(self->missing);
	EXPECT_LT(0, fail_each(self, "read", read_file, is_told));
	ASSERT_EQ(0, watch_start(self->target.pid, "policy=all period=3600s memory=100%"));
	EXPECT_LT(0, fail_each(self, "read of a watched one", read_file, is_told));
	EXPECT_LT(0, fail_each(self, "read of the watches", read_shadow_files, is_told));
	EXPECT_LT(0, fail_each(self, "audit", audit, is_told));
	EXPECT_EQ(0, watch_stop(self->target.pid));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, answers_end_with_an_error_or_are_whole_and_are_whole_the_next_time, 1200)
{
	size_t i;

	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(self->target.pid, "policy=all period=3600s memory=100%"));
	ASSERT_TRUE(watch_wait_passes_in_all(self->target.pid, 1, SECONDS));
	self->subject.watch = watch_number(self->target.pid, "id");
	for (i = 0; i < REQUESTS; i++) {
		int failed;

		self->request = &requests[i];
		failed = fail_each(self, requests[i].name, ask, is_told);
		EXPECT_EQ(requests[i].allocates, failed > 0);
		EXPECT_LE(0, failed);
	}
	EXPECT_EQ(0, watch_stop(self->target.pid));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, a_watch_is_refused_or_begins_and_begins_the_next_time, 1200)
{
	SKIP_WITHOUT(self->missing);
	EXPECT_LT(0, fail_each(self, "watch and unwatch", watch_and_end, is_told));
	EXPECT_LT(0, fail_each(self, "watch and unwatch by netlink", watch_by_netlink, is_told));
	EXPECT_EQ(0, watch_count());
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, a_fork_works_and_its_file_comes, 1200)
{
	SKIP_WITHOUT(self->missing);
	EXPECT_LT(0, fail_each(self, "fork", fork_a_child, is_told));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_F_TIMEOUT(failures, a_child_of_a_watched_family_belongs_to_it, 1200)
{
	SKIP_WITHOUT(self->missing);
	ASSERT_EQ(0, watch_start(getpid(), "mode=passive tree=descendants period=20ms budget=100%"));
	EXPECT_LT(0, fail_each(self, "fork in a watched family", fork_a_member, makes_no_difference));
	EXPECT_EQ(0, watch_stop(getpid()));
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

/*
 * Passes over the target from the first on, some of which lack memory: those after it are its next try. What a policy
 * evicts, and what comes and goes in the target's layout, is told to who listens.
 */
static int pass(FIXTURE_DATA(failures) *self)
{
	pid_t pid = self->target.pid;
	int ret = watch_start(pid, self->options);

	if (ret)
		return ret;
	if (!watch_wait_passes(pid, 3, SECONDS) || watch_audit())
		ret = -EUCLEAN;
	return watch_stop(pid) || ret ? -EUCLEAN : 0;
}

FIXTURE(passes)
{
	FIXTURE_DATA(failures) failures;
	int socket;			/* of who listens */
};

FIXTURE_VARIANT(passes)
{
	const char *options;
	bool heard;
};

FIXTURE_VARIANT_ADD(passes, in_exact_mode) {
	.options = "policy=all mode=exact period=20ms memory=100% budget=100%",
};
FIXTURE_VARIANT_ADD(passes, in_window_mode) {
	.options = "policy=clock mode=window window=5ms period=20ms memory=100% budget=100%",
};
FIXTURE_VARIANT_ADD(passes, with_descendants) {
	.options = "policy=clock mode=exact tree=descendants period=20ms memory=100% budget=100%",
};
FIXTURE_VARIANT_ADD(passes, that_are_heard) {
	.options = "policy=clock mode=exact rss=50% period=20ms memory=100% budget=100%", .heard = true,
};

FIXTURE_SETUP(passes)
{
	ASSERT_TRUE(set_up(&self->failures));
	self->failures.options = variant->options;
	self->socket = genl_open();
	if (!variant->heard)
		return;
	ASSERT_EQ(GROUPS, genl_join_all(self->socket, MODULE_NAME, GROUPS));
}

FIXTURE_TEARDOWN(passes)
{
	close(self->socket);
	allocation_faults_close(&self->failures.faults);
	worker_end(&self->failures.target);
	EXPECT_TRUE(module_ready());
}

TEST_F_TIMEOUT(passes, go_on_without_what_they_lack_memory_for, 1200)
{
	FIXTURE_DATA(failures) *failures = &self->failures;
	pid_t sampler;

	SKIP_WITHOUT(failures->missing);
	/* Holds the thread while the target's watches come and go. */
	ASSERT_EQ(0, watch_start(getpid(), "mode=passive period=3600s"));
	sampler = find_sampler();
	ASSERT_LT(0, sampler);
	ASSERT_TRUE(allocation_faults_of(&failures->faults, sampler));
	EXPECT_LT(0, fail_each(failures, variant->options, pass, makes_no_difference));
	EXPECT_EQ(0, watch_stop(getpid()));
	/* Somebody was told, or the listener was none. */
	EXPECT_EQ(variant->heard, genl_take(self->socket, false) != -EAGAIN);
	EXPECT_TRUE(keeper_unharmed(&failures->target, &failures->before, SECONDS));
}

/* --- unloading while bits are out --------------------------------------------------------------------------------- */

/* Has exact mode take bits of the target. */
static bool borrow(FIXTURE_DATA(failures) *self)
{
	pid_t pid = self->target.pid;

	return !watch_start(pid, "mode=exact period=3600s memory=100%") &&
	       watch_wait_passes_in_all(pid, 1, SECONDS) && young_pages(pid, NULL) < KEEPER_PAGES;
}

static int unload(FIXTURE_DATA(failures) *self)
{
	(void)self;
	return module_unload_wait(SECONDS);
}

/* They are the target's again once the module is gone, come what may; for the next try they are taken once more. */
static bool gives_back(FIXTURE_DATA(failures) *self, operation run, int answer)
{
	bool well = !answer && !module_load("") && young_pages(self->target.pid, NULL) == self->young;

	(void)run;
	return well && borrow(self);
}

TEST_F_TIMEOUT(failures, bits_that_are_out_when_it_is_unloaded_come_back, 1200)
{
	SKIP_WITHOUT(self->missing);
	ASSERT_TRUE(borrow(self));
	EXPECT_LT(0, fail_each(self, "unload", unload, gives_back));
	EXPECT_EQ(0, watch_stop(self->target.pid));
	EXPECT_TRUE(keeper_unharmed(&self->target, &self->before, SECONDS));
}

TEST_HARNESS_MAIN
