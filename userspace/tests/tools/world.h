/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A made-up machine for tests: a few processes with everything that can be told about one, rare things among them. Its
 * answers are those of the real module in form; the numbers are chosen to be told apart.
 *
 *	1	systemd, not watched
 *	1234	postgres, with a region and a page of every kind, in a list; watch 1 on it
 *	1240	postgres, a child that shares frames with it, with a tree of 35 regions
 *	2000	one with a name that is no text
 *	2001	a zombie
 *	3000	one that changes its layout all the time
 *	99999	none
 *	100000	the first of a crowd, where there is one
 */
#ifndef VMI_TESTS_TOOLS_WORLD_H
#define VMI_TESTS_TOOLS_WORLD_H

#include "fake.h"

/* What the world's statistics depend on: how often they have been asked for. */
struct world {
	uint32_t readings;
	bool watch_ended;		/* the second reading on, watch 2 is gone */
	uint32_t crowd;			/* further processes in the list of all */
	bool tight;			/* the shadows have no room for some pages */
	bool locked_out;		/* somebody keeps a mmap lock */
	uint32_t barred;		/* a process whose pages may not be looked at */
	bool by_daemon;			/* frames and slots of pages are not told, as the daemon's users are not */
};

/* The answering function; its argument is a struct world. */
void world_answer(struct fake *fake, const struct fake_request *request, void *world);

/* Queues one notification of each kind. */
void world_notify(struct fake *fake);

#endif /* VMI_TESTS_TOOLS_WORLD_H */
