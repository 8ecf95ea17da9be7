// SPDX-License-Identifier: GPL-2.0
/* What a test provokes on purpose, told to run.sh. */
#define _GNU_SOURCE
#include "announce.h"

#include <stdio.h>

#include "file_text.h"

static void announce(const char *what, const char *text)
{
	char line[160];

	snprintf(line, sizeof(line), "<6>vminspect-selftest: %s: %s", what, text);
	file_write("/dev/kmsg", line);
}

void announce_error(const char *text)
{
	announce("expect", text);
}

void announce_trace(const char *text)
{
	announce("expect trace after", text);
}
