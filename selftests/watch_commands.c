// SPDX-License-Identifier: GPL-2.0
/*
 * What a watch is refused for, with which errno and which text in the log; who belongs to it; that it keeps to its
 * limits of memory and CPU time; that nothing is left when it or its process has gone.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <signal.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/file_text.h"
#include "lib/knob.h"
#include "lib/layout.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/processes.h"
#include "lib/slab.h"
#include "lib/status.h"
#include "lib/watch.h"

#define SECONDS 20		/* for passes to come, for processes to go */
#define MEBIBYTE (1UL << 20)
#define WATCHES_MAX 64

/* A process that has some memory and rests. */
static void rest(int tell, void *argument)
{
	size_t *bytes = argument;
	char *area = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED || madvise(area, *bytes, MADV_NOHUGEPAGE))
		_exit(1);
	layout_write(area, *bytes / PAGE_BYTES);
	worker_tell(tell, "", 1);
	for (;;)
		worker_stop();
}

static bool start_resting(struct worker *worker, size_t bytes)
{
	char ready;

	return worker_start(worker, rest, &bytes) && worker_await(worker, &ready, sizeof(ready));
}

FIXTURE(commands)
{
	struct worker worker;
};

FIXTURE_SETUP(commands)
{
	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(watch_wait_none(SECONDS));
	ASSERT_TRUE(start_resting(&self->worker, 8 * MEBIBYTE));
}

FIXTURE_TEARDOWN(commands)
{
	watch_stop(self->worker.pid);
	worker_end(&self->worker);
	EXPECT_TRUE(watch_wait_none(SECONDS));
}

/* True when the kernel's log ends with a line that has both texts. */
static bool log_has(const char *mark, const char *word, const char *reason)
{
	static char log[1 << 20];
	int length = klogctl(3, log, sizeof(log) - 1);
	const char *at, *line;

	log[length > 0 ? length : 0] = '\0';
	at = strstr(log, mark);
	line = at ? strstr(at, word) : NULL;
	return line && strstr(line, reason) && strcspn(line, "\n") > (size_t)(strstr(line, reason) - line);
}

/* What is written, and what the log must then blame and why. */
static const struct {
	const char *options;
	int error;
	const char *word;
	const char *reason;
} refusals[] = {
	{ "colour=red", -EINVAL, "\"colour\"", "the keys are" },
	{ "policy=lru", -EINVAL, "\"lru\"", "policy takes" },
	{ "mode=fast", -EINVAL, "\"fast\"", "mode takes passive, window or exact" },
	{ "period=1s period=1s", -EINVAL, "\"period\"", "once" },
	{ "period", -EINVAL, "\"period\"", "key=value" },
	{ "period=1h", -EINVAL, "\"1h\"", "period takes" },
	{ "period=5ms", -ERANGE, "\"5ms\"", "10ms to 3600s" },
	{ "period=3601s", -ERANGE, "\"3601s\"", "10ms to 3600s" },
	{ "period=1s window=2s", -ERANGE, "\"2s\"", "window takes 1ms to the period" },
	{ "budget=0%", -ERANGE, "\"0%\"", "0.01% to 100%" },
	{ "memory=1K", -ERANGE, "\"1K\"", "64K to 1T" },
	{ "rss=200%", -ERANGE, "\"200%\"", "1% to 100%" },
	{ "params=age-max:128", -ERANGE, "\"age-max:128\"", "age-max:1..127" },
	{ "policy=gen params=age-max:9", -EINVAL, "\"age-max:9\"", "none of the policies has that" },
};

TEST_F(commands, a_refused_option_is_named_in_the_log)
{
	char mark[64], text[96];
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		snprintf(mark, sizeof(mark), "vminspect-selftest: %d refusal %zu", getpid(), i);
		snprintf(text, sizeof(text), "%s\n", mark);
		ASSERT_EQ(0, file_write("/dev/kmsg", text));
		EXPECT_EQ(refusals[i].error, watch_start(self->worker.pid, refusals[i].options)) {
			TH_LOG("watch %s", refusals[i].options);
		}
		EXPECT_TRUE(log_has(mark, refusals[i].word, refusals[i].reason)) {
			TH_LOG("watch %s: the log does not say %s and %s", refusals[i].options, refusals[i].word,
			       refusals[i].reason);
		}
		if (i % 8 == 7)
			sleep(5);	/* the log takes ten lines in five seconds from one place */
	}
	EXPECT_EQ(0, watch_count());
}

