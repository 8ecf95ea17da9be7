// SPDX-License-Identifier: GPL-2.0
/*
 * The module is loaded and unloaded over and over, and in each state a batch of each kind is run. Peer is the batch
 * without the module just after the one with it. A batch's figure is the median of its processes, which a machine
 * that is busy with something else disturbs least; nothing of what the module does for a process is left for later.
 * Parents and children are kept on one CPU: where a scheduler puts a child makes more of a difference than the module.
 */
#define _GNU_SOURCE
#include "fork_cost.h"

#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "module.h"
#include "timing.h"

#define ROUNDS		25
#define MAX_BATCH	200
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

/* A way to make and end a process, and how many make a batch. */
static const struct kind {
	const char *name;
	double target;
	unsigned int batch;
	pid_t (*start)(void);
} kinds[KINDS] = {
	{ "vfork + exec + exit + wait (posix_spawn)", 1.03, 60, start_by_spawn },
	{ "fork + exec + exit + wait", 1.03, 60, start_by_fork },
	{ "fork + exit + wait", 1.08, MAX_BATCH, start_bare },
};

static double run_one(const struct kind *kind)
{
	double start = now_ns();
	pid_t child = kind->start();
	int status;

	if (waitpid(child, &status, 0) != child || status)
		fail("%s: a child ended with status %#x", kind->name, (unsigned int)status);
	return now_ns() - start;
}

static double run_batch(const struct kind *kind)
{
	double ns[MAX_BATCH];
	unsigned int i;

	for (i = 0; i < kind->batch; i++)
		ns[i] = run_one(kind);
	return quantile(ns, kind->batch, 0.5);
}

static void run_kinds(double *ret_us)
{
	unsigned int i;

	for (i = 0; i < KINDS; i++)
		ret_us[i] = run_batch(&kinds[i]) / 1000;
}

static void stay_on_one_cpu(cpu_set_t *ret_before)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_getaffinity(0, sizeof(*ret_before), ret_before) || sched_setaffinity(0, sizeof(first), &first))
		fail_errno("CPU affinity");
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
	cpu_set_t before;

	find_program();
	stay_on_one_cpu(&before);
	for (i = 0; i < KINDS; i++) {
		measures[i] = measure_new("P10", kinds[i].name, "module not loaded", "us", kinds[i].target);
		snprintf(measures[i]->size, sizeof(measures[i]->size), "batches of %u processes, on one CPU",
			 kinds[i].batch);
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
	sched_setaffinity(0, sizeof(before), &before);
}
