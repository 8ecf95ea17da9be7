// SPDX-License-Identifier: GPL-2.0
/*
 * vminspectd (from PATH) reads the module once a second, with a hundred processes watched at one second; what it has
 * used of a processor by its own account in /proc/PID/stat, and its resident memory, against what it may take.
 */
#define _GNU_SOURCE
#include "daemon_cost.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/file_text.h"
#include "../lib/watch.h"
#include "measure.h"
#include "subject.h"
#include "timing.h"

#define PROCESSES	100
#define PROCESS_BYTES	(1UL << 20)
#define WARM_UP_SECONDS	5
#define RUN_SECONDS	15
#define RUNS		3
#define CPU_PERCENT	1.0
#define MEMORY_MIB	32.0

static pid_t start_daemon(void)
{
	pid_t child = fork();

	if (child < 0)
		fail_errno("fork");
	if (child)
		return child;
	execlp("vminspectd", "vminspectd", "--interval", "1", "--socket", "none", "--config", "/dev/null",
	       (char *)NULL);
	_exit(127);
}

static void end_daemon(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || status)
		fail("vminspectd has ended with status %x", status);
}

/* User and system time, in seconds: fields 14 and 15, counted behind the name. */
static double cpu_seconds(pid_t pid)
{
	unsigned long user = 0, system = 0;
	struct file_text text;
	const char *rest;

	if (file_text_read_proc(pid, "stat", &text))
		fail("vminspectd has gone");
	rest = strrchr(text.bytes, ')');
	if (!rest || sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
		fail("/proc/%d/stat is not as it was", pid);
	file_text_free(&text);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double resident_mib(pid_t pid)
{
	unsigned long kib = 0;
	struct file_text text;
	const char *line;

	if (file_text_read_proc(pid, "status", &text))
		fail("vminspectd has gone");
	line = strstr(text.bytes, "\nVmHWM:");
	if (!line || sscanf(line, "\nVmHWM: %lu", &kib) != 1)
		fail("/proc/%d/status is not as it was", pid);
	file_text_free(&text);
	return (double)kib / 1024;
}

static void measure_runs(pid_t daemon)
{
	struct measure *cpu = measure_new("DAEMON", "vminspectd, of a CPU", "the bound of 1 %", "%", 1.0);
	struct measure *memory = measure_new("DAEMON", "vminspectd, resident at most", "the bound of 32 MiB", "MiB",
					     1.0);
	unsigned int i;

	snprintf(cpu->size, sizeof(cpu->size), "%d processes watched at 1 s", PROCESSES);
	snprintf(memory->size, sizeof(memory->size), "%d processes watched at 1 s", PROCESSES);
	sleep(WARM_UP_SECONDS);
	for (i = 0; i < RUNS; i++) {
		double before = cpu_seconds(daemon), start = now_ns();

		sleep(RUN_SECONDS);
		measure_add(cpu, 100 * (cpu_seconds(daemon) - before) / ((now_ns() - start) / 1e9), CPU_PERCENT);
		measure_add(memory, resident_mib(daemon), MEMORY_MIB);
	}
}

void bench_daemon(void)
{
	pid_t processes[PROCESSES], daemon;
	unsigned int i;

	for (i = 0; i < PROCESSES; i++)
		processes[i] = subject_with_memory(PROCESS_BYTES, SUBJECT_ANONYMOUS);
	if (watch_start(getpid(), "tree=descendants period=1s budget=100%"))
		fail("the processes cannot be watched");
	daemon = start_daemon();
	measure_runs(daemon);
	end_daemon(daemon);
	watch_stop(getpid());
	for (i = 0; i < PROCESSES; i++)
		subject_end(processes[i]);
}
