// SPDX-License-Identifier: GPL-2.0
/* NUMA nodes, and the balancer between them. */
#define _GNU_SOURCE
#include "numa.h"

#include <linux/mempolicy.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "file_text.h"

void numa_bind_to_first_node(void)
{
	unsigned long nodes = 1;

	syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 8 * sizeof(nodes));
}

bool numa_move(void *start, size_t bytes, unsigned int node)
{
	unsigned long nodes = 1UL << node;

	return !syscall(SYS_mbind, start, bytes, MPOL_BIND, &nodes, 8 * sizeof(nodes),
			MPOL_MF_MOVE | MPOL_MF_STRICT);
}

uint64_t numa_node_pages(pid_t pid, unsigned int node)
{
	struct file_text text;
	uint64_t pages = 0;
	const char *at;
	char key[16];

	snprintf(key, sizeof(key), " N%u=", node);
	if (!file_text_read_proc(pid, "numa_maps", &text))
		for (at = strstr(text.bytes, key); at; at = strstr(at + 1, key))
			pages += strtoull(at + strlen(key), NULL, 10);
	file_text_free(&text);
	return pages;
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
