// SPDX-License-Identifier: GPL-2.0
/*
 * Oracle: /proc/PID/pagemap.
 */
#define _GNU_SOURCE
#include "pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORDS_AT_ONCE 4096

int pagemap_open(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int pagemap_read(int fd, uint64_t address, uint64_t *words, size_t count)
{
	off_t offset = address / PAGE_BYTES * sizeof(*words);
	ssize_t got = pread(fd, words, count * sizeof(*words), offset);

	if (got < 0)
		return -errno;
	return got == (ssize_t)(count * sizeof(*words)) ? 0 : -ENODATA;
}

static void count_word(uint64_t word, struct pagemap_counts *counts)
{
	counts->present += !!(word & PAGEMAP_PRESENT);
	counts->swap += !!(word & PAGEMAP_SWAP);
	counts->exclusive += !!(word & PAGEMAP_EXCLUSIVE);
}

int pagemap_count(int fd, uint64_t start, uint64_t end, struct pagemap_counts *ret)
{
	static uint64_t words[WORDS_AT_ONCE];
	size_t pages, i;
	int error;

	memset(ret, 0, sizeof(*ret));
	for (; start < end; start += pages * PAGE_BYTES) {
		pages = (end - start) / PAGE_BYTES;
		if (pages > WORDS_AT_ONCE)
			pages = WORDS_AT_ONCE;
		error = pagemap_read(fd, start, words, pages);
		if (error)
			return error;
		for (i = 0; i < pages; i++)
			count_word(words[i], ret);
	}
	return 0;
}

size_t pagemap_own_count(const void *start, size_t pages, uint64_t bits)
{
	int fd = pagemap_open(getpid());
	size_t count = 0;
	uint64_t word;

	for (; pages && fd >= 0; pages--, start = (const char *)start + PAGE_BYTES)
		if (!pagemap_read(fd, (uintptr_t)start, &word, 1) && (word & bits) == bits)
			count++;
	if (fd >= 0)
		close(fd);
	return count;
}

uint64_t pagemap_own(const void *address)
{
	int fd = pagemap_open(getpid());
	uint64_t word = 0;

	if (fd < 0)
		return 0;
	if (pagemap_read(fd, (uintptr_t)address, &word, 1))
		word = 0;
	close(fd);
	return word;
}
