// SPDX-License-Identifier: GPL-2.0
/*
 * Oracle: the lines of /proc/PID/maps.
 */
#include "maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fields before the name: range, permissions, offset, device, inode. */
#define FIELDS_BEFORE_NAME 5

bool map_line_begins(const char *text)
{
	return (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'f');
}

bool map_line_parse(const char *text, const char *end, struct map_line *ret)
{
	char *next;

	ret->text = text;
	ret->length = end - text;
	ret->start = strtoull(text, &next, 16);
	if (next == text || *next != '-')
		return false;
	text = next + 1;
	ret->end = strtoull(text, &next, 16);
	return next != text && *next == ' ' && ret->start < ret->end;
}

const char *map_line_name(const struct map_line *line, size_t *ret_length)
{
	const char *at = line->text;
	const char *end = line->text + line->length;
	int field;

	for (field = 0; field < FIELDS_BEFORE_NAME; field++) {
		while (at < end && *at != ' ')
			at++;
		while (at < end && *at == ' ')
			at++;
	}
	*ret_length = end - at;
	return at;
}

bool map_line_equal(const struct map_line *a, const struct map_line *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

long map_list_find_name(const struct map_list *list, const char *name)
{
	size_t i, length;

	for (i = 0; i < list->count; i++) {
		const char *at = map_line_name(&list->lines[i], &length);

		if (length == strlen(name) && !memcmp(at, name, length))
			return i;
	}
	return -1;
}

static size_t count_newlines(const struct file_text *text)
{
	const char *at = text->bytes;
	size_t count = 0;

	while ((at = memchr(at, '\n', text->bytes + text->length - at))) {
		count++;
		at++;
	}
	return count;
}

int map_list_read_path(const char *path, struct map_list *ret)
{
	const char *at, *end;
	int error;

	memset(ret, 0, sizeof(*ret));
	error = file_text_read(path, &ret->text);
	if (error)
		return error;
	ret->lines = calloc(count_newlines(&ret->text) + 1, sizeof(*ret->lines));
	if (!ret->lines)
		return -ENOMEM;
	for (at = ret->text.bytes; *at; at = end + 1) {
		end = strchr(at, '\n');
		if (!end || !map_line_parse(at, end, &ret->lines[ret->count++]))
			return -EPROTO;
	}
	return 0;
}

int map_list_read(pid_t pid, struct map_list *ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	return map_list_read_path(path, ret);
}

void map_list_free(struct map_list *list)
{
	free(list->lines);
	file_text_free(&list->text);
	memset(list, 0, sizeof(*list));
}
