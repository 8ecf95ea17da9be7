// SPDX-License-Identifier: GPL-2.0
/* Very many processes. */
#define _GNU_SOURCE
#include "crowd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Children that end are reaped by the kernel. Tells how many there are. */
static void be_parent(int tell, void *argument)
{
	struct crowd *crowd = argument;
	size_t made = 0;

	signal(SIGCHLD, SIG_IGN);
	while (made < crowd->count) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (!pid) {
			worker_die_with_parent();
			for (;;)
				pause();
		}
		crowd->pids[made++] = pid;
	}
	if (made < crowd->count)
		printf("# fork %zu of %zu: %s\n", made + 1, crowd->count, strerror(errno));
	fflush(stdout);
	worker_tell(tell, &made, sizeof(made));
	for (;;)
		pause();
}

bool crowd_raise(struct crowd *crowd, size_t count)
{
	size_t made = 0;

	crowd->count = count;
	crowd->killed = 0;
	crowd->pids = mmap(NULL, count * sizeof(pid_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crowd->pids == MAP_FAILED) {
		crowd->pids = NULL;
		return false;
	}
	if (!worker_start(&crowd->parent, be_parent, crowd) ||
	    read(crowd->parent.pipe, &made, sizeof(made)) != sizeof(made))
		return false;
	return made == count;
}

void crowd_kill(struct crowd *crowd, size_t count)
{
	for (; crowd->killed < count; crowd->killed++)
		if (crowd->pids[crowd->killed] > 0)
			kill(crowd->pids[crowd->killed], SIGKILL);
}

void crowd_disperse(struct crowd *crowd)
{
	if (!crowd->pids)
		return;
	crowd_kill(crowd, crowd->count);
	worker_end(&crowd->parent);
	munmap(crowd->pids, crowd->count * sizeof(pid_t));
	crowd->pids = NULL;
}
