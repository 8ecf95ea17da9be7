// SPDX-License-Identifier: GPL-2.0
/* The transport that reaches the kernel: a generic netlink socket. */
#include "transport.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>

struct netlink_transport {
	struct vmi_transport base;
	struct mnl_socket *socket;
};

static struct netlink_transport *netlink_of(struct vmi_transport *transport)
{
	return (struct netlink_transport *)transport;
}

static int send_message(struct vmi_transport *transport, const void *message, size_t length)
{
	return mnl_socket_sendto(netlink_of(transport)->socket, message, length) < 0 ? -errno : 0;
}

static ssize_t receive_datagram(struct vmi_transport *transport, void *buffer, size_t size)
{
	ssize_t length = mnl_socket_recvfrom(netlink_of(transport)->socket, buffer, size);

	return length < 0 ? -errno : length;
}

static int join_group(struct vmi_transport *transport, uint32_t group)
{
	return mnl_socket_setsockopt(netlink_of(transport)->socket, NETLINK_ADD_MEMBERSHIP, &group,
				     sizeof(group)) < 0 ? -errno : 0;
}

/* The kernel counts for each socket what did not fit into it. */
static uint64_t count_lost(struct vmi_transport *transport)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t size = sizeof(memory);

	if (getsockopt(transport->fd, SOL_SOCKET, SO_MEMINFO, memory, &size) < 0 ||
	    size < (SK_MEMINFO_DROPS + 1) * sizeof(memory[0]))
		return 0;
	return memory[SK_MEMINFO_DROPS];
}

static void close_socket(struct vmi_transport *transport)
{
	mnl_socket_close(netlink_of(transport)->socket);
	free(transport);
}

static const struct vmi_transport_ops netlink_ops = {
	.send = send_message,
	.receive = receive_datagram,
	.join = join_group,
	.lost = count_lost,
	.close = close_socket,
};

/* The kernel's texts for its errors are asked for, and that it leaves out the request they are for. */
static int set_up(struct mnl_socket *socket)
{
	int on = 1;

	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof(on)) < 0 ||
	    mnl_socket_setsockopt(socket, NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

int vmi_transport_netlink_open(struct vmi_transport **ret)
{
	struct netlink_transport *transport = calloc(1, sizeof(*transport));
	int err;

	if (!transport)
		return -ENOMEM;
	transport->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	err = transport->socket ? set_up(transport->socket) : -errno;
	if (!err) {
		transport->base = (struct vmi_transport){ &netlink_ops, mnl_socket_get_fd(transport->socket) };
		*ret = &transport->base;
		return 0;
	}
	if (transport->socket)
		mnl_socket_close(transport->socket);
	free(transport);
	return err;
}
