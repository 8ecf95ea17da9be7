// SPDX-License-Identifier: GPL-2.0
/*
 * Conversations in netlink messages: a request, then replies until an acknowledgement (NLMSG_ERROR) or, after a dump,
 * NLMSG_DONE. Both may carry an error, and with it the kernel's text and the attribute at fault (extended ACK).
 */
#include "transport.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>
#include <unistd.h>

#include "decode.h"
#include "recording.h"

#define SIGNALS_MAX 1000		/* while one answer is waited for */

/* --- requests ----------------------------------------------------------------------------------------------------- */

static struct nlmsghdr *header_of(struct vmi_request *request)
{
	return (struct nlmsghdr *)request->bytes;
}

static void begin_request(struct vmi_request *request, uint16_t family, uint8_t version, uint8_t command, bool dump)
{
	struct nlmsghdr *header;
	struct genlmsghdr *generic;

	memset(request->bytes, 0, sizeof(request->bytes));	/* what lies between attributes is sent as well */
	header = mnl_nlmsg_put_header(request->bytes);
	generic = mnl_nlmsg_put_extra_header(header, sizeof(*generic));
	header->nlmsg_type = family;
	header->nlmsg_flags = NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK);
	generic->cmd = command;
	generic->version = version;
	request->overflow = false;
}

void vmi_request_init(struct vmi_request *request, const struct vmi_client *client, uint8_t command, bool dump,
		      const struct vmi_object *object)
{
	begin_request(request, client->family, VMINSPECT_FAMILY_VERSION, command, dump);
	request->object = object;
}

uint8_t vmi_request_command(const struct vmi_request *request)
{
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload((const struct nlmsghdr *)request->bytes);

	return generic->cmd;
}

void vmi_request_put_u32(struct vmi_request *request, uint16_t attribute, uint32_t value)
{
	if (!mnl_attr_put_u32_check(header_of(request), sizeof(request->bytes), attribute, value))
		request->overflow = true;
}

void vmi_request_put_u64(struct vmi_request *request, uint16_t attribute, uint64_t value)
{
	if (!mnl_attr_put_u64_check(header_of(request), sizeof(request->bytes), attribute, value))
		request->overflow = true;
}

void vmi_request_put_flag(struct vmi_request *request, uint16_t attribute)
{
	if (!mnl_attr_put_check(header_of(request), sizeof(request->bytes), attribute, 0, NULL))
		request->overflow = true;
}

void vmi_request_put_text(struct vmi_request *request, uint16_t attribute, const char *text)
{
	if (!mnl_attr_put_strz_check(header_of(request), sizeof(request->bytes), attribute, text))
		request->overflow = true;
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static void set_error(struct vmi_client *client, int error)
{
	client->error.error = error;
	client->error.text = client->error_text;
	client->error.attribute = client->error_attribute;
	client->error.missing = false;
	client->error_text[0] = '\0';
	client->error_attribute[0] = '\0';
}

/* The attribute's name as the specification has it, with dashes. */
static void name_attribute(struct vmi_client *client, const struct vmi_object *object, uint16_t type)
{
	const char *name = object && type < object->field_count ? object->fields[type].name : NULL;
	char *at;

	if (!name)
		return;
	strncpy(client->error_attribute, name, sizeof(client->error_attribute) - 1);
	for (at = client->error_attribute; (at = strchr(at, '_'));)
		*at = '-';
}

/* The attribute of the request that has the byte at `offset`. */
static void name_attribute_at(struct vmi_client *client, struct vmi_request *request, uint32_t offset)
{
	const struct nlmsghdr *header = header_of(request);
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, header, sizeof(struct genlmsghdr)) {
		uint32_t begin = (const char *)attribute - request->bytes;

		if (offset >= begin && offset < begin + attribute->nla_len)
			name_attribute(client, request->object, mnl_attr_get_type(attribute));
	}
}

static void take_extended_ack(struct vmi_client *client, struct vmi_request *request, const struct nlattr *attribute)
{
	uint16_t length = mnl_attr_get_payload_len(attribute);
	uint16_t type = mnl_attr_get_type(attribute);

	if (type == NLMSGERR_ATTR_MSG) {
		size_t room = sizeof(client->error_text) - 1;

		memcpy(client->error_text, mnl_attr_get_payload(attribute), length < room ? length : room);
		client->error_text[length < room ? length : room] = '\0';
	} else if (type == NLMSGERR_ATTR_OFFS && length == sizeof(uint32_t)) {
		name_attribute_at(client, request, mnl_attr_get_u32(attribute));
	} else if (type == NLMSGERR_ATTR_MISS_TYPE && length == sizeof(uint32_t)) {
		client->error.missing = true;
		name_attribute(client, request->object, mnl_attr_get_u32(attribute));
	}
}

