// SPDX-License-Identifier: GPL-2.0
/*
 * vmi-bench KERNEL MODULE-FOLDER JSON: makes all measures, in a guest, as root. The first argument is the name of the
 * kernel line for the report; vminspect.ko and vminspect_bench.ko are in MODULE-FOLDER and not loaded.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fork_cost.h"
#include "hold_times.h"
#include "in_kernel.h"
#include "measure.h"
#include "module.h"
#include "whole_read.h"

/* The program next to this one. */
static void find_neighbour(const char *name, char *ret, size_t size)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		fail_errno("/proc/self/exe");
	self[length] = '\0';
	if ((size_t)snprintf(ret, size, "%s/%s", dirname(self), name) >= size)
		fail("the path of %s is too long", name);
}

static void say(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
}

int main(int argc, char **argv)
{
	char module[PATH_MAX], bench_module[PATH_MAX], program[PATH_MAX];

	if (argc != 4)
		fail("usage: vmi-bench KERNEL MODULE-FOLDER JSON");
	snprintf(module, sizeof(module), "%s/vminspect.ko", argv[2]);
	snprintf(bench_module, sizeof(bench_module), "%s/vminspect_bench.ko", argv[2]);
	find_neighbour("exit-only", program, sizeof(program));
	say("processes made and ended (P10)");
	bench_fork(module, program);
	module_insert(module);
	say("whole reads (P1, P2)");
	bench_region_read();
	bench_page_read();
	say("holds of the mmap lock");
	bench_holds();
	module_insert(bench_module);
	say("look-ups (P5)");
	bench_find();
	say("page-table walks (P11)");
	bench_walk();
	module_remove("vminspect_bench");
	module_remove("vminspect");
	measure_print_table(argv[1]);
	measure_write_json(argv[3], argv[1]);
	return 0;
}