/* Pages of the process by age, all regions together. */
static bool ages_of(pid_t pid, uint64_t ret[WATCH_AGE_BUCKETS])
{
	uint64_t ages[WATCH_AGE_BUCKETS];
	struct shadow shadow;
	int bucket;
	size_t i;

	memset(ret, 0, WATCH_AGE_BUCKETS * sizeof(*ret));
	if (shadow_read(pid, &shadow))
		return false;
	for (i = 0; i < shadow.count; i++)
		for (bucket = 0; bucket < WATCH_AGE_BUCKETS && watch_region_ages(&shadow.regions[i], ages); bucket++)
			ret[bucket] += ages[bucket];
	shadow_free(&shadow);
	return true;
}

/* Pages come at age 40, instead of 2, and the first pass adds 3 or takes 1: 32..63, and without it 1 or 2..7. */
TEST_F(commands, a_policy_runs_with_the_parameters_that_it_was_given)
{
	uint64_t ages[WATCH_AGE_BUCKETS];
	pid_t pid = self->worker.pid;

	ASSERT_EQ(0, watch_start(pid, "mode=exact period=3600s memory=100% params=age-start:40,inactive-percent:0"));
	ASSERT_TRUE(watch_wait_passes_in_all(pid, 1, SECONDS));
	EXPECT_EQ(40, watch_figure(pid, "aging24", "parameters", "age_start"));
	EXPECT_EQ(0, watch_figure(pid, "aging24", "parameters", "inactive_percent"));
	EXPECT_EQ(64, watch_figure(pid, "aging24", "parameters", "age_max"));
	ASSERT_TRUE(ages_of(pid, ages));
	EXPECT_LE(8 * MEBIBYTE / PAGE_BYTES, ages[6]);
	EXPECT_EQ(0, ages[0] + ages[1] + ages[2] + ages[3] + ages[4] + ages[5] + ages[7]);
	ASSERT_EQ(0, watch_stop(pid));
	ASSERT_EQ(0, watch_start(pid, "mode=exact period=3600s memory=100%"));
	ASSERT_TRUE(watch_wait_passes_in_all(pid, 1, SECONDS));
	EXPECT_EQ(2, watch_figure(pid, "aging24", "parameters", "age_start"));
	ASSERT_TRUE(ages_of(pid, ages));
	EXPECT_EQ(0, ages[6]);
}

TEST_F(commands, a_process_is_the_root_of_one_watch)
{
	EXPECT_EQ(-ENOENT, watch_stop(self->worker.pid));
	EXPECT_EQ(0, watch_start(self->worker.pid, ""));
	EXPECT_EQ(-EEXIST, watch_start(self->worker.pid, "policy=gen"));
	EXPECT_EQ(1, watch_count());
	EXPECT_EQ(0, watch_stop(self->worker.pid));
	EXPECT_EQ(-ENOENT, watch_stop(self->worker.pid));
}

TEST_F_TIMEOUT(commands, watches_are_as_many_as_there_are_slots_for, 600)
{
	struct worker workers[WATCHES_MAX + 1];
	int i, started = 0, error = 0;

	for (i = 0; i <= WATCHES_MAX; i++)
		ASSERT_TRUE(start_resting(&workers[i], PAGE_BYTES));
	for (i = 0; i <= WATCHES_MAX && !error; i++) {
		error = watch_start(workers[i].pid, "period=60s mode=passive");
		started += !error;
	}
	EXPECT_EQ(WATCHES_MAX, started);
	EXPECT_EQ(-ENOSPC, error);
	EXPECT_EQ(WATCHES_MAX, watch_count());
	EXPECT_EQ(0, watch_stop(workers[0].pid));
	EXPECT_EQ(0, watch_start(workers[WATCHES_MAX].pid, "period=60s mode=passive"));
	for (i = 0; i <= WATCHES_MAX; i++)
		worker_end(&workers[i]);
	EXPECT_TRUE(watch_wait_none(SECONDS));
}

