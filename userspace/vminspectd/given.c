// SPDX-License-Identifier: GPL-2.0
/* The sockets that systemd gave. */
#include "given.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "common/complain.h"

_Static_assert(GIVEN_FIRST == SD_LISTEN_FDS_START, "what systemd gives begins elsewhere");

int given_end(void)
{
	int count = sd_listen_fds(0);

	return GIVEN_FIRST + (count > 0 ? count : 0);
}

/* One that does not listen, or is none, has no clients that wait. */
static bool has_clients(int fd)
{
	return sd_is_socket(fd, AF_UNSPEC, 0, 1) > 0;
}

static bool is_at(int fd, const char *path)
{
	return sd_is_socket_unix(fd, SOCK_SEQPACKET, 1, path, 0) > 0;
}

bool given_is_spare(int fd, const char *path)
{
	return has_clients(fd) && !(path && is_at(fd, path));
}

/* Not blocking: a client may be gone when it is to be let in. */
int given_copy(const char *path)
{
	int fd, copy = -1, end = given_end();

	for (fd = GIVEN_FIRST; copy < 0 && fd < end; fd++)
		if (is_at(fd, path))
			copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy >= 0)
		fcntl(copy, F_SETFL, O_NONBLOCK);
	return copy;
}

void given_complain(int fd)
{
	struct sockaddr_un name = { 0 };
	socklen_t size = sizeof(name) - 1;	/* a path may fill it, and have no end */
	bool has_path = !getsockname(fd, (struct sockaddr *)&name, &size) && name.sun_family == AF_UNIX &&
			*name.sun_path;

	complain("%s: systemd's socket, not the one to answer at: who comes there is turned away",
		 has_path ? name.sun_path : "(no path)");
}

void given_turn_away(int fd)
{
	int client;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (client >= 0)
		close(client);
}
