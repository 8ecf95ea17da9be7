/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layouts: ways for a process to map memory, each of exactly known content. The builder of a layout runs in a
 * worker, makes the mapping and claims what its regions must show by construction.
 */
#ifndef SELFTESTS_LAYOUT_H
#define SELFTESTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knob.h"
#include "shadow.h"
#include "swap.h"
#include "worker.h"

#define LAYOUT_MAX_CLAIMS 24

/* As many regions as this are held in a list, more in a tree (AVL_MIN_MAP_COUNT of Linux 2.4). */
#define INDEX_LIST_MAX 32

enum layout_status {
	LAYOUT_READY = 1,
	LAYOUT_MISSING,			/* the machine lacks what `message` names: a skip */
	LAYOUT_FAILED,			/* it has it, and yet the layout could not be made: a failure */
};

struct layout_claim {
	uint64_t address;		/* in the region meant */
	uint64_t value;
	uint32_t key;			/* enum shadow_key */
	uint32_t at_least;		/* value is a lower bound */
};

struct layout_report {
	uint32_t status;		/* enum layout_status */
	uint32_t claim_count;
	uint32_t smaps_is_wrong;	/* this kernel's smaps leaves out pages that pagemap has */
	char message[160];
	struct layout_claim claims[LAYOUT_MAX_CLAIMS];
};

/* What has to be set up before the worker starts. */
#define LAYOUT_NEEDS_SWAP 0x1		/* zram swap */
#define LAYOUT_NEEDS_HUGETLB 0x2	/* a few free huge pages of 2 MiB */
#define LAYOUT_NEEDS_HUGETLB_1G 0x4
#define LAYOUT_NEEDS_THP 0x8		/* THP enabled, shmem THP by advice */
#define LAYOUT_NEEDS_KSM 0x10		/* ksmd running */
#define LAYOUT_NEEDS_MAP_COUNT 0x20	/* max_map_count above 65,530 */
#define LAYOUT_NEEDS_NUMA 0x40		/* numa_balancing on, two nodes */
#define LAYOUT_NEEDS_FOLIOS_64K 0x80	/* for all anonymous memory (fates only) */

typedef void (*layout_fn)(struct layout_report *report);

/* name, needs: one line a layout. The builder of X is layout_X(). */
#define LAYOUTS(X) \
	X(plain, 0) \
	X(touched_read_and_untouched, 0) \
	X(zero_page_reads, 0) \
	X(madvise_dontneed, 0) \
	X(madvise_free, 0) \
	X(prot_none, 0) \
	X(read_only_again, 0) \
	X(execute_only, 0) \
	X(many_regions, LAYOUT_NEEDS_MAP_COUNT) \
	X(heap, 0) \
	X(stack_grown, 0) \
	X(grows_down, 0) \
	X(mremap_moved, 0) \
	X(mremap_dontunmap, 0) \
	X(vdso_moved, 0) \
	X(mlocked, 0) \
	X(address_extremes, 0) \
	X(address_above_47_bits, 0) \
	X(fork_shared, 0) \
	X(guard_pages, 0) \
	X(hwpoisoned, 0) \
	X(ksm_merged, LAYOUT_NEEDS_KSM) \
	X(numa_protnone, LAYOUT_NEEDS_NUMA) \
	X(numa_protnone_huge, LAYOUT_NEEDS_NUMA | LAYOUT_NEEDS_THP) \
	X(uffd_missing, 0) \
	X(uffd_wp_anon, 0) \
	X(uffd_wp_shmem_markers, 0) \
	X(uffd_wp_shmem_swapped, LAYOUT_NEEDS_SWAP) \
	X(file_private_cow, 0) \
	X(file_shared_dirty, 0) \
	X(file_sparse, 0) \
	X(file_truncated, 0) \
	X(file_deleted, 0) \
	X(file_odd_names, 0) \
	X(file_longest_path, 0) \
	X(file_lazily_unmounted, 0) \
	X(file_ext4, 0) \
	X(memfd_sealed, 0) \
	X(sysv_shm, 0) \
	X(dev_zero_private, 0) \
	X(dev_zero_shared, 0) \
	X(anon_shared, 0) \
	X(secretmem, 0) \
	X(pci_bar, 0) \
	X(dev_mem, 0) \
	X(perf_ring, 0) \
	X(packet_ring, 0) \
	X(io_uring_ring, 0) \
	X(aio_ring, 0) \
	X(hugetlb_private, LAYOUT_NEEDS_HUGETLB) \
	X(hugetlb_forked, LAYOUT_NEEDS_HUGETLB) \
	X(hugetlb_memfd, LAYOUT_NEEDS_HUGETLB) \
	X(hugetlb_shared_tables, LAYOUT_NEEDS_HUGETLB) \
	X(hugetlb_sysv_shm, LAYOUT_NEEDS_HUGETLB) \
	X(hugetlb_1g, LAYOUT_NEEDS_HUGETLB_1G) \
	X(hugetlb_1g_shared, LAYOUT_NEEDS_HUGETLB_1G) \
	X(thp_anon, LAYOUT_NEEDS_THP) \
	X(thp_anon_forked, LAYOUT_NEEDS_THP) \
	X(thp_anon_prot_none, LAYOUT_NEEDS_THP) \
	X(thp_anon_split_by_mprotect, LAYOUT_NEEDS_THP) \
	X(thp_anon_split_by_munmap, LAYOUT_NEEDS_THP) \
	X(thp_anon_split_by_dontneed, LAYOUT_NEEDS_THP) \
	X(thp_zero_page, LAYOUT_NEEDS_THP) \
	X(thp_shmem, LAYOUT_NEEDS_THP) \
	X(thp_file, LAYOUT_NEEDS_THP) \
	X(swapped_anon, LAYOUT_NEEDS_SWAP) \
	X(swapped_anon_forked, LAYOUT_NEEDS_SWAP) \
	X(swapped_shmem, LAYOUT_NEEDS_SWAP) \
	X(swapped_shmem_windows, LAYOUT_NEEDS_SWAP) \
	X(swapped_shmem_private, LAYOUT_NEEDS_SWAP) \
	X(swapped_thp, LAYOUT_NEEDS_SWAP | LAYOUT_NEEDS_THP)

