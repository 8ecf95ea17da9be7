// SPDX-License-Identifier: GPL-2.0
/* Many processes that do the same thing, all at once. */
#define _GNU_SOURCE
#include "together.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * In a child: waits for the end of the pipe. By poll(), for which nobody needs the pipe's mutex: a read would, and to
 * the last of a thousand it could come later than the kernel lets a task wait without saying that it hangs.
 */
static _Noreturn void begin_with_others(const int gate[2], together_fn run, void *argument, int number)
{
	struct pollfd end = { .fd = gate[0] };
	int failed;

	close(gate[1]);
	failed = poll(&end, 1, -1) != 1 || run(argument, number);
	fflush(stdout);
	_exit(failed);
}

void together_gather(struct together *together, int count, together_fn run, void *argument)
{
	int gate[2];

	*together = (struct together){ .gate = -1, .wanted = count };
	fflush(stdout);
	if (pipe2(gate, O_CLOEXEC))
		return;
	for (; together->started < count; together->started++) {
		pid_t child = fork();

		if (child < 0)
			break;
		if (!child)
			begin_with_others(gate, run, argument, together->started);
	}
	close(gate[0]);
	together->gate = gate[1];
}

int together_go(struct together *together)
{
	int left = together->started, failed = together->wanted - together->started, status;

	close(together->gate);
	while (left > 0 && wait(&status) > 0)
		if (!WIFSTOPPED(status)) {
			failed += status != 0;
			left--;
		}
	return failed + left;
}
