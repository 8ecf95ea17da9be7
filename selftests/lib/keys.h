/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding a key in a table of names, for files that repeat the same keys in the same order for each region.
 */
#ifndef SELFTESTS_KEYS_H
#define SELFTESTS_KEYS_H

#include <stddef.h>

/*
 * The index of the name of `length` bytes at `key`, or -1. `hint` is where to look first; it is set to the place
 * after the one found, where the next key is likely to be.
 */
int key_find(const char *const *names, int count, const char *key, size_t length, int *hint);

#endif /* SELFTESTS_KEYS_H */
