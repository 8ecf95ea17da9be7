// SPDX-License-Identifier: GPL-2.0
/* A hold on one process, by files of /proc. */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATUS_BYTES (32 * 1024)	/* with some thousand groups in it; one with more is not shown */

static int errno_of_proc(void)
{
	return errno == ENOENT || errno == ESRCH ? -ESRCH : -EACCES;
}

/* The whole file, as far as there is room for it. */
static int read_status(int folder, char text[STATUS_BYTES])
{
	int fd = openat(folder, "status", O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	size_t length = 0;

	if (fd < 0)
		return errno_of_proc();
	while (got > 0 && length < STATUS_BYTES - 1) {
		got = read(fd, text + length, STATUS_BYTES - 1 - length);
		if (got > 0)
			length += (size_t)got;
	}
	text[length] = '\0';
	close(fd);
	return got < 0 ? -ESRCH : 0;
}

/* The owner is that of now, whatever it was when the file was opened. */
static int check_identity(const struct guard *guard)
{
	struct identity identity;
	char text[STATUS_BYTES];
	struct stat maps;
	int err = read_status(guard->folder, text);

	if (err)
		return err;
	if (fstatat(guard->folder, "maps", &maps, 0))
		return errno_of_proc();
	return identity_parse(text, &identity) && peer_may_see(guard->peer, &identity, maps.st_uid) ? 0 : -EACCES;
}

/* Its first byte is there as long as the address space is. */
static bool has_address_space(const struct guard *guard)
{
	char byte;

	return pread(guard->maps, &byte, 1, 0) == 1;
}

int guard_check(const struct guard *guard)
{
	if (!has_address_space(guard))
		return -ESRCH;
	return check_identity(guard);
}

/* A zombie has no address space and so is nobody's; that it is one may be known. */
int guard_open(struct guard *guard, const struct peer *peer, uint32_t pid)
{
	char path[32];
	int err;

	*guard = (struct guard){ peer, -1, -1 };
	snprintf(path, sizeof(path), "/proc/%u", pid);
	guard->folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (guard->folder < 0)
		return errno_of_proc();
	guard->maps = openat(guard->folder, "maps", O_RDONLY | O_CLOEXEC);
	err = guard->maps < 0 ? errno_of_proc() : guard_check(guard);
	if (err)
		guard_close(guard);
	return err;
}

void guard_close(struct guard *guard)
{
	if (guard->maps >= 0)
		close(guard->maps);
	if (guard->folder >= 0)
		close(guard->folder);
	guard->folder = -1;
	guard->maps = -1;
}