/* The extended ACK begins `offset` bytes into the message's payload. */
static void take_extended_acks(struct vmi_client *client, struct vmi_request *request, const struct nlmsghdr *message,
			       size_t offset)
{
	const struct nlattr *attribute;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) || mnl_nlmsg_get_payload_len(message) < offset)
		return;
	mnl_attr_for_each(attribute, message, offset)
		take_extended_ack(client, request, attribute);
}

/* An acknowledgement: 0 or an error, then the request's header, and the rest of the request unless it was left out. */
static int take_ack(struct vmi_client *client, struct vmi_request *request, const struct nlmsghdr *message)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(message);
	size_t offset = sizeof(*ack);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*ack) || ack->error > 0)
		return -EPROTO;
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && ack->msg.nlmsg_len > sizeof(ack->msg))
		offset += MNL_ALIGN(ack->msg.nlmsg_len - sizeof(ack->msg));
	set_error(client, ack->error);
	take_extended_acks(client, request, message, offset);
	return ack->error;
}

/* The end of a dump, with the error that ended it. */
static int take_done(struct vmi_client *client, struct vmi_request *request, const struct nlmsghdr *message)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	set_error(client, error < 0 ? error : 0);
	take_extended_acks(client, request, message, sizeof(error));
	return error < 0 ? error : 0;
}

/* --- conversations ------------------------------------------------------------------------------------------------ */

struct conversation {
	struct vmi_client *client;
	struct vmi_request *request;
	vmi_reply_fn reply;
	void *argument;
	bool over;
	bool interrupted;
	int error;			/* the first one of the reply function */
};

/* What the reply function says is kept, and the rest of the dump thrown away: the next request needs a free socket. */
static void hand_on(struct conversation *conversation, const struct nlmsghdr *message)
{
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(message);
	size_t length = mnl_nlmsg_get_payload_len(message);

	if (conversation->error)
		return;
	if (length < sizeof(*generic))
		conversation->error = -EPROTO;
	else
		conversation->error = conversation->reply(generic->cmd, generic + 1, length - sizeof(*generic),
							  conversation->argument);
}

/* What is left of an earlier conversation, and notifications, are passed over. 0, or the error that ends all. */
static int take_message(struct conversation *conversation, const struct nlmsghdr *message)
{
	if (message->nlmsg_seq != conversation->client->sequence)
		return 0;
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		conversation->interrupted = true;
	switch (message->nlmsg_type) {
	case NLMSG_NOOP:
		return 0;
	case NLMSG_ERROR:
		conversation->over = true;
		return take_ack(conversation->client, conversation->request, message);
	case NLMSG_DONE:
		conversation->over = true;
		return take_done(conversation->client, conversation->request, message);
	case NLMSG_OVERRUN:
		return -EOVERFLOW;
	default:
		hand_on(conversation, message);
		return 0;
	}
}

const struct nlmsghdr *vmi_whole_message(const void *bytes, size_t left, size_t *ret_step)
{
	const struct nlmsghdr *message = bytes;

	if (left < sizeof(*message) || message->nlmsg_len < sizeof(*message) || message->nlmsg_len > left)
		return NULL;
	*ret_step = MNL_ALIGN(message->nlmsg_len);
	if (*ret_step > left)
		*ret_step = left;
	return message;
}

static int take_datagram(struct conversation *conversation, size_t length)
{
	const char *bytes = conversation->client->buffer;
	size_t at = 0, step;
	int err = 0;

	while (!err && !conversation->over && at < length) {
		const struct nlmsghdr *message = vmi_whole_message(bytes + at, length - at, &step);

		if (!message)
			return -EPROTO;
		err = take_message(conversation, message);
		at += step;
	}
	return err;
}

/* A recording must not disturb what it records, and ends where it cannot go on. */
static void record(struct vmi_client *client, enum vmi_recorded direction, const void *datagram, size_t length)
{
	if (client->recording < 0)
		return;
	client->recording_error = vmi_recording_write(client->recording, direction, datagram, length);
	if (!client->recording_error)
		return;
	close(client->recording);
	client->recording = -1;
}

ssize_t vmi_client_receive(struct vmi_client *client)
{
	ssize_t length = client->transport->ops->receive(client->transport, client->buffer, sizeof(client->buffer));

	if (length > 0)
		record(client, VMI_RECORDED_REPLY, client->buffer, length);
	return length;
}

