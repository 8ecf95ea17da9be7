/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many processes that do the same thing, all at once.
 */
#ifndef SELFTESTS_TOGETHER_H
#define SELFTESTS_TOGETHER_H

struct together {
	int gate;			/* they begin when it is closed */
	int wanted;
	int started;
};

/* What each does, `number` being 0 for the first one. Returns 0 when all was well. */
typedef int (*together_fn)(void *argument, int number);

/* Forks so many, who wait until together_go(). Children of others may stop meanwhile; none may end. */
void together_gather(struct together *together, int count, together_fn run, void *argument);

/* Lets them begin and waits for all of them. Returns how many failed or could not be forked. */
int together_go(struct together *together);

#endif /* SELFTESTS_TOGETHER_H */
