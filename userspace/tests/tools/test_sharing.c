// SPDX-License-Identifier: GPL-2.0
/* Who shares what with whom, against a plain table of which process maps which frame. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "vminspect/pss.h"
#include "vminspect/sharing.h"

#define FRAMES 200
#define MEMBERS 5

/* --- the sweep against the table ---------------------------------------------------------------------------------- */

/* By frame: a bit a member. All spans have one name, so that a group is a set of members. */
static void count_by_table(const uint8_t mapped[FRAMES], uint64_t pages[1 << MEMBERS])
{
	size_t i;

	memset(pages, 0, (1 << MEMBERS) * sizeof(*pages));
	for (i = 0; i < FRAMES; i++)
		if (mapped[i] & (mapped[i] - 1))
			pages[mapped[i]]++;
}

static void count_by_sweep(struct sharing *sharing, uint64_t pages[1 << MEMBERS])
{
	const struct sharing_group *groups;
	size_t i, j, count;
	uint64_t last = UINT64_MAX;

	memset(pages, 0, (1 << MEMBERS) * sizeof(*pages));
	assert_true(sharing_sweep(sharing));
	groups = sharing_groups(sharing, &count);
	for (i = 0; i < count; i++) {
		uint32_t set = 0;

		assert_true(groups[i].pages <= last);
		last = groups[i].pages;
		assert_true(groups[i].member_count >= 2);
		for (j = 0; j < groups[i].member_count; j++)
			set |= 1u << groups[i].members[j];
		assert_int_equal(pages[set], 0);
		pages[set] = groups[i].pages;
	}
}

static void try_random(unsigned int *seed)
{
	uint64_t by_table[1 << MEMBERS], by_sweep[1 << MEMBERS];
	struct sharing *sharing = sharing_create();
	uint8_t mapped[FRAMES] = { 0 };
	int spans = rand_r(seed) % 30, i;

	for (i = 0; i < spans; i++) {
		uint32_t member = rand_r(seed) % MEMBERS;
		uint64_t frame = rand_r(seed) % FRAMES, pages = 1 + rand_r(seed) % 20, j;

		if (frame + pages > FRAMES)
			pages = FRAMES - frame;
		assert_true(sharing_add(sharing, member, frame, pages, "all"));
		for (j = 0; j < pages; j++)
			mapped[frame + j] |= 1u << member;
	}
	count_by_table(mapped, by_table);
	count_by_sweep(sharing, by_sweep);
	assert_memory_equal(by_sweep, by_table, sizeof(by_table));
	sharing_destroy(sharing);
}

static void the_sweep_agrees_with_a_table(void **state)
{
	unsigned int seed = 20260101;
	int i;

	(void)state;
	for (i = 0; i < 3000; i++)
		try_random(&seed);
}

static void groups_go_by_the_name_of_the_lowest_member(void **state)
{
	struct sharing *sharing = sharing_create();
	const struct sharing_group *groups;
	size_t count;

	(void)state;
	assert_true(sharing_add(sharing, 1, 10, 5, "/b"));
	assert_true(sharing_add(sharing, 0, 10, 3, "/a"));
	assert_true(sharing_add(sharing, 0, 13, 2, "/c"));
	assert_true(sharing_sweep(sharing));
	groups = sharing_groups(sharing, &count);
	assert_int_equal(count, 2);
	assert_string_equal(groups[0].name, "/a");
	assert_int_equal(groups[0].pages, 3);
	assert_string_equal(groups[1].name, "/c");
	assert_int_equal(groups[1].pages, 2);
	sharing_destroy(sharing);
}

static void nothing_shared_is_no_group(void **state)
{
	struct sharing *sharing = sharing_create();
	size_t count = 1;

	(void)state;
	assert_true(sharing_sweep(sharing));
	sharing_groups(sharing, &count);
	assert_int_equal(count, 0);
	sharing_destroy(sharing);
}

/* --- set sizes ---------------------------------------------------------------------------------------------------- */

static void pages_count_by_how_often_they_are_mapped(void **state)
{
	const struct vmi_run runs[] = {
		{ .start = 0x1000, .pages = 4, .state = VMINSPECT_PAGE_STATE_PRESENT, .mapcount = 1 },
		{ .start = 0x5000, .pages = 4, .state = VMINSPECT_PAGE_STATE_PRESENT, .mapcount = 4 },
		{ .start = 0x9000, .pages = 4, .state = VMINSPECT_PAGE_STATE_SWAPPED },
		{ .start = 0xd000, .pages = 1, .state = VMINSPECT_PAGE_STATE_PRESENT, .mapcount = 1,
		  .flags = VMINSPECT_PAGE_FLAGS_ZERO },
		{ .start = 0xe000, .pages = 1, .state = VMINSPECT_PAGE_STATE_PRESENT, .mapcount = 3 },
		{ .start = 0xf000, .pages = 512, .state = VMINSPECT_PAGE_STATE_PRESENT, .mapcount = 1,
		  .flags = VMINSPECT_PAGE_FLAGS_HUGETLB },
	};
	const struct vmi_run *items[] = { &runs[0], &runs[1], &runs[2], &runs[3], &runs[4], &runs[5] };
	const struct vmi_run_list list = { 6, items, NULL };
	size_t at = 0;
	struct pss pss = pss_of_range(&list, &at, 0x1000, 0xe000);

	(void)state;
	assert_int_equal(pss.rss, 8);
	assert_int_equal(pss.uss, 4);
	assert_true(pss.pss == 5);
	assert_int_equal(at, 4);
	pss = pss_of_range(&list, &at, 0xe000, 0x10000);
	assert_int_equal(pss.rss, 1);
	assert_int_equal(pss.uss, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sweep_agrees_with_a_table),
		cmocka_unit_test(groups_go_by_the_name_of_the_lowest_member),
		cmocka_unit_test(nothing_shared_is_no_group),
		cmocka_unit_test(pages_count_by_how_often_they_are_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
