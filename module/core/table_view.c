// SPDX-License-Identifier: GPL-2.0
/*
 * The page-table mirror: a radix tree of 512-entry tables.
 *
 * A table has a mirror below an entry only while that entry points to a table. Whoever writes an entry that does
 * not (a huge page came, the table went) thereby drops the mirrors below it.
 */
#include "table_view.h"

struct vmi_table {
	u64 entry[VMI_TABLE_ENTRIES];	/* as read */
	struct vmi_table *child[];	/* VMI_TABLE_ENTRIES mirrors of the tables below; none at level 1 */
};

static u32 entry_index(u64 address, u32 level)
{
	return (address >> vmi_level_shift(level)) % VMI_TABLE_ENTRIES;
}

/* The first byte that the entry at `index` of a table of `level` maps, the table beginning at `base`. */
static u64 entry_address(u64 base, u32 level, u32 index)
{
	return base + ((u64)index << vmi_level_shift(level));
}

static bool in_reach(const struct vmi_table_view *view, u64 address)
{
	return !(address >> vmi_level_shift(view->levels + 1));
}

static struct vmi_table *make_table(u32 level)
{
	size_t children = level > 1 ? VMI_TABLE_ENTRIES * sizeof(struct vmi_table *) : 0;

	return vmi_zalloc_array(1, sizeof(struct vmi_table) + children);
}

static void link_child(struct vmi_table *table, u32 level, u64 address, struct vmi_table *child)
{
	u32 index = entry_index(address, level);

	table->child[index] = child;
	if (!vmi_entry_table(table->entry[index], level))
		table->entry[index] = VMI_X86_PRESENT;
}

/* Frees a table and all below it and returns how many they were. */
static u64 free_tables(struct vmi_table *table, u32 level)
{
	u64 freed = 1;
	u32 i;

	if (!table)
		return 0;
	for (i = 0; level > 1 && i < VMI_TABLE_ENTRIES; i++)
		freed += free_tables(table->child[i], level - 1);
	vmi_free(table);
	return freed;
}

/* One new table at each level from `bottom` to `top`, each linked to the one below; returns the highest. */
static struct vmi_table *make_chain(u32 bottom, u32 top, u64 address)
{
	struct vmi_table *below = NULL;
	u32 level;

	for (level = bottom; level <= top; level++) {
		struct vmi_table *table = make_table(level);

		if (!table) {
			free_tables(below, level - 1);
			return NULL;
		}
		if (below)
			link_child(table, level, address, below);
		below = table;
	}
	return below;
}

void vmi_table_view_init(struct vmi_table_view *view, u32 levels, u64 table_limit)
{
	view->levels = levels;
	view->top = NULL;
	view->table_count = 0;
	view->table_limit = table_limit;
}

void vmi_table_view_deinit(struct vmi_table_view *view)
{
	free_tables(view->top, view->levels);
	view->top = NULL;
	view->table_count = 0;
}

/* The lowest mirrored table over `address`, not below `level`; its own level in *found, NULL without any. */
static struct vmi_table *lowest_table(const struct vmi_table_view *view, u32 level, u64 address, u32 *found)
{
	struct vmi_table *table = view->top;

	*found = view->levels;
	while (table && *found > level) {
		struct vmi_table *child = table->child[entry_index(address, *found)];

		if (!child)
			break;
		table = child;
		--*found;
	}
	return table;
}

/* Makes the missing tables over `address` down to `level`: all of them, or none when they would be too many. */
static int add_tables(struct vmi_table_view *view, u32 level, u64 address)
{
	u32 have;
	struct vmi_table *parent = lowest_table(view, level, address, &have);
	u32 top = parent ? have - 1 : have;
	u32 missing = top + 1 - level;
	struct vmi_table *chain;

	if (!missing)
		return 0;
	if (view->table_limit && view->table_count + missing > view->table_limit)
		return -ENOSPC;
	chain = make_chain(level, top, address);
	if (!chain)
		return -ENOMEM;
	if (parent)
		link_child(parent, have, address, chain);
	else
		view->top = chain;
	view->table_count += missing;
	return 0;
}

