// SPDX-License-Identifier: GPL-2.0
/* The children: each tells through a pipe that it is ready, and sleeps until it is killed. */
#define _GNU_SOURCE
#include "subject.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

#define PAGE 4096UL

/* What a child is to make of itself. */
struct plan {
	size_t regions;
	size_t bytes;
	enum subject_memory kind;
};

/* Every second page of one mapping gets another protection, so that no two neighbours are one region. */
static int make_regions(const struct plan *plan)
{
	char *memory = mmap(NULL, plan->regions * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t i;

	if (memory == MAP_FAILED)
		return -1;
	for (i = 1; i < plan->regions; i += 2)
		if (mprotect(memory + i * PAGE, PAGE, PROT_READ | PROT_WRITE))
			return -1;
	return 0;
}

static int make_memory(const struct plan *plan)
{
	int flags = plan->kind == SUBJECT_SHARED ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
	int file = -1;
	char *memory;
	size_t at;

	if (plan->kind == SUBJECT_SHARED) {
		file = memfd_create("bench", 0);
		if (file < 0 || ftruncate(file, (off_t)plan->bytes))
			return -1;
	}
	memory = mmap(NULL, plan->bytes, PROT_READ | PROT_WRITE, flags, file, 0);
	if (memory == MAP_FAILED || madvise(memory, plan->bytes, MADV_NOHUGEPAGE))
		return -1;
	for (at = 0; at < plan->bytes; at += PAGE)
		memory[at] = 1;
	return 0;
}

__attribute__((noreturn)) static void be_subject(const struct plan *plan, int ready)
{
	char verdict;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	verdict = plan->regions ? make_regions(plan) == 0 : make_memory(plan) == 0;
	if (write(ready, &verdict, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static pid_t start(const struct plan *plan)
{
	char verdict = 0;
	int ready[2];
	pid_t child;

	if (pipe(ready))
		fail_errno("pipe");
	child = fork();
	if (child < 0)
		fail_errno("fork");
	if (!child)
		be_subject(plan, ready[1]);
	close(ready[1]);
	if (read(ready[0], &verdict, 1) != 1 || !verdict)
		fail("a process with %zu regions and %zu bytes cannot be made", plan->regions, plan->bytes);
	close(ready[0]);
	return child;
}

pid_t subject_with_regions(size_t regions)
{
	return start(&(struct plan){ .regions = regions });
}

pid_t subject_with_memory(size_t bytes, enum subject_memory kind)
{
	return start(&(struct plan){ .bytes = bytes, .kind = kind });
}

void subject_end(pid_t subject)
{
	kill(subject, SIGKILL);
	waitpid(subject, NULL, 0);
}

size_t subject_count_regions(pid_t subject)
{
	char path[32], line[8192];
	size_t count = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", subject);
	maps = fopen(path, "r");
	if (!maps)
		fail_errno("%s", path);
	while (fgets(line, sizeof(line), maps))
		count++;
	fclose(maps);
	return count;
}
