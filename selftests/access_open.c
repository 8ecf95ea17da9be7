// SPDX-License-Identifier: GPL-2.0
/*
 * Who may open /proc/vminspect: root with CAP_SYS_ADMIN in the initial user namespace, and nobody else.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/check.h"
#include "lib/file_text.h"
#include "lib/module.h"
#include "lib/privilege.h"
#include "lib/processes.h"

FIXTURE(access)
{
	struct worker worker;
};

FIXTURE_VARIANT(access)
{
	bool (*become)(void);
	int expected;		/* errno of open() */
};

#define VARIANT(who, errno_of_open) \
	FIXTURE_VARIANT_ADD(access, who) { .become = as_##who, .expected = errno_of_open };

VARIANT(nobody, EACCES)
VARIANT(reader_of_everything, EACCES)
VARIANT(tracer_of_everything, EACCES)
VARIANT(root_without_admin, EACCES)
VARIANT(root_of_a_namespace, EACCES)
VARIANT(nobody_root_of_a_namespace, EACCES)
VARIANT(nobody_with_admin, 0)

static void just_stop(int tell, void *argument)
{
	(void)argument;
	worker_tell(tell, "r", 1);
	worker_stop();
}

FIXTURE_SETUP(access)
{
	char ready;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&self->worker, just_stop, NULL));
	ASSERT_TRUE(worker_await(&self->worker, &ready, 1));
}

FIXTURE_TEARDOWN(access)
{
	worker_end(&self->worker);
}

#define CANNOT_BECOME 254

static int try_open(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), MODULE_NAME "/%d", pid ? pid : getpid());
	return open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
}

/*
 * The errno of opening that process's file (the caller's own when pid is 0) after becoming somebody else. It is done
 * from within /proc, as the machine's root directory need not let everybody through.
 */
static int errno_of_open(bool (*become)(void), pid_t pid)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		_exit(!chdir("/proc") && become() ? try_open(pid) : CANNOT_BECOME);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(access, to_another_process)
{
	EXPECT_EQ(variant->expected, errno_of_open(variant->become, self->worker.pid));
}

TEST_F(access, to_the_own_process)
{
	EXPECT_EQ(variant->expected, errno_of_open(variant->become, 0));
}

TEST(directory_is_0500_and_files_are_0400_of_root)
{
	struct stat status;
	char path[64];

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, stat(SHADOW_DIRECTORY, &status));
	EXPECT_EQ(S_IFDIR | 0500, status.st_mode);
	EXPECT_EQ(0, status.st_uid);
	EXPECT_EQ(0, status.st_gid);
	shadow_path(getpid(), path, sizeof(path));
	ASSERT_EQ(0, stat(path, &status));
	EXPECT_EQ(S_IFREG | 0400, status.st_mode);
	EXPECT_EQ(0, status.st_uid);
	EXPECT_EQ(0, status.st_gid);
}

TEST(pids_that_are_not_there_are_enoent)
{
	static const char *const names[] = { "0", "-1", "4194305", "99999999999999999999", "1 ", "01", "self", "",
					    ".x" };
	char path[64];
	size_t i;
	pid_t gone;

	ASSERT_TRUE(module_ready());
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!names[i][0])
			continue;
		snprintf(path, sizeof(path), SHADOW_DIRECTORY "/%s", names[i]);
		EXPECT_EQ(-1, open(path, O_RDONLY));
		EXPECT_EQ(ENOENT, errno);
	}
	gone = fork();
	if (gone == 0)
		_exit(0);
	waitpid(gone, NULL, 0);
	EXPECT_TRUE(entry_wait_gone(gone, 5));
}

TEST(nothing_can_be_made_or_removed_in_the_directory)
{
	char path[64];

	ASSERT_TRUE(module_ready());
	EXPECT_EQ(-1, open(SHADOW_DIRECTORY "/new", O_RDWR | O_CREAT, 0600));
	EXPECT_EQ(-1, mkdir(SHADOW_DIRECTORY "/new", 0700));
	shadow_path(getpid(), path, sizeof(path));
	EXPECT_EQ(-1, unlink(path));
	EXPECT_EQ(0, shadow_try_open(getpid()));
}

/* A file that root opened can be passed on, as any file can: it is the opening that is checked. */
TEST(reading_an_open_file_needs_no_capability)
{
	char path[64], byte;
	int fd, status = -1;
	pid_t child;

	ASSERT_TRUE(module_ready());
	shadow_path(getpid(), path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	child = fork();
	if (child == 0)
		_exit(!as_nobody() || read(fd, &byte, 1) != 1);
	waitpid(child, &status, 0);
	EXPECT_EQ(0, status);
	close(fd);
}

TEST_HARNESS_MAIN
