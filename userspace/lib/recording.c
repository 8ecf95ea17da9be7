// SPDX-License-Identifier: GPL-2.0
/* Recordings in pcap: a head of 24 bytes, then packets with a head of 16 bytes and a cooked header of 16. */
#include "recording.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PCAP_MAGIC		0xa1b2c3d4u	/* times with microseconds, this machine's byte order */
#define LINKTYPE_NETLINK	253
#define ARPHRD_NETLINK		824
#define LONGEST_PACKET		(1 << 20)
#define SECOND_LOOK		10000	/* us later */

struct pcap_head {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy;	/* not used */
	uint32_t longest_packet;
	uint32_t link_type;
};

struct packet_head {
	uint32_t seconds, microseconds;
	uint32_t length;		/* in the file, with the cooked header */
	uint32_t original_length;
};

/* In network byte order. */
struct cooked_head {
	uint16_t direction;		/* enum vmi_recorded */
	uint16_t device_type;
	uint8_t address[10];		/* not used */
	uint16_t protocol;		/* of netlink */
};

/* As a packet begins in the file. */
struct packet_start {
	struct packet_head head;
	struct cooked_head cooked;
};

static bool is_head(const struct pcap_head *head)
{
	return head->magic == PCAP_MAGIC && head->link_type == LINKTYPE_NETLINK;
}

/* Whether a packet can be as long as its head says. */
static bool has_length(const struct packet_start *start)
{
	return start->head.length >= sizeof(start->cooked) && !(start->head.length % NLMSG_ALIGNTO);
}

static int write_head(int fd)
{
	const struct pcap_head head = {
		.magic = PCAP_MAGIC, .major = 2, .minor = 4, .longest_packet = LONGEST_PACKET,
		.link_type = LINKTYPE_NETLINK,
	};
	ssize_t written = write(fd, &head, sizeof(head));

	if (written == sizeof(head))
		return 0;
	return written < 0 ? -errno : -ENOSPC;
}

/* --- going on with a file ----------------------------------------------------------------------------------------- */

static bool is_start(const struct packet_start *start)
{
	return has_length(start) && start->head.length <= LONGEST_PACKET &&
	       start->cooked.device_type == htons(ARPHRD_NETLINK);
}

/*
 * What is added to a file must be read again. -EINVAL: it is no recording; -EBADMSG: its last packet is cut off, as by
 * a full disk.
 */
static int check_packets(int fd, off_t size)
{
	struct pcap_head head;
	struct packet_start start;
	off_t at = sizeof(head);

	if (size < at || pread(fd, &head, sizeof(head), 0) != sizeof(head) || !is_head(&head))
		return -EINVAL;
	for (; size - at >= (off_t)sizeof(start); at += sizeof(start.head) + start.head.length) {
		if (pread(fd, &start, sizeof(start), at) != sizeof(start))
			return -EIO;
		if (!is_start(&start))
			return -EINVAL;
		if (size - at - (off_t)sizeof(start.head) < start.head.length)
			break;
	}
	return at == size ? 0 : -EBADMSG;
}

/* What looks cut off may be a packet that another client is writing now, which is over at the second look. */
static int begin_or_go_on(int fd)
{
	struct stat status;
	int look, err = -EBADMSG;

	for (look = 0; look < 2 && err == -EBADMSG; look++) {
		if (look)
			usleep(SECOND_LOOK);
		if (fstat(fd, &status))
			return -errno;
		err = status.st_size ? check_packets(fd, status.st_size) : write_head(fd);
	}
	return err;
}

/* What is in a file is looked at; of a pipe we must not be a reader, who would never see that the other has gone. */
static int open_to_append(const char *path)
{
	struct stat status;
	bool is_file = stat(path, &status) || S_ISREG(status.st_mode);

	return open(path, (is_file ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

int vmi_recording_create(const char *path)
{
	int fd = open_to_append(path);
	int err;

	if (fd < 0)
		return -errno;
	err = begin_or_go_on(fd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int vmi_recording_write(int fd, enum vmi_recorded direction, const void *datagram, size_t length)
{
	struct cooked_head cooked = {
		.direction = htons(direction), .device_type = htons(ARPHRD_NETLINK), .protocol = htons(NETLINK_GENERIC),
	};
	struct packet_head head = { .length = sizeof(cooked) + length, .original_length = sizeof(cooked) + length };
	struct iovec parts[] = {
		{ &head, sizeof(head) }, { &cooked, sizeof(cooked) }, { (void *)datagram, length },
	};
	struct timespec now;
	ssize_t written;

	clock_gettime(CLOCK_REALTIME, &now);
	head.seconds = now.tv_sec;
	head.microseconds = now.tv_nsec / 1000;
	written = writev(fd, parts, 3);
	if (written < 0)
		return -errno;
	return (size_t)written == sizeof(head) + head.length ? 0 : -ENOSPC;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static int read_all(int fd, char **ret_bytes, size_t *ret_length)
{
	struct stat status;
	char *bytes;
	size_t have = 0;
	ssize_t got = 1;

	if (fstat(fd, &status))
		return -errno;
	bytes = malloc(status.st_size + 1);
	if (!bytes)
		return -ENOMEM;
	while (have < (size_t)status.st_size && got > 0) {
		got = read(fd, bytes + have, status.st_size - have);
		have += got > 0 ? got : 0;
	}
	if (got < 0) {
		free(bytes);
		return -errno;
	}
	*ret_bytes = bytes;
	*ret_length = have;
	return 0;
}

static int check_head(const char *bytes, size_t length)
{
	struct pcap_head head;

	if (length < sizeof(head))
		return -EINVAL;
	memcpy(&head, bytes, sizeof(head));
	return is_head(&head) ? 0 : -EINVAL;
}

int vmi_recording_read(const char *path, struct vmi_recording *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	size_t length = 0;
	int err;

	if (fd < 0)
		return -errno;
	err = read_all(fd, &bytes, &length);
	close(fd);
	if (err)
		return err;
	err = check_head(bytes, length);
	if (err) {
		free(bytes);
		return err;
	}
	*ret = (struct vmi_recording){ bytes, length, sizeof(struct pcap_head) };
	return 0;
}

int vmi_recording_next(struct vmi_recording *recording, struct vmi_recorded_packet *ret)
{
	const char *at = recording->bytes + recording->offset;
	size_t left = recording->length - recording->offset;
	struct packet_start start;

	if (!left)
		return 0;
	if (left < sizeof(start))
		return -EINVAL;
	memcpy(&start, at, sizeof(start));
	if (!has_length(&start) || start.head.length > left - sizeof(start.head))
		return -EINVAL;
	ret->direction = ntohs(start.cooked.direction);
	ret->datagram = at + sizeof(start);
	ret->length = start.head.length - sizeof(start.cooked);
	recording->offset += sizeof(start.head) + start.head.length;
	return 1;
}
