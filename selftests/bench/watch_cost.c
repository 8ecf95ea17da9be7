// SPDX-License-Identifier: GPL-2.0
/*
 * What watching takes and costs. The sampler times itself: a pass looks at each page, clears its accessed bit and tells
 * the shadow, for which a user has smaps (Referenced) and clear_refs today; then the default policy scans its lists,
 * for which there is nothing. The pass is measured against these two, and the period with the scan beside it.
 */
#define _GNU_SOURCE
#include "watch_cost.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/file_text.h"
#include "../lib/watch.h"
#include "measure.h"
#include "subject.h"
#include "timing.h"
#include "toiler.h"
#include "whole_read.h"

#define PAGE		4096UL
#define PASS_BYTES	(1UL << 30)
#define PASS_PAGES	(PASS_BYTES / PAGE)
#define PASS_PAIRS	9
#define IDLE_PASSES	12		/* one of them sees whether untouched pages are what they were */
#define GROWTH_BYTES	(256UL << 20)
#define GROWTH_PAGES	(GROWTH_BYTES / PAGE)
#define GROWTH_MAPS	64		/* of the same memory: 4 M pages */
#define GROWTH_PAIRS	5
#define WORK_BYTES	(256UL << 20)
#define WORK_SECONDS	3.0
#define WORK_PAIRS	9
#define SECONDS		60		/* for a pass to come */
#define TRIES		20

static void watch(pid_t pid, const char *options)
{
	int error = watch_start(pid, options);

	if (error)
		fail("watch %s: error %d", options, error);
}

static void unwatch(pid_t pid)
{
	if (watch_stop(pid))
		fail("a watch has ended by itself");
}

/* What the sampler did, in nanoseconds. */
struct work {
	double pass;			/* without the scan */
	double period;			/* with it */
};

static struct work work_so_far(pid_t pid)
{
	double busy_us = (double)watch_number(pid, "busy_us"), scan_us = (double)watch_number(pid, "scan_us");

	return (struct work){ .pass = 1000 * (busy_us - scan_us), .period = 1000 * busy_us };
}

static struct work mean_since(pid_t pid, const struct work *before, uint64_t passes)
{
	struct work now = work_so_far(pid);

	return (struct work){
		.pass = (now.pass - before->pass) / (double)passes,
		.period = (now.period - before->period) / (double)passes,
	};
}

/* Over a process that rests: the mean of some passes. */
static struct work idle_work(pid_t pid)
{
	struct work before, mean;
	uint64_t passes;

	watch(pid, "mode=exact period=10ms budget=50%");
	if (!watch_wait_passes(pid, 2, SECONDS))
		fail("no pass came");
	passes = watch_number(pid, "passes");
	before = work_so_far(pid);
	if (!watch_wait_passes(pid, IDLE_PASSES, SECONDS))
		fail("no pass came");
	mean = mean_since(pid, &before, watch_number(pid, "passes") - passes);
	unwatch(pid);
	return mean;
}

/* The next pass after a step of the toiler. */
static struct work work_after_step(struct toiler *toiler)
{
	pid_t pid = toiler->worker.pid;
	struct work before;
	int tries;

	for (tries = TRIES; tries; tries--) {
		before = work_so_far(pid);
		if (watch_step_between_passes(&toiler->worker, SECONDS))
			return mean_since(pid, &before, 1);
	}
	fail("no step between two passes");
}

static double peer_pass_ns(pid_t pid)
{
	double start = now_ns();
	char path[48];

	whole_read_smaps_ns(pid);
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", pid);
	if (file_write(path, "1"))
		fail_errno("%s", path);
	return now_ns() - start;
}

/* The same passes twice: as such, and with the scan. */
struct pass_measures {
	struct measure *pass;
	struct measure *period;
};

static struct pass_measures new_pass_measures(const char *pass, const char *period)
{
	static const char peer[] = "reading smaps and writing clear_refs";
	struct pass_measures measures = {
		.pass = measure_new("P6", pass, peer, "ns", 0.1),
		.period = measure_new("P6", period, peer, "ns", 0),
	};

	snprintf(measures.pass->size, sizeof(measures.pass->size), "1 GiB anonymous, 4 KiB pages");
	snprintf(measures.period->size, sizeof(measures.period->size), "1 GiB anonymous, 4 KiB pages");
	return measures;
}

