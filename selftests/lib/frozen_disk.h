/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A disk that does not answer for as long as a test wants: an ext4 in RAM that is frozen (FIFREEZE). Who writes to a
 * mapped page of it keeps a lock of its address space meanwhile, and whoever then wants to change the rights of that
 * page keeps everybody else from the mmap lock. It thaws when the test ends, however that happens.
 */
#ifndef SELFTESTS_FROZEN_DISK_H
#define SELFTESTS_FROZEN_DISK_H

#include <stdbool.h>
#include <sys/types.h>

#include "fate.h"

struct frozen_disk {
	bool made;
	pid_t keeper;			/* a child that will thaw it; 0: it is not frozen */
	int leash;			/* the keeper does so when this is closed */
};

/* Makes the disk. NULL, or what is missing. To be removed in any case; nothing may be open there then. */
const char *frozen_disk_make(struct frozen_disk *disk);
void frozen_disk_remove(struct frozen_disk *disk);

/* False when it does not do so. Processes that are forked meanwhile must not outlive the test. */
bool frozen_disk_freeze(struct frozen_disk *disk);

/* Harmless on one that is not frozen. */
bool frozen_disk_thaw(struct frozen_disk *disk);

/* A fate: one thread writes to the disk, one changes the rights of the page written to. Over when the disk thaws. */
void fate_wait_for_disk(struct fate_scene *scene);

/* Waits until both threads of a process wait for the disk, or for each other. False after a time, or when it ended. */
bool frozen_disk_await(pid_t pid);

#endif /* SELFTESTS_FROZEN_DISK_H */
