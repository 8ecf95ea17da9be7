// SPDX-License-Identifier: GPL-2.0
/* finit_module() and delete_module(). */
#define _GNU_SOURCE
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"

#define REMOVE_TRIES	500
#define REMOVE_PAUSE_NS	10000000

const char *module_folder = ".";

void module_insert(const char *name)
{
	char path[PATH_MAX];
	int file;

	snprintf(path, sizeof(path), "%s/%s.ko", module_folder, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		fail_errno("%s", path);
	if (syscall(SYS_finit_module, file, "", 0))
		fail_errno("inserting %s", path);
	close(file);
}

void module_remove(const char *name)
{
	const struct timespec moment = { .tv_nsec = REMOVE_PAUSE_NS };
	unsigned int try;

	for (try = 0; try < REMOVE_TRIES; try++) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		nanosleep(&moment, NULL);
	}
	fail_errno("removing %s", name);
}
