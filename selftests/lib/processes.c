// SPDX-License-Identifier: GPL-2.0
/*
 * All processes of the machine, and all entries of /proc/vminspect.
 */
#define _GNU_SOURCE
#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shadow.h"

#define POLL_MICROSECONDS 2000

static int append(struct pid_list *list, size_t *capacity, pid_t pid)
{
	pid_t *pids;

	if (list->count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 64;
		pids = realloc(list->pids, *capacity * sizeof(*pids));
		if (!pids)
			return -ENOMEM;
		list->pids = pids;
	}
	list->pids[list->count++] = pid;
	return 0;
}

int pid_list_read(const char *directory, struct pid_list *ret)
{
	DIR *open = opendir(directory);
	struct dirent *entry;
	size_t capacity = 0;
	int error = 0;
	char *end;
	long pid;

	memset(ret, 0, sizeof(*ret));
	if (!open)
		return -errno;
	while (!error && (entry = readdir(open))) {
		pid = strtol(entry->d_name, &end, 10);
		if (pid > 0 && !*end)
			error = append(ret, &capacity, pid);
	}
	closedir(open);
	return error;
}

void pid_list_free(struct pid_list *list)
{
	free(list->pids);
	memset(list, 0, sizeof(*list));
}

bool pid_list_has(const struct pid_list *list, pid_t pid)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->pids[i] == pid)
			return true;
	return false;
}

bool entry_wait_gone(pid_t pid, int seconds)
{
	long tries = seconds * (1000000L / POLL_MICROSECONDS);

	for (; tries > 0; tries--) {
		if (shadow_try_open(pid) == -ENOENT)
			return true;
		usleep(POLL_MICROSECONDS);
	}
	return false;
}
