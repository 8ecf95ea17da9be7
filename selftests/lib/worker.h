/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Child processes that do a known thing, say so over a pipe and stop themselves (SIGSTOP), so that what the
 * test reads cannot change under it. They die with the test, however that ends.
 */
#ifndef SELFTESTS_WORKER_H
#define SELFTESTS_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct worker {
	pid_t pid;			/* 0 when there is none */
	int pipe;			/* what it tells us */
};

/* What a worker runs; `tell` is the writing end for worker_tell(). It exits with 0 when the function returns. */
typedef void (*worker_fn)(int tell, void *argument);

/* Forks a worker; false when that fails. */
bool worker_start(struct worker *worker, worker_fn run, void *argument);

/* Waits for `size` bytes of report (none when 0), then for the worker to stop; false when it ended instead. */
bool worker_await(struct worker *worker, void *report, size_t size);

/* Lets it run until it stops again; false when it ended instead. */
bool worker_step(struct worker *worker);

/* Kills and reaps it. Harmless on one that never started. */
void worker_end(struct worker *worker);

/* For the worker's side: sends a report; stops until the next step. */
void worker_tell(int tell, const void *report, size_t size);
void worker_stop(void);

/*
 * Makes the calling process forget its translations, so that the next access of a page sets its accessed bit: what
 * clears the bits need not flush TLBs.
 */
void worker_drop_translations(void);

/* For any child: dies when the parent does. */
void worker_die_with_parent(void);

/* Waits until a child has stopped; false when it ended instead. */
bool worker_wait_stop(pid_t pid);

#endif /* SELFTESTS_WORKER_H */
