// SPDX-License-Identifier: GPL-2.0
/* The ledger of borrowed accessed bits: who is owed one, after moves, reuse and splits. */
#include "ledger.h"
#include "unit.h"

#define BLOCK 0x200000ULL
#define ADDRESS (5 * BLOCK)

static struct vmi_ledger_spares spares;

static struct vmi_ledger_block *begin(struct vmi_ledger *ledger)
{
	vmi_ledger_init(ledger, NULL);
	vmi_ledger_free_spares(&spares);
	assert_int_equal(vmi_ledger_make_spares(&spares, 2), 0);
	return vmi_ledger_get(ledger, &spares, ADDRESS + 0x3000);
}

static void a_bit_is_owed_once_and_to_the_frame_that_was_mapped(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	vmi_ledger_enter(&ledger, block, 3, 0);
	vmi_ledger_enter(&ledger, block, 4, 77);
	vmi_ledger_enter(&ledger, block, 4, 78);
	assert_int_equal(ledger.borrowed, 2);
	assert_false(vmi_ledger_strike(&ledger, block, 4, 77));
	assert_false(vmi_ledger_strike(&ledger, block, 5, 78));
	assert_true(vmi_ledger_strike(&ledger, block, 4, 78));
	assert_false(vmi_ledger_strike(&ledger, block, 4, 78));
	assert_true(vmi_ledger_strike(&ledger, block, 3, 0));
	assert_int_equal(ledger.borrowed, 0);
	vmi_ledger_clear(&ledger);
}

static void blocks_are_spare_ones_and_no_others(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	assert_non_null(block);
	assert_ptr_equal(vmi_ledger_get(&ledger, &spares, ADDRESS), block);
	assert_ptr_equal(vmi_ledger_find(&ledger, ADDRESS + BLOCK - 1), block);
	assert_null(vmi_ledger_find(&ledger, ADDRESS + BLOCK));
	assert_non_null(vmi_ledger_get(&ledger, &spares, ADDRESS + BLOCK));
	assert_false(ledger.incomplete);
	assert_null(vmi_ledger_get(&ledger, &spares, ADDRESS + 2 * BLOCK));
	assert_true(ledger.incomplete);
	vmi_ledger_clear(&ledger);
	assert_false(ledger.incomplete);
	assert_null(vmi_ledger_find(&ledger, ADDRESS));
	vmi_ledger_clear(&ledger);
}

static void blocks_count_against_the_budget(void **state)
{
	struct vmi_budget budget = { .limit = sizeof(struct vmi_ledger_block) * 3 / 2 };
	struct vmi_ledger ledger;

	(void)state;
	vmi_ledger_init(&ledger, &budget);
	assert_int_equal(vmi_ledger_make_spares(&spares, 2), 0);
	assert_int_equal(budget.used, 0);
	assert_non_null(vmi_ledger_get(&ledger, &spares, ADDRESS));
	assert_int_equal(budget.used, sizeof(struct vmi_ledger_block));
	assert_null(vmi_ledger_get(&ledger, &spares, ADDRESS + BLOCK));
	assert_true(ledger.incomplete);
	assert_int_equal(spares.count, 1);
	vmi_ledger_clear(&ledger);
	assert_int_equal(budget.used, 0);
}

static void a_huge_leaf_is_owed_one_bit(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	vmi_ledger_enter_huge(&ledger, block, 512);
	vmi_ledger_enter_huge(&ledger, block, 1024);
	assert_int_equal(ledger.borrowed, 1);
	assert_false(vmi_ledger_strike(&ledger, block, 0, 512));
	assert_true(vmi_ledger_strike(&ledger, block, 0, 1024));
	assert_int_equal(ledger.borrowed, 0);
	assert_int_equal(block->borrowed, 0);
	vmi_ledger_clear(&ledger);
}

static void every_page_of_a_split_leaf_is_owed_the_bit(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);
	u32 i;

	(void)state;
	vmi_ledger_enter_huge(&ledger, block, 1024);
	assert_false(vmi_ledger_strike(&ledger, block, 0, 1023));
	assert_false(vmi_ledger_strike(&ledger, block, 511, 1024 + 512));
	for (i = 0; i < VMI_TABLE_ENTRIES; i++)
		assert_true(vmi_ledger_strike(&ledger, block, i, 1024 + i));
	assert_int_equal(ledger.borrowed, 0);
	vmi_ledger_clear(&ledger);
}

