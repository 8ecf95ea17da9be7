// SPDX-License-Identifier: GPL-2.0
/* Which frames are owed a bit wherever they are found. */
#include "moved_frames.h"
#include "unit.h"

#define BLOCK 0x200000ULL
#define BLOCKS 600

static struct vmi_moved_frames moved;

struct books {
	struct vmi_ledger ledger;
	struct vmi_ledger_spares spares;
};

static int begin(void **state)
{
	static struct books books;

	vmi_ledger_init(&books.ledger, NULL);
	*state = &books;
	return vmi_ledger_make_spares(&books.spares, BLOCKS);
}

static int end(void **state)
{
	struct books *books = *state;

	vmi_ledger_clear(&books->ledger);
	vmi_ledger_free_spares(&books->spares);
	return 0;
}

static struct vmi_ledger_block *block_at(struct books *books, u32 n)
{
	return vmi_ledger_get(&books->ledger, &books->spares, n * BLOCK);
}

static void nothing_is_looked_for_where_nothing_is_owed(void **state)
{
	struct books *books = *state;
	struct vmi_ledger_block *block = block_at(books, 1);

	assert_false(vmi_moved_collect(&moved, &books->ledger));
	vmi_ledger_see(block, 3, 77);
	vmi_ledger_enter(&books->ledger, block, 4, 78);
	assert_true(vmi_ledger_strike(&books->ledger, block, 4, 78));
	assert_false(vmi_moved_collect(&moved, &books->ledger));
	assert_false(vmi_moved_find(&moved, 77));
	assert_false(vmi_moved_find(&moved, 78));
	assert_int_equal(moved.found, 0);
}

static void owed_frames_are_found_and_no_others(void **state)
{
	struct books *books = *state;
	u32 i;

	for (i = 0; i < 400; i++)
		vmi_ledger_enter(&books->ledger, block_at(books, i % 7), i, 1000 + 3 * i);
	assert_true(vmi_moved_collect(&moved, &books->ledger));
	for (i = 0; i < 1200; i++)
		assert_int_equal(vmi_moved_find(&moved, 1000 + i), i % 3 == 0);
	assert_int_equal(moved.found, 400);
}

static void every_page_of_a_moved_leaf_is_owed_the_bit_which_is_one(void **state)
{
	struct books *books = *state;
	u32 i;

	vmi_ledger_enter_huge(&books->ledger, block_at(books, 1), 1024);
	assert_true(vmi_moved_collect(&moved, &books->ledger));
	assert_false(vmi_moved_find(&moved, 1023));
	for (i = 0; i < VMI_TABLE_ENTRIES; i++)
		assert_true(vmi_moved_find(&moved, 1024 + i));
	assert_false(vmi_moved_find(&moved, 1024 + VMI_TABLE_ENTRIES));
	assert_int_equal(moved.found, 1);
}

static void the_moved_part_of_a_leaf_is_owed_it_too(void **state)
{
	struct books *books = *state;
	struct vmi_ledger_block *block = block_at(books, 1);

	vmi_ledger_enter_huge(&books->ledger, block, 1024);
	assert_true(vmi_ledger_strike(&books->ledger, block, 0, 1024));
	assert_true(vmi_moved_collect(&moved, &books->ledger));
	assert_true(vmi_moved_find(&moved, 1024 + 300));
	assert_int_equal(moved.found, 0);
}

static void a_leaf_that_was_given_back_as_one_is_owed_nothing(void **state)
{
	struct books *books = *state;
	struct vmi_ledger_block *block = block_at(books, 1);

	vmi_ledger_enter_huge(&books->ledger, block, 1024);
	assert_true(vmi_ledger_strike(&books->ledger, block, 0, 1024));
	vmi_ledger_close_huge(block);
	assert_false(vmi_moved_collect(&moved, &books->ledger));
	assert_false(vmi_moved_find(&moved, 1024));
}

static void as_many_are_looked_for_as_there_is_room_for(void **state)
{
	struct books *books = *state;
	u32 i, found = 0;

	for (i = 0; i < 2 * VMI_MOVED_FRAMES_MAX; i++)
		vmi_ledger_enter(&books->ledger, block_at(books, i / 512), i % 512, i);
	for (i = 0; i < BLOCKS - 20; i++)
		vmi_ledger_enter_huge(&books->ledger, block_at(books, 20 + i), (100 + i) * 512);
	assert_true(vmi_moved_collect(&moved, &books->ledger));
	assert_int_equal(moved.frame_count, VMI_MOVED_FRAMES_MAX);
	assert_int_equal(moved.leaf_count, VMI_MOVED_LEAVES_MAX);
	for (i = 0; i < 2 * VMI_MOVED_FRAMES_MAX; i++)
		found += vmi_moved_find(&moved, i);
	assert_int_equal(found, VMI_MOVED_FRAMES_MAX);
	for (found = 0, i = 0; i < BLOCKS; i++)
		found += vmi_moved_find(&moved, (100 + i) * 512 + 7);
	assert_int_equal(found, VMI_MOVED_LEAVES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_looked_for_where_nothing_is_owed, begin, end),
		cmocka_unit_test_setup_teardown(owed_frames_are_found_and_no_others, begin, end),
		cmocka_unit_test_setup_teardown(every_page_of_a_moved_leaf_is_owed_the_bit_which_is_one, begin, end),
		cmocka_unit_test_setup_teardown(the_moved_part_of_a_leaf_is_owed_it_too, begin, end),
		cmocka_unit_test_setup_teardown(a_leaf_that_was_given_back_as_one_is_owed_nothing, begin, end),
		cmocka_unit_test_setup_teardown(as_many_are_looked_for_as_there_is_room_for, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
