// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of /proc/vminspect when the module comes and goes.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lib/check.h"
#include "lib/module.h"
#include "lib/processes.h"
#include "lib/status.h"

#define UNLOAD_SECONDS 10

/* Out and in again, so that "right after loading" is now. */
static int load_afresh(void)
{
	int error = module_loaded() ? module_unload_wait(UNLOAD_SECONDS) : 0;

	return error ? error : module_load("");
}

/* True for a process that has memory, or may be about to have: not a kernel thread, not a zombie, still there. */
static bool is_live_user_process(pid_t pid)
{
	char state = status_state(pid);

	return state && state != 'Z' && state != 'X' && !status_is_kernel_thread(pid);
}

/* Who is it? */
static void print_status(pid_t pid)
{
	struct file_text text;

	if (file_text_read_proc(pid, "status", &text))
		return;
	printf("%s", text.bytes);
	fflush(stdout);
	file_text_free(&text);
}

FIXTURE(load)
{
	struct worker worker;
};

static void just_stop(int tell, void *argument)
{
	(void)argument;
	worker_tell(tell, "r", 1);
	worker_stop();
}

FIXTURE_SETUP(load)
{
	char ready;

	ASSERT_NE(NULL, module_file());
	ASSERT_TRUE(worker_start(&self->worker, just_stop, NULL));
	ASSERT_TRUE(worker_await(&self->worker, &ready, 1));
	ASSERT_EQ(0, load_afresh());
}

FIXTURE_TEARDOWN(load)
{
	worker_end(&self->worker);
	EXPECT_TRUE(module_ready());
}

TEST_F(load, every_live_process_has_an_entry_at_once)
{
	struct pid_list processes, entries;
	size_t i, seen = 0;

	ASSERT_EQ(0, pid_list_read("/proc", &processes));
	ASSERT_EQ(0, pid_list_read(SHADOW_DIRECTORY, &entries));
	for (i = 0; i < processes.count; i++) {
		pid_t pid = processes.pids[i];

		if (!is_live_user_process(pid))
			continue;
		seen++;
		EXPECT_TRUE(pid_list_has(&entries, pid) || !is_live_user_process(pid)) {
			TH_LOG("process %d has no entry", pid);
			print_status(pid);
		}
	}
	/* init, this program and its stopped worker at least */
	EXPECT_LE(3, seen);
	pid_list_free(&processes);
	pid_list_free(&entries);
}

TEST_F(load, every_entry_is_of_a_live_user_process)
{
	struct pid_list entries;
	size_t i;

	ASSERT_EQ(0, pid_list_read(SHADOW_DIRECTORY, &entries));
	ASSERT_LE(3, entries.count);
	for (i = 0; i < entries.count; i++) {
		pid_t pid = entries.pids[i];

		EXPECT_TRUE(is_live_user_process(pid) || entry_wait_gone(pid, 5)) {
			TH_LOG("entry %d, but no such user process", pid);
		}
	}
	pid_list_free(&entries);
}

TEST_F(load, a_process_older_than_the_module_is_shown_right)
{
	EXPECT_EQ(0, check_maps(self->worker.pid));
	EXPECT_EQ(0, check_smaps(self->worker.pid));
}

TEST_F(load, kernel_threads_have_no_entry)
{
	struct pid_list processes;
	size_t i, seen = 0;

	ASSERT_EQ(0, pid_list_read("/proc", &processes));
	for (i = 0; i < processes.count; i++) {
		if (!status_is_kernel_thread(processes.pids[i]))
			continue;
		seen++;
		EXPECT_EQ(-ENOENT, shadow_try_open(processes.pids[i]));
	}
	EXPECT_LT(0, seen);
	pid_list_free(&processes);
}

TEST_F(load, the_directory_goes_with_the_module)
{
	ASSERT_EQ(0, module_unload_wait(UNLOAD_SECONDS));
	EXPECT_NE(0, access(SHADOW_DIRECTORY, F_OK));
	EXPECT_FALSE(module_loaded());
}

/* Whichever it does, the descriptor stays one that can be read and closed. */
TEST_F(load, unloading_under_an_open_file_succeeds_or_says_busy)
{
	char path[64], byte;
	int fd, error;

	shadow_path(self->worker.pid, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(1, read(fd, &byte, 1));
	error = module_unload();
	EXPECT_TRUE(error == 0 || error == -EAGAIN || error == -EBUSY) {
		TH_LOG("delete_module: %s", strerror(-error));
	}
	if (error)
		EXPECT_LT(0, read(fd, &byte, 1));
	close(fd);
	EXPECT_EQ(0, module_loaded() ? module_unload_wait(UNLOAD_SECONDS) : 0);
}

TEST_F(load, a_stopped_process_does_not_hold_up_unloading)
{
	EXPECT_EQ('T', status_state(self->worker.pid));
	EXPECT_EQ(0, module_unload_wait(UNLOAD_SECONDS));
}

TEST_HARNESS_MAIN
