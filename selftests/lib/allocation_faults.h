/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations of the module that fail on purpose, one at a time: the kernel's fail-nth (Documentation/fault-injection),
 * told apart from all others by their call stack. Needs CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC and
 * CONFIG_FAULT_INJECTION_STACKTRACE_FILTER; the debug kernel has them.
 */
#ifndef SELFTESTS_ALLOCATION_FAULTS_H
#define SELFTESTS_ALLOCATION_FAULTS_H

#include <stdbool.h>
#include <sys/types.h>

struct allocation_faults {
	int nth;			/* the file fail-nth of a task; negative: none is open */
};

/*
 * Readies it for what is called from the module, which must be loaded, wherever it is loaded next. NULL, or what this
 * kernel lacks. The settings stay as they are made: by themselves they do nothing.
 */
const char *allocation_faults_set(struct allocation_faults *faults);

/* Of which task an allocation is to fail; 0 is the caller. False when there is no such task. */
bool allocation_faults_of(struct allocation_faults *faults, pid_t task);

/* From here on the `nth` allocation fails, the first being 1. */
bool allocation_faults_arm(struct allocation_faults *faults, unsigned int nth);

/* Nothing more is to fail. True when the allocation in question had been reached. */
bool allocation_faults_disarm(struct allocation_faults *faults);

/* Harmless when none is open. */
void allocation_faults_close(struct allocation_faults *faults);

#endif /* SELFTESTS_ALLOCATION_FAULTS_H */
