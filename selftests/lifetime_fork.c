// SPDX-License-Identifier: GPL-2.0
/*
 * A new process has its entry before it runs and before its parent knows of it, however it is made.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib/check.h"
#include "lib/file_text.h"
#include "lib/module.h"
#include "lib/processes.h"

#define FORKS 1000
#define STACK_BYTES 65536

extern char **environ;

/* The path of a program that lies beside this one. */
static void beside(const char *name, char *path, size_t size)
{
	char own[PATH_MAX] = "";

	if (readlink("/proc/self/exe", own, sizeof(own) - 1) < 0)
		own[0] = '\0';
	snprintf(path, size, "%.*s/%s", (int)(strrchr(own, '/') - own), own, name);
}

static int exit_status(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

FIXTURE(fork)
{
	int release[2];		/* the child ends when this pipe does */
};

FIXTURE_SETUP(fork)
{
	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, pipe2(self->release, O_CLOEXEC));
}

FIXTURE_TEARDOWN(fork)
{
	close(self->release[0]);
	close(self->release[1]);
}

TEST_F(fork, child_sees_its_own_entry_first_thing)
{
	int i, missing = 0;
	pid_t pid;

	for (i = 0; i < rounds_here(FORKS); i++) {
		pid = fork();
		if (pid == 0)
			_exit(shadow_try_open(getpid()) != 0);
		missing += exit_status(pid) != 0;
	}
	EXPECT_EQ(0, missing);
}

TEST_F(fork, parent_sees_the_entry_as_soon_as_fork_returns)
{
	int i, missing = 0;
	char byte;
	pid_t pid;

	for (i = 0; i < rounds_here(FORKS); i++) {
		pid = fork();
		if (pid == 0)
			_exit(read(self->release[0], &byte, 1) != 1);
		missing += shadow_try_open(pid) != 0;
		ASSERT_EQ(1, write(self->release[1], "r", 1));
		ASSERT_EQ(0, exit_status(pid));
	}
	EXPECT_EQ(0, missing);
}

/* Both at once, and children that are gone before the parent looks: then there must be no entry left over. */
TEST_F(fork, no_entry_outlives_its_process)
{
	int i, left = 0;
	pid_t pids[200];

	for (i = 0; i < 200; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(0);
		ASSERT_EQ(0, exit_status(pids[i]));
	}
	for (i = 0; i < 200; i++)
		left += !entry_wait_gone(pids[i], 5);
	EXPECT_EQ(0, left);
}

/* The child shares our memory, so it can tell what it saw there. */
static int vfork_and_look(void)
{
	static volatile int seen;
	pid_t pid;

	seen = -1;
	pid = vfork();
	if (pid == 0) {
		seen = shadow_try_open(getpid());
		_exit(0);
	}
	exit_status(pid);
	return seen;
}

TEST_F(fork, vfork_child_has_an_entry)
{
	int i, missing = 0;

	for (i = 0; i < 300; i++)
		missing += vfork_and_look() != 0;
	EXPECT_EQ(0, missing);
}

TEST_F(fork, spawned_program_sees_itself_first_thing)
{
	char path[PATH_MAX];
	char *arguments[] = { path, NULL };
	int i, missing = 0;
	pid_t pid;

	beside("self_entry", path, sizeof(path));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, posix_spawn(&pid, path, NULL, NULL, arguments, environ));
		missing += exit_status(pid) != 0;
	}
	EXPECT_EQ(0, missing);
}

static int look_and_exit(void *unused)
{
	(void)unused;
	return shadow_try_open(getpid()) != 0;
}

/* Shares the memory and yet is a process: CLONE_VM without CLONE_THREAD. */
TEST_F(fork, process_that_shares_the_memory_has_its_own_entry)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	pid_t pid = clone(look_and_exit, stack + STACK_BYTES, CLONE_VM | SIGCHLD, NULL);

	ASSERT_LT(0, pid);
	EXPECT_EQ(0, exit_status(pid));
}

