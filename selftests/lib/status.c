// SPDX-License-Identifier: GPL-2.0
/*
 * Oracle: /proc/PID/status and /proc/PID/stat.
 */
#define _GNU_SOURCE
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_text.h"

#define PF_KTHREAD 0x00200000
#define POLL_MICROSECONDS 2000

long status_number(pid_t pid, const char *name)
{
	char path[64], key[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	snprintf(key, sizeof(key), "\n%s:", name);
	return file_number_after(path, key);
}

/* State and flags are the 3rd and 9th field; the 2nd, the name, is in brackets and may hold blanks. */
static bool read_stat(pid_t pid, char *state, unsigned long *flags)
{
	struct file_text text;
	char *after;
	bool found;

	if (file_text_read_proc(pid, "stat", &text))
		return false;
	after = strrchr(text.bytes, ')');
	found = after && sscanf(after + 1, " %c %*d %*d %*d %*d %*d %lu", state, flags) == 2;
	file_text_free(&text);
	return found;
}

char status_state(pid_t pid)
{
	unsigned long flags;
	char state;

	return read_stat(pid, &state, &flags) ? state : 0;
}

bool status_is_kernel_thread(pid_t pid)
{
	unsigned long flags;
	char state;

	return read_stat(pid, &state, &flags) && (flags & PF_KTHREAD);
}

bool status_wait_state(pid_t pid, char state, int seconds)
{
	long tries = seconds * (1000000L / POLL_MICROSECONDS);

	for (; tries > 0; tries--) {
		if (status_state(pid) == state)
			return true;
		usleep(POLL_MICROSECONDS);
	}
	return false;
}
