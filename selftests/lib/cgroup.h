/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A memory cgroup (version 2) for as long as a test needs it.
 */
#ifndef SELFTESTS_CGROUP_H
#define SELFTESTS_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroup {
	char path[96];			/* empty: there is none */
};

/* Makes one below the root, with the memory controller. NULL, or the name of what is missing. */
const char *cgroup_create(struct cgroup *cgroup, const char *name);

/* Removes it; its processes must have ended. Harmless when there is none. */
void cgroup_remove(struct cgroup *cgroup);

/* Moves a process in; what it has from then on is charged here. 0 or a negative errno. */
int cgroup_enter(const struct cgroup *cgroup, pid_t pid);

/* Writes one of its files; 0 or a negative errno. */
int cgroup_set(const struct cgroup *cgroup, const char *file, const char *value);
int cgroup_set_bytes(const struct cgroup *cgroup, const char *file, uint64_t bytes);

/* The number in a file, in bytes; the number of a key of memory.stat. UINT64_MAX when there is none. */
uint64_t cgroup_number(const struct cgroup *cgroup, const char *file);
uint64_t cgroup_stat(const struct cgroup *cgroup, const char *key);

#endif /* SELFTESTS_CGROUP_H */
