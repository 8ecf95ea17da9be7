// SPDX-License-Identifier: GPL-2.0
/* The page-table view driven by bytes, against the flat map of the unit tests; and sets with wild arguments. */
#include "input.h"
#include "table_model.h"
#include "table_view.h"

#define MOST_STEPS 64

/* Eight bits of an entry are of interest to the view; the rest tells neighbours apart. */
static u64 entry_from(struct input *input)
{
	u64 low = input_u8(input);
	u64 high = input_u8(input);

	return low | (high & 0x1f) << 8 | (high >> 5) << 30;
}

static void set_both(struct input *input, struct vmi_table_view *view, struct table_model *model)
{
	u32 level = 1 + input_u8(input) % model->levels;
	u32 number = input_bytes(input, 2) % table_model_count(model, level);
	u64 entry = entry_from(input);

	REQUIRE(!vmi_table_view_set(view, level, table_model_address(model, level, number), &entry, 1));
	table_model_set(model, level, number, entry);
}

static void check_lookup(const struct vmi_table_view *view, const struct table_model *model, u32 number)
{
	struct vmi_table_path path, expected;

	vmi_table_view_lookup(view, table_model_address(model, 1, number), &path);
	table_model_lookup(model, number, &expected);
	REQUIRE(path.leaf_level == expected.leaf_level && path.present == expected.present);
	REQUIRE(!memcmp(path.entry, expected.entry, sizeof(path.entry)));
}

struct expected_runs {
	struct vmi_table_run run[TABLE_MODEL_MAX];
	u32 next;
	u32 count;
};

static int check_run(void *context, const struct vmi_table_run *run)
{
	struct expected_runs *expected = context;
	const struct vmi_table_run *wanted = &expected->run[expected->next++];

	REQUIRE(expected->next <= expected->count);
	REQUIRE(run->start == wanted->start && run->end == wanted->end);
	REQUIRE(run->bits == wanted->bits && run->level == wanted->level);
	return 0;
}

static void check_all(const struct vmi_table_view *view, const struct table_model *model)
{
	static struct expected_runs expected;
	struct vmi_table_census census, walked;
	u32 number;

	for (number = 0; number < table_model_count(model, 1); number++)
		check_lookup(view, model, number);
	expected.next = 0;
	expected.count = table_model_runs(model, expected.run, TABLE_MODEL_MAX);
	REQUIRE(!vmi_table_view_runs(view, check_run, &expected) && expected.next == expected.count);
	vmi_table_view_census(view, &census);
	table_model_walk(model, &walked);
	REQUIRE(!memcmp(census.level, walked.level, sizeof(census.level)));
	REQUIRE(view->table_count == table_model_tables(model));
}

/* Any level, address and count: refused or stored, and a limit on tables is kept. */
static void set_wildly(struct input *input, u32 levels)
{
	static u64 entries[VMI_TABLE_ENTRIES];
	struct vmi_table_view view;
	u32 i;

	vmi_table_view_init(&view, levels, 1 + input_u8(input) % 16);
	for (i = 0; i < MOST_STEPS && input->left; i++) {
		u32 level = input_u8(input) % 8;
		u32 count = input_bytes(input, 2) % (VMI_TABLE_ENTRIES + 1);
		u64 address = input_u64(input) >> input_u8(input) % 64;
		struct vmi_table_path path;
		int ret;

		entries[0] = entry_from(input);
		ret = vmi_table_view_set(&view, level, address, entries, count);
		REQUIRE(ret == 0 || ret == -EINVAL || ret == -ENOSPC);
		REQUIRE(view.table_count <= view.table_limit);
		vmi_table_view_lookup(&view, address, &path);
		REQUIRE(ret || !count || (path.entry[level] == entries[0] && path.leaf_level <= level));
	}
	vmi_table_view_deinit(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct table_model model;
	struct input input = { data, size };
	u8 mode = input_u8(&input);
	struct vmi_table_view view;
	u32 i;

	if (mode & 2) {
		set_wildly(&input, 4 + mode % 2);
		return 0;
	}
	memset(&model, 0, sizeof(model));
	model.levels = 4 + mode % 2;
	vmi_table_view_init(&view, model.levels, 0);
	for (i = 0; i < MOST_STEPS && input.left; i++)
		set_both(&input, &view, &model);
	check_all(&view, &model);
	vmi_table_view_deinit(&view);
	return 0;
}
