/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Real programs of the distribution, brought to a known point and stopped there.
 */
#ifndef SELFTESTS_PROGRAM_H
#define SELFTESTS_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#define PROGRAM_ARGUMENTS 8

struct program_recipe {
	const char *name;
	const char *arguments[PROGRAM_ARGUMENTS];	/* [0] is the path of the program, NULL ends them */
	const char *input;		/* what it gets on stdin, which then stays open */
	bool notify;			/* says READY=1 to systemd's notify socket, not "ready" on stdout */
};

extern const struct program_recipe program_python3, program_perl, program_sqlite3, program_bash, program_udevd;

/*
 * A python3 that maps, unmaps, allocates and frees without end after it said that it is ready. Its last argument, [4],
 * is the pause between two changes, in microseconds.
 */
extern const struct program_recipe program_python3_churning;

struct program {
	pid_t pid;			/* 0 when it does not run */
	int input;			/* writing end of its stdin */
	char missing[96];		/* what is not installed, after program_start() returned false; else empty */
	char failed[96];		/* what went wrong */
};

/* Starts it and waits until it is ready (about 20 s at most); it keeps running. */
bool program_start(struct program *program, const struct program_recipe *recipe);

/* Stops it where it is. */
bool program_stop(struct program *program);

/* Kills and reaps it. Harmless on one that never started. */
void program_end(struct program *program);

#endif /* SELFTESTS_PROGRAM_H */
