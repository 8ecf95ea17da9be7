// SPDX-License-Identifier: GPL-2.0
/* A transport with a made-up kernel behind it. */
#include "fake.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_BYTES	(32 * 1024)
#define PORT		4242		/* of the client */

/* What a receive() gets: a message, or an error. */
struct item {
	struct item *next;
	int error;
	char bytes[MESSAGE_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
};

struct queue {
	struct item *first, *last;
};

struct fake {
	struct vmi_transport base;
	fake_answer_fn answer;
	void *argument;
	struct queue replies, notifications;
	const struct nlmsghdr *request;	/* that is answered now */
	bool listening;
};

static struct nlmsghdr *append(struct queue *queue, int error)
{
	struct item *item = calloc(1, sizeof(*item));

	if (!item)
		abort();
	item->error = error;
	if (queue->last)
		queue->last->next = item;
	else
		queue->first = item;
	queue->last = item;
	return mnl_nlmsg_put_header(item->bytes);
}

static struct item *take(struct queue *queue)
{
	struct item *item = queue->first;

	if (!item)
		return NULL;
	queue->first = item->next;
	if (!queue->first)
		queue->last = NULL;
	return item;
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static struct nlmsghdr *begin(struct queue *queue, uint16_t type, uint16_t flags, uint32_t sequence)
{
	struct nlmsghdr *message = append(queue, 0);

	message->nlmsg_type = type;
	message->nlmsg_flags = flags;
	message->nlmsg_seq = sequence;
	message->nlmsg_pid = sequence ? PORT : 0;
	return message;
}

static void put_generic(struct nlmsghdr *message, uint8_t command, uint8_t version)
{
	struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(message, sizeof(*generic));

	generic->cmd = command;
	generic->version = version;
}

struct nlmsghdr *fake_message(struct fake *fake, uint8_t command, uint16_t flags)
{
	struct nlmsghdr *message = begin(&fake->replies, FAKE_FAMILY, flags, fake->request->nlmsg_seq);

	put_generic(message, command, VMINSPECT_FAMILY_VERSION);
	return message;
}

struct nlmsghdr *fake_notification(struct fake *fake, uint8_t command)
{
	struct nlmsghdr *message = begin(&fake->notifications, FAKE_FAMILY, 0, 0);

	put_generic(message, command, VMINSPECT_FAMILY_VERSION);
	return message;
}

/* Offset of an attribute in the request, 0 if it is not there. */
static uint32_t offset_in_request(const struct fake *fake, int type)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, fake->request, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attribute) == type)
			return (const char *)attribute - (const char *)fake->request;
	return 0;
}

void fake_acknowledge(struct fake *fake, const struct fake_ack *ack)
{
	struct nlmsghdr *message = begin(&fake->replies, NLMSG_ERROR, NLM_F_CAPPED, fake->request->nlmsg_seq);
	struct nlmsgerr *error = mnl_nlmsg_put_extra_header(message, sizeof(*error));

	error->error = ack->error;
	error->msg = *fake->request;
	if (ack->text || ack->attribute >= 0 || ack->missing >= 0)
		message->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (ack->text)
		mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, ack->text);
	if (ack->attribute >= 0)
		mnl_attr_put_u32(message, NLMSGERR_ATTR_OFFS, offset_in_request(fake, ack->attribute));
	if (ack->missing >= 0)
		mnl_attr_put_u32(message, NLMSGERR_ATTR_MISS_TYPE, ack->missing);
}

void fake_done(struct fake *fake, int error, uint16_t flags)
{
	struct nlmsghdr *message = begin(&fake->replies, NLMSG_DONE, NLM_F_MULTI | flags, fake->request->nlmsg_seq);
	int *status = mnl_nlmsg_put_extra_header(message, sizeof(*status));

	*status = error;
}

