/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page-table view: our own radix mirror of one address space's tables, 4 or 5 levels deep, with leaves of
 * 4 KiB, 2 MiB and 1 GiB.
 *
 * Each mirrored table holds the 512 raw entries as they were read; upper tables also point to the mirrors of
 * the tables below. It is filled by the walk and then read; it does no locking.
 */
#ifndef VMI_CORE_TABLE_VIEW_H
#define VMI_CORE_TABLE_VIEW_H

#include "table_census.h"

struct vmi_table;			/* one mirrored table page; private to table_view.c */

struct vmi_table_view {
	u32 levels;			/* 4 or 5 */
	struct vmi_table *top;		/* NULL until something is set */
	u64 table_count;		/* mirrored tables, the top one included */
	u64 table_limit;		/* -ENOSPC rather than more than this many tables; 0 = no limit */
};

void vmi_table_view_init(struct vmi_table_view *view, u32 levels, u64 table_limit);
void vmi_table_view_deinit(struct vmi_table_view *view);

/*
 * Stores `count` entries of one table of `level`, the first being the one for `address`; makes the tables above as
 * needed. Upper tables' entries for which only a lower table is known hold PRESENT. Entries that are 0 clear.
 * -EINVAL when level is not 1..levels, the range leaves the table or address lies beyond the levels' reach;
 * -ENOMEM, -ENOSPC. May sleep.
 */
int vmi_table_view_set(struct vmi_table_view *view, u32 level, u64 address, const u64 *entries, u32 count);

struct vmi_table_path {
	u32 leaf_level;			/* level of the entry where the descent ended */
	bool present;			/* that entry is a present leaf */
	u64 entry[VMI_MAX_LEVELS + 1];	/* by level; those below leaf_level are 0 */
};

/* Follows `address` down to a leaf or an empty or non-present entry. */
void vmi_table_view_lookup(const struct vmi_table_view *view, u64 address, struct vmi_table_path *ret);

/* A run of neighbouring present leaves of one size with equal bits (accessed and dirty not compared). */
struct vmi_table_run {
	u64 start;			/* bytes, half-open [start, end) */
	u64 end;
	u64 bits;			/* vmi_entry_bits() of its leaves, ACCESSED and DIRTY cleared */
	u32 level;			/* 1, 2 or 3 */
};

typedef int (*vmi_table_run_fn)(void *context, const struct vmi_table_run *run);

/* Reports all runs in rising address order; 0, or the first non-zero value that the callback returned. */
int vmi_table_view_runs(const struct vmi_table_view *view, vmi_table_run_fn report, void *context);

/* Counts the mirrored tables; the same figures as a census taken during the walk. */
void vmi_table_view_census(const struct vmi_table_view *view, struct vmi_table_census *ret);

#endif /* VMI_CORE_TABLE_VIEW_H */