static void store_entry(struct vmi_table_view *view, struct vmi_table *table, u32 level, u32 index, u64 entry)
{
	table->entry[index] = entry;
	if (level > 1 && table->child[index] && !vmi_entry_table(entry, level)) {
		view->table_count -= free_tables(table->child[index], level - 1);
		table->child[index] = NULL;
	}
}

int vmi_table_view_set(struct vmi_table_view *view, u32 level, u64 address, const u64 *entries, u32 count)
{
	struct vmi_table *table;
	u32 found, i;
	int ret;

	if (!level || level > view->levels || !in_reach(view, address))
		return -EINVAL;
	if (count > VMI_TABLE_ENTRIES - entry_index(address, level))
		return -EINVAL;
	ret = add_tables(view, level, address);
	if (ret)
		return ret;
	table = lowest_table(view, level, address, &found);
	for (i = 0; i < count; i++)
		store_entry(view, table, level, entry_index(address, level) + i, entries[i]);
	return 0;
}

void vmi_table_view_lookup(const struct vmi_table_view *view, u64 address, struct vmi_table_path *ret)
{
	const struct vmi_table *table = in_reach(view, address) ? view->top : NULL;
	u32 level = view->levels;

	memset(ret, 0, sizeof(*ret));
	ret->leaf_level = level;
	while (table) {
		u32 index = entry_index(address, level);

		ret->leaf_level = level;
		ret->entry[level] = table->entry[index];
		ret->present = vmi_entry_leaf(table->entry[index], level);
		table = level > 1 ? table->child[index] : NULL;
		level--;
	}
}

/* The run that is growing, and whom to tell when it ends. */
struct run_walk {
	struct vmi_table_run run;	/* level 0: none yet */
	vmi_table_run_fn report;
	void *context;
};

static int end_run(struct run_walk *walk)
{
	int ret = walk->run.level ? walk->report(walk->context, &walk->run) : 0;

	walk->run.level = 0;
	return ret;
}

static int add_leaf(struct run_walk *walk, u64 address, u32 level, u64 entry)
{
	struct vmi_table_run *run = &walk->run;
	u64 bits = vmi_entry_bits(entry, level) & ~(VMI_X86_ACCESSED | VMI_X86_DIRTY);
	int ret;

	if (run->level != level || run->end != address || run->bits != bits) {
		ret = end_run(walk);
		if (ret)
			return ret;
		run->start = address;
		run->bits = bits;
		run->level = level;
	}
	run->end = address + (1ULL << vmi_level_shift(level));
	return 0;
}

static int walk_runs(struct run_walk *walk, const struct vmi_table *table, u32 level, u64 base)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < VMI_TABLE_ENTRIES && !ret; i++) {
		u64 address = entry_address(base, level, i);

		if (vmi_entry_leaf(table->entry[i], level))
			ret = add_leaf(walk, address, level, table->entry[i]);
		else if (level > 1 && table->child[i])
			ret = walk_runs(walk, table->child[i], level - 1, address);
	}
	return ret;
}

int vmi_table_view_runs(const struct vmi_table_view *view, vmi_table_run_fn report, void *context)
{
	struct run_walk walk = { .report = report, .context = context };
	int ret = view->top ? walk_runs(&walk, view->top, view->levels, 0) : 0;

	return ret ? ret : end_run(&walk);
}

static void take_census(struct vmi_table_census *census, const struct vmi_table *table, u32 level, u64 base)
{
	u64 used = 0;
	u64 leaves = 0;
	u32 i;

	vmi_table_census_table(census, level, base);
	for (i = 0; i < VMI_TABLE_ENTRIES; i++) {
		if (level > 1 && table->child[i]) {
			take_census(census, table->child[i], level - 1, entry_address(base, level, i));
		} else if (table->entry[i]) {
			used++;
			leaves += vmi_entry_leaf(table->entry[i], level);
		}
	}
	vmi_table_census_entries(census, level, used, leaves);
}

void vmi_table_view_census(const struct vmi_table_view *view, struct vmi_table_census *ret)
{
	vmi_table_census_init(ret, view->levels);
	if (view->top)
		take_census(ret, view->top, view->levels, 0);
}
