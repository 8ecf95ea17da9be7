// SPDX-License-Identifier: GPL-2.0
/* Who asks, and whose a process is. */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc.h"

#define SYS_ADMIN (1ull << 21)		/* CAP_SYS_ADMIN */
#define GROUPS_MAX 65536		/* the kernel's NGROUPS_MAX */

/* --- who asks ----------------------------------------------------------------------------------------------------- */

bool peer_is_admin(uid_t uid, uint64_t capabilities, const gid_t *groups, size_t count, gid_t admins)
{
	size_t i;

	if (!uid && capabilities & SYS_ADMIN)
		return true;
	for (i = 0; admins != PEER_NO_GROUP && i < count; i++)
		if (groups[i] == admins)
			return true;
	return false;
}

/* The supplementary groups of when they connected, with room for one more behind them. */
static int read_groups(int fd, gid_t **ret, size_t *ret_count)
{
	socklen_t size = GROUPS_MAX * sizeof(gid_t);
	gid_t *groups = malloc(size + sizeof(gid_t));

	int err;

	if (!groups)
		return -ENOMEM;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size)) {
		err = -errno;
		free(groups);
		return err;
	}
	*ret = groups;
	*ret_count = size / sizeof(gid_t);
	return 0;
}

/* *ret: the process that connected itself, by a descriptor, or -1 where the kernel has none. 0 or a negative errno. */
static int open_process(int fd, int *ret)
{
	socklen_t size = sizeof(*ret);

	if (!getsockopt(fd, SOL_SOCKET, PEER_PIDFD, ret, &size))
		return 0;
	*ret = -1;
	return errno == ENOPROTOOPT ? 0 : -errno;
}

/* As long as it lives its pid is nobody else's. Of one that cannot be told it is taken for granted. */
static bool lives(int process)
{
	struct pollfd end = { .fd = process, .events = POLLIN };

	return process < 0 || !poll(&end, 1, 0);
}

/* What the process that has that pid may do in our user namespace; 0: nothing, or that cannot be found out. */
static uint64_t capabilities_of(pid_t pid)
{
	char path[32], text[PROC_STATUS_BYTES];
	struct identity identity;
	bool known;
	int folder;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return 0;
	known = !proc_read_status(folder, text) && identity_parse(text, &identity) && !identity.uids[1] &&
		proc_is_in_our_namespace(folder);
	close(folder);
	return known ? identity.effective : 0;
}

/* The same of root at the other end. That it lives is asked afterwards: then it had its pid all the time. */
static uint64_t capabilities_of_root(int fd, pid_t pid)
{
	uint64_t capabilities;
	int process;

	if (open_process(fd, &process))
		return 0;
	capabilities = capabilities_of(pid);
	if (!lives(process))
		capabilities = 0;
	if (process >= 0)
		close(process);
	return capabilities;
}

int peer_read(int fd, gid_t admins, struct peer *ret)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials);
	uint64_t capabilities;
	gid_t *groups = NULL;
	size_t count = 0;
	int err;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size))
		return -errno;
	err = read_groups(fd, &groups, &count);
	if (err)
		return err;
	groups[count++] = credentials.gid;
	capabilities = credentials.uid ? 0 : capabilities_of_root(fd, credentials.pid);
	*ret = (struct peer){ credentials.uid, credentials.gid,
			      peer_is_admin(credentials.uid, capabilities, groups, count, admins) };
	free(groups);
	return 0;
}

/* --- whose a process is ------------------------------------------------------------------------------------------- */

/* What follows "\nKEY:", NULL if no line begins so. The name of a process, in the first line, has no newline in it. */
static const char *find_line(const char *status, const char *key)
{
	char pattern[16];
	const char *at;

	snprintf(pattern, sizeof(pattern), "\n%s:", key);
	at = strstr(status, pattern);
	return at ? at + strlen(pattern) : NULL;
}

static bool parse_ids(const char *line, unsigned int ids[4])
{
	return line && sscanf(line, "%u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) == 4;
}

static bool parse_capabilities(const char *line, uint64_t *ret)
{
	char *end;

	if (!line)
		return false;
	*ret = strtoull(line, &end, 16);
	return end > line && *end == '\n';
}

bool identity_parse(const char *status, struct identity *ret)
{
	return parse_ids(find_line(status, "Uid"), ret->uids) && parse_ids(find_line(status, "Gid"), ret->gids) &&
	       parse_capabilities(find_line(status, "CapPrm"), &ret->capabilities) &&
	       parse_capabilities(find_line(status, "CapEff"), &ret->effective);
}

bool peer_may_see(const struct peer *peer, const struct identity *identity, uid_t owner)
{
	size_t i;

	if (peer->admin)
		return true;
	for (i = 0; i < 4; i++)
		if (identity->uids[i] != peer->uid || identity->gids[i] != peer->gid)
			return false;
	return !identity->capabilities && owner == peer->uid;
}
