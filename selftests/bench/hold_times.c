// SPDX-License-Identifier: GPL-2.0
/*
 * Each single hold of the mmap lock, seen from outside by the kernel's own tracepoints (mmap_lock:*), for our file and
 * for smaps alike. The subject does nothing meanwhile, so the holds are the reader's. The reader's own address space
 * is locked too, by page faults: a system call that is known to lock it tells which one it is.
 */
#define _GNU_SOURCE
#include "hold_times.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "measure.h"
#include "subject.h"
#include "whole_read.h"

#define TRACING		"/sys/kernel/tracing/"
#define SUBJECT_BYTES	(1UL << 30)
#define READS		5		/* a set, so that the 99th percentile is not the maximum */
#define SETS		9
#define MAX_HOLDS	MEASURE_MAX_VALUES
#define LIMIT_US	1000.0

struct hold_set {
	size_t count;
	double us[MAX_HOLDS];
};

static struct hold_set ours, peers;

static void set_tracing(const char *name, const char *value)
{
	char path[128];
	int file;

	snprintf(path, sizeof(path), TRACING "%s", name);
	file = open(path, O_WRONLY | O_TRUNC);
	if (file < 0)
		fail_errno("%s", path);
	if (write(file, value, strlen(value)) < 0)
		fail_errno("%s", path);
	close(file);
}

static void start_tracing(void)
{
	char self[16];

	if (access(TRACING "trace", F_OK) && mount("tracefs", TRACING, "tracefs", 0, NULL))
		fail_errno("tracefs");
	snprintf(self, sizeof(self), "%d", getpid());
	set_tracing("buffer_size_kb", "8192");
	set_tracing("set_event_pid", self);
	set_tracing("events/mmap_lock/mmap_lock_acquire_returned/enable", "1");
	set_tracing("events/mmap_lock/mmap_lock_released/enable", "1");
}

static void stop_tracing(void)
{
	set_tracing("events/mmap_lock/enable", "0");
	set_tracing("set_event_pid", "");
	set_tracing("trace", "");
}

/* Locks our own address space: the first event of the trace is of our own mm. */
static void lock_self(void)
{
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED || munmap(page, 4096))
		fail_errno("mmap");
}

/* One line of the trace. */
struct event {
	char mm[24];
	bool released;
	double us;
};

/* "  task-123 [000] ..... 12.345678: mmap_lock_released: mm=0123 memcg_path= write=false" */
static bool parse_event(const char *line, struct event *ret)
{
	const char *name = strstr(line, ": mmap_lock_");
	const char *stamp = name;
	double seconds;

	if (!name || sscanf(name, ": mmap_lock_%*[a-z_]: mm=%23[0-9a-fx]", ret->mm) != 1)
		return false;
	while (stamp > line && stamp[-1] != ' ')
		stamp--;
	if (sscanf(stamp, "%lf", &seconds) != 1)
		return false;
	ret->released = !strncmp(name + 2, "mmap_lock_released", strlen("mmap_lock_released"));
	ret->us = seconds * 1e6;
	return true;
}

/* Adds the holds in the trace of any mm but that of its first event. */
static void add_holds(struct hold_set *set)
{
	FILE *trace = fopen(TRACING "trace", "r");
	char line[512], self[24] = "";
	double since = -1;
	struct event event;

	if (!trace)
		fail_errno("the trace");
	while (fgets(line, sizeof(line), trace)) {
		if (line[0] == '#' || !parse_event(line, &event))
			continue;
		if (!self[0])
			snprintf(self, sizeof(self), "%s", event.mm);
		if (!strcmp(self, event.mm))
			continue;
		if (event.released && since >= 0) {
			if (set->count == MAX_HOLDS)
				fail("more than %d holds of the mmap lock", MAX_HOLDS);
			set->us[set->count++] = event.us - since;
		}
		since = event.released ? -1 : event.us;
	}
	fclose(trace);
}

static void trace_reads(pid_t subject, double (*read_ns)(pid_t), struct hold_set *set)
{
	unsigned int i;

	set->count = 0;
	for (i = 0; i < READS; i++) {
		set_tracing("trace", "");
		set_tracing("tracing_on", "1");
		lock_self();
		read_ns(subject);
		set_tracing("tracing_on", "0");
		add_holds(set);
	}
	if (!set->count)
		fail("no hold of the mmap lock was seen");
}

static struct measure *new_hold_measure(const char *name, const char *peer, double target)
{
	struct measure *measure = measure_new("HOLD", name, peer, "us", target);

	snprintf(measure->size, sizeof(measure->size), "1 GiB anonymous, 4 KiB pages, %d reads a run", READS);
	return measure;
}

void bench_holds(void)
{
	struct measure *p99 = new_hold_measure("mmap lock, one hold, 99th percentile", "the bound of 1 ms", 1.0);
	struct measure *max = new_hold_measure("mmap lock, one hold, longest", "the bound of 1 ms", 1.0);
	struct measure *peer = new_hold_measure("mmap lock, one hold, longest", "/proc/PID/smaps", 0);
	pid_t subject = subject_with_memory(SUBJECT_BYTES, SUBJECT_ANONYMOUS);
	unsigned int i;

	start_tracing();
	for (i = 0; i < SETS; i++) {
		trace_reads(subject, whole_read_ours_ns, &ours);
		trace_reads(subject, whole_read_smaps_ns, &peers);
		measure_add(p99, quantile(ours.us, ours.count, 0.99), LIMIT_US);
		measure_add(max, quantile(ours.us, ours.count, 1), LIMIT_US);
		measure_add(peer, quantile(ours.us, ours.count, 1), quantile(peers.us, peers.count, 1));
	}
	stop_tracing();
	subject_end(subject);
}