static void add_pair(const struct pass_measures *measures, const struct work *ours, double peer_ns)
{
	measure_add(measures->pass, ours->pass / PASS_PAGES, peer_ns / PASS_PAGES);
	measure_add(measures->period, ours->period / PASS_PAGES, peer_ns / PASS_PAGES);
}

/* Nobody touches the memory: the usual case of most pages. */
static void idle_pass(void)
{
	struct pass_measures measures = new_pass_measures("accessed-bit pass, a page, idle memory",
							  "the same with aging24's scan");
	pid_t subject = subject_with_memory(PASS_BYTES, SUBJECT_ANONYMOUS);
	int i;

	for (i = 0; i < PASS_PAIRS; i++) {
		struct work ours = idle_work(subject);

		add_pair(&measures, &ours, peer_pass_ns(subject));
	}
	subject_end(subject);
}

/* Every page has been touched since the last pass: the worst case. */
static void busy_pass(void)
{
	struct pass_measures measures = new_pass_measures("accessed-bit pass, a page, all touched",
							  "the same with aging24's scan");
	struct toiler toiler;
	int i;

	toiler_start(&toiler, PASS_BYTES, TOILER_PRIVATE);
	watch(toiler.worker.pid, "mode=exact period=1s budget=50%");
	for (i = 0; i < PASS_PAIRS; i++) {
		struct work ours = work_after_step(&toiler);

		toiler_touch_all(&toiler);
		add_pair(&measures, &ours, peer_pass_ns(toiler.worker.pid));
	}
	unwatch(toiler.worker.pid);
	toiler_end(&toiler);
}

static void growth(void)
{
	struct measure *measure = measure_new("P6", "accessed-bit pass, a page of 4 M", "a page of 64 K", "ns", 1.2);
	struct toiler small, large;
	int i;

	snprintf(measure->size, sizeof(measure->size), "256 MiB shmem, mapped %d times and once", GROWTH_MAPS);
	toiler_start(&small, GROWTH_BYTES, 1);
	toiler_start(&large, GROWTH_BYTES, GROWTH_MAPS);
	for (i = 0; i < GROWTH_PAIRS; i++)
		measure_add(measure, idle_work(large.worker.pid).pass / (GROWTH_MAPS * GROWTH_PAGES),
			    idle_work(small.worker.pid).pass / GROWTH_PAGES);
	toiler_end(&small);
	toiler_end(&large);
}

void bench_watch_pass(void)
{
	idle_pass();
	busy_pass();
	growth();
}

/* Everything that the shadow has allocated, mirror and lists included. */
void bench_watch_memory(void)
{
	struct measure *measure = measure_new("P7", "shadow of a frame, default policy", "the bound of 16 bytes",
					      "bytes", 1.0);
	pid_t subject = subject_with_memory(PASS_BYTES, SUBJECT_ANONYMOUS);
	uint64_t bytes, frames;

	snprintf(measure->size, sizeof(measure->size), "1 GiB anonymous, 4 KiB pages");
	watch(subject, "mode=passive period=10ms budget=100%");
	if (!watch_wait_passes(subject, 2, SECONDS))
		fail("no pass came");
	bytes = watch_number(subject, "shadow_bytes");
	frames = watch_number(subject, "frames");
	if (frames < PASS_PAGES || frames > PASS_PAGES * 2)
		fail("%llu frames instead of %lu", (unsigned long long)frames, PASS_PAGES);
	measure_add(measure, (double)bytes / (double)frames, 16);
	unwatch(subject);
	subject_end(subject);
}

/* A process that does nothing but miss caches, by the defaults of a watch. */
void bench_watch_slowdown(void)
{
	struct measure *measure = measure_new("P8", "memory-bound work, watched at 1 s", "not watched", "s", 1.01);
	struct toiler toiler;
	int i;

	snprintf(measure->size, sizeof(measure->size), "random reads of 256 MiB, 4 KiB pages");
	toiler_start(&toiler, WORK_BYTES, TOILER_PRIVATE);
	toiler_calibrate(&toiler, WORK_SECONDS);
	for (i = 0; i < WORK_PAIRS; i++) {
		double ours;

		watch(toiler.worker.pid, "period=1s");
		if (!watch_wait_passes(toiler.worker.pid, 1, SECONDS))
			fail("no pass came");
		ours = toiler_work_seconds(&toiler);
		unwatch(toiler.worker.pid);
		measure_add(measure, ours, toiler_work_seconds(&toiler));
	}
	toiler_end(&toiler);
}
