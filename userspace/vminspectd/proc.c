// SPDX-License-Identifier: GPL-2.0
/* Files of /proc about one process. */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int proc_error(void)
{
	switch (errno) {
	case ENOENT:
	case ESRCH:
		return -ESRCH;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return -errno;
	default:
		return -EACCES;
	}
}

int proc_read_status(int folder, char text[PROC_STATUS_BYTES])
{
	int fd = openat(folder, "status", O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	size_t length = 0;

	if (fd < 0)
		return proc_error();
	while (got > 0 && length < PROC_STATUS_BYTES - 1) {
		got = read(fd, text + length, PROC_STATUS_BYTES - 1 - length);
		if (got > 0)
			length += (size_t)got;
	}
	text[length] = '\0';
	close(fd);
	return got < 0 ? -ESRCH : 0;
}

bool proc_is_in_our_namespace(int folder)
{
	struct stat ours, theirs;

	return !stat("/proc/self/ns/user", &ours) && !fstatat(folder, "ns/user", &theirs, 0) &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}