void fake_fail(struct fake *fake, int error)
{
	append(fake->listening ? &fake->notifications : &fake->replies, error);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static const struct nlattr *find_attribute(const struct fake_request *request, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(request->attributes, request->length)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

uint64_t fake_number(const struct fake_request *request, uint16_t attribute, uint64_t none)
{
	const struct nlattr *found = find_attribute(request, attribute);

	if (!found)
		return none;
	return mnl_attr_get_payload_len(found) == 4 ? mnl_attr_get_u32(found) : mnl_attr_get_u64(found);
}

const char *fake_text(const struct fake_request *request, uint16_t attribute)
{
	const struct nlattr *found = find_attribute(request, attribute);

	return found ? mnl_attr_get_str(found) : "";
}

bool fake_has(const struct fake_request *request, uint16_t attribute)
{
	return find_attribute(request, attribute);
}

/* --- the controller ----------------------------------------------------------------------------------------------- */

static void answer_for_controller(struct fake *fake)
{
	static const char *const groups[] = { "stats", "region", "reclaim", "process" };
	struct nlmsghdr *message = begin(&fake->replies, GENL_ID_CTRL, 0, fake->request->nlmsg_seq);
	struct nlattr *all;
	size_t i;

	put_generic(message, CTRL_CMD_NEWFAMILY, 2);
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, VMINSPECT_FAMILY_NAME);
	mnl_attr_put_u16(message, CTRL_ATTR_FAMILY_ID, FAKE_FAMILY);
	all = mnl_attr_nest_start(message, CTRL_ATTR_MCAST_GROUPS);
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct nlattr *group = mnl_attr_nest_start(message, i + 1);

		mnl_attr_put_u32(message, CTRL_ATTR_MCAST_GRP_ID, 9 + i);
		mnl_attr_put_strz(message, CTRL_ATTR_MCAST_GRP_NAME, groups[i]);
		mnl_attr_nest_end(message, group);
	}
	mnl_attr_nest_end(message, all);
	fake_acknowledge(fake, &(struct fake_ack){ .attribute = -1, .missing = -1 });
}

/* --- the transport ------------------------------------------------------------------------------------------------ */

static int send_message(struct vmi_transport *base, const void *message, size_t length)
{
	struct fake *fake = (struct fake *)base;
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(message);
	struct fake_request request = {
		.command = generic->cmd, .attributes = generic + 1,
		.length = length - sizeof(struct nlmsghdr) - sizeof(*generic),
	};

	fake->request = message;
	request.dump = fake->request->nlmsg_flags & NLM_F_DUMP;
	if (fake->request->nlmsg_type == GENL_ID_CTRL)
		answer_for_controller(fake);
	else
		fake->answer(fake, &request, fake->argument);
	return 0;
}

static ssize_t receive_datagram(struct vmi_transport *base, void *buffer, size_t size)
{
	struct fake *fake = (struct fake *)base;
	struct item *item = take(fake->listening ? &fake->notifications : &fake->replies);
	ssize_t result = -ENODATA;

	if (!item)
		return result;
	result = item->error;
	if (!result) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)item->bytes;

		result = message->nlmsg_len;
		memcpy(buffer, message, (size_t)result < size ? (size_t)result : size);
	}
	free(item);
	return result;
}

static int join_group(struct vmi_transport *base, uint32_t group)
{
	(void)group;
	((struct fake *)base)->listening = true;
	return 0;
}

static void close_fake(struct vmi_transport *base)
{
	struct fake *fake = (struct fake *)base;
	struct item *item;

	while ((item = take(&fake->replies)) || (item = take(&fake->notifications)))
		free(item);
	free(fake);
}

static const struct vmi_transport_ops fake_ops = {
	.send = send_message,
	.receive = receive_datagram,
	.join = join_group,
	.close = close_fake,
};

struct fake *fake_create(fake_answer_fn answer, void *argument)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	if (!fake)
		abort();
	fake->base = (struct vmi_transport){ &fake_ops, -1 };
	fake->answer = answer;
	fake->argument = argument;
	return fake;
}

struct vmi_client *fake_open(struct fake *fake)
{
	struct vmi_client *client;

	if (vmi_client_open_transport(&fake->base, &client))
		abort();
	return client;
}
