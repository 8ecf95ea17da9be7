// SPDX-License-Identifier: GPL-2.0
/*
 * The module is loaded and unloaded over and over, and in each state a batch of each kind is run. Peer is the batch
 * without the module just after the one with it.
 */
#define _GNU_SOURCE
#include "fork_cost.h"

#include <libgen.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "module.h"
#include "timing.h"

#define ROUNDS		31
#define KINDS		3

extern char **environ;

static char program_path[PATH_MAX];

static pid_t start_by_spawn(void)
{
	char *const arguments[] = { program_path, NULL };
	pid_t child;
	int error = posix_spawn(&child, program_path, NULL, NULL, arguments, environ);

	if (error)
		fail("%s: cannot be started (%d)", program_path, error);
	return child;
}

static pid_t start_by_fork(void)
{
	pid_t child = fork();

	if (child < 0)
		fail_errno("fork");
	if (child)
		return child;
	execl(program_path, program_path, (char *)NULL);
	_exit(127);
}

static pid_t start_bare(void)
{
	pid_t child = fork();

	if (child < 0)
		fail_errno("fork");
	if (child)
		return child;
	_exit(0);
}

/* A way to make and end a process, and how many make a batch of a fifth of a second or so. */
static const struct kind {
	const char *name;
	double target;
	unsigned int batch;
	pid_t (*start)(void);
} kinds[KINDS] = {
	{ "vfork + exec + exit + wait (posix_spawn)", 1.03, 200, start_by_spawn },
	{ "fork + exec + exit + wait", 1.03, 200, start_by_fork },
	{ "fork + exit + wait", 1.08, 500, start_bare },
};

/* Nanoseconds for one process. */
static double run_batch(const struct kind *kind)
{
	double start = now_ns();
	unsigned int i;
	int status;

	for (i = 0; i < kind->batch; i++) {
		pid_t child = kind->start();

		if (waitpid(child, &status, 0) != child || status)
			fail("%s: a child ended with status %#x", kind->name, (unsigned int)status);
	}
	return (now_ns() - start) / kind->batch;
}

static void run_kinds(double *ret_us)
{
	unsigned int i;

	for (i = 0; i < KINDS; i++)
		ret_us[i] = run_batch(&kinds[i]) / 1000;
}

/* exit-only lies beside this program. */
static void find_program(void)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		fail_errno("/proc/self/exe");
	self[length] = '\0';
	if ((size_t)snprintf(program_path, PATH_MAX, "%s/exit-only", dirname(self)) >= PATH_MAX)
		fail("the path of exit-only is too long");
}

void bench_fork(void)
{
	struct measure *measures[KINDS];
	double with[KINDS], without[KINDS];
	unsigned int i, round;

	find_program();
	for (i = 0; i < KINDS; i++) {
		measures[i] = measure_new("P10", kinds[i].name, "module not loaded", "us", kinds[i].target);
		snprintf(measures[i]->size, sizeof(measures[i]->size), "batches of %u processes", kinds[i].batch);
	}
	run_kinds(without);
	for (round = 0; round < ROUNDS; round++) {
		module_insert("vminspect");
		run_kinds(with);
		module_remove("vminspect");
		run_kinds(without);
		for (i = 0; i < KINDS; i++)
			measure_add(measures[i], with[i], without[i]);
	}
}
