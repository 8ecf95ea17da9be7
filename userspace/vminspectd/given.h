/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The listening sockets that systemd gave. They are systemd's as well, which looks after them again when we are gone:
 * closing one here would leave its clients in its queue. So they all stay open, and of those at which nothing is
 * answered the clients are let in and sent away.
 */
#ifndef VMI_VMINSPECTD_GIVEN_H
#define VMI_VMINSPECTD_GIVEN_H

#include <stdbool.h>

/* A copy of the one that has that path; -1: none has. */
int given_copy(const char *path);

/* Their descriptors are those from GIVEN_FIRST on up to given_end(). */
#define GIVEN_FIRST 3
int given_end(void);

/* Whether nothing is answered at that one where programs are answered at a path; NULL: nowhere. */
bool given_is_spare(int fd, const char *path);

/* Says that nothing is answered at that one, whose clients are turned away. */
void given_complain(int fd);

/* Lets one client in, and ends the connection. */
void given_turn_away(int fd);

#endif /* VMI_VMINSPECTD_GIVEN_H */
