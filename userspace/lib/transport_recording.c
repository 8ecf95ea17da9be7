// SPDX-License-Identifier: GPL-2.0
/*
 * The transport that answers out of a recording. A request is looked up by what it asks, so that requests may come in
 * another order than they were recorded in; asked for again, it gets the next recorded answer, and the last one from
 * then on. When no answer is under way, the recorded notifications come one after the other.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"
#include "transport.h"

struct recording_transport {
	struct vmi_transport base;
	struct vmi_recording recording;	/* from the beginning */
	bool *given;			/* by the offset of an answer: whether it has been given */
	struct vmi_recording answer;	/* what is still to be told of the answer under way */
	bool answering;
	struct vmi_recording notifications;	/* what is still to be told of them */
	uint32_t sequence;		/* of the request under way */
	uint16_t family;		/* as asked for */
};

static struct recording_transport *recording_of(struct vmi_transport *transport)
{
	return (struct recording_transport *)transport;
}

/* Two requests ask for the same: command and attributes are equal, and so is the family as far as it has a number. */
static bool asks_the_same(const struct nlmsghdr *request, const struct vmi_recorded_packet *packet)
{
	const struct nlmsghdr *recorded = (const struct nlmsghdr *)packet->datagram;
	const struct genlmsghdr *one = mnl_nlmsg_get_payload(request), *other = mnl_nlmsg_get_payload(recorded);
	size_t head = sizeof(*recorded) + sizeof(*other);

	if (packet->direction != VMI_RECORDED_REQUEST || packet->length != request->nlmsg_len || packet->length < head)
		return false;
	return one->cmd == other->cmd &&
	       (request->nlmsg_type == GENL_ID_CTRL) == (recorded->nlmsg_type == GENL_ID_CTRL) &&
	       (request->nlmsg_flags & NLM_F_DUMP) == (recorded->nlmsg_flags & NLM_F_DUMP) &&
	       !memcmp(one + 1, other + 1, packet->length - head);
}

/* Finds the answer to a request: the first that has not been given, else the last of them. */
static bool find_answer(struct recording_transport *transport, const struct nlmsghdr *request)
{
	struct vmi_recording at = transport->recording;
	struct vmi_recorded_packet packet;
	size_t chosen = 0;

	while (vmi_recording_next(&at, &packet) > 0) {
		if (!asks_the_same(request, &packet))
			continue;
		transport->answer = at;
		chosen = at.offset;
		if (!transport->given[chosen])
			break;
	}
	transport->given[chosen] = true;
	return chosen;
}

static int send_message(struct vmi_transport *base, const void *message, size_t length)
{
	struct recording_transport *transport = recording_of(base);
	const struct nlmsghdr *request = message;

	(void)length;
	transport->sequence = request->nlmsg_seq;
	transport->family = request->nlmsg_type;
	transport->answering = find_answer(transport, request);
	return transport->answering ? 0 : -ENODATA;
}

/* True for a datagram of notifications, which have no sequence number. */
static bool notifies(const struct vmi_recorded_packet *packet)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)packet->datagram;

	return packet->direction == VMI_RECORDED_REPLY && packet->length >= sizeof(*message) &&
	       !message->nlmsg_seq && message->nlmsg_type >= NLMSG_MIN_TYPE;
}

/* Makes recorded messages answer the request that was made now. */
static void renumber(struct recording_transport *transport, char *datagram, size_t length)
{
	size_t at = 0, step;

	while (vmi_whole_message(datagram + at, length - at, &step)) {
		struct nlmsghdr *message = (struct nlmsghdr *)(datagram + at);

		message->nlmsg_seq = transport->sequence;
		if (message->nlmsg_type >= NLMSG_MIN_TYPE)
			message->nlmsg_type = transport->family;
		at += step;
	}
}

/* The next packet that is a notification or not, as asked; the answer to one request ends where the next begins. */
static int next_packet(struct vmi_recording *at, bool notification, struct vmi_recorded_packet *ret)
{
	int got;

	do {
		got = vmi_recording_next(at, ret);
		if (got > 0 && !notification && ret->direction == VMI_RECORDED_REQUEST)
			return 0;
	} while (got > 0 && notifies(ret) != notification);
	return got;
}

static ssize_t receive_datagram(struct vmi_transport *base, void *buffer, size_t size)
{
	struct recording_transport *transport = recording_of(base);
	struct vmi_recorded_packet packet;
	int got = 0;

	if (transport->answering)
		got = next_packet(&transport->answer, false, &packet);
	else
		got = next_packet(&transport->notifications, true, &packet);
	if (got <= 0)
		return got ? got : -ENODATA;
	if (packet.length > size)
		return -EMSGSIZE;
	memcpy(buffer, packet.datagram, packet.length);
	if (transport->answering)
		renumber(transport, buffer, packet.length);
	return (ssize_t)packet.length;
}

static int join_group(struct vmi_transport *base, uint32_t group)
{
	(void)group;
	recording_of(base)->answering = false;
	return 0;
}

static void close_recording(struct vmi_transport *base)
{
	struct recording_transport *transport = recording_of(base);

	free((char *)transport->recording.bytes);
	free(transport->given);
	free(transport);
}

static const struct vmi_transport_ops recording_ops = {
	.send = send_message,
	.receive = receive_datagram,
	.join = join_group,
	.close = close_recording,
};

int vmi_transport_recording_open(const char *path, struct vmi_transport **ret)
{
	struct recording_transport *transport = calloc(1, sizeof(*transport));
	int err;

	if (!transport)
		return -ENOMEM;
	err = vmi_recording_read(path, &transport->recording);
	if (!err) {
		transport->given = calloc(transport->recording.length + 1, sizeof(*transport->given));
		err = transport->given ? 0 : -ENOMEM;
	}
	if (err) {
		free((char *)transport->recording.bytes);
		free(transport);
		return err;
	}
	transport->base = (struct vmi_transport){ &recording_ops, -1 };
	transport->notifications = transport->recording;
	*ret = &transport->base;
	return 0;
}
