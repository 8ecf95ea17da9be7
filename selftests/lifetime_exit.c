// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a process: its entry goes, a file that is open on it ends cleanly, and a process whose first thread has
 * left lives on.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib/check.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/processes.h"
#include "lib/status.h"

#define REGIONS 4000

static void many_small_regions(int tell, void *argument)
{
	char *area = mmap(NULL, REGIONS * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i;

	(void)argument;
	for (i = 1; i < REGIONS; i += 2)
		mprotect(area + i * PAGE_BYTES, PAGE_BYTES, PROT_READ);
	worker_tell(tell, "r", 1);
	worker_stop();
}

FIXTURE(end)
{
	struct worker worker;
	int fd;
};

FIXTURE_SETUP(end)
{
	char path[64], ready;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&self->worker, many_small_regions, NULL));
	ASSERT_TRUE(worker_await(&self->worker, &ready, 1));
	shadow_path(self->worker.pid, path, sizeof(path));
	self->fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(end)
{
	close(self->fd);
	worker_end(&self->worker);
}

TEST_F(end, entry_is_gone_once_the_process_is_reaped)
{
	pid_t pid = self->worker.pid;

	worker_end(&self->worker);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
}

TEST_F(end, entry_is_gone_though_a_file_is_open_on_it)
{
	pid_t pid = self->worker.pid;
	char byte;

	ASSERT_EQ(1, read(self->fd, &byte, 1));
	worker_end(&self->worker);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
}

TEST_F(end, zombie_shows_no_regions)
{
	struct shadow shadow;
	int error;

	ASSERT_EQ(0, kill(self->worker.pid, SIGKILL));
	ASSERT_TRUE(status_wait_state(self->worker.pid, 'Z', 5));
	error = shadow_read(self->worker.pid, &shadow);
	EXPECT_TRUE(error == 0 || error == -ENOENT) {
		TH_LOG("reading a zombie: %s %s", strerror(-error), shadow.error);
	}
	if (!error)
		EXPECT_EQ(0, shadow.count);
	shadow_free(&shadow);
}

/* What was captured is still given out, or the file ends; there is no error in either. */
TEST_F(end, file_being_read_ends_cleanly_when_the_process_dies)
{
	pid_t pid = self->worker.pid;
	char part[4096];
	ssize_t got;
	size_t total = 0;

	ASSERT_LT(0, read(self->fd, part, sizeof(part)));
	worker_end(&self->worker);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
	while ((got = read(self->fd, part, sizeof(part))) > 0)
		total += got;
	EXPECT_EQ(0, got) {
		TH_LOG("read after the end: %s, %zu bytes came before", strerror(errno), total);
	}
}

TEST_F(end, file_first_read_after_the_end_is_empty)
{
	pid_t pid = self->worker.pid;
	struct file_text text;

	worker_end(&self->worker);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
	EXPECT_EQ(0, file_text_read_fd(self->fd, 4096, &text));
	EXPECT_EQ(0, text.length);
	file_text_free(&text);
}

/* It dies at some time while it is read, again and again. The text is whole every time, or there is no entry. */
TEST(killing_a_process_at_any_time_of_a_read_is_harmless)
{
	struct worker worker;
	struct shadow shadow;
	char ready;
	int i, error, last = 0, odd = 0;
	pid_t killer;

	ASSERT_TRUE(module_ready());
	/* All times from none to 20 ms; every fifth of them where a round takes seconds. */
	for (i = 0; i < 40; i += rounds_here(40) == 40 ? 1 : 5) {
		ASSERT_TRUE(worker_start(&worker, many_small_regions, NULL));
		ASSERT_TRUE(worker_await(&worker, &ready, 1));
		killer = fork();
		if (killer == 0) {
			usleep(i * 500);
			kill(worker.pid, SIGKILL);
			_exit(0);
		}
		do {
			error = shadow_read(worker.pid, &shadow);
			shadow_free(&shadow);
		} while (!error && status_state(worker.pid) != 'Z');
		odd += error && error != -ENOENT;
		if (error && error != -ENOENT)
			last = error;
		waitpid(killer, NULL, 0);
		worker_end(&worker);
	}
	EXPECT_EQ(0, odd) {
		TH_LOG("the last of them: %s", strerror(-last));
	}
}

/* Tells its thread's id, then ends the first thread only. */
static void *outlive(void *argument)
{
	int tell = *(int *)argument;
	pid_t tid = gettid();

	while (status_state(getpid()) != 'Z')
		usleep(1000);
	worker_tell(tell, &tid, sizeof(tid));
	for (;;)
		pause();
	return NULL;
}

static void leave_first(int tell, void *argument)
{
	static int kept;
	pthread_t thread;

	(void)argument;
	kept = tell;
	if (pthread_create(&thread, NULL, outlive, &kept))
		_exit(1);
	syscall(SYS_exit, 0);
}

TEST(process_whose_first_thread_has_left_still_shows_its_memory)
{
	struct worker worker;
	char path[64];
	pid_t tid, pid;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&worker, leave_first, NULL));
	pid = worker.pid;
	ASSERT_EQ(sizeof(tid), read(worker.pipe, &tid, sizeof(tid)));
	ASSERT_EQ('Z', status_state(worker.pid));
	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", worker.pid, tid);
	EXPECT_EQ(0, check_maps_path(worker.pid, path));
	EXPECT_EQ(0, check_states(worker.pid));
	EXPECT_EQ(-ENOENT, shadow_try_open(tid));
	worker_end(&worker);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
}

TEST_HARNESS_MAIN
