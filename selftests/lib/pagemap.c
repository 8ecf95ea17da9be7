// SPDX-License-Identifier: GPL-2.0
/*
 * Oracle: /proc/PID/pagemap.
 */
#define _GNU_SOURCE
#include "pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpageflags.h"

#define WORDS_AT_ONCE 4096

struct pagemap {
	int fd;
	uint64_t first;			/* number of the page of words[0] */
	size_t count;			/* words that are valid */
	uint64_t words[WORDS_AT_ONCE];
};

struct pagemap *pagemap_open(pid_t pid)
{
	struct pagemap *pagemap = calloc(1, sizeof(*pagemap));
	char path[64];

	if (!pagemap)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)(pid ? pid : getpid()));
	pagemap->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (pagemap->fd >= 0)
		return pagemap;
	free(pagemap);
	return NULL;
}

void pagemap_close(struct pagemap *pagemap)
{
	if (!pagemap)
		return;
	close(pagemap->fd);
	free(pagemap);
}

static bool within(const struct pagemap *pagemap, uint64_t page)
{
	return page >= pagemap->first && page - pagemap->first < pagemap->count;
}

bool pagemap_word(struct pagemap *pagemap, uint64_t address, uint64_t *ret)
{
	uint64_t page = address / PAGE_BYTES;
	ssize_t got;

	if (!within(pagemap, page)) {
		got = pread(pagemap->fd, pagemap->words, sizeof(pagemap->words), page * sizeof(*pagemap->words));
		pagemap->first = page;
		pagemap->count = got > 0 ? got / sizeof(*pagemap->words) : 0;
	}
	if (!within(pagemap, page))
		return false;
	*ret = pagemap->words[page - pagemap->first];
	return true;
}

static void count_word(uint64_t word, struct pagemap_counts *counts)
{
	counts->present += !!(word & PAGEMAP_PRESENT);
	counts->swap += !!(word & PAGEMAP_SWAP);
	counts->exclusive += !!(word & PAGEMAP_EXCLUSIVE);
}

int pagemap_count(struct pagemap *pagemap, uint64_t start, uint64_t end, struct pagemap_counts *ret)
{
	uint64_t word;

	memset(ret, 0, sizeof(*ret));
	for (; start < end; start += PAGE_BYTES) {
		if (!pagemap_word(pagemap, start, &word))
			return -ENODATA;
		count_word(word, ret);
	}
	return 0;
}

size_t pagemap_own_count(const void *start, size_t pages, uint64_t bits)
{
	struct pagemap *pagemap = pagemap_open(0);
	size_t count = 0;
	uint64_t word;

	for (; pagemap && pages; pages--, start = (const char *)start + PAGE_BYTES)
		if (pagemap_word(pagemap, (uintptr_t)start, &word) && (word & bits) == bits)
			count++;
	pagemap_close(pagemap);
	return count;
}

uint64_t pagemap_own(const void *address)
{
	struct pagemap *pagemap = pagemap_open(0);
	uint64_t word = 0;

	if (!pagemap || !pagemap_word(pagemap, (uintptr_t)address, &word))
		word = 0;
	pagemap_close(pagemap);
	return word;
}

size_t pagemap_own_large(const void *start, size_t pages)
{
	int kpageflags = kpageflags_open();
	size_t i, found = 0;

	for (i = 0; kpageflags >= 0 && i < pages; i++) {
		uint64_t word = pagemap_own((const char *)start + i * PAGE_BYTES);

		if (word & PAGEMAP_PRESENT &&
		    kpageflags_word(kpageflags, word & PAGEMAP_FRAME_MASK) & KPF_COMPOUND)
			found++;
	}
	if (kpageflags >= 0)
		close(kpageflags);
	return found;
}
