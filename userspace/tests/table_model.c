// SPDX-License-Identifier: GPL-2.0
/* The flat map of page-table entries; what a leaf and a table are is written out here anew. */
#include "table_model.h"

const u32 table_model_index[4] = { 0, 1, 2, 511 };

u32 table_model_count(const struct table_model *model, u32 level)
{
	return 1 << 2 * (model->levels - level + 1);
}

static u64 entry_span(u32 level)
{
	return 4096ULL << 9 * (level - 1);
}

u64 table_model_address(const struct table_model *model, u32 level, u32 number)
{
	u64 address = 0;

	for (; level <= model->levels; level++, number /= 4)
		address += table_model_index[number % 4] * entry_span(level);
	return address;
}

static bool is_leaf(u64 entry, u32 level)
{
	if (level == 1)
		return entry & (1 << 0 | 1 << 8);
	return level <= 3 && (entry & 1 << 7);
}

static bool is_table(u64 entry, u32 level)
{
	return level > 1 && !is_leaf(entry, level) && (entry & 1);
}

static void forget_below(struct table_model *model, u32 level, u32 number)
{
	u32 i;

	if (level == 1 || !model->table[level - 1][number])
		return;
	model->table[level - 1][number] = false;
	for (i = 4 * number; i < 4 * number + 4; i++) {
		forget_below(model, level - 1, i);
		model->entry[level - 1][i] = 0;
	}
}

void table_model_set(struct table_model *model, u32 level, u32 number, u64 entry)
{
	u32 above = number;
	u32 l;

	for (l = level; l < model->levels; l++) {
		above /= 4;
		if (!model->table[l][above] && !is_table(model->entry[l + 1][above], l + 1))
			model->entry[l + 1][above] = 1;
		model->table[l][above] = true;
	}
	model->table[model->levels][0] = true;
	model->entry[level][number] = entry;
	if (!is_table(entry, level))
		forget_below(model, level, number);
}

void table_model_lookup(const struct table_model *model, u32 number, struct vmi_table_path *ret)
{
	u32 level;

	memset(ret, 0, sizeof(*ret));
	ret->leaf_level = model->levels;
	for (level = model->levels; level >= 1; level--) {
		u32 here = number >> 2 * (level - 1);

		if (!model->table[level][here / 4])
			break;
		ret->leaf_level = level;
		ret->entry[level] = model->entry[level][here];
		ret->present = is_leaf(ret->entry[level], level);
	}
}

struct run_list {
	struct vmi_table_run *run;
	u32 count;
	u32 limit;
};

static void list_leaf(struct run_list *list, const struct vmi_table_run *leaf)
{
	struct vmi_table_run *last = list->count ? &list->run[list->count - 1] : NULL;

	if (last && last->end == leaf->start && last->level == leaf->level && last->bits == leaf->bits)
		last->end = leaf->end;
	else if (list->count < list->limit)
		list->run[list->count++] = *leaf;
}

static void list_leaves(const struct table_model *model, u32 level, u32 first, struct run_list *list)
{
	u32 i;

	for (i = first; i < first + 4; i++) {
		u64 entry = model->entry[level][i];
		u64 start = table_model_address(model, level, i);
		u64 frame_bits = (1ULL << 52) - entry_span(level);
		struct vmi_table_run leaf = { start, start + entry_span(level), entry & ~frame_bits & ~0x60ULL, level };

		if (is_leaf(entry, level))
			list_leaf(list, &leaf);
		else if (level > 1 && model->table[level - 1][i])
			list_leaves(model, level - 1, 4 * i, list);
	}
}

u32 table_model_runs(const struct table_model *model, struct vmi_table_run *ret, u32 limit)
{
	struct run_list list = { .run = ret, .limit = limit };

	list_leaves(model, model->levels, 0, &list);
	return list.count;
}

u64 table_model_tables(const struct table_model *model)
{
	u64 tables = 0;
	u32 level, i;

	for (level = 1; level <= model->levels; level++)
		for (i = 0; i < TABLE_MODEL_MAX; i++)
			tables += model->table[level][i];
	return tables;
}

static void walk_table(const struct table_model *model, u32 level, u32 first, struct vmi_table_census *census)
{
	u32 i;

	for (i = first; i < first + 4; i++) {
		if (level > 1 && model->table[level - 1][i]) {
			vmi_table_census_table(census, level - 1, table_model_address(model, level, i));
			walk_table(model, level - 1, 4 * i, census);
		} else if (model->entry[level][i]) {
			vmi_table_census_entries(census, level, 1, is_leaf(model->entry[level][i], level));
		}
	}
}

void table_model_walk(const struct table_model *model, struct vmi_table_census *ret)
{
	vmi_table_census_init(ret, model->levels);
	walk_table(model, model->levels, 0, ret);
}
