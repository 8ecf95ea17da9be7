/* SPDX-License-Identifier: GPL-2.0 */
/* Processes to be looked at: children with a known address space, that lie still once it is made. */
#ifndef VMI_BENCH_SUBJECT_H
#define VMI_BENCH_SUBJECT_H

#include <stddef.h>
#include <sys/types.h>

/* A child with at least `regions` regions and hardly any memory. Fails loudly when it cannot be made. */
pid_t subject_with_regions(size_t regions);

enum subject_memory {
	SUBJECT_ANONYMOUS,		/* private, each page written */
	SUBJECT_SHARED,			/* a memfd, shared, each page written */
};

/* A child with `bytes` resident in pages of 4 KiB. */
pid_t subject_with_memory(size_t bytes, enum subject_memory kind);

void subject_end(pid_t subject);

/* Lines of /proc/PID/maps. */
size_t subject_count_regions(pid_t subject);

#endif /* VMI_BENCH_SUBJECT_H */
