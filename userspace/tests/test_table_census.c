// SPDX-License-Identifier: GPL-2.0
/* The census of page tables: what counts as a table seen again, and what other numbers of levels would cost. */
#include "table_census.h"
#include "unit.h"

#define KIB 1024ULL
#define MIB (KIB * KIB)
#define GIB (MIB * KIB)
#define TIB (GIB * KIB)

static void a_census_starts_with_the_top_table_alone(void **state)
{
	struct vmi_table_census census;
	u32 levels, level;

	(void)state;
	for (levels = 4; levels <= 5; levels++) {
		vmi_table_census_init(&census, levels);
		assert_int_equal(census.levels, levels);
		for (level = 1; level <= VMI_MAX_LEVELS; level++) {
			assert_int_equal(census.level[level].tables, level == levels);
			assert_int_equal(census.level[level].used, 0);
			assert_int_equal(census.level[level].leaves, 0);
		}
		assert_int_equal(vmi_table_census_bytes(&census), 0);
	}
}

/* Tells of the tables over one address, from the top down. */
static void tell_path(struct vmi_table_census *census, u64 address)
{
	u32 level;

	for (level = census->levels; level >= 1; level--)
		vmi_table_census_table(census, level, address);
}

static void assert_tables(const struct vmi_table_census *census, u64 pte, u64 pmd, u64 pud)
{
	assert_int_equal(census->level[1].tables, pte);
	assert_int_equal(census->level[2].tables, pmd);
	assert_int_equal(census->level[3].tables, pud);
	assert_int_equal(census->level[4].tables, 1);
	/* Every table below the top is a used entry of one above. */
	assert_int_equal(census->level[2].used, pte);
	assert_int_equal(census->level[3].used, pmd);
	assert_int_equal(census->level[4].used, pud);
}

static void a_table_is_counted_once_however_often_it_is_reached(void **state)
{
	struct vmi_table_census census;

	(void)state;
	vmi_table_census_init(&census, 4);
	tell_path(&census, 0);
	tell_path(&census, 4 * KIB);
	tell_path(&census, 2 * MIB - 1);
	assert_tables(&census, 1, 1, 1);
	tell_path(&census, 2 * MIB);
	assert_tables(&census, 2, 1, 1);
	tell_path(&census, GIB);
	assert_tables(&census, 3, 2, 1);
	tell_path(&census, 512 * GIB);
	assert_tables(&census, 4, 3, 2);
	tell_path(&census, 512 * GIB + 1);
	assert_tables(&census, 4, 3, 2);
	tell_path(&census, 0x7ffffffff000);
	assert_tables(&census, 5, 4, 3);
	assert_int_equal(vmi_table_census_bytes(&census), (5 + 4 + 3) * 4096);
}

static void a_walk_in_address_order_counts_the_distinct_tables(void **state)
{
	struct vmi_table_census census;
	u64 last[6] = { 0 };
	u64 tables[6] = { 0 };
	u64 address = 0;
	struct rng rng;
	u32 i, level;

	(void)state;
	rng_init(&rng);
	vmi_table_census_init(&census, 5);
	for (i = 0; i < 100000; i++) {
		address += 4 * KIB << rng_below(&rng, 26);
		if (address >> 56)
			break;
		tell_path(&census, address);
		for (level = 1; level <= 4; level++) {
			u64 number = address / (4 * KIB) >> 9 * level;

			tables[level] += !tables[level] || number != last[level];
			last[level] = number;
		}
	}
	for (level = 1; level <= 4; level++) {
		assert_int_equal(census.level[level].tables, tables[level]);
		assert_int_equal(census.level[level + 1].used, tables[level]);
	}
	assert_int_equal(census.level[5].tables, 1);
}

static void entries_add_up(void **state)
{
	struct vmi_table_census census;

	(void)state;
	vmi_table_census_init(&census, 4);
	tell_path(&census, 0);
	vmi_table_census_entries(&census, 1, 512, 300);
	vmi_table_census_entries(&census, 1, 3, 0);
	vmi_table_census_entries(&census, 2, 2, 1);
	assert_int_equal(census.level[1].used, 515);
	assert_int_equal(census.level[1].leaves, 300);
	assert_int_equal(census.level[2].used, 3);	/* the table below is one */
	assert_int_equal(census.level[2].leaves, 1);
}

static void one_page_costs_a_flat_top_and_a_table_a_level(void **state)
{
	struct vmi_table_census census;
	u64 cost[VMI_MAX_LEVELS + 1];

	(void)state;
	vmi_table_census_init(&census, 4);
	tell_path(&census, 0);
	vmi_table_census_entries(&census, 1, 1, 1);
	vmi_table_census_cost(&census, cost);
	assert_int_equal(cost[0], 0);
	assert_int_equal(cost[1], TIB / 2);
	assert_int_equal(cost[2], GIB + 4 * KIB);
	assert_int_equal(cost[3], 2 * MIB + 8 * KIB);
	assert_int_equal(cost[4], 16 * KIB);
	assert_int_equal(cost[5], 20 * KIB);
}

static void the_cost_with_the_real_number_of_levels_is_what_there_is(void **state)
{
	struct vmi_table_census census;
	u64 cost[VMI_MAX_LEVELS + 1];
	u32 levels;
	u64 address;

	(void)state;
	for (levels = 4; levels <= 5; levels++) {
		vmi_table_census_init(&census, levels);
		for (address = 0; address < 3 * GIB; address += 700 * MIB)
			tell_path(&census, address);
		vmi_table_census_cost(&census, cost);
		assert_int_equal(cost[levels], vmi_table_census_bytes(&census) + VMI_TABLE_BYTES);
	}
}

static void huge_leaves_cost_no_lower_table(void **state)
{
	struct vmi_table_census census;
	u64 cost[VMI_MAX_LEVELS + 1];

	(void)state;
	vmi_table_census_init(&census, 4);
	vmi_table_census_table(&census, 3, 0);
	vmi_table_census_table(&census, 2, 0);
	vmi_table_census_entries(&census, 2, 512, 512);
	vmi_table_census_entries(&census, 3, 1, 1);
	vmi_table_census_cost(&census, cost);
	assert_int_equal(cost[1], TIB / 2);
	assert_int_equal(cost[2], GIB);
	assert_int_equal(cost[3], 2 * MIB + 4 * KIB);
	assert_int_equal(cost[4], 12 * KIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_census_starts_with_the_top_table_alone),
		cmocka_unit_test(a_table_is_counted_once_however_often_it_is_reached),
		cmocka_unit_test(a_walk_in_address_order_counts_the_distinct_tables),
		cmocka_unit_test(entries_add_up),
		cmocka_unit_test(one_page_costs_a_flat_top_and_a_table_a_level),
		cmocka_unit_test(the_cost_with_the_real_number_of_levels_is_what_there_is),
		cmocka_unit_test(huge_leaves_cost_no_lower_table),
	};

	rng_announce();
	return cmocka_run_group_tests_name("table_census", tests, NULL, NULL);
}
