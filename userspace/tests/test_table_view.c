// SPDX-License-Identifier: GPL-2.0
/* The page-table view against a flat map of entries (table_model.h), with 4 and with 5 levels. */
#include "table_model.h"
#include "table_view.h"
#include "unit.h"

/* An entry of any kind that a level can hold. */
static u64 random_entry(struct rng *rng, u32 level)
{
	static const u64 flags[] = { 0x07, 0x05, 0x27, 0x67, 0x25, 0x8000000000000067, 0x867 };
	u64 frame = rng_below(rng, 1 << 20) << (level > 1 ? 30 : 12);
	u64 bits = flags[rng_below(rng, ARRAY_SIZE(flags))];

	switch (rng_below(rng, 8)) {
	case 0:
		return 0;
	case 1:
		return 0x0400000000000c00 | rng_below(rng, 8) << 59;	/* swap: no bit that means present */
	case 2:
		return (bits & ~1ULL) | (level > 1 ? 0x180 : 0x100) | (~frame & VMI_X86_FRAME_MASK & ~0x3fffffffULL);
	case 3:
	case 4:
		return level > 1 ? bits | frame : 0;			/* a table */
	default:
		return bits | frame | (level > 1 ? 0x80 : 0);		/* a leaf */
	}
}

/* Sets up to three neighbouring entries in both. */
static void set_both(struct rng *rng, struct vmi_table_view *view, struct table_model *model)
{
	/* Low levels more often, or there would be little below. */
	u32 level = 1 + rng_below(rng, rng_once_in(rng, 12) ? model->levels : rng_once_in(rng, 6) ? 2 : 1);
	u32 number = rng_below(rng, table_model_count(model, level));
	u32 most = number % 4 == 3 ? 1 : 3 - number % 4;
	u32 count = 1 + rng_below(rng, most);
	u64 entries[3];
	u32 i;

	for (i = 0; i < count; i++)
		entries[i] = random_entry(rng, level);
	assert_int_equal(vmi_table_view_set(view, level, table_model_address(model, level, number), entries, count), 0);
	for (i = 0; i < count; i++)
		table_model_set(model, level, number + i, entries[i]);
}

static void assert_same_path(const struct vmi_table_view *view, const struct table_model *model, u32 number, u64 offset)
{
	struct vmi_table_path path, expected;
	u32 level;

	vmi_table_view_lookup(view, table_model_address(model, 1, number) + offset, &path);
	table_model_lookup(model, number, &expected);
	assert_int_equal(path.leaf_level, expected.leaf_level);
	assert_int_equal(path.present, expected.present);
	for (level = 0; level <= VMI_MAX_LEVELS; level++)
		assert_int_equal(path.entry[level], expected.entry[level]);
}

struct run_record {
	struct vmi_table_run run[TABLE_MODEL_MAX];
	u32 count;
	u32 stop_after;			/* 0: never */
};

static int record_run(void *context, const struct vmi_table_run *run)
{
	struct run_record *record = context;

	assert_true(record->count < TABLE_MODEL_MAX);
	record->run[record->count++] = *run;
	return record->count == record->stop_after ? -ECANCELED : 0;
}

static void assert_same_runs(const struct vmi_table_view *view, const struct table_model *model)
{
	static struct run_record record;
	static struct vmi_table_run expected[TABLE_MODEL_MAX];
	u32 i;

	record.count = 0;
	record.stop_after = 0;
	assert_int_equal(vmi_table_view_runs(view, record_run, &record), 0);
	assert_int_equal(record.count, table_model_runs(model, expected, TABLE_MODEL_MAX));
	for (i = 0; i < record.count; i++) {
		assert_int_equal(record.run[i].start, expected[i].start);
		assert_int_equal(record.run[i].end, expected[i].end);
		assert_int_equal(record.run[i].bits, expected[i].bits);
		assert_int_equal(record.run[i].level, expected[i].level);
	}
}

static void assert_same_census(const struct vmi_table_view *view, const struct table_model *model)
{
	struct vmi_table_census census, expected;

	vmi_table_view_census(view, &census);
	table_model_walk(model, &expected);
	assert_int_equal(census.levels, expected.levels);
	assert_memory_equal(census.level, expected.level, sizeof(census.level));
}

static void assert_same(const struct vmi_table_view *view, const struct table_model *model)
{
	u32 number;

	assert_int_equal(view->table_count, table_model_tables(model));
	for (number = 0; number < table_model_count(model, 1); number++)
		assert_same_path(view, model, number, number % 4096);
	assert_same_runs(view, model);
	assert_same_census(view, model);
}

