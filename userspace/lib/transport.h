/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How messages go to the module and back: the seam between what is said (netlink messages, whatever carries them) and
 * what carries it. A transport moves datagrams and knows nothing of their contents; a client holds conversations over
 * it. The netlink socket is one transport, a recording another.
 */
#ifndef VMI_LIB_TRANSPORT_H
#define VMI_LIB_TRANSPORT_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "vminspect.h"

struct vmi_object;
struct vmi_transport;

struct vmi_transport_ops {
	/* One message. 0 or a negative errno. */
	int (*send)(struct vmi_transport *transport, const void *message, size_t length);

	/*
	 * The next datagram: its length or a negative errno. -EINTR for a signal, -ENOBUFS for notifications lost,
	 * -ENODATA when no more will come.
	 */
	ssize_t (*receive)(struct vmi_transport *transport, void *buffer, size_t size);

	/* Asks for the notifications of a group, by its number. */
	int (*join)(struct vmi_transport *transport, uint32_t group);

	/* Messages that the kernel had no room for, so far. NULL: none are ever lost. */
	uint64_t (*lost)(struct vmi_transport *transport);

	void (*close)(struct vmi_transport *transport);
};

struct vmi_transport {
	const struct vmi_transport_ops *ops;
	int fd;				/* for poll(), or -1 */
};

int vmi_transport_netlink_open(struct vmi_transport **ret);
int vmi_transport_socket_open(const char *path, struct vmi_transport **ret);
int vmi_transport_recording_open(const char *path, struct vmi_transport **ret);

#define VMI_GROUP_COUNT		4
#define VMI_BUFFER_BYTES	(64 * 1024)	/* a datagram; the kernel makes dumps of up to 32 KiB for it */

struct vmi_client {
	struct vmi_transport *transport;
	uint32_t sequence;		/* of the last request */
	uint16_t family;		/* number of the netlink family */
	uint32_t groups[VMI_GROUP_COUNT];	/* numbers of the multicast groups, by bit of enum vmi_group */
	uint32_t listening;		/* enum vmi_group, joined */
	int recording;			/* file descriptor, or -1 */
	int recording_error;		/* why it ended early, or 0 */
	struct vmi_error error;
	char error_text[256];
	char error_attribute[64];
	vmi_progress_fn progress;
	void *progress_argument;
	struct vmi_snapshot *event_memory;	/* of the last notification */
	size_t event_length;		/* bytes of the datagram of notifications in `buffer` ... */
	size_t event_offset;		/* ... and how many of them have been told */
	char buffer[VMI_BUFFER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* A request being written. */
struct vmi_request {
	const struct vmi_object *object;	/* names its attributes in errors; may be NULL */
	bool overflow;
	char bytes[1024] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* Begins a request of the family; `dump`: for all there is. */
void vmi_request_init(struct vmi_request *request, const struct vmi_client *client, uint8_t command, bool dump,
		      const struct vmi_object *object);
uint8_t vmi_request_command(const struct vmi_request *request);
void vmi_request_put_u32(struct vmi_request *request, uint16_t attribute, uint32_t value);
void vmi_request_put_u64(struct vmi_request *request, uint16_t attribute, uint64_t value);
void vmi_request_put_flag(struct vmi_request *request, uint16_t attribute);
void vmi_request_put_text(struct vmi_request *request, uint16_t attribute, const char *text);

/* Gets the attributes of a reply. An error ends the conversation with it. */
typedef int (*vmi_reply_fn)(uint8_t command, const void *attributes, size_t length, void *argument);

/*
 * Sends a request and hands on the replies until the kernel says that it is done. 0, the kernel's error, or that of the
 * reply function; -EINTR: the dump was interrupted by a change. client->error is set.
 */
int vmi_converse(struct vmi_client *client, struct vmi_request *request, vmi_reply_fn reply, void *argument);

/* A client over a transport, which it takes over whatever comes of it. */
int vmi_client_open_transport(struct vmi_transport *transport, struct vmi_client **ret);

/* A client that reaches the kernel itself, whatever it may then ask. */
int vmi_client_open_netlink(struct vmi_client **ret);

/* Finds out the numbers of family and groups. -ENOENT: there is no such family. */
int vmi_resolve_family(struct vmi_client *client);

/*
 * The message at the beginning of `left` bytes, NULL if there is no whole one; *ret_step is how far the next one is.
 * (mnl_nlmsg_ok() takes a length above 2 GiB for a negative one, which fits everywhere.)
 */
const struct nlmsghdr *vmi_whole_message(const void *bytes, size_t left, size_t *ret_step);

/* One datagram into the client's buffer; kept in the recording if there is one. */
ssize_t vmi_client_receive(struct vmi_client *client);

/*
 * The next notification in the buffer: true with its command and attributes; false when all have been told.
 */
bool vmi_next_notification(struct vmi_client *client, uint8_t *ret_command, const void **ret_attributes,
			   size_t *ret_length);

#endif /* VMI_LIB_TRANSPORT_H */
