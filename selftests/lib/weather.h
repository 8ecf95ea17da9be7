/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the members of a storm share, and what all of them do.
 */
#ifndef SELFTESTS_WEATHER_H
#define SELFTESTS_WEATHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct weather {
	volatile bool stop;
	volatile bool strict;			/* the module is there: what is refused is an error */
	volatile unsigned int rest;		/* microseconds that a reader rests after each text, at most */
	volatile unsigned int stall;		/* likewise in the middle of one, now and then */
	volatile uint64_t readings;		/* whole texts that readers had */
	volatile uint64_t dumps;		/* netlink dumps that were read to their ends */
	volatile uint64_t answers;		/* to netlink requests of every kind, whole ones */
	volatile uint64_t notifications;	/* that were read */
	volatile uint64_t owned_watches;	/* that were begun by netlink, and ended with their socket or by name */
	volatile uint64_t watches;		/* that were begun */
	volatile uint64_t daemons;		/* that were started and killed */
	volatile uint64_t blocks;		/* of memory that went offline and came back */
	volatile uint64_t watches_of_all[3];	/* of every process, that were begun: passive, window, exact */
	volatile bool no_daemon;		/* there is none in PATH */
	volatile bool merged;			/* pages were seen to be merged by KSM */
	uint64_t seed;
};

/* Counts in *wrong that something was not as it must; the first few are told. `error`: a negative errno. */
void weather_complain(int *wrong, const char *what, pid_t pid, int error);

/* One more of what a member of the structure counts. */
void weather_count(volatile uint64_t *counter);

/* Sleeps for so long at most. */
void weather_rest(uint64_t *random, unsigned int microseconds);

/* The pid of any process that has a file; 0 when there is none, as when the module is not there. */
pid_t weather_any_process(uint64_t *random);

/*
 * Whether a watch may be refused with that errno, or be gone when it is to be ended: there is one already, or another
 * one that clears bits; the process has died; or there are as many as there may be. That is all that can be in the way.
 */
bool weather_may_refuse(int error);

#endif /* SELFTESTS_WEATHER_H */
