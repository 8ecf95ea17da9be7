/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All processes of the machine, and all entries of /proc/vminspect.
 */
#ifndef SELFTESTS_PROCESSES_H
#define SELFTESTS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pid_list {
	pid_t *pids;
	size_t count;
};

/* The directory's names that are numbers, in its order; 0 or a negative errno. */
int pid_list_read(const char *directory, struct pid_list *ret);
void pid_list_free(struct pid_list *list);
bool pid_list_has(const struct pid_list *list, pid_t pid);

/* Polls until the process has no entry any more; false when it still has one after about `seconds`. */
bool entry_wait_gone(pid_t pid, int seconds);

#endif /* SELFTESTS_PROCESSES_H */
