// SPDX-License-Identifier: GPL-2.0
/* An ext4 file system in RAM. */
#define _GNU_SOURCE
#include "ram_ext4.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMAND_MAX 512

bool ram_ext4_make(const char *folder, unsigned int mebibytes)
{
	char command[COMMAND_MAX];

	snprintf(command, sizeof(command),
		 "exec >/dev/null && set -e\n"
		 "mkdir %s && mount -t tmpfs none %s\n"
		 "cd %s && truncate -s %uM image && " RAM_EXT4_MKFS " -q -F image\n"
		 "modprobe -q loop || :; modprobe -q ext4 || :\n"
		 "mkdir mounted && mount -o loop image mounted\n", folder, folder, folder, mebibytes);
	return !system(command);
}

bool ram_ext4_remove(const char *folder)
{
	char command[COMMAND_MAX];

	snprintf(command, sizeof(command), "exec >/dev/null 2>&1; umount %s/mounted; umount %s; rmdir %s", folder,
		 folder, folder);
	return !system(command);
}
