/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings: what was said, in pcap (link type NETLINK: each message after the 16 bytes of a cooked header), so that
 * Wireshark reads them as well as transport_recording.c.
 */
#ifndef VMI_LIB_RECORDING_H
#define VMI_LIB_RECORDING_H

#include <stddef.h>

enum vmi_recorded {
	VMI_RECORDED_REPLY = 0,		/* to us; the numbers are those of the cooked header */
	VMI_RECORDED_REQUEST = 4,	/* from us */
};

/*
 * Opens a file to append to, made with its head if it is new or empty. A file descriptor or a negative errno: -EINVAL
 * when there is something else in it, -EBADMSG when it ends within a packet, so that nothing added to it could be read.
 */
int vmi_recording_create(const char *path);

/* Adds a datagram, in one write. 0 or a negative errno: not all of it was written, so nothing may come after it. */
int vmi_recording_write(int fd, enum vmi_recorded direction, const void *datagram, size_t length);

/* The bytes of a recording that is read. */
struct vmi_recording {
	const char *bytes;
	size_t length;
	size_t offset;			/* of the next packet */
};

struct vmi_recorded_packet {
	enum vmi_recorded direction;
	const char *datagram;
	size_t length;
};

/* Reads a whole file into memory that the caller frees. -EINVAL: not a recording of ours. */
int vmi_recording_read(const char *path, struct vmi_recording *ret);

/* The next packet: 1, 0 at the end, -EINVAL when it is cut off or not of ours. */
int vmi_recording_next(struct vmi_recording *recording, struct vmi_recorded_packet *ret);

#endif /* VMI_LIB_RECORDING_H */