TEST_F(commands, what_is_over_the_memory_limit_is_refused_and_counted)
{
	struct worker big;
	uint64_t pages, refused;

	ASSERT_TRUE(start_resting(&big, 64 * MEBIBYTE));
	ASSERT_EQ(0, watch_start(big.pid, "policy=all mode=passive memory=256K period=200ms budget=100%"));
	ASSERT_TRUE(watch_wait_passes(big.pid, 2, SECONDS));
	pages = watch_number(big.pid, "pages");
	refused = watch_number(big.pid, "refused");
	EXPECT_GE(256 * 1024, watch_number(big.pid, "shadow_bytes"));
	EXPECT_LT(0, pages);
	EXPECT_LT(64 * MEBIBYTE / PAGE_BYTES, pages + refused);
	EXPECT_GT(64 * MEBIBYTE / PAGE_BYTES, pages);
	EXPECT_EQ(0, watch_audit());
	EXPECT_EQ(0, watch_stop(big.pid));
	worker_end(&big);
}

/* A parent that forks a child each time it is let go; all of them rest. */
static void fork_when_told(int tell, void *argument)
{
	pid_t child;

	(void)argument;
	worker_tell(tell, "", 1);
	for (;;) {
		worker_stop();
		child = fork();
		if (child == 0) {
			worker_die_with_parent();
			for (;;)
				pause();
		}
		worker_tell(tell, &child, sizeof(child));
	}
}

static pid_t fork_child(struct worker *parent)
{
	pid_t child = 0;

	kill(parent->pid, SIGCONT);
	return worker_await(parent, &child, sizeof(child)) ? child : -1;
}

static bool is_member(pid_t pid)
{
	struct shadow shadow;
	char state[16] = "";

	if (!shadow_read(pid, &shadow))
		shadow_summary_word(&shadow, "watch", "state", state, sizeof(state));
	shadow_free(&shadow);
	return !strcmp(state, "watched");
}

TEST_F(commands, a_tree_has_the_children_there_are_and_those_to_come)
{
	struct worker parent;
	pid_t before, after;
	char ready;

	ASSERT_TRUE(worker_start(&parent, fork_when_told, NULL));
	ASSERT_TRUE(worker_await(&parent, &ready, sizeof(ready)));
	before = fork_child(&parent);
	ASSERT_LT(0, before);
	ASSERT_EQ(0, watch_start(parent.pid, "tree=descendants mode=passive period=50ms budget=100%"));
	ASSERT_TRUE(watch_wait_passes(parent.pid, 1, SECONDS));
	EXPECT_EQ(2, watch_number(parent.pid, "members"));
	after = fork_child(&parent);
	ASSERT_LT(0, after);
	ASSERT_TRUE(watch_wait_passes(parent.pid, 1, SECONDS));
	EXPECT_EQ(3, watch_number(parent.pid, "members"));
	EXPECT_TRUE(is_member(before));
	EXPECT_TRUE(is_member(after));
	EXPECT_FALSE(is_member(self->worker.pid));
	kill(after, SIGKILL);
	ASSERT_TRUE(entry_wait_gone(after, SECONDS) || kill(parent.pid, SIGCONT));
	ASSERT_TRUE(watch_wait_passes(parent.pid, 2, SECONDS));
	EXPECT_EQ(2, watch_number(parent.pid, "members"));
	EXPECT_EQ(0, watch_audit());
	EXPECT_EQ(0, watch_stop(parent.pid));
	worker_end(&parent);
}

/* Without `tree` children are not looked at. */
TEST_F(commands, a_watch_of_one_process_has_one_member)
{
	struct worker parent;
	char ready;

	ASSERT_TRUE(worker_start(&parent, fork_when_told, NULL));
	ASSERT_TRUE(worker_await(&parent, &ready, sizeof(ready)));
	ASSERT_EQ(0, watch_start(parent.pid, "mode=passive period=50ms budget=100%"));
	ASSERT_LT(0, fork_child(&parent));
	ASSERT_TRUE(watch_wait_passes(parent.pid, 2, SECONDS));
	EXPECT_EQ(1, watch_number(parent.pid, "members"));
	EXPECT_EQ(0, watch_stop(parent.pid));
	worker_end(&parent);
}

