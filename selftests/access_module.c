// SPDX-License-Identifier: GPL-2.0
/*
 * Loading with bad parameters and loading twice: refused with an errno, explained in the log, and nothing is left
 * half done.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>

#include "lib/announce.h"
#include "lib/check.h"
#include "lib/file_text.h"
#include "lib/module.h"

#define UNLOAD_SECONDS 10

/* The kernel's log from now on. */
static int open_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* True when a record of the log that speaks of the module holds the text as well. */
static bool log_names(int fd, const char *text)
{
	char record[2048];
	ssize_t got;

	while ((got = read(fd, record, sizeof(record) - 1)) > 0 || (got < 0 && errno == EPIPE)) {
		if (got < 0)
			continue;
		record[got] = '\0';
		if (strstr(record, MODULE_NAME ": ") && strstr(record, text))
			return true;
	}
	return false;
}

FIXTURE(module)
{
	int log;
};

FIXTURE_SETUP(module)
{
	ASSERT_NE(NULL, module_file());
	ASSERT_EQ(0, module_loaded() ? module_unload_wait(UNLOAD_SECONDS) : 0);
	self->log = open_log();
	ASSERT_LE(0, self->log);
}

FIXTURE_TEARDOWN(module)
{
	close(self->log);
	EXPECT_TRUE(module_ready());
}

TEST_F(module, has_parameters_to_test)
{
	EXPECT_NE(NULL, module_parameter(0));
}

TEST_F(module, garbage_for_any_parameter_is_refused_and_named)
{
	static const char *const garbage[] = { "garbage", "", "1x", "99999999999999999999999" };
	char assignment[128], name[64];
	const char *found;
	size_t i, j;

	for (i = 0; (found = module_parameter(i)); i++) {
		snprintf(name, sizeof(name), "%s", found);
		announce_error(name);
		for (j = 0; j < sizeof(garbage) / sizeof(garbage[0]); j++) {
			snprintf(assignment, sizeof(assignment), "%s=%s", name, garbage[j]);
			EXPECT_GT(0, module_load(assignment)) {
				TH_LOG("%s was taken", assignment);
				module_unload_wait(UNLOAD_SECONDS);
			}
			EXPECT_TRUE(log_names(self->log, name)) {
				TH_LOG("%s was refused without a word", assignment);
			}
		}
	}
	EXPECT_FALSE(module_loaded());
	EXPECT_NE(0, access(SHADOW_DIRECTORY, F_OK));
}

/* Numbers, but not ones that make sense. */
TEST_F(module, values_out_of_range_are_refused_and_named)
{
	static const char *const assignments[] = { "hold_us=0", "hold_us=49", "hold_us=100001", "hold_us=4294967295" };
	size_t i;

	announce_error("hold_us");
	for (i = 0; i < sizeof(assignments) / sizeof(assignments[0]); i++) {
		EXPECT_EQ(-EINVAL, module_load(assignments[i])) {
			TH_LOG("%s", assignments[i]);
			module_unload_wait(UNLOAD_SECONDS);
		}
		EXPECT_TRUE(log_names(self->log, "hold_us"));
	}
	EXPECT_FALSE(module_loaded());
}

TEST_F(module, values_at_the_ends_of_the_range_are_taken)
{
	ASSERT_EQ(0, module_load("hold_us=50"));
	EXPECT_EQ(50, file_number("/sys/module/" MODULE_NAME "/parameters/hold_us", -1));
	EXPECT_EQ(0, check_states(getpid()));
	ASSERT_EQ(0, module_unload_wait(UNLOAD_SECONDS));
	ASSERT_EQ(0, module_load("hold_us=100000"));
	EXPECT_EQ(100000, file_number("/sys/module/" MODULE_NAME "/parameters/hold_us", -1));
}

TEST_F(module, loads_after_it_was_refused)
{
	announce_error("hold_us");
	EXPECT_GT(0, module_load("hold_us=0"));
	EXPECT_EQ(0, module_load(""));
	EXPECT_EQ(0, shadow_try_open(getpid()));
}

TEST_F(module, second_load_is_eexist_and_harms_nothing)
{
	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(-EEXIST, module_load(""));
	EXPECT_TRUE(module_loaded());
	EXPECT_EQ(0, shadow_try_open(getpid()));
}

TEST_HARNESS_MAIN
