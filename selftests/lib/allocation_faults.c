// SPDX-License-Identifier: GPL-2.0
/* Allocations of the module that fail on purpose. */
#define _GNU_SOURCE
#include "allocation_faults.h"

#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_text.h"
#include "module.h"

#define DEBUGFS "/sys/kernel/debug/"
#define SLACK (64UL << 20)	/* before and behind it: loaded anew, it lies elsewhere, but not far away */

/* Settings of both kinds of failures, but for the addresses. */
static const char *const settings[][2] = {
	{ DEBUGFS "failslab/verbose", "0" },
	{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
	{ DEBUGFS "fail_page_alloc/verbose", "0" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
	{ DEBUGFS "fail_page_alloc/min-order", "0" },
};

/* Where the module lies, from /proc/modules: "NAME SIZE USERS BY STATE ADDRESS". */
static bool find_module(uint64_t *start, uint64_t *end)
{
	char name[64];
	uint64_t size;
	FILE *file = fopen("/proc/modules", "re");
	bool found = false;

	while (file && !found &&
	       fscanf(file, "%63s %" SCNu64 " %*s %*s %*s %" SCNx64 "%*[^\n]", name, &size, start) == 3)
		found = !strcmp(name, MODULE_NAME);
	if (file)
		fclose(file);
	if (!found || !*start)
		return false;
	*end = *start + size + SLACK;
	*start -= SLACK;
	return true;
}

/* From what code on a kind of failures happens: `folder` is the kind's. */
static bool set_range(const char *folder, uint64_t start, uint64_t end)
{
	char path[128], from[24], to[24];

	snprintf(from, sizeof(from), "0x%" PRIx64, start);
	snprintf(to, sizeof(to), "0x%" PRIx64, end);
	snprintf(path, sizeof(path), "%s/require-start", folder);
	if (file_write(path, from))
		return false;
	snprintf(path, sizeof(path), "%s/require-end", folder);
	if (file_write(path, to))
		return false;
	snprintf(path, sizeof(path), "%s/stacktrace-depth", folder);
	return !file_write(path, "32");
}

/* What a task's fail-nth counts is failures of every kind, as of copies from user space: only allocations are meant. */
static bool leave_out_other_kinds(void)
{
	glob_t kinds;
	bool done = true;
	size_t i;

	if (glob(DEBUGFS "fail*", 0, NULL, &kinds))
		return false;
	for (i = 0; i < kinds.gl_pathc; i++) {
		const char *kind = kinds.gl_pathv[i] + strlen(DEBUGFS);

		if (strcmp(kind, "failslab") && strcmp(kind, "fail_page_alloc"))
			done = set_range(kinds.gl_pathv[i], 1, 1) && done;
	}
	globfree(&kinds);
	return done;
}

const char *allocation_faults_set(struct allocation_faults *faults)
{
	const char *missing = "fault injection (CONFIG_FAILSLAB and others; the debug kernel has it)";
	uint64_t start, end;
	size_t i;

	faults->nth = -1;
	if (!find_module(&start, &end))
		return "the module, loaded";
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (file_write(settings[i][0], settings[i][1]))
			return missing;
	if (!set_range(DEBUGFS "failslab", start, end) || !set_range(DEBUGFS "fail_page_alloc", start, end) ||
	    !leave_out_other_kinds())
		return missing;
	return NULL;
}

void allocation_faults_close(struct allocation_faults *faults)
{
	if (faults->nth >= 0)
		close(faults->nth);
	faults->nth = -1;
}

bool allocation_faults_of(struct allocation_faults *faults, pid_t task)
{
	char path[64] = "/proc/thread-self/fail-nth";

	if (task)
		snprintf(path, sizeof(path), "/proc/%d/fail-nth", task);
	allocation_faults_close(faults);
	faults->nth = open(path, O_RDWR | O_CLOEXEC);
	return faults->nth >= 0;
}

bool allocation_faults_arm(struct allocation_faults *faults, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(faults->nth, text, length, 0) == length;
}

bool allocation_faults_disarm(struct allocation_faults *faults)
{
	char text[16] = "";
	ssize_t got = pread(faults->nth, text, sizeof(text) - 1, 0);

	allocation_faults_arm(faults, 0);
	return got > 0 && strtoul(text, NULL, 10) == 0;
}
