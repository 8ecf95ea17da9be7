/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Turmoil: a process that does everything to its memory that a process can do, at random, and knows at any time what
 * every page must hold.
 */
#ifndef SELFTESTS_TURMOIL_H
#define SELFTESTS_TURMOIL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Runs until *stop is set, then checks all that is mapped. Returns the number of pages that held something else
 * than they must, children's included; the first few are printed.
 */
unsigned int turmoil_run(uint64_t seed, const volatile bool *stop);

#endif /* SELFTESTS_TURMOIL_H */
