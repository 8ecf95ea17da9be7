/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A flat map to hold the page-table view against: plain arrays of entries, no tree.
 *
 * Of the 512 indices of each table only the four in table_model_index exist, so an entry of any level has a small
 * number: its path from the top, two bits a level. The entries of the table below entry `n` are 4n to 4n + 3.
 */
#ifndef VMI_TESTS_TABLE_MODEL_H
#define VMI_TESTS_TABLE_MODEL_H

#include "table_view.h"

#define TABLE_MODEL_MAX 1024		/* entries at level 1 with five levels: 4^5 */

/* Neighbours within a table (0, 1, 2) and, across tables, 511 and the next table's 0. */
extern const u32 table_model_index[4];

struct table_model {
	u32 levels;
	u64 entry[VMI_MAX_LEVELS + 1][TABLE_MODEL_MAX];		/* by level and number */
	bool table[VMI_MAX_LEVELS + 1][TABLE_MODEL_MAX];	/* by level and number of the entry above; top: 0 */
};

/* Entries at a level. */
u32 table_model_count(const struct table_model *model, u32 level);

/* First byte that an entry maps. */
u64 table_model_address(const struct table_model *model, u32 level, u32 number);

/* Stores one entry, as vmi_table_view_set() is to do. */
void table_model_set(struct table_model *model, u32 level, u32 number, u64 entry);

/* What vmi_table_view_lookup() must say of an address that entry `number` of level 1 maps. */
void table_model_lookup(const struct table_model *model, u32 number, struct vmi_table_path *ret);

/* All runs in order, at most `limit`; returns how many. */
u32 table_model_runs(const struct table_model *model, struct vmi_table_run *ret, u32 limit);

/* Tables in all. */
u64 table_model_tables(const struct table_model *model);

/* Takes a census as a walk does, telling it of tables and entries in rising address order. */
void table_model_walk(const struct table_model *model, struct vmi_table_census *ret);

#endif /* VMI_TESTS_TABLE_MODEL_H */
