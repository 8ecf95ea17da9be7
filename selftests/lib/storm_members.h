/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who takes part in a storm besides those whose memory is looked at: whoever looks, watches, and moves memory around.
 */
#ifndef SELFTESTS_STORM_MEMBERS_H
#define SELFTESTS_STORM_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

/* What the members of a storm share. */
struct weather {
	volatile bool stop;
	volatile bool strict;			/* the module is there: what is refused is an error */
	volatile unsigned int rest;		/* microseconds that a reader rests after each text, at most */
	volatile unsigned int stall;		/* likewise in the middle of one, now and then */
	volatile uint64_t readings;		/* whole texts that readers had */
	volatile uint64_t dumps;		/* netlink dumps that were read to their ends */
	volatile uint64_t watches;		/* that were begun */
	volatile uint64_t daemons;		/* that were started and killed */
	volatile uint64_t blocks;		/* of memory that went offline and came back */
	volatile uint64_t watches_of_all[3];	/* of every process, that were begun: passive, window, exact */
	volatile bool no_daemon;		/* there is none in PATH */
	volatile bool merged;			/* pages were seen to be merged by KSM */
	uint64_t seed;
};

/* Does one thing until weather->stop is set; exits with 0, or with 1 and a text when something was not as it must. */
typedef void (*storm_member)(struct weather *weather);

/* Reads the file of each process from its start to its end. */
void storm_read(struct weather *weather);

/* Reads part of a file or of a dump by netlink, stalls, and reads the rest or goes away. */
void storm_stall(struct weather *weather);

/* Begins watches of all modes on any process, audits and ends them. */
void storm_watch(struct weather *weather);

/* Watches every process there is, in each mode in turn. */
void storm_watch_all(struct weather *weather);

/* Compacts memory, so that tables have migration entries for a while, and takes some of it offline and back. */
void storm_move_memory(struct weather *weather);

/* Starts the daemon, kills it and starts it again; rests where there is none in PATH. */
void storm_restart_daemon(struct weather *weather);

#endif /* SELFTESTS_STORM_MEMBERS_H */
