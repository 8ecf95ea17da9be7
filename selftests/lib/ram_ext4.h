/* SPDX-License-Identifier: GPL-2.0 */
/* An ext4 file system in RAM, all of it in one folder, for as long as a test needs it. */
#ifndef SELFTESTS_RAM_EXT4_H
#define SELFTESTS_RAM_EXT4_H

#include <stdbool.h>

#define RAM_EXT4_MKFS "/sbin/mkfs.ext4"

/*
 * Makes `folder`, and an empty file system of so many MiB on its `mounted`. False, and what goes wrong is said on
 * stderr; to be removed all the same.
 */
bool ram_ext4_make(const char *folder, unsigned int mebibytes);

/* Nothing may be open there. False when something stays. */
bool ram_ext4_remove(const char *folder);

#endif /* SELFTESTS_RAM_EXT4_H */
