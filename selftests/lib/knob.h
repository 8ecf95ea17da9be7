/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings of the kernel (files of /sys and /proc/sys) that a test changes and puts back.
 */
#ifndef SELFTESTS_KNOB_H
#define SELFTESTS_KNOB_H

#define KNOB_THP_ENABLED "/sys/kernel/mm/transparent_hugepage/enabled"
#define KNOB_THP_SHMEM "/sys/kernel/mm/transparent_hugepage/shmem_enabled"
#define KNOB_THP_DEFRAG "/sys/kernel/mm/transparent_hugepage/defrag"
#define KNOB_FOLIOS_64K "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled"
#define KNOB_HUGEPAGES_2M "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
#define KNOB_HUGEPAGES_1G "/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages"
#define KNOB_MAX_MAP_COUNT "/proc/sys/vm/max_map_count"
#define KNOB_KSM_RUN "/sys/kernel/mm/ksm/run"
#define KNOB_KSM_SLEEP "/sys/kernel/mm/ksm/sleep_millisecs"
#define KNOB_KSM_PAGES "/sys/kernel/mm/ksm/pages_to_scan"
#define KNOB_NUMA_BALANCING "/proc/sys/kernel/numa_balancing"
#define KNOB_LRU_GEN "/sys/kernel/mm/lru_gen/enabled"
#define KNOB_LAST_PID "/proc/sys/kernel/ns_last_pid"
#define KNOB_CORE_PATTERN "/proc/sys/kernel/core_pattern"

#define KNOBS_MAX 8

struct knobs {
	struct {
		const char *path;
		char before[128];	/* what to put back */
	} changed[KNOBS_MAX];
	int count;
};

/* Remembers what a setting is and sets it; 0 or a negative errno (-ENOENT: this kernel does not have it). */
int knob_set(struct knobs *knobs, const char *path, const char *value);

/* Puts everything back, the last change first. */
void knobs_restore(struct knobs *knobs);

#endif /* SELFTESTS_KNOB_H */
