/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Oracle: /proc/PID/smaps.
 */
#ifndef SELFTESTS_SMAPS_H
#define SELFTESTS_SMAPS_H

#include "maps.h"

enum smaps_key {
	SMAPS_RSS,
	SMAPS_SHARED_CLEAN,
	SMAPS_SHARED_DIRTY,
	SMAPS_PRIVATE_CLEAN,
	SMAPS_PRIVATE_DIRTY,
	SMAPS_REFERENCED,
	SMAPS_ANONYMOUS,
	SMAPS_ANON_HUGE,
	SMAPS_SHMEM_PMD,
	SMAPS_FILE_PMD,
	SMAPS_SHARED_HUGETLB,
	SMAPS_PRIVATE_HUGETLB,
	SMAPS_SWAP,
	SMAPS_KEYS,
};

struct smaps_region {
	struct map_line line;
	uint64_t pages[SMAPS_KEYS];	/* units of 4 KiB */
	bool pfnmap;			/* VM_PFNMAP: page walks of the kernel's own files pass it over */
};

struct smaps {
	struct file_text text;
	struct smaps_region *regions;
	size_t count;
};

/* 0, or a negative errno; -EPROTO when the text is not as expected. */
int smaps_read(pid_t pid, struct smaps *ret);
void smaps_free(struct smaps *smaps);

/* Same regions with the same values of the keys above (Pss moves with what other processes do)? */
bool smaps_equal(const struct smaps *a, const struct smaps *b);

#endif /* SELFTESTS_SMAPS_H */
