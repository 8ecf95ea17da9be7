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
	static const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	static const struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	/* Not by the first request: to one that has no address yet, the kernel tells nothing that it tells a group. */
	bind(fd, (const struct sockaddr *)&any, sizeof(any));
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

static int take_each(int socket, bool wait, genl_reply_fn reply, void *argument)
{
	ssize_t left = take_datagram(socket, wait);
	const struct nlmsghdr *message = (const void *)datagram;
	int verdict = left < 0 ? (int)left : 1;

	for (; left > 0 && NLMSG_OK(message, (uint32_t)left) && verdict == 1; message = NLMSG_NEXT(message, left)) {
		verdict = verdict_of(message);
		if (verdict == 1 && reply)
			reply(message, argument);
	}
	return verdict;
}

int genl_take(int socket, bool wait)
{
	return take_each(socket, wait, NULL, NULL);
}

int genl_ask_each(int socket, const struct genl_message *message, genl_reply_fn reply, void *argument)
{
	int ret = genl_send(socket, message);

	if (ret)
		return ret;
	do
		ret = take_each(socket, true, reply, argument);
	while (ret == 1);
	return ret;
}

int genl_ask(int socket, const struct genl_message *message)
{
	return genl_ask_each(socket, message, NULL, NULL);
}

/* `size` bytes of an attribute; false when it is not there, or of another size. */
static bool find_attribute(const struct nlmsghdr *message, uint16_t type, void *ret, size_t size)
{
	const char *at = (const char *)message + NLMSG_LENGTH(GENL_HDRLEN);
	const char *end = (const char *)message + message->nlmsg_len;

	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *attribute = (const void *)at;

		if (attribute->nla_len < NLA_HDRLEN || at + attribute->nla_len > end)
			return false;
		if ((attribute->nla_type & NLA_TYPE_MASK) == type && attribute->nla_len == NLA_HDRLEN + size) {
			memcpy(ret, at + NLA_HDRLEN, size);
			return true;
		}
		at += NLA_ALIGN(attribute->nla_len);
	}
	return false;
}

bool genl_u32(const struct nlmsghdr *message, uint16_t type, uint32_t *ret)
{
	return find_attribute(message, type, ret, sizeof(*ret));
}

bool genl_u64(const struct nlmsghdr *message, uint16_t type, uint64_t *ret)
{
	return find_attribute(message, type, ret, sizeof(*ret));
}

/* Of the first message of a datagram. */
static int family_in(ssize_t size)
{
	const struct nlmsghdr *message = (const void *)datagram;
	uint16_t id = 0;

	if (!NLMSG_OK(message, (uint32_t)size) || message->nlmsg_type != GENL_ID_CTRL)
		return 0;
	find_attribute(message, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
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
