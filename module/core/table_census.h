/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A count of page-table pages and of their use, kept while a walk goes by in rising address order; and what the
 * same address space would cost with other numbers of levels.
 *
 * The census keeps no tables, only the place of the last one seen at each level, so it takes no memory and
 * cannot fail. The mirror that does keep them is table_view.h.
 */
#ifndef VMI_CORE_TABLE_CENSUS_H
#define VMI_CORE_TABLE_CENSUS_H

#include "x86_entry.h"

struct vmi_level_census {
	u64 tables;			/* table pages of this level */
	u64 used;			/* entries that are not empty: tables below, leaves, swap entries, markers */
	u64 leaves;			/* of used: present entries that map a page of this level's size */
};

struct vmi_table_census {
	u32 levels;			/* 4 or 5 */
	struct vmi_level_census level[VMI_MAX_LEVELS + 1];	/* by level number; [0] unused */
	u64 last_table[VMI_MAX_LEVELS + 1];	/* address >> span of the last table seen at the level, plus one */
};

/* Starts a census with the one top table that every address space has. */
void vmi_table_census_init(struct vmi_table_census *census, u32 levels);

/*
 * Says that the walk reached the table of `level` that covers `address`; a table already counted, being the last
 * one reached at its level, is not counted again. Tables must be told from the top down and in rising address
 * order. A new one counts as a used entry of the level above.
 */
void vmi_table_census_table(struct vmi_table_census *census, u32 level, u64 address);

/*
 * Adds non-empty entries of a table of `level` that point to no table (those are counted with the table they point
 * to): `used` in all, of them `leaves` present leaves.
 */
void vmi_table_census_entries(struct vmi_table_census *census, u32 level, u64 used, u64 leaves);

/* Bytes in all tables below the top. With 5 levels, P4D tables are among them (mm_pgtables_bytes() leaves them out). */
u64 vmi_table_census_bytes(const struct vmi_table_census *census);

/*
 * Table bytes of the same mappings with 1 to 5 levels; ret[0] is unused, ret[k] the cost with k levels. The lower
 * tables stay as they are (4 KiB, 512 entries each); the top one is flat over the bits of the address that are
 * left: 48-bit addresses for up to 4 levels (1: 2^36 entries = 512 GiB), 57-bit ones for 5. Huge leaves are
 * counted as the level-1 tables (and level-2 ones) that would have to stand in their place only where k has no
 * level to hold them: with 1 level everything is in the flat table.
 */
void vmi_table_census_cost(const struct vmi_table_census *census, u64 ret[VMI_MAX_LEVELS + 1]);

#endif /* VMI_CORE_TABLE_CENSUS_H */
