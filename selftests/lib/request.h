/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that can be asked for by generic netlink, and watches that are begun and ended by it.
 */
#ifndef SELFTESTS_REQUEST_H
#define SELFTESTS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct request {
	const char *name;
	uint8_t command;
	uint16_t flags;			/* NLM_F_ACK or NLM_F_DUMP */
	bool of_target;			/* about subject->pid */
	uint16_t type;			/* of one attribute more; 0: none */
	uint32_t value;			/* of it */
	bool allocates;			/* messages of a dump are the kernel's, and some need no more than those */
};

#define REQUESTS 18

extern const struct request requests[REQUESTS];

/* What is asked about. */
struct request_subject {
	uint16_t family;
	uint32_t pid;
	uint32_t watch;			/* its number */
	uint64_t address;
};

/* Sets subject->family. False: the module is not there. */
bool request_find_family(struct request_subject *subject);

/* Asks and takes the whole answer: 0 or a negative errno, as genl_ask(). */
int request_ask(int socket, const struct request *request, const struct request_subject *subject);

/* Begins a watch of the subject's process, that ends with the socket when it is owned. 0 or a negative errno. */
int request_watch(int socket, const struct request_subject *subject, const char *options, bool owned);

/* Ends the watch of the subject's process: 0 or a negative errno. */
int request_unwatch(int socket, const struct request_subject *subject);

#endif /* SELFTESTS_REQUEST_H */
