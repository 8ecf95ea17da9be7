// SPDX-License-Identifier: GPL-2.0
/* A line on stderr about work that takes long. */
#include "progress.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define QUIET_NS	2000000000ull
#define STEP_NS		200000000ull

static const char *work;
static uint64_t due;			/* when to tell next */
static bool shown;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

void progress_begin(const char *what)
{
	work = isatty(STDERR_FILENO) ? what : NULL;
	due = work ? now_ns() + QUIET_NS : 0;
}

void progress_tell(size_t items, void *unused)
{
	uint64_t now;

	(void)unused;
	if (!work)
		return;
	now = now_ns();
	if (now < due)
		return;
	due = now + STEP_NS;
	shown = true;
	fprintf(stderr, "\r%s: %zu ", work, items);
}

void progress_end(void)
{
	if (shown)
		fprintf(stderr, "\r\033[K");
	shown = false;
	work = NULL;
}
