/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Unix socket: clients are let in, a bounded number of them in all and of each user, and get a thread each, so that
 * a slow one, or one whose question takes the module long, holds up nobody. The last places are for administrators.
 */
#ifndef VMI_VMINSPECTD_BROKER_H
#define VMI_VMINSPECTD_BROKER_H

#include "relay.h"

#define BROKER_CLIENTS		32u
#define BROKER_CLIENTS_OF_ADMINS 4u	/* of them, kept free for administrators */
#define BROKER_CLIENTS_OF_USER	8u	/* of one user who is none */

struct broker;

struct broker_settings {
	const char *path;		/* of the socket */
	gid_t admins;			/* see peer_read() */
	relay_open_fn open;
};

/*
 * Listens at the path, or takes over the socket that systemd gave. The settings are copied. 0 or a negative errno;
 * -EADDRINUSE: another daemon serves there, or it is no socket.
 */
int broker_open(const struct broker_settings *settings, struct broker **ret);

/* Who may see everything from here on; those who are there already stay what they are. */
void broker_set_admins(struct broker *broker, gid_t admins);

/* Ends the connections, waits a moment for them to end, and takes the socket away unless it is systemd's. */
void broker_close(struct broker *broker);

/* Of its socket. */
const char *broker_path(const struct broker *broker);

/* For epoll: readable when somebody wants in. */
int broker_fd(const struct broker *broker);

/* Lets one in. */
void broker_run(struct broker *broker);

/* Clients that there are now, and those that were turned away so far. */
unsigned int broker_clients(struct broker *broker);
uint64_t broker_refused(struct broker *broker);

#endif /* VMI_VMINSPECTD_BROKER_H */
