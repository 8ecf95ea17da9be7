// SPDX-License-Identifier: GPL-2.0
/* A hold on one process, by files of /proc. */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"

/* The owner is that of now, whatever it was when the file was opened. */
static int check_identity(const struct guard *guard)
{
	struct identity identity;
	char text[PROC_STATUS_BYTES];
	struct stat maps;
	int err = proc_read_status(guard->folder, text);

	if (err)
		return err;
	if (fstatat(guard->folder, "maps", &maps, 0))
		return proc_error();
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
		return proc_error();
	guard->maps = openat(guard->folder, "maps", O_RDONLY | O_CLOEXEC);
	err = guard->maps < 0 ? proc_error() : guard_check(guard);
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
