/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client asks: a netlink message that was written by anybody, taken apart, held against what the daemon relays,
 * and made fit to be sent on as it stands. It relays what changes nothing. An attribute may be there once only, so that
 * what is checked here is what the kernel reads.
 */
#ifndef VMI_VMINSPECTD_REQUEST_H
#define VMI_VMINSPECTD_REQUEST_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_BYTES 1024		/* a packet with a request; more is none */

/* Whom a request is about. */
enum request_subject {
	REQUEST_SYSTEM,			/* nobody: module, policies, numbers of the family */
	REQUEST_PROCESS,		/* `pid` */
	REQUEST_PROCESSES,		/* all */
	REQUEST_WATCH,			/* `watch` */
	REQUEST_WATCHES,		/* all */
};

struct request {
	struct nlmsghdr *message;	/* in the bytes that were given */
	uint32_t sequence;		/* as the client counts */
	uint8_t command;
	bool controller;		/* asks for the family's numbers, not of the family */
	bool dump;
	bool detail;			/* has the page tables of processes walked */
	enum request_subject subject;
	uint32_t pid;
	uint32_t watch;
	const char *text;		/* why it is refused, "" for nothing special */
};

/*
 * Takes a packet apart, in place, aligned for netlink. 0: to be relayed, with flags and sender set; type and sequence
 * number are the caller's to set. -EBADMSG: not one netlink message, and nothing to answer. Other errors are answers:
 * -EINVAL makes no sense, -EACCES changes something or is for another family, -EOPNOTSUPP no such command.
 */
int request_read(void *packet, size_t length, uint16_t family, struct request *ret);

#endif /* VMI_VMINSPECTD_REQUEST_H */
