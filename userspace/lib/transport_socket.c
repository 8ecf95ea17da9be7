// SPDX-License-Identifier: GPL-2.0
/*
 * The transport that reaches the daemon vminspectd: a Unix socket of sequenced packets. What goes over it are the same
 * netlink messages that would go to the kernel: a packet to the daemon is one request, one from it whole replies.
 */
#include "transport.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int send_message(struct vmi_transport *transport, const void *message, size_t length)
{
	if (send(transport->fd, message, length, MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EPIPE ? -ECONNRESET : -errno;
}

/* The end of the connection is not one of a conversation: the daemon has gone, or will not have us. */
static ssize_t receive_packet(struct vmi_transport *transport, void *buffer, size_t size)
{
	ssize_t length = recv(transport->fd, buffer, size, MSG_TRUNC);

	if (length < 0)
		return -errno;
	if (length == 0)
		return -ECONNRESET;
	return (size_t)length > size ? -EMSGSIZE : length;
}

/* The daemon relays no notifications: they tell of all processes. */
static int join_group(struct vmi_transport *transport, uint32_t group)
{
	(void)transport;
	(void)group;
	return -EACCES;
}

static void close_socket(struct vmi_transport *transport)
{
	close(transport->fd);
	free(transport);
}

static const struct vmi_transport_ops socket_ops = {
	.send = send_message,
	.receive = receive_packet,
	.join = join_group,
	.close = close_socket,
};

static int connect_to(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(name.sun_path))
		return -ENAMETOOLONG;
	strcpy(name.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&name, sizeof(name)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int vmi_transport_socket_open(const char *path, struct vmi_transport **ret)
{
	struct vmi_transport *transport;
	int fd = connect_to(path);

	if (fd < 0)
		return fd;
	transport = malloc(sizeof(*transport));
	if (!transport) {
		close(fd);
		return -ENOMEM;
	}
	*transport = (struct vmi_transport){ &socket_ops, fd };
	*ret = transport;
	return 0;
}
