/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A whole file as one block of bytes. Files of /proc have no size, so they are read until they end.
 */
#ifndef SELFTESTS_FILE_TEXT_H
#define SELFTESTS_FILE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct file_text {
	char *bytes;			/* `length` bytes and a NUL after them */
	size_t length;
};

/* Reads the file at `path`; 0 or a negative errno, with `ret` empty. */
int file_text_read(const char *path, struct file_text *ret);

/* Reads an open file from where it stands to its end, `step` bytes a read(); 0 or a negative errno. */
int file_text_read_fd(int fd, size_t step, struct file_text *ret);

/* Reads /proc/PID/NAME. */
int file_text_read_proc(pid_t pid, const char *name, struct file_text *ret);

void file_text_free(struct file_text *text);

/* Writes a string to a file that exists; 0 or a negative errno. */
int file_write(const char *path, const char *value);

/* The number behind `line_start`, which begins with a newline, in a file like meminfo; -1 when there is none. */
long file_number_after(const char *path, const char *line_start);

/* A number at the start of a file; `fallback` when there is no such file. */
long file_number(const char *path, long fallback);

#endif /* SELFTESTS_FILE_TEXT_H */
