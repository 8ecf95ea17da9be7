// SPDX-License-Identifier: GPL-2.0
/*
 * Writing to /proc/vminspect/PID: commands are taken whole, anything else is EINVAL and does nothing.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>

#include "lib/check.h"
#include "lib/module.h"

FIXTURE(write)
{
	int fd;
};

FIXTURE_SETUP(write)
{
	char path[64];

	ASSERT_TRUE(module_ready());
	shadow_path(getpid(), path, sizeof(path));
	self->fd = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(write)
{
	close(self->fd);
}

static int errno_of_write(int fd, const char *bytes, size_t length)
{
	return write(fd, bytes, length) < 0 ? errno : 0;
}

TEST_F(write, garbage_is_refused)
{
	static const char garbage[][20] = {
		"x", "watc", "watchh", "watch x", "watch watch", "WATCH", "unwatch 1", "watch\nunwatch", "watch=1",
				"\n", " ",
		"watch\tunwatch", "%s%s%n", "\xff\xfe", "0", "-1", "watch;",
	};
	size_t i;

	for (i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
		EXPECT_EQ(EINVAL, errno_of_write(self->fd, garbage[i], strlen(garbage[i]))) {
			TH_LOG("command '%s'", garbage[i]);
		}
}

TEST_F(write, bytes_that_are_no_text_are_refused)
{
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, "watch\0", 6));
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, "\0", 1));
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, "wat\0ch", 6));
}

TEST_F(write, more_than_a_command_can_be_is_refused)
{
	static char much[1 << 20];

	memset(much, 'w', sizeof(much));
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, much, 257));
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, much, 4096));
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, much, sizeof(much)));
	memset(much, ' ', sizeof(much));
	memcpy(much, "watch", 5);
	EXPECT_EQ(EINVAL, errno_of_write(self->fd, much, sizeof(much)));
}

TEST_F(write, memory_that_cannot_be_read_is_efault)
{
	char *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, nowhere);
	EXPECT_EQ(EFAULT, errno_of_write(self->fd, nowhere, 5));
}

TEST_F(write, a_process_is_watched_once_and_unwatched_once)
{
	EXPECT_EQ(ENOENT, errno_of_write(self->fd, "unwatch", 7));
	EXPECT_EQ(0, errno_of_write(self->fd, "watch\n", 6));
	EXPECT_EQ(EEXIST, errno_of_write(self->fd, " watch ", 7));
	EXPECT_EQ(0, errno_of_write(self->fd, " unwatch \n", 10));
	EXPECT_EQ(ENOENT, errno_of_write(self->fd, "unwatch", 7));
}

TEST_F(write, refused_commands_leave_the_file_as_it_was)
{
	struct shadow shadow;
	char state[16] = "";

	EXPECT_EQ(EINVAL, errno_of_write(self->fd, "x", 1));
	ASSERT_EQ(0, shadow_read(getpid(), &shadow));
	EXPECT_TRUE(shadow_summary_word(&shadow, "watch", "state", state, sizeof(state)));
	EXPECT_STREQ("unwatched", state);
	shadow_free(&shadow);
}

TEST_F(write, a_file_open_for_reading_only_takes_no_command)
{
	char path[64];
	int fd;

	shadow_path(getpid(), path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(EBADF, errno_of_write(fd, "watch", 5));
	close(fd);
}

TEST_HARNESS_MAIN
