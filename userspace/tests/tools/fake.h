/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A transport with a kernel behind it that says what a test wants: a function is asked for each request and writes the
 * replies, well-formed or not. The netlink controller is played by the fake itself.
 */
#ifndef VMI_TESTS_TOOLS_FAKE_H
#define VMI_TESTS_TOOLS_FAKE_H

#include <libmnl/libmnl.h>

#include "transport.h"

struct fake;

/* A request: its command, whether it is a dump, and its attributes. */
struct fake_request {
	uint8_t command;
	bool dump;
	const void *attributes;
	size_t length;
};

typedef void (*fake_answer_fn)(struct fake *fake, const struct fake_request *request, void *argument);

#define FAKE_FAMILY 0x1d		/* number of the family */

/* A client of a fake. Closing the client ends both. */
struct fake *fake_create(fake_answer_fn answer, void *argument);
struct vmi_client *fake_open(struct fake *fake);

/* --- for the answering function ----------------------------------------------------------------------------------- */

/* Begins a message of the family in reply; attributes are put with libmnl until the next call. */
struct nlmsghdr *fake_message(struct fake *fake, uint8_t command, uint16_t flags);

/* Begins a notification. */
struct nlmsghdr *fake_notification(struct fake *fake, uint8_t command);

/* A refusal or an acknowledgement (0), with a text and the number of an attribute unless NULL and -1. */
struct fake_ack {
	int error;
	const char *text;
	int attribute;			/* of the request, at fault; -1: none */
	int missing;			/* that ought to be there; -1: none */
};

void fake_acknowledge(struct fake *fake, const struct fake_ack *ack);

/* The end of a dump. */
void fake_done(struct fake *fake, int error, uint16_t flags);

/* The next receive() fails so, before what is queued after it. */
void fake_fail(struct fake *fake, int error);

/* --- reading requests --------------------------------------------------------------------------------------------- */

/* The value of an attribute of the request; `none` if it is not there. */
uint64_t fake_number(const struct fake_request *request, uint16_t attribute, uint64_t none);
const char *fake_text(const struct fake_request *request, uint16_t attribute);
bool fake_has(const struct fake_request *request, uint16_t attribute);

#endif /* VMI_TESTS_TOOLS_FAKE_H */
