// SPDX-License-Identifier: GPL-2.0
/*
 * A memory cgroup.
 */
#define _GNU_SOURCE
#include "cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_text.h"

#define ROOT "/sys/fs/cgroup"

const char *cgroup_create(struct cgroup *cgroup, const char *name)
{
	cgroup->path[0] = '\0';
	if (access(ROOT "/cgroup.subtree_control", F_OK))
		return "cgroup version 2 at " ROOT;
	if (file_write(ROOT "/cgroup.subtree_control", "+memory"))
		return "the memory controller of cgroups";
	snprintf(cgroup->path, sizeof(cgroup->path), ROOT "/vminspect-%s-%d", name, getpid());
	if (!mkdir(cgroup->path, 0755))
		return NULL;
	cgroup->path[0] = '\0';
	return "a new cgroup";
}

/* Busy until the last of its processes is quite gone. */
void cgroup_remove(struct cgroup *cgroup)
{
	int tries;

	for (tries = 500; cgroup->path[0] && rmdir(cgroup->path) && errno == EBUSY && tries; tries--)
		usleep(10000);
	cgroup->path[0] = '\0';
}

static void file_path(const struct cgroup *cgroup, const char *file, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", cgroup->path, file);
}

int cgroup_set(const struct cgroup *cgroup, const char *file, const char *value)
{
	char path[160];

	file_path(cgroup, file, path, sizeof(path));
	return file_write(path, value);
}

int cgroup_set_bytes(const struct cgroup *cgroup, const char *file, uint64_t bytes)
{
	char value[32];

	snprintf(value, sizeof(value), "%llu", (unsigned long long)bytes);
	return cgroup_set(cgroup, file, value);
}

int cgroup_enter(const struct cgroup *cgroup, pid_t pid)
{
	return cgroup_set_bytes(cgroup, "cgroup.procs", pid);
}

uint64_t cgroup_number(const struct cgroup *cgroup, const char *file)
{
	char path[160];

	file_path(cgroup, file, path, sizeof(path));
	return file_number(path, -1);
}

uint64_t cgroup_stat(const struct cgroup *cgroup, const char *key)
{
	uint64_t number = UINT64_MAX;
	struct file_text text;
	char path[160], token[64];
	const char *found;

	file_path(cgroup, "memory.stat", path, sizeof(path));
	if (file_text_read(path, &text))
		return UINT64_MAX;
	snprintf(token, sizeof(token), "\n%s ", key);
	found = strstr(text.bytes, token);
	if (found)
		number = strtoull(found + strlen(token), NULL, 10);
	file_text_free(&text);
	return number;
}