static void check_random_sets(u32 levels)
{
	static struct table_model model;
	struct vmi_table_view view;
	struct rng rng;
	u32 i;

	rng_init(&rng);
	memset(&model, 0, sizeof(model));
	model.levels = levels;
	vmi_table_view_init(&view, levels, 0);
	for (i = 0; i < 60000; i++) {
		set_both(&rng, &view, &model);
		assert_same_path(&view, &model, rng_below(&rng, table_model_count(&model, 1)), rng_below(&rng, 4096));
		if (i % 100 == 0)
			assert_same(&view, &model);
	}
	vmi_table_view_deinit(&view);
	assert_int_equal(view.table_count, 0);
	assert_int_equal(alloc_live(), 0);
}

static void random_sets_agree_with_a_flat_map_in_4_levels(void **state)
{
	(void)state;
	check_random_sets(4);
}

static void random_sets_agree_with_a_flat_map_in_5_levels(void **state)
{
	(void)state;
	check_random_sets(5);
}

static void an_empty_view_maps_nothing_and_has_the_top_table_of_every_process(void **state)
{
	struct vmi_table_view view;
	struct vmi_table_census census;
	struct vmi_table_path path;
	struct run_record record = { .count = 0 };

	(void)state;
	vmi_table_view_init(&view, 4, 0);
	vmi_table_view_lookup(&view, 0x1000, &path);
	assert_int_equal(path.leaf_level, 4);
	assert_false(path.present);
	assert_int_equal(vmi_table_view_runs(&view, record_run, &record), 0);
	assert_int_equal(record.count, 0);
	vmi_table_view_census(&view, &census);
	assert_int_equal(census.level[4].tables, 1);
	assert_int_equal(vmi_table_census_bytes(&census), 0);
	vmi_table_view_deinit(&view);
}

static void sets_outside_the_tables_are_refused(void **state)
{
	const u64 entries[VMI_TABLE_ENTRIES + 1] = { 0 };
	struct vmi_table_view view;

	(void)state;
	vmi_table_view_init(&view, 4, 0);
	assert_int_equal(vmi_table_view_set(&view, 0, 0, entries, 1), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 5, 0, entries, 1), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 1, 1ULL << 48, entries, 1), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 1, ~0ULL, entries, 1), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 1, 0, entries, 513), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x1000, entries, 512), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x1ff000, entries, 2), -EINVAL);
	assert_int_equal(view.table_count, 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x200000, entries, 512), 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x1ff000, entries, 1), 0);
	assert_int_equal(vmi_table_view_set(&view, 4, 0xff8000000000, entries, 1), 0);
	vmi_table_view_deinit(&view);
}

static void a_fifth_level_reaches_further(void **state)
{
	const u64 entry = 0x1067;
	const u64 address = (1ULL << 57) - 4096;
	struct vmi_table_view view;
	struct vmi_table_path path;

	(void)state;
	vmi_table_view_init(&view, 5, 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 1ULL << 57, &entry, 1), -EINVAL);
	assert_int_equal(vmi_table_view_set(&view, 1, address, &entry, 1), 0);
	vmi_table_view_lookup(&view, address, &path);
	assert_true(path.present && path.leaf_level == 1 && path.entry[1] == entry && path.entry[5] == VMI_X86_PRESENT);
	vmi_table_view_lookup(&view, 1ULL << 57 | address, &path);
	assert_false(path.present);
	assert_int_equal(view.table_count, 5);
	vmi_table_view_deinit(&view);
}

static void neighbours_of_a_full_table_merge_into_one_run_across_tables(void **state)
{
	u64 entries[VMI_TABLE_ENTRIES];
	struct vmi_table_view view;
	struct run_record record = { .count = 0 };
	u32 i;

	(void)state;
	for (i = 0; i < VMI_TABLE_ENTRIES; i++)	/* accessed and dirty differ, frames too */
		entries[i] = 0x7 | (u64)i << 12 | (i & 3) << 5;
	vmi_table_view_init(&view, 4, 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x40000000, entries, 512), 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x40200000, entries, 512), 0);
	assert_int_equal(vmi_table_view_runs(&view, record_run, &record), 0);
	assert_int_equal(record.count, 1);
	assert_int_equal(record.run[0].start, 0x40000000);
	assert_int_equal(record.run[0].end, 0x40400000);
	assert_int_equal(record.run[0].bits, 0x7);
	vmi_table_view_deinit(&view);
}

