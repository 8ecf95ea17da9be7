/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Oracle: /proc/kpageflags, one 64-bit word a frame.
 */
#ifndef SELFTESTS_KPAGEFLAGS_H
#define SELFTESTS_KPAGEFLAGS_H

#include <stdbool.h>
#include <stdint.h>

/* Documentation/admin-guide/mm/pagemap.rst */
#define KPF_LRU (1ULL << 5)
#define KPF_ACTIVE (1ULL << 6)
#define KPF_COMPOUND ((1ULL << 15) | (1ULL << 16))	/* its head, its tails */
#define KPF_UNEVICTABLE (1ULL << 18)
#define KPF_HWPOISON (1ULL << 19)
#define KPF_ZERO_PAGE (1ULL << 24)

/* A descriptor, or a negative errno; to be closed with close(). */
int kpageflags_open(void);

/* The word of a frame; 0 when there is none. */
uint64_t kpageflags_word(int kpageflags, uint64_t frame);

/* True when one of `count` frames from `first` on has one of the flags. */
bool kpageflags_any(int kpageflags, uint64_t first, uint64_t count, uint64_t flags);

#endif /* SELFTESTS_KPAGEFLAGS_H */
