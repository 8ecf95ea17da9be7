/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who takes part in a storm besides those whose memory is looked at: whoever looks, watches, and moves memory around.
 */
#ifndef SELFTESTS_STORM_MEMBERS_H
#define SELFTESTS_STORM_MEMBERS_H

#include "weather.h"

/* Does one thing until weather->stop is set; exits with 0, or with 1 and a text when something was not as it must. */
typedef void (*storm_member)(struct weather *weather);

/* Reads the file of each process from its start to its end. */
void storm_read(struct weather *weather);

/* Reads part of a file or of a dump by netlink, stalls, and reads the rest or goes away. */
void storm_stall(struct weather *weather);

/* Begins watches of all modes on any process, audits and ends them. */
void storm_watch(struct weather *weather);

/* Asks for all that can be asked for by netlink, of any process; begins watches that end with their socket. */
void storm_ask(struct weather *weather);

/* Listens to all that is told, falls behind now and then, and goes away without having read it all. */
void storm_listen(struct weather *weather);

/* Watches every process there is, in each mode in turn. */
void storm_watch_all(struct weather *weather);

/* Compacts memory, so that tables have migration entries for a while, and takes some of it offline and back. */
void storm_move_memory(struct weather *weather);

/* Starts the daemon, kills it and starts it again; rests where there is none in PATH. */
void storm_restart_daemon(struct weather *weather);

#endif /* SELFTESTS_STORM_MEMBERS_H */
