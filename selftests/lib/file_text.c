// SPDX-License-Identifier: GPL-2.0
/*
 * Whole files in, small values out.
 */
#define _GNU_SOURCE
#include "file_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_STEP 65536

static int make_room(struct file_text *text, size_t *capacity, size_t step)
{
	size_t wanted = text->length + step + 1;
	char *bytes;

	if (wanted <= *capacity)
		return 0;
	*capacity = wanted > *capacity * 2 ? wanted : *capacity * 2;
	bytes = realloc(text->bytes, *capacity);
	if (!bytes)
		return -ENOMEM;
	text->bytes = bytes;
	return 0;
}

int file_text_read_fd(int fd, size_t step, struct file_text *ret)
{
	size_t capacity = 0;
	ssize_t got;
	int error;

	memset(ret, 0, sizeof(*ret));
	for (;;) {
		error = make_room(ret, &capacity, step);
		if (error)
			break;
		got = read(fd, ret->bytes + ret->length, step);
		if (got <= 0) {
			error = got < 0 ? -errno : 0;
			break;
		}
		ret->length += got;
	}
	if (error)
		file_text_free(ret);
	else
		ret->bytes[ret->length] = '\0';
	return error;
}

int file_text_read(const char *path, struct file_text *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error;

	memset(ret, 0, sizeof(*ret));
	if (fd < 0)
		return -errno;
	error = file_text_read_fd(fd, READ_STEP, ret);
	close(fd);
	return error;
}

int file_text_read_proc(pid_t pid, const char *name, struct file_text *ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return file_text_read(path, ret);
}

void file_text_free(struct file_text *text)
{
	free(text->bytes);
	memset(text, 0, sizeof(*text));
}

int file_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put;
	int error = 0;

	if (fd < 0)
		return -errno;
	put = write(fd, value, strlen(value));
	if (put != (ssize_t)strlen(value))
		error = put < 0 ? -errno : -EIO;
	close(fd);
	return error;
}

long file_number(const char *path, long fallback)
{
	struct file_text text;
	long number;

	if (file_text_read(path, &text))
		return fallback;
	number = strtol(text.bytes, NULL, 10);
	file_text_free(&text);
	return number;
}

long file_number_after(const char *path, const char *line_start)
{
	struct file_text text;
	const char *found;
	long number = -1;

	if (file_text_read(path, &text))
		return -1;
	found = strstr(text.bytes, line_start);
	if (found)
		number = strtol(found + strlen(line_start), NULL, 10);
	file_text_free(&text);
	return number;
}
