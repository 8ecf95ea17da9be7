// SPDX-License-Identifier: GPL-2.0
/* The NUMA balancer. */
#define _GNU_SOURCE
#include "numa.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file_text.h"

const char *numa_missing(void)
{
	return access("/sys/devices/system/node/node1", F_OK) ? "a second NUMA node" : NULL;
}

/* A counter of /proc/vmstat, -1 when there is none. */
static long vmstat(const char *line_start)
{
	struct file_text text;
	const char *found;
	long number = -1;

	if (file_text_read("/proc/vmstat", &text))
		return -1;
	found = strstr(text.bytes, line_start);
	if (found)
		number = strtol(found + strlen(line_start), NULL, 10);
	file_text_free(&text);
	return number;
}

static void *stay_idle(void *unused)
{
	pause();
	return unused;
}

void numa_start_second_thread(void)
{
	pthread_t idle;

	pthread_create(&idle, NULL, stay_idle, NULL);
}

bool numa_await_marks(bool huge, long number)
{
	const char *counter = huge ? "\nnuma_huge_pte_updates " : "\nnuma_pte_updates ";
	time_t deadline = time(NULL) + NUMA_MARK_SECONDS;
	long enough = vmstat(counter) + number;
	volatile unsigned long spin;

	while (vmstat(counter) < enough && time(NULL) < deadline)
		for (spin = 0; spin < 10000000; spin++)
			;
	return vmstat(counter) >= enough;
}
