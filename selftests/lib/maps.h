/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Oracle: the lines of /proc/PID/maps.
 */
#ifndef SELFTESTS_MAPS_H
#define SELFTESTS_MAPS_H

#include <stdbool.h>

#include "file_text.h"

struct map_line {
	const char *text;		/* into the file's text; no newline, no NUL at the end */
	size_t length;
	uint64_t start;			/* bytes, half-open [start, end) */
	uint64_t end;
};

struct map_list {
	struct file_text text;
	struct map_line *lines;
	size_t count;
};

/* True when a line begins as a line of maps does: with a digit of a lower-case hex number. */
bool map_line_begins(const char *text);

/* Fills `ret` from a line that ends at `end` (newline excluded); false when it has no address range. */
bool map_line_parse(const char *text, const char *end, struct map_line *ret);

/* The path or [name] of the line, an empty string's place when it has none; length in `ret_length`. */
const char *map_line_name(const struct map_line *line, size_t *ret_length);

/* Same bytes? */
bool map_line_equal(const struct map_line *a, const struct map_line *b);

/* The index of the line with that name exactly, or -1. */
long map_list_find_name(const struct map_list *list, const char *name);

/* Reads /proc/PID/maps, or the maps file at a path; 0 or a negative errno. */
int map_list_read(pid_t pid, struct map_list *ret);
int map_list_read_path(const char *path, struct map_list *ret);
void map_list_free(struct map_list *list);

#endif /* SELFTESTS_MAPS_H */
