// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of the kernel that a test changes and puts back.
 */
#define _GNU_SOURCE
#include "knob.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "file_text.h"

/* Choices are shown as "always [madvise] never": what can be written back is the word in brackets. */
static void chosen_word(const char *shown, char *ret, size_t size)
{
	const char *open = strchr(shown, '[');

	if (open)
		snprintf(ret, size, "%.*s", (int)strcspn(open + 1, "]"), open + 1);
	else
		snprintf(ret, size, "%.*s", (int)strcspn(shown, "\n"), shown);
}

int knob_set(struct knobs *knobs, const char *path, const char *value)
{
	struct file_text shown;
	int error;

	if (knobs->count == KNOBS_MAX)
		return -ENOSPC;
	error = file_text_read(path, &shown);
	if (error)
		return error;
	knobs->changed[knobs->count].path = path;
	chosen_word(shown.bytes, knobs->changed[knobs->count].before, sizeof(knobs->changed[0].before));
	file_text_free(&shown);
	error = file_write(path, value);
	if (!error)
		knobs->count++;
	return error;
}

void knobs_restore(struct knobs *knobs)
{
	while (knobs->count > 0) {
		knobs->count--;
		if (file_write(knobs->changed[knobs->count].path, knobs->changed[knobs->count].before))
			printf("# cannot put back %s\n", knobs->changed[knobs->count].path);
	}
}
