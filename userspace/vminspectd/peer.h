/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who asks, whose a process is, and whether the one may see the other. The rule is that of /proc/PID/maps for somebody
 * without capabilities (ptrace access mode read): all user and group ids of the process are those of the one who asks,
 * it has no capabilities, and it may be dumped. The facts come as text and numbers, so that the rule is tried without
 * processes.
 */
#ifndef VMI_VMINSPECTD_PEER_H
#define VMI_VMINSPECTD_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PEER_NO_GROUP ((gid_t)-1)

#define PEER_PIDFD	77		/* SO_PEERPIDFD of Linux 6.5, which headers of before do not have */

/* Who is at the other end of a socket: what they were when they connected. */
struct peer {
	uid_t uid;			/* effective */
	gid_t gid;
	bool admin;			/* sees everything */
};

/*
 * `admins`: the group whose members are administrators besides root, or PEER_NO_GROUP. Capabilities are not among what
 * a socket tells: they are those of the process that connected, looked up by its pid at once. One that has ended,
 * cannot be seen, or is in another user namespace than the daemon, has none; before Linux 6.5, one that has ended and
 * whose pid another process has already is taken for that. 0 or a negative errno.
 */
int peer_read(int fd, gid_t admins, struct peer *ret);

/*
 * The rule for administrators: root with CAP_SYS_ADMIN, which is what the module asks for, or one of the groups is
 * theirs. Root without it is a user like others: that of a container without a user namespace of its own.
 */
bool peer_is_admin(uid_t uid, uint64_t capabilities, const gid_t *groups, size_t count, gid_t admins);

/* Whose a process is. */
struct identity {
	uid_t uids[4];			/* real, effective, saved, of files */
	gid_t gids[4];
	uint64_t capabilities;		/* permitted */
	uint64_t effective;		/* capabilities too, in its own user namespace as those */
};

/* Out of the text of /proc/PID/status. False: something of it is not there. */
bool identity_parse(const char *status, struct identity *ret);

/*
 * `owner`: of /proc/PID/maps; it is root's when the process may not be dumped. Of root's own processes that cannot be
 * told so, and to a user who is root without its capability one that may not be dumped is shown.
 */
bool peer_may_see(const struct peer *peer, const struct identity *identity, uid_t owner);

#endif /* VMI_VMINSPECTD_PEER_H */