/* A signal must not leave a dump half read, since the next request would find the socket busy. */
static ssize_t receive_in_spite_of_signals(struct vmi_client *client)
{
	ssize_t length;
	int signals = 0;

	do
		length = vmi_client_receive(client);
	while (length == -EINTR && ++signals < SIGNALS_MAX);
	return length;
}

static int send_request(struct vmi_client *client, struct vmi_request *request)
{
	struct nlmsghdr *header = header_of(request);

	set_error(client, 0);
	if (request->overflow)
		return -E2BIG;
	header->nlmsg_seq = ++client->sequence;
	record(client, VMI_RECORDED_REQUEST, header, header->nlmsg_len);
	return client->transport->ops->send(client->transport, header, header->nlmsg_len);
}

int vmi_converse(struct vmi_client *client, struct vmi_request *request, vmi_reply_fn reply, void *argument)
{
	struct conversation conversation = {
		.client = client, .request = request, .reply = reply, .argument = argument,
	};
	int err = send_request(client, request);

	while (!err && !conversation.over) {
		ssize_t length = receive_in_spite_of_signals(client);

		if (length == 0)
			length = -EPROTO;
		err = length < 0 ? (int)length : take_datagram(&conversation, length);
	}
	if (!err)
		err = conversation.error;
	if (!err && conversation.interrupted)
		err = -EINTR;
	client->error.error = err;
	return err;
}

/* --- the family --------------------------------------------------------------------------------------------------- */

struct family {
	uint16_t number;
	uint32_t groups[VMI_GROUP_COUNT];
};

static void take_group(const struct nlattr *group, struct family *ret)
{
	static const char *const names[VMI_GROUP_COUNT] = {
		VMINSPECT_MCGRP_STATS, VMINSPECT_MCGRP_REGION, VMINSPECT_MCGRP_RECLAIM, VMINSPECT_MCGRP_PROCESS,
	};
	const struct nlattr *attribute;
	const char *name = "";
	uint32_t number = 0;
	size_t i;

	mnl_attr_for_each_nested(attribute, group) {
		switch (mnl_attr_get_type(attribute)) {
		case CTRL_ATTR_MCAST_GRP_ID:
			if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
				number = mnl_attr_get_u32(attribute);
			break;
		case CTRL_ATTR_MCAST_GRP_NAME:
			if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
				name = mnl_attr_get_str(attribute);
			break;
		}
	}
	for (i = 0; i < VMI_GROUP_COUNT; i++)
		if (!strcmp(name, names[i]))
			ret->groups[i] = number;
}

static int take_family(uint8_t command, const void *attributes, size_t length, void *argument)
{
	const struct nlattr *attr, *group;	/* libmnl's loop wants the first name */
	struct family *family = argument;

	(void)command;
	mnl_attr_for_each_payload(attributes, length) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
				family->number = mnl_attr_get_u16(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			mnl_attr_for_each_nested(group, attr)
				take_group(group, family);
			break;
		}
	}
	return 0;
}

int vmi_resolve_family(struct vmi_client *client)
{
	struct family family = { 0 };
	struct vmi_request request;
	int err;

	begin_request(&request, GENL_ID_CTRL, 1, CTRL_CMD_GETFAMILY, false);
	request.object = NULL;
	vmi_request_put_text(&request, CTRL_ATTR_FAMILY_NAME, VMINSPECT_FAMILY_NAME);
	err = vmi_converse(client, &request, take_family, &family);
	if (!err && family.number < NLMSG_MIN_TYPE)
		err = -EPROTO;
	if (err)
		return err;
	client->family = family.number;
	memcpy(client->groups, family.groups, sizeof(client->groups));
	return 0;
}

/* --- notifications ------------------------------------------------------------------------------------------------ */

bool vmi_next_notification(struct vmi_client *client, uint8_t *ret_command, const void **ret_attributes,
			   size_t *ret_length)
{
	const struct nlmsghdr *message;
	size_t step;

	while ((message = vmi_whole_message(client->buffer + client->event_offset,
					    client->event_length - client->event_offset, &step))) {
		const struct genlmsghdr *generic = mnl_nlmsg_get_payload(message);

		client->event_offset += step;
		if (message->nlmsg_type != client->family || mnl_nlmsg_get_payload_len(message) < sizeof(*generic))
			continue;
		*ret_command = generic->cmd;
		*ret_attributes = generic + 1;
		*ret_length = mnl_nlmsg_get_payload_len(message) - sizeof(*generic);
		return true;
	}
	return false;
}
