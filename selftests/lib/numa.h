/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NUMA nodes, and the balancer between them: it takes the access to a process's pages away (entries PROT_NONE in a
 * region that is not) to see who faults on them.
 */
#ifndef SELFTESTS_NUMA_H
#define SELFTESTS_NUMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "knob.h"

/* All memory that the caller takes from now on comes from node 0, wherever it runs. Every machine has that node. */
void numa_bind_to_first_node(void);

/* Moves memory of the caller's to a node, where it stays: false when some of it is elsewhere afterwards. */
bool numa_move(void *start, size_t bytes, unsigned int node);

/* Oracle: how many pages of a process are on a node, by /proc/PID/numa_maps. */
uint64_t numa_node_pages(pid_t pid, unsigned int node);

/* Turns the balancer on; NULL, or what this machine lacks. */
const char *numa_balance(struct knobs *knobs);

/*
 * Of a process with one thread the balancer leaves the pages alone that are on the right node already. To be called
 * before an area is mapped that should remain a region of its own: the thread's stack would be merged with it.
 */
void numa_start_second_thread(void);

#define NUMA_MARK_SECONDS 15

/*
 * Runs until the balancer has marked so many more entries of small or of huge pages, somewhere in the machine: false
 * when it has not in NUMA_MARK_SECONDS.
 */
bool numa_await_marks(bool huge, long number);

#endif /* SELFTESTS_NUMA_H */
