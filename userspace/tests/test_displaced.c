// SPDX-License-Identifier: GPL-2.0
/* Frames whose old contents are waited for: all that fit are found, and no other. */
#include "unit.h"

#include "displaced.h"

static void what_was_added_is_found_and_nothing_else(void **state)
{
	struct vmi_displaced displaced = { 0 };
	u32 i;

	(void)state;
	for (i = 0; i < VMI_DISPLACED_MAX; i++) {
		struct vmi_displaced_frame *added = vmi_displaced_add(&displaced, 7 + i * 64);

		assert_non_null(added);
		added->mappings = i + 1;
	}
	for (i = 0; i < VMI_DISPLACED_MAX; i++) {
		assert_int_equal(vmi_displaced_find(&displaced, 7 + i * 64)->mappings, i + 1);
		assert_null(vmi_displaced_find(&displaced, 8 + i * 64));
	}
}

static void beyond_its_size_nothing_is_taken_and_nothing_lost(void **state)
{
	struct vmi_displaced displaced = { 0 };
	u32 i;

	(void)state;
	for (i = 1; i <= VMI_DISPLACED_MAX; i++)
		vmi_displaced_add(&displaced, i)->mappings = 1;
	assert_null(vmi_displaced_add(&displaced, VMI_DISPLACED_MAX + 1));
	assert_null(vmi_displaced_find(&displaced, VMI_DISPLACED_MAX + 1));
	for (i = 1; i <= VMI_DISPLACED_MAX; i++)
		assert_non_null(vmi_displaced_find(&displaced, i));
}

static void a_frame_is_taken_again_once_nothing_of_it_is_waited_for(void **state)
{
	struct vmi_displaced displaced = { 0 };

	(void)state;
	vmi_displaced_add(&displaced, 42)->mappings = 1;
	assert_null(vmi_displaced_add(&displaced, 42));
	vmi_displaced_find(&displaced, 42)->mappings = 0;
	assert_null(vmi_displaced_find(&displaced, 42));
	assert_non_null(vmi_displaced_add(&displaced, 42));
	assert_int_equal(displaced.count, 1);
}

static void after_a_period_there_is_nothing(void **state)
{
	struct vmi_displaced displaced = { 0 };

	(void)state;
	vmi_displaced_add(&displaced, 42)->mappings = 1;
	vmi_displaced_clear(&displaced);
	assert_null(vmi_displaced_find(&displaced, 42));
	assert_int_equal(displaced.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found_and_nothing_else),
		cmocka_unit_test(beyond_its_size_nothing_is_taken_and_nothing_lost),
		cmocka_unit_test(a_frame_is_taken_again_once_nothing_of_it_is_waited_for),
		cmocka_unit_test(after_a_period_there_is_nothing),
	};

	return cmocka_run_group_tests_name("displaced", tests, NULL, NULL);
}
