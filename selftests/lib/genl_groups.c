// SPDX-License-Identifier: GPL-2.0
/* Multicast groups, as CTRL_CMD_GETFAMILY tells them. */
#include "genl_groups.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "genl.h"

#define GROUPS_MAX 16

struct found {
	uint32_t *groups;
	int count;
	int room;
};

/* Keeps the ids of the groups out of the answer, wherever they are nested. */
static void keep_groups(const struct nlmsghdr *message, void *argument)
{
	struct found *found = argument;
	const char *at = (const char *)message + NLMSG_LENGTH(GENL_HDRLEN);
	const char *end = (const char *)message + message->nlmsg_len;

	while (at + NLA_HDRLEN <= end && found->count < found->room) {
		const struct nlattr *attribute = (const void *)at, *group, *id;

		if ((attribute->nla_type & NLA_TYPE_MASK) != CTRL_ATTR_MCAST_GROUPS) {
			at += NLA_ALIGN(attribute->nla_len);
			continue;
		}
		end = at + attribute->nla_len;
		for (at += NLA_HDRLEN; at < end && found->count < found->room; at += NLA_ALIGN(group->nla_len)) {
			group = (const void *)at;
			id = group + 1;
			if ((id->nla_type & NLA_TYPE_MASK) != CTRL_ATTR_MCAST_GRP_ID)
				id = (const void *)((const char *)id + NLA_ALIGN(id->nla_len));
			memcpy(&found->groups[found->count++], id + 1, sizeof(uint32_t));
		}
	}
}

int genl_groups(const char *family, uint32_t *ret, int count)
{
	struct found found = { .groups = ret, .room = count };
	struct genl_message message;
	int socket = genl_open(), error;

	if (socket < 0)
		return socket;
	genl_begin(&message, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	genl_put(&message, CTRL_ATTR_FAMILY_NAME, family, strlen(family) + 1);
	error = genl_ask_each(socket, &message, keep_groups, &found);
	close(socket);
	return error ? error : found.count;
}

int genl_join(int socket, uint32_t group)
{
	return setsockopt(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ? -errno : 0;
}

int genl_join_all(int socket, const char *family, int count)
{
	uint32_t groups[GROUPS_MAX];
	int found = genl_groups(family, groups, count < GROUPS_MAX ? count : GROUPS_MAX), error = 0, i;

	for (i = 0; i < found && !error; i++)
		error = genl_join(socket, groups[i]);
	return error ? error : found;
}
