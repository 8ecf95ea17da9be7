/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocks of memory that can be taken offline while the machine runs.
 */
#ifndef SELFTESTS_MEMORY_BLOCK_H
#define SELFTESTS_MEMORY_BLOCK_H

#include <stdbool.h>

struct memory_block {
	char path[300];			/* of its state; empty when none is offline */
};

/* Takes the first block offline that can be, and can come back: false when none can. */
bool memory_block_take(struct memory_block *block);

/* Gives it back. Harmless when none is offline; 0 or a negative errno. */
int memory_block_return(struct memory_block *block);

#endif /* SELFTESTS_MEMORY_BLOCK_H */
