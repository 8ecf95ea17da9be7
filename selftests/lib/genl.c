// SPDX-License-Identifier: GPL-2.0
/* Generic netlink by system calls alone. */
#define _GNU_SOURCE
#include "genl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define DATAGRAM (256 * 1024)	/* more than the kernel puts into one */

int genl_open(void)
{
	static const struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

void genl_begin(struct genl_message *message, uint16_t family, uint16_t flags, uint8_t command)
{
	memset(message, 0, sizeof(*message));
	message->head.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	message->head.nlmsg_type = family;
	message->head.nlmsg_flags = NLM_F_REQUEST | flags;
	message->head.nlmsg_seq = 1;
	message->command.cmd = command;
	message->command.version = 1;
}

void genl_put(struct genl_message *message, uint16_t type, const void *data, size_t size)
{
	size_t used = message->head.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	struct nlattr attribute = { .nla_len = NLA_HDRLEN + size, .nla_type = type };

	if (used + NLA_HDRLEN + NLA_ALIGN(size) > GENL_PAYLOAD)
		return;
	memcpy(message->payload + used, &attribute, sizeof(attribute));
	memcpy(message->payload + used + NLA_HDRLEN, data, size);
	message->head.nlmsg_len += NLA_HDRLEN + NLA_ALIGN(size);
}

int genl_send(int socket, const struct genl_message *message)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(socket, message, message->head.nlmsg_len, 0, (const struct sockaddr *)&kernel,
		      sizeof(kernel)) < 0 ? -errno : 0;
}

static int verdict_of(const struct nlmsghdr *message)
{
	int error;

	if (message->nlmsg_type != NLMSG_ERROR && message->nlmsg_type != NLMSG_DONE)
		return 1;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(error)))
		return 0;
	memcpy(&error, NLMSG_DATA(message), sizeof(error));
	return error < 0 ? error : 0;
}

static _Alignas(struct nlmsghdr) char datagram[DATAGRAM];

static ssize_t take_datagram(int socket, bool wait)
{
	ssize_t got = recv(socket, datagram, sizeof(datagram), wait ? 0 : MSG_DONTWAIT);

	return got < 0 ? -errno : got;
}

int genl_take(int socket, bool wait)
{
	ssize_t left = take_datagram(socket, wait);
	const struct nlmsghdr *message = (const void *)datagram;
	int verdict = left < 0 ? (int)left : 1;

	for (; left > 0 && NLMSG_OK(message, (uint32_t)left) && verdict == 1; message = NLMSG_NEXT(message, left))
		verdict = verdict_of(message);
	return verdict;
}

int genl_ask(int socket, const struct genl_message *message)
{
	int ret = genl_send(socket, message);

	if (ret)
		return ret;
	do
		ret = genl_take(socket, true);
	while (ret == 1);
	return ret;
}

/* CTRL_ATTR_FAMILY_ID of the first message of a datagram. */
static int family_in(ssize_t size)
{
	const struct nlmsghdr *message = (const void *)datagram;
	const char *at = datagram + NLMSG_LENGTH(GENL_HDRLEN);
	uint16_t id = 0;

	if (!NLMSG_OK(message, (uint32_t)size) || message->nlmsg_type != GENL_ID_CTRL)
		return 0;
	while (at + NLA_HDRLEN <= datagram + message->nlmsg_len) {
		const struct nlattr *attribute = (const void *)at;

		if (attribute->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&id, at + NLA_HDRLEN, sizeof(id));
		if (attribute->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(attribute->nla_len);
	}
	return id;
}

int genl_family(const char *name)
{
	struct genl_message message;
	int fd = genl_open(), ret;

	if (fd < 0)
		return fd;
	genl_begin(&message, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	genl_put(&message, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	ret = genl_send(fd, &message);
	if (!ret) {
		ssize_t got = take_datagram(fd, true);

		ret = got < 0 ? (int)got : family_in(got);
	}
	close(fd);
	return ret;
}