/* Its number is that of the namespace of /proc, and its entry is not named by the number it knows itself by. */
TEST_F(fork, process_of_a_pid_namespace_is_named_by_its_outer_number)
{
	struct clone_args arguments = { .flags = CLONE_NEWPID, .exit_signal = SIGCHLD };
	uint64_t named = 0;
	struct shadow shadow;
	pid_t pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
	char byte;

	if (pid == 0)
		_exit(getpid() != 1 || read(self->release[0], &byte, 1) != 1);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, shadow_read(pid, &shadow));
	EXPECT_TRUE(shadow_summary(&shadow, "process", "pid", 10, &named));
	EXPECT_EQ(pid, named);
	shadow_free(&shadow);
	ASSERT_EQ(1, write(self->release[1], "r", 1));
	EXPECT_EQ(0, exit_status(pid));
}

static void *fork_from_thread(void *unused)
{
	static int missing;
	int i;
	pid_t pid;

	(void)unused;
	for (i = 0; i < 200; i++) {
		pid = fork();
		if (pid == 0)
			_exit(shadow_try_open(getpid()) != 0);
		missing += exit_status(pid) != 0;
	}
	return &missing;
}

TEST_F(fork, child_of_a_thread_sees_its_own_entry_first_thing)
{
	pthread_t thread;
	void *missing;

	ASSERT_EQ(0, pthread_create(&thread, NULL, fork_from_thread, NULL));
	ASSERT_EQ(0, pthread_join(thread, &missing));
	EXPECT_EQ(0, *(int *)missing);
}

static void *stay(void *argument)
{
	*(volatile pid_t *)argument = gettid();
	pause();
	return NULL;
}

TEST_F(fork, threads_have_no_entry_of_their_own)
{
	volatile pid_t tid = 0;
	pthread_t thread;
	struct pid_list entries;

	ASSERT_EQ(0, pthread_create(&thread, NULL, stay, (void *)&tid));
	while (!tid)
		sched_yield();
	EXPECT_EQ(-ENOENT, shadow_try_open(tid));
	ASSERT_EQ(0, pid_list_read(SHADOW_DIRECTORY, &entries));
	EXPECT_FALSE(pid_list_has(&entries, tid));
	EXPECT_TRUE(pid_list_has(&entries, getpid()));
	pid_list_free(&entries);
}

TEST_F(fork, a_failing_fork_leaves_no_entry_behind)
{
	struct rlimit limit = { .rlim_cur = 0, .rlim_max = RLIM_INFINITY };
	struct pid_list before, after;
	pid_t pid;
	int i;

	ASSERT_EQ(0, pid_list_read(SHADOW_DIRECTORY, &before));
	pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_NPROC, &limit);
		if (setresuid(65534, 65534, 65534))
			_exit(2);
		for (i = 0; i < 50; i++)
			if (fork() >= 0)
				_exit(1);
		_exit(0);
	}
	EXPECT_EQ(0, exit_status(pid));
	EXPECT_TRUE(entry_wait_gone(pid, 5));
	ASSERT_EQ(0, pid_list_read(SHADOW_DIRECTORY, &after));
	EXPECT_EQ(before.count, after.count);
	pid_list_free(&before);
	pid_list_free(&after);
}

/* Polls for a file's contents; the writer is nobody's child here. */
static bool await_result(const char *path, const char *wanted, int seconds)
{
	struct file_text text;
	bool found = false;
	int tries;

	for (tries = seconds * 100; tries && !found; tries--) {
		if (!file_text_read(path, &text)) {
			found = !strcmp(text.bytes, wanted);
			file_text_free(&text);
		}
		usleep(10000);
	}
	return found;
}

/* A program that the kernel itself starts (here: for a core dump) begins as a child of a kernel thread. */
TEST_F(fork, program_started_by_the_kernel_sees_itself_first_thing)
{
	struct knobs knobs = { .count = 0 };
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	char link[] = "/tmp/vmi-self", result[] = "/tmp/vmi-result", program[PATH_MAX], pattern[128];
	pid_t pid;

	beside("self_entry", program, sizeof(program));
	unlink(link);
	unlink(result);
	ASSERT_EQ(0, symlink(program, link));
	snprintf(pattern, sizeof(pattern), "|%s %s", link, result);
	ASSERT_EQ(0, knob_set(&knobs, KNOB_CORE_PATTERN, pattern));
	pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &unlimited);
		signal(SIGABRT, SIG_DFL);
		abort();
	}
	waitpid(pid, NULL, 0);
	EXPECT_TRUE(await_result(result, "ok", 10));
	knobs_restore(&knobs);
	unlink(link);
	unlink(result);
}

TEST_HARNESS_MAIN
