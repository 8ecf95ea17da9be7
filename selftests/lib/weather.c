// SPDX-License-Identifier: GPL-2.0
/* What all members of a storm do. */
#define _GNU_SOURCE
#include "weather.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module.h"
#include "processes.h"
#include "random.h"
#include "shadow.h"

#define PRINTED 5

void weather_complain(int *wrong, const char *what, pid_t pid, int error)
{
	if ((*wrong)++ < PRINTED) {
		printf("# %s of %d: %s\n", what, pid, strerror(-error));
		fflush(stdout);
	}
}

void weather_count(volatile uint64_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

void weather_rest(uint64_t *random, unsigned int microseconds)
{
	usleep(random_below(random, microseconds + 1));
}

pid_t weather_any_process(uint64_t *random)
{
	struct pid_list entries;
	pid_t pid = 0;

	if (!pid_list_read(SHADOW_DIRECTORY, &entries) && entries.count)
		pid = entries.pids[random_below(random, entries.count)];
	pid_list_free(&entries);
	return pid;
}

bool weather_may_refuse(int error)
{
	return error == -EEXIST || error == -EBUSY || error == -ENOENT || error == -ESRCH || error == -ENOSPC;
}
