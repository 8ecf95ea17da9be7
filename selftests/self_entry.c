// SPDX-License-Identifier: GPL-2.0
/*
 * self_entry [FILE]: a program that looks, first thing, whether it has its own entry in /proc/vminspect with its own
 * regions in it. Exits with 0 when it has, else with 1; writes "ok" or "no" to FILE as well, for those that nobody
 * waits for.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file_text.h"
#include "lib/maps.h"
#include "lib/shadow.h"

/* The pid that the mounted /proc knows us by: not that of a namespace we may be in. */
static pid_t own_pid(void)
{
	char link[32] = "";

	return readlink("/proc/self", link, sizeof(link) - 1) > 0 ? atoi(link) : -1;
}

static bool shows_this_program(const struct shadow *shadow)
{
	char path[PATH_MAX] = "";
	size_t i, length;

	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return false;
	for (i = 0; i < shadow->count; i++) {
		const char *name = map_line_name(&shadow->regions[i].line, &length);

		if (length == strlen(path) && !memcmp(name, path, length))
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct shadow shadow;
	bool found = !shadow_read(own_pid(), &shadow) && shows_this_program(&shadow);
	FILE *result = argc > 1 ? fopen(argv[1], "w") : NULL;

	if (result) {
		fputs(found ? "ok" : "no", result);
		fclose(result);
	}
	return !found;
}