#define LAYOUT_DECLARE(name, needs) void layout_##name(struct layout_report *report);
LAYOUTS(LAYOUT_DECLARE)
#undef LAYOUT_DECLARE

/* A layout set up in a worker that has stopped. */
struct layout_stage {
	struct worker worker;
	struct layout_report report;
	struct knobs knobs;
	struct swap swap;
};

/*
 * Makes what is needed, runs the builder in a worker, waits until it has stopped. Status and message say how it went.
 */
void layout_stage_set(struct layout_stage *stage, layout_fn build, uint32_t needs);

/* Ends the worker and puts everything back. */
void layout_stage_clear(struct layout_stage *stage);

/*
 * For builders.
 */

/* Ends the building with a status; a message of printf's kind. */
void __attribute__((format(printf, 2, 3))) layout_missing(struct layout_report *report, const char *format, ...);
void __attribute__((format(printf, 2, 3))) layout_failed(struct layout_report *report, const char *format, ...);

/* The region at this address must show exactly (or at least) this. */
void layout_claim(struct layout_report *report, const void *address, enum shadow_key key, uint64_t value);
void layout_claim_at_least(struct layout_report *report, const void *address, enum shadow_key key, uint64_t value);

/* A free stretch of the address space of that many pages, aligned to 2^shift bytes, with free space on both sides. */
char *layout_free_space(size_t pages, unsigned int shift);

/* Private anonymous memory there, without huge pages; reports the failure and returns NULL when there is none. */
char *layout_anon(struct layout_report *report, size_t pages);

/* Maps a file at a free place; reports the failure and returns NULL. */
char *layout_map_file(struct layout_report *report, int fd, size_t pages, int protection, int flags);

/*
 * A new file of `pages` pages, the first `filled` of which have contents, in the working directory of an empty ramfs
 * that only this process sees; -1 after the failure was reported.
 */
int layout_scratch_file(struct layout_report *report, const char *name, size_t pages, size_t filled);

/* Likewise in an ext4 of 32 MiB: what can be written back and reclaimed. */
int layout_ext4_file(struct layout_report *report, const char *name, size_t pages, size_t filled);

/* Writes one word of each page, a different one in each; reads one byte of each. */
void layout_write(char *start, size_t pages);
void layout_read(const char *start, size_t pages);

/* Forks a partner that runs `part` and then waits until the layout ends; false when that fails. */
bool layout_fork_partner(void (*part)(void *argument), void *argument);

#endif /* SELFTESTS_LAYOUT_H */
