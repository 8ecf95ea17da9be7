// SPDX-License-Identifier: GPL-2.0
/*
 * Child processes that do a known thing and stop themselves.
 */
#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void worker_die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

bool worker_start(struct worker *worker, worker_fn run, void *argument)
{
	int ends[2];

	worker->pid = 0;
	if (pipe2(ends, O_CLOEXEC))
		return false;
	worker->pipe = ends[0];
	worker->pid = fork();
	if (worker->pid == 0) {
		worker_die_with_parent();
		close(ends[0]);
		run(ends[1], argument);
		_exit(0);
	}
	close(ends[1]);
	if (worker->pid > 0)
		return true;
	worker->pid = 0;
	close(ends[0]);
	return false;
}

static bool read_all(int fd, void *bytes, size_t size)
{
	char *at = bytes;
	ssize_t got;

	for (; size; size -= got, at += got) {
		got = read(fd, at, size);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return false;
	}
	return true;
}

bool worker_wait_stop(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, WUNTRACED) < 0)
		if (errno != EINTR)
			return false;
	return WIFSTOPPED(status);
}

bool worker_await(struct worker *worker, void *report, size_t size)
{
	return read_all(worker->pipe, report, size) && worker_wait_stop(worker->pid);
}

bool worker_step(struct worker *worker)
{
	return !kill(worker->pid, SIGCONT) && worker_wait_stop(worker->pid);
}

void worker_end(struct worker *worker)
{
	if (!worker->pid)
		return;
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
	close(worker->pipe);
	worker->pid = 0;
}

void worker_tell(int tell, const void *report, size_t size)
{
	if (write(tell, report, size) != (ssize_t)size)
		_exit(1);
}

void worker_stop(void)
{
	raise(SIGSTOP);
}

/* Changing the rights of more than 33 pages flushes the whole TLB of the process (tlb_single_page_flush_ceiling). */
void worker_drop_translations(void)
{
	static char *area;
	const size_t bytes = 64 * 4096;

	if (!area)
		area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	mprotect(area, bytes, PROT_READ);
	mprotect(area, bytes, PROT_READ | PROT_WRITE);
}
