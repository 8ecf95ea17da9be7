/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Oracle: /proc/PID/pagemap, one 64-bit word a page.
 */
#ifndef SELFTESTS_PAGEMAP_H
#define SELFTESTS_PAGEMAP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE_BYTES 4096ULL

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_SWAP (1ULL << 62)	/* any entry that is neither present nor empty: also migration and markers */
#define PAGEMAP_FILE (1ULL << 61)	/* file page or shared anonymous */
#define PAGEMAP_UFFD_WP (1ULL << 57)
#define PAGEMAP_EXCLUSIVE (1ULL << 56)	/* mapped once */
#define PAGEMAP_FRAME_MASK ((1ULL << 55) - 1)

struct pagemap_counts {
	uint64_t present;
	uint64_t swap;
	uint64_t exclusive;
};

/* Opens the file of a process; a descriptor or a negative errno. */
int pagemap_open(pid_t pid);

/* Reads `count` words, the first for the page of `address`; 0 or a negative errno. */
int pagemap_read(int fd, uint64_t address, uint64_t *words, size_t count);

/* Counts the pages of [start, end); 0 or a negative errno. */
int pagemap_count(int fd, uint64_t start, uint64_t end, struct pagemap_counts *ret);

/* The calling process's word for the page at `address`; 0 when it cannot be read. */
uint64_t pagemap_own(const void *address);

/* Pages of the calling process in [start, start + pages) whose word has all of `bits`. */
size_t pagemap_own_count(const void *start, size_t pages, uint64_t bits);

#endif /* SELFTESTS_PAGEMAP_H */
