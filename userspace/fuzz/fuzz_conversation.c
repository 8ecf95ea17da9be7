// SPDX-License-Identifier: GPL-2.0
/*
 * The library's conversations with a kernel that says anything: datagrams out of the input, each with the number of the
 * request that is under way. Whatever is said, a list is read, or an error comes and the list is empty.
 */
#include <errno.h>

#include "input.h"
#include "transport.h"
#include "vminspect.h"

#define FAMILY 0x1d

struct liar {
	struct vmi_transport base;
	struct input input;
	uint32_t sequence;
};

static int hear(struct vmi_transport *base, const void *message, size_t length)
{
	const struct nlmsghdr *header = message;

	REQUIRE(length == header->nlmsg_len);
	((struct liar *)base)->sequence = header->nlmsg_seq;
	return 0;
}

/* A datagram: its length in two bytes, then its bytes; in each message the sequence number is made right. */
static ssize_t say(struct vmi_transport *base, void *buffer, size_t size)
{
	struct liar *liar = (struct liar *)base;
	size_t length = input_bytes(&liar->input, 2) % 4096, at;

	if (length > liar->input.left)
		length = liar->input.left;
	if (!length || length > size)
		return -ENODATA;
	memcpy(buffer, liar->input.data, length);
	liar->input.data += length;
	liar->input.left -= length;
	for (at = 0; at + sizeof(struct nlmsghdr) <= length;) {
		struct nlmsghdr header;

		memcpy(&header, (char *)buffer + at, sizeof(header));
		header.nlmsg_seq = liar->sequence;
		memcpy((char *)buffer + at, &header, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > length - at)
			break;
		at += (header.nlmsg_len + 3) & ~3u;
	}
	return length;
}

static int join(struct vmi_transport *base, uint32_t group)
{
	(void)base;
	(void)group;
	return 0;
}

static void end(struct vmi_transport *base)
{
	(void)base;
}

static const struct vmi_transport_ops liar_ops = { .send = hear, .receive = say, .join = join, .close = end };

static void ask(struct vmi_client *client)
{
	const struct vmi_region_query query = { .pid = 1, .detail = true };
	struct vmi_explanation_list explanations;
	struct vmi_region_list regions;
	struct vmi_event event;
	size_t i;
	int err = vmi_region_list_read(client, &query, &regions);

	REQUIRE(!err || err == -EAGAIN || !regions.count);
	for (i = 0; i < regions.count; i++)
		REQUIRE(regions.items[i]->name);
	vmi_region_list_release(&regions);
	err = vmi_explanation_list_read(client, 1, 0x1000, &explanations);
	REQUIRE(!err || err == -EAGAIN || !explanations.count);
	vmi_explanation_list_release(&explanations);
	REQUIRE(strlen(vmi_client_error(client)->text) < 256);
	if (!vmi_client_listen(client, VMI_GROUP_ALL))
		while (!vmi_client_next_event(client, &event))
			REQUIRE(event.stats || event.region || event.reclaim || event.process);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct liar liar = { .base = { &liar_ops, -1 }, .input = { data, size } };
	struct vmi_client *client = NULL;

	if (!vmi_client_open_transport(&liar.base, &client))
		ask(client);
	vmi_client_close(client);
	return 0;
}
