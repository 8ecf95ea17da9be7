/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page-table walk: reads the live x86 tables of one VMA and hands copies of their entries to a sink.
 *
 * What makes it safe on all supported kernels (the mmap read lock alone does not, since page tables of a live VMA
 * may be retracted without it from 6.6 on, and empty ones freed from 6.14 on):
 *  - only ranges inside a VMA found in this very hold of the mmap lock are walked: tables of a VMA that munmap()
 *    has already detached are freed under the same read lock;
 *  - each upper entry is read once, by READ_ONCE(), and only descended into when present, no leaf and not bad;
 *  - a PTE table is read under RCU and its own lock, after checking that the PMD entry still points to it;
 *  - huge leaves are read under the lock of their table; shared hugetlb tables with the mapping's i_mmap_rwsem held,
 *    which keeps huge_pmd_unshare() away.
 * Nothing is allocated, formatted or written while a page-table lock is held.
 */
#ifndef VMI_MM_TABLE_WALK_H
#define VMI_MM_TABLE_WALK_H

#include <linux/mm.h>

#include "core/x86_entry.h"
#include "mm/leaf_runs.h"

struct vmi_target;

/* Some leaf entries of one table, in address order. */
struct vmi_leaf_batch {
	u64 start;			/* address that the first entry maps */
	u32 level;			/* 1 PTE, 2 PMD, 3 PUD */
	u32 count;			/* entries, empty ones included */
	u32 used;			/* of them not empty */
	u32 present;			/* of them present */
	u32 run_count;
	u32 partly_shared;		/* pages of a huge leaf mapped elsewhere too, when not all are */
	const u64 *entries;		/* raw copies; NULL: the sink knew them */
	const struct vmi_leaf_run *runs;	/* without the empty entries */
};

/* Leaf entries of one table as a sink sees them while the table's lock is held. */
struct vmi_locked_leaves {
	u64 start;			/* address that the first entry maps */
	u32 level;			/* 1 PTE, 2 PMD, 3 PUD */
	u32 count;			/* entries, empty ones included; 1 for a huge leaf */
	const u64 *entries;		/* raw copies */
	unsigned long *live;		/* the entries themselves: only mm/accessed_bit.h may write there, one bit */
	const struct vmi_leaf_context *context;
};

/* All but known() and inspect() are called with the mmap lock held and no page-table lock: they must not sleep long. */
struct vmi_walk_sink {
	/*
	 * Asked of each PTE table under its lock, before its entries are copied: true when the sink knows them, and
	 * there is nothing to copy or to inspect; leaves() is told all the same, without entries. NULL: never.
	 */
	bool (*known)(struct vmi_walk_sink *sink, u64 start, const unsigned long *live, u32 count);
	/*
	 * What to do while the page-table lock keeps the frames mapped: no sleeping, no allocation, no formatting. NULL
	 * to have runs made (vmi_pte_runs()); a sink that has its own way gets leaves() without runs and counts.
	 */
	void (*inspect)(struct vmi_walk_sink *sink, const struct vmi_locked_leaves *leaves);
	/*
	 * The walk reached a table of `level` (below the top) that covers `address` and fills the frame of that number;
	 * may be told repeatedly.
	 */
	void (*table)(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame);
	/* Leaf entries were copied. Ranges without a table are not told. */
	void (*leaves)(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch);
	/* Set by a callback to end the walk before the next table, as when the hold has become too long. */
	bool stop;
};

struct vmi_table_walk {
	struct vmi_target *target;
	struct vmi_walk_sink *sink;
	struct vmi_leaf_context context;	/* of the VMA being walked */
	pmd_t *pmd_table;		/* table found last, valid for pmd_span and this hold only; NULL = none */
	unsigned long pmd_span;		/* address >> PUD_SHIFT */
	bool wait_for_mapping;		/* the last hold ended because a shared mapping's lock was taken */
	u64 entries[VMI_TABLE_ENTRIES];
	struct vmi_leaf_run runs[VMI_TABLE_ENTRIES];
};

/* NULL when there is no memory. The walk may be used for any number of VMAs of the target. May sleep. */
struct vmi_table_walk *vmi_table_walk_create(struct vmi_target *target, struct vmi_walk_sink *sink);
void vmi_table_walk_destroy(struct vmi_table_walk *walk);

/* To be called at the start of each hold: forgets what was only valid in the last one. */
void vmi_table_walk_begin_hold(struct vmi_table_walk *walk);

/*
 * Walks [start, vma->vm_end) of a VMA, or less when the hold should end, which can be at `start`. Returns the address
 * reached.
 * Lock: the target's mmap lock, taken by vmi_target_hold(); vma found in this hold.
 */
unsigned long vmi_table_walk_vma(struct vmi_table_walk *walk, struct vm_area_struct *vma, unsigned long start);

/* The same of [start, end) of it; end is the VMA's, or a multiple of PMD_SIZE. */
unsigned long vmi_table_walk_part(struct vmi_table_walk *walk, struct vm_area_struct *vma, unsigned long start,
				  unsigned long end);

/* True when PMD tables may be other processes' too; the mapping's i_mmap_rwsem keeps those that are, nothing else. */
static inline bool vmi_has_shared_tables(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_HUGETLB | VM_MAYSHARE)) == (VM_HUGETLB | VM_MAYSHARE);
}

/* 4, or 5 where the CPU and the kernel use LA57. */
u32 vmi_table_levels(void);

#endif /* VMI_MM_TABLE_WALK_H */
