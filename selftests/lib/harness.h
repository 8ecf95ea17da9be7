/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's harness. Its limit of 30 seconds a test is for real machines: in an emulated guest with a debug kernel
 * a test of 1000 forks takes minutes. What hangs is ended by run.sh, too.
 */
#ifndef SELFTESTS_HARNESS_H
#define SELFTESTS_HARNESS_H

#include "kselftest_harness.h"

#include <stdbool.h>
#include <unistd.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 240

/*
 * Skips a test for something that its setup found missing; NULL: nothing is. Not from the setup itself, from which the
 * harness of Linux 6.1 goes on to the test after a SKIP().
 */
#define SKIP_WITHOUT(missing) do { if (missing) SKIP(return, "missing: %s", missing); } while (0)

/* One with lockdep: it needs seconds where others need milliseconds. */
static inline bool is_debug_kernel(void)
{
	return !access("/proc/lockdep_stats", F_OK);
}

/* How many times as long things may take as elsewhere. */
static inline unsigned int slowness(void)
{
	return is_debug_kernel() ? 10 : 1;
}

/* How often to try for a race: a debug kernel says of one try what others show in many. */
static inline int rounds_here(int rounds)
{
	return is_debug_kernel() ? rounds / 20 : rounds;
}

#endif /* SELFTESTS_HARNESS_H */
