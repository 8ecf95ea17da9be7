// SPDX-License-Identifier: GPL-2.0
/* Notifications: groups are joined, datagrams come, each message in them becomes an event. */
#include <errno.h>
#include <string.h>

#include "decode.h"
#include "snapshot.h"
#include "transport.h"
#include "vminspect.h"

/* What a notification command carries. */
static const struct notification {
	uint8_t command;
	enum vmi_group group;
	const struct vmi_object *object;
} notifications[] = {
	{ VMI_CMD_STATS_NTF, VMI_GROUP_STATS, &vmi_stats_object },
	{ VMI_CMD_REGION_NTF, VMI_GROUP_REGION, &vmi_region_object },
	{ VMI_CMD_RECLAIM_NTF, VMI_GROUP_RECLAIM, &vmi_reclaim_object },
	{ VMI_CMD_PROCESS_NTF, VMI_GROUP_PROCESS, &vmi_process_object },
};

int vmi_client_listen(struct vmi_client *client, uint32_t groups)
{
	size_t i;
	int err;

	if (!groups || groups & ~(uint32_t)VMI_GROUP_ALL)
		return -EINVAL;
	if (!client->event_memory)
		client->event_memory = vmi_snapshot_create();
	if (!client->event_memory)
		return -ENOMEM;
	for (i = 0; i < VMI_GROUP_COUNT; i++) {
		if (!(groups & 1u << i))
			continue;
		if (!client->groups[i])
			return -EOPNOTSUPP;
		err = client->transport->ops->join(client->transport, client->groups[i]);
		if (err)
			return err;
		client->listening |= 1u << i;
	}
	return 0;
}

uint64_t vmi_client_lost(const struct vmi_client *client)
{
	return client->transport->ops->lost ? client->transport->ops->lost(client->transport) : 0;
}

/* NULL: a newer module's, of a kind that is not known here. */
static const struct notification *notification_of(const struct vmi_client *client, uint8_t command)
{
	size_t i;

	for (i = 0; i < sizeof(notifications) / sizeof(notifications[0]); i++)
		if (notifications[i].command == command && notifications[i].group & client->listening)
			return &notifications[i];
	return NULL;
}

static int decode_event(struct vmi_client *client, const struct notification *kind, const void *attributes,
			size_t length, struct vmi_event *ret)
{
	void *object = NULL;
	int err;

	vmi_snapshot_reset(client->event_memory);
	err = vmi_decode(kind->object, attributes, length, client->event_memory, &object);
	if (err)
		return err;
	memset(ret, 0, sizeof(*ret));
	ret->group = kind->group;
	switch (kind->group) {
	case VMI_GROUP_STATS:
		ret->stats = object;
		break;
	case VMI_GROUP_REGION:
		ret->region = object;
		break;
	case VMI_GROUP_RECLAIM:
		ret->reclaim = object;
		break;
	default:
		ret->process = object;
		break;
	}
	return 0;
}

/* Waits for a datagram; the ones before have been told. */
static int receive_notifications(struct vmi_client *client)
{
	ssize_t length = vmi_client_receive(client);

	client->event_offset = 0;
	client->event_length = length > 0 ? (size_t)length : 0;
	return length < 0 ? (int)length : 0;
}

int vmi_client_next_event(struct vmi_client *client, struct vmi_event *ret)
{
	const struct notification *kind = NULL;
	const void *attributes = NULL;
	size_t length = 0;
	uint8_t command;
	int err;

	if (!client->listening)
		return -EINVAL;
	while (!kind) {
		if (vmi_next_notification(client, &command, &attributes, &length)) {
			kind = notification_of(client, command);
			continue;
		}
		err = receive_notifications(client);
		if (err)
			return err;
	}
	return decode_event(client, kind, attributes, length, ret);
}
