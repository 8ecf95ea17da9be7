// SPDX-License-Identifier: GPL-2.0
/* Clients: a transport, and what is known of the family behind it. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "recording.h"
#include "snapshot.h"
#include "transport.h"
#include "vminspect.h"

int vmi_client_open_transport(struct vmi_transport *transport, struct vmi_client **ret)
{
	struct vmi_client *client = calloc(1, sizeof(*client));
	int err;

	if (!client) {
		transport->ops->close(transport);
		return -ENOMEM;
	}
	client->transport = transport;
	client->recording = -1;
	client->error.text = client->error_text;
	client->error.attribute = client->error_attribute;
	err = vmi_resolve_family(client);
	if (err)
		vmi_client_close(client);
	else
		*ret = client;
	return err;
}

int vmi_client_open_netlink(struct vmi_client **ret)
{
	struct vmi_transport *transport;
	int err = vmi_transport_netlink_open(&transport);

	return err ? err : vmi_client_open_transport(transport, ret);
}

int vmi_client_open_socket(const char *path, struct vmi_client **ret)
{
	struct vmi_transport *transport;
	int err = vmi_transport_socket_open(path ? path : VMI_SOCKET_PATH, &transport);

	return err ? err : vmi_client_open_transport(transport, ret);
}

/* Anybody may find the family; only its answers show whether it may be asked. */
static bool may_not_ask(struct vmi_client *client)
{
	struct vmi_module_list module;
	int err = vmi_module_list_read(client, &module);

	vmi_module_list_release(&module);
	return err == -EPERM;
}

/* Without a daemon, the kernel's own refusal is what the caller is to see. */
int vmi_client_open(struct vmi_client **ret)
{
	const char *path = secure_getenv(VMI_SOCKET_VARIABLE);
	struct vmi_client *relayed;
	int err;

	if (path && *path)
		return vmi_client_open_socket(path, ret);
	err = vmi_client_open_netlink(ret);
	if (err || !may_not_ask(*ret) || vmi_client_open_socket(NULL, &relayed))
		return err;
	vmi_client_close(*ret);
	*ret = relayed;
	return 0;
}

int vmi_client_open_recording(const char *path, struct vmi_client **ret)
{
	struct vmi_transport *transport;
	int err = vmi_transport_recording_open(path, &transport);

	return err ? err : vmi_client_open_transport(transport, ret);
}

void vmi_client_close(struct vmi_client *client)
{
	if (!client)
		return;
	client->transport->ops->close(client->transport);
	if (client->recording >= 0)
		close(client->recording);
	vmi_snapshot_destroy(client->event_memory);
	free(client);
}

/* The family's numbers are asked for once more, since a recording without them cannot be read by itself. */
int vmi_client_record(struct vmi_client *client, const char *path)
{
	int fd = vmi_recording_create(path);

	if (fd < 0)
		return fd;
	if (client->recording >= 0)
		close(client->recording);
	client->recording = fd;
	client->recording_error = 0;
	return vmi_resolve_family(client);
}

int vmi_client_recording_error(const struct vmi_client *client)
{
	return client->recording_error;
}

const struct vmi_error *vmi_client_error(const struct vmi_client *client)
{
	return &client->error;
}

void vmi_client_set_progress(struct vmi_client *client, vmi_progress_fn progress, void *argument)
{
	client->progress = progress;
	client->progress_argument = argument;
}

int vmi_client_fd(const struct vmi_client *client)
{
	return client->transport->fd;
}
