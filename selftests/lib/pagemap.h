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

/* An open file with the part of it that was read last: many small regions in a row cost one read. */
struct pagemap;

/* Opens the file of a process, or of the calling one when pid is 0; NULL when it cannot be read. */
struct pagemap *pagemap_open(pid_t pid);
void pagemap_close(struct pagemap *pagemap);

/* The word of the page at `address`, in `ret`; false when there is none. Words do not change once they were read. */
bool pagemap_word(struct pagemap *pagemap, uint64_t address, uint64_t *ret);

/* Counts the pages of [start, end); 0 or -ENODATA. */
int pagemap_count(struct pagemap *pagemap, uint64_t start, uint64_t end, struct pagemap_counts *ret);

/* The calling process's word for the page at `address`; 0 when it cannot be read. */
uint64_t pagemap_own(const void *address);

/* Pages of the calling process in [start, start + pages) whose word has all of `bits`. */
size_t pagemap_own_count(const void *start, size_t pages, uint64_t bits);

/* Likewise, those that belong to a folio of several pages. */
size_t pagemap_own_large(const void *start, size_t pages);

#endif /* SELFTESTS_PAGEMAP_H */
