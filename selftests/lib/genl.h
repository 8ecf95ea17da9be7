/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink by system calls alone, for messages that no library would send.
 */
#ifndef SELFTESTS_GENL_H
#define SELFTESTS_GENL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GENL_PAYLOAD 1024

/* A request under construction. */
struct genl_message {
	struct nlmsghdr head;		/* nlmsg_len: as much as there is of it */
	struct genlmsghdr command;
	char payload[GENL_PAYLOAD];
};

/* A socket whose reads give up after ten seconds; or a negative errno. */
int genl_open(void);

/* The number of a family, 0 when there is none of that name, or a negative errno. */
int genl_family(const char *name);

/* Begins a request. `flags`: NLM_F_ACK, NLM_F_DUMP; NLM_F_REQUEST is always there. */
void genl_begin(struct genl_message *message, uint16_t family, uint16_t flags, uint8_t command);

/* Appends an attribute; what does not fit is left out. */
void genl_put(struct genl_message *message, uint16_t type, const void *data, size_t size);

/* 0 or the negative errno of send(). */
int genl_send(int socket, const struct genl_message *message);

/*
 * Takes one datagram. Returns the negative errno that it carries or that recv() gave (-EAGAIN: nothing came); 0 when it
 * ends the answer (an acknowledgement, the end of a dump); 1 when there is more to come.
 */
int genl_take(int socket, bool wait);

/* Is given each message of an answer that is neither an acknowledgement nor an end. */
typedef void (*genl_reply_fn)(const struct nlmsghdr *message, void *argument);

/* Sends and takes the whole answer: 0 or the negative errno of either. */
int genl_ask(int socket, const struct genl_message *message);
int genl_ask_each(int socket, const struct genl_message *message, genl_reply_fn reply, void *argument);

/* A number in a message; false when the attribute is not there, or of another size. */
bool genl_u32(const struct nlmsghdr *message, uint16_t type, uint32_t *ret);
bool genl_u64(const struct nlmsghdr *message, uint16_t type, uint64_t *ret);

#endif /* SELFTESTS_GENL_H */
