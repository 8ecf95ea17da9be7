// SPDX-License-Identifier: GPL-2.0
/*
 * exec: the same entry shows the new program, also when a thread other than the first one calls it.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "lib/check.h"
#include "lib/module.h"
#include "lib/processes.h"
#include "lib/status.h"

static const char program[] = "/bin/cat";

/* A cat that waits for an input which never comes. */
static void become_cat(void)
{
	int ends[2];

	if (pipe(ends))
		_exit(1);
	dup2(ends[0], STDIN_FILENO);
	execl(program, "cat", NULL);
	_exit(127);
}

static void *exec_from_thread(void *unused)
{
	(void)unused;
	become_cat();
	return NULL;
}

static void exec_when_released(int tell, void *argument)
{
	pthread_t thread;

	worker_tell(tell, "r", 1);
	worker_stop();
	if (!*(bool *)argument)
		become_cat();
	pthread_create(&thread, NULL, exec_from_thread, NULL);
	for (;;)
		pause();
}

static bool shows_program(const struct shadow *shadow)
{
	size_t i, length;

	for (i = 0; i < shadow->count; i++) {
		const char *name = map_line_name(&shadow->regions[i].line, &length);

		if (length > 4 && !memcmp(name + length - 4, "/cat", 4))
			return true;
	}
	return false;
}

/* Waits until the process is a cat that sleeps in read(). */
static bool wait_for_cat(pid_t pid)
{
	struct shadow shadow;
	char comm[32] = "";
	int tries;

	for (tries = 0; tries < 2000 && strcmp(comm, "cat"); tries++) {
		usleep(2000);
		if (!shadow_read(pid, &shadow))
			shadow_summary_word(&shadow, "process", "comm", comm, sizeof(comm));
		shadow_free(&shadow);
	}
	return !strcmp(comm, "cat") && status_wait_state(pid, 'S', 5);
}

FIXTURE(exec)
{
	struct worker worker;
	int old;		/* the entry, opened before the exec */
};

FIXTURE_VARIANT(exec)
{
	bool from_thread;
};

FIXTURE_VARIANT_ADD(exec, from_the_leader) { .from_thread = false };
FIXTURE_VARIANT_ADD(exec, from_another_thread) { .from_thread = true };

FIXTURE_SETUP(exec)
{
	char path[64], ready;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&self->worker, exec_when_released, (void *)&variant->from_thread));
	ASSERT_TRUE(worker_await(&self->worker, &ready, 1));
	shadow_path(self->worker.pid, path, sizeof(path));
	self->old = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->old);
	ASSERT_EQ(0, kill(self->worker.pid, SIGCONT));
	ASSERT_TRUE(wait_for_cat(self->worker.pid));
}

FIXTURE_TEARDOWN(exec)
{
	close(self->old);
	worker_end(&self->worker);
}

TEST_F(exec, entry_stays_and_shows_the_new_program)
{
	struct shadow shadow;

	ASSERT_EQ(0, shadow_read(self->worker.pid, &shadow));
	EXPECT_TRUE(shows_program(&shadow));
	shadow_free(&shadow);
	EXPECT_EQ(0, check_maps(self->worker.pid));
	EXPECT_EQ(0, check_smaps(self->worker.pid));
	EXPECT_EQ(0, check_tables(self->worker.pid));
}

/* It is the same process: a file opened before and first read now shows what it has become. */
TEST_F(exec, file_opened_before_shows_the_new_program)
{
	struct file_text text;
	struct shadow shadow;

	ASSERT_EQ(0, file_text_read_fd(self->old, 65536, &text));
	ASSERT_EQ(0, shadow_parse(text, &shadow));
	EXPECT_TRUE(shows_program(&shadow));
	shadow_free(&shadow);
}

TEST_F(exec, threads_are_counted_anew)
{
	struct shadow shadow;
	uint64_t threads = 0;

	ASSERT_EQ(0, shadow_read(self->worker.pid, &shadow));
	EXPECT_TRUE(shadow_summary(&shadow, "process", "threads", 10, &threads));
	EXPECT_EQ(1, threads);
	shadow_free(&shadow);
}

TEST_F(exec, entry_goes_when_the_new_program_ends)
{
	pid_t pid = self->worker.pid;

	worker_end(&self->worker);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
}

TEST_HARNESS_MAIN
