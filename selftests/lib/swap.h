/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Swap on a compressed RAM disk (zram), for as long as a test needs it.
 */
#ifndef SELFTESTS_SWAP_H
#define SELFTESTS_SWAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct swap {
	int device;			/* number of the zram device, or -1 */
	bool on;
};

/*
 * Adds a zram device of that many MiB and swaps to it, before any other swap there may be. NULL, or the name of
 * what is missing or failed.
 */
const char *swap_start(struct swap *swap, unsigned int mebibytes);

/* Stops swapping there and removes the device. */
void swap_end(struct swap *swap);

/* Asks the kernel to page out part of another process (process_madvise); bytes advised or a negative errno. */
long swap_out_other(pid_t pid, uint64_t start, uint64_t end);

/* Pages out a range of the calling process until at least `wanted` of its pages have left; how many have. */
size_t swap_out_own(void *start, size_t pages, size_t wanted);

#endif /* SELFTESTS_SWAP_H */