static void a_callback_that_returns_non_zero_stops_the_runs(void **state)
{
	const u64 entries[] = { 0x7, 0x5, 0x7 };
	struct vmi_table_view view;
	struct run_record record = { .stop_after = 0 };
	u32 stop;

	(void)state;
	vmi_table_view_init(&view, 4, 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 0, entries, ARRAY_SIZE(entries)), 0);
	for (stop = 1; stop <= ARRAY_SIZE(entries); stop++) {
		record.count = 0;
		record.stop_after = stop;
		assert_int_equal(vmi_table_view_runs(&view, record_run, &record), -ECANCELED);
		assert_int_equal(record.count, stop);
	}
	vmi_table_view_deinit(&view);
}

/* A view that holds one page, in four tables. */
static void make_small(struct vmi_table_view *view, struct table_model *model, u64 table_limit)
{
	const u64 entry = 0x1234067;

	memset(model, 0, sizeof(*model));
	model->levels = 4;
	vmi_table_view_init(view, 4, table_limit);
	assert_int_equal(vmi_table_view_set(view, 1, 0, &entry, 1), 0);
	table_model_set(model, 1, 0, entry);
}

static void the_limit_on_tables_holds_and_a_refused_set_changes_nothing(void **state)
{
	const u64 entry = 0x2345067;
	static struct table_model model;
	struct vmi_table_view view;
	u32 last = 4 * 4 * 4 * 4 - 1;	/* shares the top table only */
	u64 address;

	(void)state;
	make_small(&view, &model, 6);
	address = table_model_address(&model, 1, last);
	assert_int_equal(vmi_table_view_set(&view, 1, address, &entry, 1), -ENOSPC);
	assert_same(&view, &model);
	view.table_limit = 7;
	assert_int_equal(vmi_table_view_set(&view, 1, address, &entry, 1), 0);
	table_model_set(&model, 1, last, entry);
	assert_same(&view, &model);
	vmi_table_view_deinit(&view);
}

static void every_failed_allocation_is_reported_and_changes_nothing(void **state)
{
	const u64 entry = 0x2345067;
	static struct table_model model;
	struct vmi_table_view view;
	u32 last = 4 * 4 * 4 * 4 - 1;
	size_t nth;

	(void)state;
	make_small(&view, &model, 0);
	for (nth = 1;; nth++) {
		int ret;

		alloc_fail_nth(nth);
		ret = vmi_table_view_set(&view, 1, table_model_address(&model, 1, last), &entry, 1);
		if (!alloc_has_failed()) {
			assert_int_equal(ret, 0);
			break;
		}
		assert_int_equal(ret, -ENOMEM);
		assert_int_equal(alloc_live(), 4);
		assert_same(&view, &model);
	}
	alloc_fail_nth(0);
	assert_int_equal(nth, 4);
	table_model_set(&model, 1, last, entry);
	assert_same(&view, &model);
	vmi_table_view_deinit(&view);
	assert_int_equal(alloc_live(), 0);
}

static void a_huge_page_in_the_place_of_a_table_drops_the_mirrors_below(void **state)
{
	const u64 huge = 0x40000000 | 0xe7;
	const u64 page = 0x1067;
	struct vmi_table_view view;
	struct vmi_table_path path;

	(void)state;
	vmi_table_view_init(&view, 4, 0);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x1000, &page, 1), 0);
	assert_int_equal(vmi_table_view_set(&view, 2, 0, &huge, 1), 0);
	assert_int_equal(view.table_count, 3);
	vmi_table_view_lookup(&view, 0x1000, &path);
	assert_true(path.present && path.leaf_level == 2 && path.entry[2] == huge && !path.entry[1]);
	assert_int_equal(vmi_table_view_set(&view, 1, 0x1000, &page, 1), 0);
	vmi_table_view_lookup(&view, 0x1000, &path);
	assert_true(path.present && path.leaf_level == 1 && path.entry[2] == VMI_X86_PRESENT && path.entry[1] == page);
	vmi_table_view_deinit(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_view_maps_nothing_and_has_the_top_table_of_every_process),
		cmocka_unit_test(random_sets_agree_with_a_flat_map_in_4_levels),
		cmocka_unit_test(random_sets_agree_with_a_flat_map_in_5_levels),
		cmocka_unit_test(sets_outside_the_tables_are_refused),
		cmocka_unit_test(a_fifth_level_reaches_further),
		cmocka_unit_test(neighbours_of_a_full_table_merge_into_one_run_across_tables),
		cmocka_unit_test(a_callback_that_returns_non_zero_stops_the_runs),
		cmocka_unit_test(the_limit_on_tables_holds_and_a_refused_set_changes_nothing),
		cmocka_unit_test(every_failed_allocation_is_reported_and_changes_nothing),
		cmocka_unit_test(a_huge_page_in_the_place_of_a_table_drops_the_mirrors_below),
	};

	rng_announce();
	return cmocka_run_group_tests_name("table_view", tests, NULL, NULL);
}