/* Processes with an address space, by /proc; they come and go, so it is asked for before and after. */
static size_t user_processes(void)
{
	struct pid_list pids;
	size_t i, count = 0;

	if (pid_list_read("/proc", &pids))
		return 0;
	for (i = 0; i < pids.count; i++)
		count += status_number(pids.pids[i], "VmRSS") > 0;
	pid_list_free(&pids);
	return count;
}

TEST_F(commands, a_watch_of_all_has_every_process)
{
	size_t before, after;
	uint64_t members = 0;
	int tries;

	ASSERT_EQ(0, watch_start(self->worker.pid, "tree=all mode=passive period=100ms budget=100%"));
	for (tries = 20; tries; tries--) {
		ASSERT_TRUE(watch_wait_passes(self->worker.pid, 1, SECONDS));
		before = user_processes();
		members = watch_number(self->worker.pid, "members");
		after = user_processes();
		if (before == after && members == before)
			break;
	}
	EXPECT_LT(0, tries) {
		TH_LOG("%llu members, %zu and %zu processes", (unsigned long long)members, before, after);
	}
	EXPECT_TRUE(is_member(1));
	EXPECT_EQ(0, watch_audit());
	EXPECT_EQ(0, watch_stop(self->worker.pid));
}

/* CPU time of a kernel thread, in seconds; -1 when there is none of that name. */
static double kernel_thread_seconds(const char *name)
{
	struct pid_list pids;
	struct file_text text;
	unsigned long user, kernel;
	double seconds = -1;
	char wanted[32];
	size_t i;

	snprintf(wanted, sizeof(wanted), " (%s) ", name);
	if (pid_list_read("/proc", &pids))
		return -1;
	for (i = 0; i < pids.count && seconds < 0; i++) {
		const char *fields;

		if (!status_is_kernel_thread(pids.pids[i]) || file_text_read_proc(pids.pids[i], "stat", &text))
			continue;
		fields = strstr(text.bytes, wanted);
		if (fields && sscanf(strchr(fields, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		    &user,
				     &kernel) == 2)
			seconds = (double)(user + kernel) / sysconf(_SC_CLK_TCK);
		file_text_free(&text);
	}
	pid_list_free(&pids);
	return seconds;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

#define BUDGET 0.05
#define TOLERANCE 1.2		/* the two clocks are not one */
#define BUDGET_SECONDS 8

/*
 * The kernel's own account of the sampler's thread. The first pass makes the shadow and is not counted. The rest after
 * a pass is as long as that pass allows, however long it took: so the time counts until the rest after the last one has
 * ended, with the next pass.
 */
TEST_F_TIMEOUT(commands, the_budget_is_kept_by_stretching_the_period, 600)
{
	struct worker big;
	double cpu, wall;

	ASSERT_TRUE(start_resting(&big, 48 * MEBIBYTE));
	ASSERT_EQ(0, watch_start(big.pid, "policy=all mode=exact period=10ms budget=5%"));
	ASSERT_TRUE(watch_wait_passes(big.pid, 2, 4 * SECONDS));
	cpu = kernel_thread_seconds("vminspect");
	wall = now();
	ASSERT_LE(0, cpu);
	sleep(BUDGET_SECONDS);
	ASSERT_TRUE(watch_wait_passes(big.pid, 1, 4 * SECONDS));
	cpu = kernel_thread_seconds("vminspect") - cpu;
	ASSERT_TRUE(watch_wait_passes(big.pid, 1, 4 * SECONDS));
	wall = now() - wall;
	printf("# %.1f %% of a CPU in %.1f s, budget 5 %%; effective period %llu ms instead of 10\n", 100 * cpu / wall,
	       wall,
	       (unsigned long long)watch_number(big.pid, "effective_period_ms"));
	fflush(stdout);
	EXPECT_GE(TOLERANCE * BUDGET, cpu / wall);
	EXPECT_GE(BUDGET, watch_fraction(big.pid, "cpu"));
	EXPECT_LT(10, watch_number(big.pid, "effective_period_ms"));
	EXPECT_EQ(0, watch_stop(big.pid));
	worker_end(&big);
}

/* Not with its next pass, which may be an hour away; whether it has had its first one or not. */
TEST_F_TIMEOUT(commands, a_watch_ends_with_its_process, 600)
{
	struct worker second;

	ASSERT_TRUE(start_resting(&second, 8 * MEBIBYTE));
	ASSERT_EQ(0, watch_start(second.pid, "mode=window period=3600s window=3599s"));
	ASSERT_EQ(0, watch_start(self->worker.pid, "mode=passive period=3600s"));
	ASSERT_TRUE(watch_wait_passes_in_all(self->worker.pid, 1, SECONDS));
	worker_end(&second);
	worker_end(&self->worker);
	EXPECT_TRUE(watch_wait_none(SECONDS));
}

#define SHORT_LIVES 100

/* Processes that exit at once, while their watches are being made. Errors may be those of one that has gone. */
TEST_F_TIMEOUT(commands, processes_that_exit_while_being_set_up_leave_nothing, 600)
{
	struct slab_counts before;
	int i, error, watched = 0;
	pid_t pid;

	slab_count(&before);
	for (i = 0; i < SHORT_LIVES; i++) {
		pid = fork();
		if (pid == 0) {
			usleep(i % 5 * 100);
			_exit(0);
		}
		ASSERT_LT(0, pid);
		usleep(i % 7 * 100);
		error = watch_start(pid, i % 2 ? "tree=descendants mode=exact period=10ms budget=100%" : "period=10ms");
		EXPECT_TRUE(error == 0 || error == -ENOENT || error == -ESRCH || error == -ENOSPC) {
			TH_LOG("%s", strerror(-error));
		}
		watched += !error;
		waitpid(pid, NULL, 0);
		error = i % 3 ? watch_stop(pid) : 0;
		EXPECT_TRUE(error == 0 || error == -ENOENT || error == -ESRCH) {
			TH_LOG("%s", strerror(-error));
		}
	}
	EXPECT_LT(0, watched);
	EXPECT_TRUE(watch_wait_none(SECONDS));
	EXPECT_TRUE(slab_wait_returned(&before, SECONDS));
	printf("# %d of %d were watched\n", watched, SHORT_LIVES);
	fflush(stdout);
}

TEST_F(commands, rmmod_ends_all_watches)
{
	struct worker second;

	ASSERT_TRUE(start_resting(&second, 8 * MEBIBYTE));
	ASSERT_EQ(0, watch_start(second.pid, "mode=window period=2s window=1s budget=100%"));
	ASSERT_TRUE(watch_wait_window(second.pid, SECONDS));
	ASSERT_EQ(0, watch_start(self->worker.pid, "policy=all mode=exact tree=all period=50ms budget=100%"));
	ASSERT_TRUE(watch_wait_passes(self->worker.pid, 3, SECONDS));
	ASSERT_EQ(0, module_unload_wait(SECONDS));
	EXPECT_GT(0, kernel_thread_seconds("vminspect"));
	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(0, watch_count());
	worker_end(&second);
}

static bool has_member(pid_t root, pid_t pid)
{
	struct shadow shadow;
	bool member = !shadow_read(pid, &shadow) && watch_member_number(&shadow, "pid") == (uint64_t)root;

	shadow_free(&shadow);
	return member;
}

/* To each of two, what the other gives back would look like accesses. */
TEST_F(commands, only_one_watch_clears_the_bits_of_a_process)
{
	struct worker second;

	ASSERT_TRUE(start_resting(&second, MEBIBYTE));
	ASSERT_EQ(0, watch_start(self->worker.pid, "mode=exact period=100ms budget=100%"));
	ASSERT_TRUE(watch_wait_passes(self->worker.pid, 1, SECONDS));
	ASSERT_EQ(0, watch_start(second.pid, "mode=window tree=all period=100ms window=20ms budget=100%"));
	ASSERT_TRUE(watch_wait_passes(second.pid, 2, SECONDS));
	EXPECT_FALSE(has_member(second.pid, self->worker.pid));
	EXPECT_TRUE(has_member(second.pid, second.pid));
	EXPECT_EQ(-EBUSY, watch_start(getpid(), "mode=exact"));
	EXPECT_EQ(0, watch_start(getpid(), "mode=passive"));
	EXPECT_EQ(0, watch_stop(getpid()));
	/* Free again, it belongs to the one that is left. */
	EXPECT_EQ(0, watch_stop(self->worker.pid));
	ASSERT_TRUE(watch_wait_passes(second.pid, 3, SECONDS));
	EXPECT_TRUE(has_member(second.pid, self->worker.pid));
	EXPECT_EQ(0, watch_stop(second.pid));
	EXPECT_EQ(0, watch_start(getpid(), "mode=exact"));
	EXPECT_EQ(0, watch_stop(getpid()));
	worker_end(&second);
}

/* It will be looked at with the next pass, which is far away. */
static void a_new_process_belongs_to(struct __test_metadata *_metadata, pid_t root, const char *options)
{
	struct worker born_later;

	ASSERT_EQ(0, watch_start(root, options));
	ASSERT_TRUE(watch_wait_passes_in_all(root, 1, SECONDS));
	ASSERT_TRUE(start_resting(&born_later, MEBIBYTE));
	EXPECT_FALSE(has_member(root, born_later.pid));
	EXPECT_EQ(-EBUSY, watch_start(born_later.pid, "mode=exact"));
	EXPECT_EQ(0, watch_start(born_later.pid, "mode=passive"));
	EXPECT_EQ(0, watch_stop(born_later.pid));
	EXPECT_EQ(0, watch_stop(root));
	EXPECT_EQ(0, watch_start(born_later.pid, "mode=exact"));
	EXPECT_EQ(0, watch_stop(born_later.pid));
	worker_end(&born_later);
}

TEST_F(commands, a_process_that_a_watch_has_yet_to_look_at_has_its_bits_cleared_by_no_other)
{
	a_new_process_belongs_to(_metadata, getpid(), "mode=exact tree=descendants period=3600s budget=100%");
	a_new_process_belongs_to(_metadata, self->worker.pid, "mode=exact tree=all period=3600s budget=100%");
}

/* Takes memory, so that a pass takes long, and begins itself anew, without end. */
static pid_t start_one_that_execs(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	worker_die_with_parent();
	setenv("AGAIN", "my $x = 'x' x (16 << 20); exec($^X, '-e', $ENV{AGAIN});", 1);
	execlp("perl", "perl", "-e", "exec($^X, '-e', $ENV{AGAIN});", NULL);
	_exit(1);
}

/* The address space goes in the middle of passes, too; the process does not. */
TEST_F_TIMEOUT(commands, a_watch_outlives_the_programs_of_its_process, 300)
{
	struct knobs knobs = { .count = 0 };
	pid_t pid;

	knob_set(&knobs, KNOB_THP_ENABLED, "never");
	pid = start_one_that_execs();
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, watch_start(pid, "policy=all mode=exact period=10ms budget=100% memory=100%"));
	EXPECT_TRUE(watch_wait_passes(pid, 400, 120));
	EXPECT_EQ(1, watch_number(pid, "members"));
	EXPECT_EQ(0, watch_audit());
	EXPECT_EQ(0, watch_stop(pid));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	knobs_restore(&knobs);
}

/* Like all else there, for root of the initial name spaces; and only the one command is known. */
TEST_F(commands, only_the_audit_can_be_asked_of_the_list_of_watches)
{
	EXPECT_EQ(0, file_write(WATCHES_FILE, "audit"));
	EXPECT_EQ(0, file_write(WATCHES_FILE, "audit\n"));
	EXPECT_EQ(-EINVAL, file_write(WATCHES_FILE, "audit "));
	EXPECT_EQ(-EINVAL, file_write(WATCHES_FILE, "audi"));
	EXPECT_EQ(-EINVAL, file_write(WATCHES_FILE, "audit\n\n"));
	EXPECT_EQ(-EINVAL, file_write(WATCHES_FILE, "watch\n"));
}

TEST_HARNESS_MAIN
