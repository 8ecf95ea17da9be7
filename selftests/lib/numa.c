// SPDX-License-Identifier: GPL-2.0
/* NUMA nodes, and the balancer between them. */
#define _GNU_SOURCE
#include "numa.h"

#include <linux/mempolicy.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "file_text.h"

void numa_bind_to_first_node(void)
{
	unsigned long nodes = 1;

	syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 8 * sizeof(nodes));
}

const char *numa_balance(struct knobs *knobs)
{
	if (access("/sys/devices/system/node/node1", F_OK))
		return "a second NUMA node";
	return knob_set(knobs, KNOB_NUMA_BALANCING, "1") ? "NUMA balancing" : NULL;
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
	long enough = file_number_after("/proc/vmstat", counter) + number;
	volatile unsigned long spin;

	while (file_number_after("/proc/vmstat", counter) < enough && time(NULL) < deadline)
		for (spin = 0; spin < 10000000; spin++)
			;
	return file_number_after("/proc/vmstat", counter) >= enough;
}
