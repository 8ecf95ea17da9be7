// SPDX-License-Identifier: GPL-2.0
/*
 * vmi-bench KERNEL MODULE-FOLDER JSON [ID...]: makes all measures, or those named, in a guest, as root. KERNEL is the
 * name of the kernel line for the report; vminspect.ko and vminspect_bench.ko are in MODULE-FOLDER and not loaded.
 */
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon_cost.h"
#include "fork_cost.h"
#include "hold_times.h"
#include "in_kernel.h"
#include "measure.h"
#include "module.h"
#include "netlink_read.h"
#include "stall.h"
#include "watch_cost.h"
#include "whole_read.h"

/* What a measure finds loaded. */
enum modules { NO_MODULE, SHADOW_MODULE, BENCH_MODULE };

static const struct bench {
	const char *id;
	enum modules modules;
	void (*run)(void);
} benches[] = {
	{ "P10", NO_MODULE, bench_fork },
	{ "P1", SHADOW_MODULE, bench_region_read },
	{ "P2", SHADOW_MODULE, bench_page_read },
	{ "P3", SHADOW_MODULE, bench_region_list },
	{ "P4", SHADOW_MODULE, bench_page_dump },
	{ "HOLD", SHADOW_MODULE, bench_holds },
	{ "P6", SHADOW_MODULE, bench_watch_pass },
	{ "P7", SHADOW_MODULE, bench_watch_memory },
	{ "P8", SHADOW_MODULE, bench_watch_slowdown },
	{ "P9", SHADOW_MODULE, bench_stall },
	{ "DAEMON", SHADOW_MODULE, bench_daemon },
	{ "P5", BENCH_MODULE, bench_find },
	{ "P11", BENCH_MODULE, bench_walk },
};

#define BENCH_COUNT (sizeof(benches) / sizeof(benches[0]))

static enum modules loaded = NO_MODULE;

static void load(enum modules wanted)
{
	for (; loaded < wanted; loaded++)
		module_insert(loaded == NO_MODULE ? "vminspect" : "vminspect_bench");
	for (; loaded > wanted; loaded--)
		module_remove(loaded == BENCH_MODULE ? "vminspect_bench" : "vminspect");
}

/* All of them, if none is named. */
static bool is_wanted(const char *id, char **ids)
{
	bool none_named = !*ids;

	for (; *ids; ids++)
		if (!strcmp(id, *ids))
			return true;
	return none_named;
}

static void check_ids(char **ids)
{
	size_t i;

	for (; *ids; ids++) {
		for (i = 0; i < BENCH_COUNT && strcmp(benches[i].id, *ids); i++)
			;
		if (i == BENCH_COUNT)
			fail("there is no measure %s", *ids);
	}
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 4)
		fail("usage: vmi-bench KERNEL MODULE-FOLDER JSON [ID...]");
	check_ids(argv + 4);
	module_folder = argv[2];
	for (i = 0; i < BENCH_COUNT; i++) {
		if (!is_wanted(benches[i].id, argv + 4))
			continue;
		fprintf(stderr, "bench: %s\n", benches[i].id);
		load(benches[i].modules);
		benches[i].run();
	}
	load(NO_MODULE);
	measure_print_table(argv[1]);
	measure_write_json(argv[3], argv[1]);
	return 0;
}
