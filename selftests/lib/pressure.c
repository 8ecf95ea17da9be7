// SPDX-License-Identifier: GPL-2.0
/*
 * A hot set and a cold rest under memory pressure.
 */
#define _GNU_SOURCE
#include "pressure.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "layout.h"
#include "numa.h"
#include "pagemap.h"
#include "random.h"

#define SWAP_MEBIBYTES 256
#define REST_MICROSECONDS 2000
#define ROUND_SECONDS 20		/* that a round may take, at most */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static long major_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_majflt;
}

static void touch(const struct pressure_load *load, size_t page)
{
	(*(volatile uint64_t *)(load->area + page * PAGE_BYTES))++;
}

/* Translations are dropped as an address-space switch would, or the processor would use hot pages without a trace. */
static void do_round(const struct pressure_load *load, uint64_t *random)
{
	unsigned int i;
	size_t page;

	worker_drop_translations();
	for (page = 0; page < load->pages; page += load->hot_every)
		touch(load, page);
	for (i = 0; i < load->cold_a_round; i++)
		touch(load, random_below(random, load->pages));
	usleep(REST_MICROSECONDS);
}

static void do_rounds(struct pressure_load *load)
{
	uint64_t random = 1;
	long faults = major_faults();
	double begun = now();

	for (load->done = 0; !load->stop && (!load->rounds || load->done < load->rounds); load->done++)
		do_round(load, &random);
	load->seconds = now() - begun;
	load->major_faults = major_faults() - faults;
}

/*
 * It is moved into its cgroup while it has stopped for the first time. Zones are audited apart: were its pages on two
 * nodes, hot ones would gather where it runs, and the cold ones be nearly all that the other node has.
 */
static void work(int tell, void *argument)
{
	struct pressure_load *load = *(struct pressure_load **)argument;
	struct layout_report report = { 0 };

	numa_bind_to_first_node();
	worker_tell(tell, "", 1);
	worker_stop();
	load->area = layout_anon(&report, load->pages);
	if (!load->area)
		_exit(1);
	layout_write(load->area, load->pages);
	worker_stop();
	do_rounds(load);
	worker_stop();
}

const char *pressure_set(struct pressure *pressure)
{
	const char *missing;

	memset(pressure, 0, sizeof(*pressure));
	pressure->swap.device = -1;
	pressure->load = mmap(NULL, sizeof(*pressure->load), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pressure->load == MAP_FAILED)
		return "memory to share";
	missing = cgroup_create(&pressure->cgroup, "pressure");
	return missing ? missing : swap_start(&pressure->swap, SWAP_MEBIBYTES);
}

void pressure_clear(struct pressure *pressure)
{
	pressure_end(pressure);
	cgroup_remove(&pressure->cgroup);
	swap_end(&pressure->swap);
	munmap(pressure->load, sizeof(*pressure->load));
}

bool pressure_start(struct pressure *pressure, const struct pressure_load *load)
{
	char ready;

	*pressure->load = *load;
	return !cgroup_set(&pressure->cgroup, "memory.max", "max") &&
	       worker_start(&pressure->worker, work, &pressure->load) &&
	       worker_await(&pressure->worker, &ready, sizeof(ready)) &&
	       !cgroup_enter(&pressure->cgroup, pressure->worker.pid) && worker_step(&pressure->worker);
}

void pressure_go(struct pressure *pressure)
{
	kill(pressure->worker.pid, SIGCONT);
}

bool pressure_await(struct pressure *pressure)
{
	return worker_wait_stop(pressure->worker.pid);
}

void pressure_end(struct pressure *pressure)
{
	worker_end(&pressure->worker);
}

/* Until the worker has touched all of its hot set again, however little time the machine gives it. */
static void await_whole_round(const struct pressure *pressure)
{
	uint64_t wanted = pressure->load->done + 2;	/* the one that is under way does not count */
	int tries;

	for (tries = ROUND_SECONDS * 1000; tries > 0 && pressure->load->done < wanted; tries--)
		usleep(1000);
}

int pressure_squeeze(struct pressure *pressure, uint64_t bytes, uint64_t step, unsigned int rest_ms)
{
	uint64_t limit = cgroup_number(&pressure->cgroup, "memory.current");
	uint64_t end = limit - bytes;
	int error = 0;

	while (!error && limit > end) {
		limit -= step < limit - end ? step : limit - end;
		error = cgroup_set_bytes(&pressure->cgroup, "memory.max", limit);
		usleep(rest_ms * 1000);
		if (rest_ms)
			await_whole_round(pressure);
	}
	return error;
}
