// SPDX-License-Identifier: GPL-2.0
/*
 * workload NAME: a process with one of the layouts of lib/layout.h, for a person or a script to look at. Prints
 * "ready PID", and what the layout claims of itself, and waits until its standard input ends.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/layout.h"

static const struct {
	const char *name;
	layout_fn build;
	uint32_t needs;
} workloads[] = {
#define ENTRY(name, needs) { #name, layout_##name, needs },
	LAYOUTS(ENTRY)
#undef ENTRY
};

#define WORKLOADS (sizeof(workloads) / sizeof(workloads[0]))

static int usage(void)
{
	size_t i;

	fprintf(stderr, "usage: workload NAME\nnames:\n");
	for (i = 0; i < WORKLOADS; i++)
		fprintf(stderr, "  %s\n", workloads[i].name);
	return 2;
}

static void print_claims(const struct layout_report *report)
{
	uint32_t i;

	for (i = 0; i < report->claim_count; i++)
		printf("%llx %s%s%llu\n", (unsigned long long)report->claims[i].address,
		       shadow_key_name(report->claims[i].key), report->claims[i].at_least ? ">=" : "=",
		       (unsigned long long)report->claims[i].value);
}

static int show(size_t which)
{
	struct layout_stage stage;
	char rest[64];
	int status = 0;

	layout_stage_set(&stage, workloads[which].build, workloads[which].needs);
	if (stage.report.status == LAYOUT_READY) {
		printf("ready %d\n", (int)stage.worker.pid);
		print_claims(&stage.report);
		fflush(stdout);
		while (read(STDIN_FILENO, rest, sizeof(rest)) > 0)
			;
	} else {
		fprintf(stderr, "workload: %s\n", stage.report.message);
		status = 1;
	}
	layout_stage_clear(&stage);
	return status;
}

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 && i < WORKLOADS; i++)
		if (!strcmp(argv[1], workloads[i].name))
			return show(i);
	return usage();
}
