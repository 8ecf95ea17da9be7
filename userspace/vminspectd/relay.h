/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One client's conversations: requests come in, are held against who asks, go to the module, and what it says goes back
 * less what is not for that client. It blocks: each client has a thread and a netlink socket of its own.
 *
 * Administrators are told what the module says. Others:
 *	of a process		if a guard says that it is theirs, before and after each part of the answer was read
 *	of all processes	one after the other, of those that have their user id, each under a guard
 *	of watches		those that are on one process alone, and that one theirs, before and after likewise
 *	of the module		everything
 * and none of it with what redact.h leaves out.
 */
#ifndef VMI_VMINSPECTD_RELAY_H
#define VMI_VMINSPECTD_RELAY_H

#include "peer.h"

struct vmi_client;

/* How the module is reached; vmi_client_open_netlink(), or a test's own. */
typedef int (*relay_open_fn)(struct vmi_client **ret);

/* Serves the client at a socket until it goes away, is too slow, or says what is no request. */
void relay_serve(int fd, const struct peer *peer, relay_open_fn open);

#endif /* VMI_VMINSPECTD_RELAY_H */