/* A pass that is cut short may not come to it again before the next one that gives back does. */
static void what_was_given_back_is_unknown_until_it_is_seen_again(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	assert_false(vmi_ledger_see(block, 3, 77));
	vmi_ledger_enter(&ledger, block, 3, 77);
	assert_true(vmi_ledger_strike(&ledger, block, 3, 77));
	assert_int_equal(block->frames[3], 0);
	assert_false(vmi_ledger_see(block, 3, 77));
	assert_true(vmi_ledger_see(block, 3, 77));
	vmi_ledger_clear(&ledger);
}

/* Exact mode: the leaf was taken in one pass, some of its pages by themselves in a later one. */
static void pages_taken_after_the_split_are_owed_theirs(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	vmi_ledger_enter_huge(&ledger, block, 1024);
	vmi_ledger_enter(&ledger, block, 7, 1024 + 7);
	assert_int_equal(ledger.borrowed, 2);
	assert_true(vmi_ledger_strike(&ledger, block, 7, 1024 + 7));
	assert_int_equal(ledger.borrowed, 1);
	assert_true(vmi_ledger_strike(&ledger, block, 8, 1024 + 8));
	assert_int_equal(ledger.borrowed, 0);
	vmi_ledger_clear(&ledger);
}

static void what_was_mapped_is_known_whether_its_bit_was_borrowed_or_not(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	assert_false(vmi_ledger_see(block, 3, 77));
	assert_true(vmi_ledger_see(block, 3, 77));
	assert_false(vmi_ledger_see(block, 3, 78));
	assert_false(vmi_ledger_strike(&ledger, block, 3, 78));
	vmi_ledger_enter(&ledger, block, 3, 78);
	assert_true(vmi_ledger_see(block, 3, 78));
	assert_true(vmi_ledger_strike(&ledger, block, 3, 78));
	assert_false(vmi_ledger_strike(&ledger, block, 3, 78));
	vmi_ledger_clear(&ledger);
}

static void another_page_in_its_place_leaves_a_debt_as_it_is(void **state)
{
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);

	(void)state;
	vmi_ledger_enter(&ledger, block, 3, 77);
	assert_false(vmi_ledger_see(block, 3, 78));
	assert_false(vmi_ledger_strike(&ledger, block, 3, 78));
	assert_true(vmi_ledger_strike(&ledger, block, 3, 77));
	vmi_ledger_clear(&ledger);
}

/* Memory may lie beyond 16 TiB, the last frame before it included. */
static void frames_of_more_than_32_bits_are_owed_theirs(void **state)
{
	static const u64 frames[] = { 0xffffffff, 1ULL << 32, (1ULL << 34) + 1024 };
	struct vmi_ledger ledger;
	struct vmi_ledger_block *block = begin(&ledger);
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		assert_false(vmi_ledger_strike(&ledger, block, i, frames[i]));
		vmi_ledger_enter(&ledger, block, i, frames[i]);
		vmi_ledger_enter(&ledger, block, i, frames[i]);
		assert_int_equal(ledger.borrowed, 1);
		assert_false(vmi_ledger_strike(&ledger, block, i, frames[i] + 1));
		assert_true(vmi_ledger_strike(&ledger, block, i, frames[i]));
	}
	vmi_ledger_enter_huge(&ledger, block, 0xfffffe00);
	assert_true(vmi_ledger_strike(&ledger, block, 511, 0xffffffff));
	assert_false(vmi_ledger_strike(&ledger, block, 511, 0x100000000));
	vmi_ledger_enter_huge(&ledger, block, frames[2]);
	assert_true(vmi_ledger_strike(&ledger, block, 0, frames[2]));
	assert_int_equal(ledger.borrowed, 0);
	vmi_ledger_clear(&ledger);
}

static int free_spares(void **state)
{
	(void)state;
	vmi_ledger_free_spares(&spares);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bit_is_owed_once_and_to_the_frame_that_was_mapped),
		cmocka_unit_test(blocks_are_spare_ones_and_no_others),
		cmocka_unit_test(blocks_count_against_the_budget),
		cmocka_unit_test(a_huge_leaf_is_owed_one_bit),
		cmocka_unit_test(every_page_of_a_split_leaf_is_owed_the_bit),
		cmocka_unit_test(pages_taken_after_the_split_are_owed_theirs),
		cmocka_unit_test(what_was_mapped_is_known_whether_its_bit_was_borrowed_or_not),
		cmocka_unit_test(what_was_given_back_is_unknown_until_it_is_seen_again),
		cmocka_unit_test(another_page_in_its_place_leaves_a_debt_as_it_is),
		cmocka_unit_test(frames_of_more_than_32_bits_are_owed_theirs),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, free_spares);
}
