// SPDX-License-Identifier: GPL-2.0
/*
 * The region set: building, look-up and holes, against an array that says for each page of a small address space
 * which region covers it, and against a linear search in large sets.
 */
#include "region.h"
#include "unit.h"

#define PAGES 512			/* of the small address space */
#define PAGE 4096ULL
#define MAX_REGIONS 65530		/* the kernel's default limit (vm.max_map_count) */

/* Which region covers each page: its index, or -1. */
struct layout {
	s64 region[PAGES];
	u32 count;
};

static void random_layout(struct rng *rng, u32 mean_length, struct layout *layout)
{
	u32 page = 0;

	layout->count = 0;
	while (page < PAGES) {
		u32 length = 1 + rng_below(rng, 2 * mean_length);
		bool hole = rng_once_in(rng, 3);

		for (; length && page < PAGES; length--)
			layout->region[page++] = hole ? -1 : (s64)layout->count;
		layout->count += !hole;
	}
}

static void set_from_layout(struct vmi_region_set *set, const struct layout *layout)
{
	u32 page = 0;

	vmi_region_set_init(set);
	assert_int_equal(vmi_region_set_reserve(set, layout->count, 0), 0);
	while (page < PAGES) {
		u32 start = page;

		while (page < PAGES && layout->region[page] == layout->region[start])
			page++;
		if (layout->region[start] >= 0)
			assert_non_null(vmi_region_set_append(set, start * PAGE, page * PAGE));
	}
	assert_int_equal(set->count, layout->count);
	vmi_region_set_seal(set);
}

/* Calls `check` for random layouts of few and of many regions, so with and without a tree. */
static void for_random_layouts(u32 rounds, void (*check)(struct rng *, const struct vmi_region_set *,
							 const struct layout *))
{
	struct rng rng;
	u32 with_tree = 0;
	u32 i;

	rng_init(&rng);
	for (i = 0; i < rounds; i++) {
		struct layout layout;
		struct vmi_region_set set;

		random_layout(&rng, 1 + rng_below(&rng, 16), &layout);
		set_from_layout(&set, &layout);
		check(&rng, &set, &layout);
		with_tree += vmi_region_set_has_tree(&set);
		vmi_region_set_deinit(&set);
	}
	assert_true(with_tree > rounds / 10 && with_tree < rounds);
	assert_int_equal(alloc_live(), 0);
}

static void check_find(struct rng *rng, const struct vmi_region_set *set, const struct layout *layout)
{
	struct vmi_region *next = NULL;
	u32 page;

	for (page = PAGES; page-- > 0;) {
		u64 address = page * PAGE + rng_below(rng, PAGE);
		struct vmi_region *here = layout->region[page] < 0 ? NULL : &set->regions[layout->region[page]];

		next = here ? here : next;
		assert_ptr_equal(vmi_region_find(set, address), here);
		assert_ptr_equal(vmi_region_find_next(set, address), next);
		assert_ptr_equal(vmi_region_find(set, page * PAGE), here);
		assert_ptr_equal(vmi_region_find(set, page * PAGE + PAGE - 1), here);
	}
	assert_null(vmi_region_find_next(set, PAGES * PAGE));
	assert_null(vmi_region_find(set, ~0ULL));
}

static void find_agrees_with_a_page_array(void **state)
{
	(void)state;
	for_random_layouts(2000, check_find);
}

/* First and last page of the hole around `page`, as wide as floor and ceiling (in pages) let it be. */
static struct vmi_hole hole_around(const struct layout *layout, u32 page, u32 floor, u32 ceiling)
{
	u32 start = page;
	u32 end = page;

	while (start > floor && layout->region[start - 1] < 0)
		start--;
	while (end < ceiling && layout->region[end] < 0)
		end++;
	return (struct vmi_hole){ start * PAGE, end * PAGE };
}

static void random_bounds(struct rng *rng, u32 *floor, u32 *ceiling)
{
	*floor = rng_once_in(rng, 2) ? 0 : rng_below(rng, PAGES);
	*ceiling = rng_once_in(rng, 2) ? PAGES : rng_below(rng, PAGES + 1);
}

static void check_hole_at(struct rng *rng, const struct vmi_region_set *set, const struct layout *layout)
{
	u32 floor, ceiling, page;

	random_bounds(rng, &floor, &ceiling);
	for (page = 0; page < PAGES; page++) {
		u64 address = page * PAGE + rng_below(rng, PAGE);
		struct vmi_hole hole = { 1, 2 };
		int ret = vmi_region_hole_at(set, floor * PAGE, ceiling * PAGE, address, &hole);

		if (page < floor || page >= ceiling) {
			assert_int_equal(ret, -ERANGE);
		} else if (layout->region[page] >= 0) {
			assert_int_equal(ret, -ENOENT);
		} else {
			struct vmi_hole expected = hole_around(layout, page, floor, ceiling);

			assert_int_equal(ret, 0);
			assert_memory_equal(&hole, &expected, sizeof(hole));
		}
	}
}

static void hole_at_agrees_with_a_page_array(void **state)
{
	(void)state;
	for_random_layouts(1000, check_hole_at);
}

/* The lowest hole of at least `length` bytes; an empty one when there is none. */
static struct vmi_hole lowest_hole(const struct layout *layout, u32 floor, u32 ceiling, u64 length)
{
	u32 page;

	for (page = floor; page < ceiling; page++) {
		struct vmi_hole hole = hole_around(layout, page, floor, ceiling);

		if (layout->region[page] < 0 && hole.end - hole.start >= length)
			return hole;
	}
	return (struct vmi_hole){ 0, 0 };
}

static void check_find_hole(struct rng *rng, const struct vmi_region_set *set, const struct layout *layout)
{
	u32 floor, ceiling, pages;

	random_bounds(rng, &floor, &ceiling);
	for (pages = 1; pages < 40; pages++) {
		u64 length = pages * PAGE - (rng_once_in(rng, 2) ? rng_below(rng, PAGE) : 0);
		struct vmi_hole expected = lowest_hole(layout, floor, ceiling, length);
		struct vmi_hole hole = { 0, 0 };
		int ret = vmi_region_find_hole(set, floor * PAGE, ceiling * PAGE, length, &hole);

		assert_int_equal(ret, expected.end ? 0 : -ENOMEM);
		assert_memory_equal(&hole, &expected, sizeof(hole));
	}
}

static void find_hole_gives_the_lowest_that_is_long_enough(void **state)
{
	(void)state;
	for_random_layouts(300, check_find_hole);
}

static void check_largest_hole(struct rng *rng, const struct vmi_region_set *set, const struct layout *layout)
{
	struct vmi_hole largest, expected = { 0, 0 };
	u32 floor, ceiling, pages;

	random_bounds(rng, &floor, &ceiling);
	largest = vmi_region_largest_hole(set, floor * PAGE, ceiling * PAGE);
	for (pages = PAGES; pages && !expected.end; pages--)
		expected = lowest_hole(layout, floor, ceiling, pages * PAGE);
	assert_memory_equal(&largest, &expected, sizeof(largest));
}

static void largest_hole_is_the_lowest_of_the_longest(void **state)
{
	(void)state;
	for_random_layouts(300, check_largest_hole);
}

static void an_empty_set_is_one_hole(void **state)
{
	struct vmi_region_set set;
	struct vmi_hole hole;

	(void)state;
	vmi_region_set_init(&set);
	vmi_region_set_seal(&set);
	assert_null(vmi_region_find(&set, 0));
	assert_null(vmi_region_find_next(&set, 0));
	assert_int_equal(vmi_region_hole_at(&set, PAGE, 9 * PAGE, PAGE, &hole), 0);
	assert_true(hole.start == PAGE && hole.end == 9 * PAGE);
	hole = vmi_region_largest_hole(&set, PAGE, 9 * PAGE);
	assert_true(hole.start == PAGE && hole.end == 9 * PAGE);
	assert_int_equal(vmi_region_find_hole(&set, PAGE, 9 * PAGE, 9 * PAGE, &hole), -ENOMEM);
	vmi_region_set_deinit(&set);
}

static void a_region_at_the_end_of_the_address_space_is_found(void **state)
{
	struct vmi_region_set set;
	struct vmi_region *gate;

	(void)state;
	vmi_region_set_init(&set);
	assert_int_equal(vmi_region_set_reserve(&set, 1, 0), 0);
	gate = vmi_region_set_append(&set, 0xffffffffff600000, 0xffffffffff601000);
	vmi_region_set_seal(&set);
	assert_ptr_equal(vmi_region_find(&set, 0xffffffffff600fff), gate);
	assert_null(vmi_region_find(&set, 0xffffffffff601000));
	assert_null(vmi_region_find(&set, 0x7fffffffffff));
	assert_ptr_equal(vmi_region_find_next(&set, 0x7fffffffffff), gate);
	vmi_region_set_deinit(&set);
}

/* `count` regions of one page, one page apart. */
static void make_comb(struct vmi_region_set *set, u32 count)
{
	u32 i;

	vmi_region_set_init(set);
	assert_int_equal(vmi_region_set_reserve(set, count, 0), 0);
	for (i = 0; i < count; i++)
		assert_non_null(vmi_region_set_append(set, (2 * i + 1) * PAGE, (2 * i + 2) * PAGE));
	vmi_region_set_seal(set);
}

static void a_tree_is_built_above_32_regions(void **state)
{
	struct vmi_region_set set;
	u32 count;

	(void)state;
	for (count = 0; count <= 40; count++) {
		make_comb(&set, count);
		assert_int_equal(vmi_region_set_has_tree(&set), count > 32);
		assert_int_equal(set.tree.count, count > 32 ? count : 0);
		vmi_region_set_deinit(&set);
	}
}

static void find_is_right_in_the_largest_set(void **state)
{
	struct vmi_region_set set;
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	make_comb(&set, MAX_REGIONS);
	for (i = 0; i < 2000000; i++) {
		u64 page = rng_below(&rng, 2 * MAX_REGIONS + 1);
		u64 address = page * PAGE + rng_below(&rng, PAGE);
		struct vmi_region *next = page / 2 < MAX_REGIONS ? &set.regions[page / 2] : NULL;

		assert_ptr_equal(vmi_region_find_next(&set, address), next);
		assert_ptr_equal(vmi_region_find(&set, address), page % 2 ? next : NULL);
	}
	vmi_region_set_deinit(&set);
}

static int compare_regions(const struct vmi_avl_node *a, const struct vmi_avl_node *b)
{
	u64 start_a = container_of(a, struct vmi_region, node)->start;
	u64 start_b = container_of(b, struct vmi_region, node)->start;

	return (start_a > start_b) - (start_a < start_b);
}

static void the_tree_is_valid_and_depth_is_that_of_an_in_order_walk(void **state)
{
	struct vmi_region_set set;
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node;
	u32 deepest = 0;
	size_t i = 0;

	(void)state;
	make_comb(&set, 1000);
	assert_true(vmi_avl_valid(&set.tree, compare_regions));
	for (node = vmi_avl_first(&set.tree, &cursor); node; node = vmi_avl_next(&cursor), i++) {
		u32 depth = vmi_region_depth(&set, &set.regions[i]);

		assert_ptr_equal(node, &set.regions[i].node);
		assert_int_equal(depth, vmi_avl_cursor_depth(&cursor));
		deepest = max_t(u32, deepest, depth);
	}
	assert_int_equal(i, set.count);
	assert_int_equal(deepest + 1, vmi_avl_height(&set.tree));
	vmi_region_set_deinit(&set);
}

/* Compares a subtree with its copy in the index and marks the places seen. */
static u32 assert_same_subtree(const struct vmi_region_set *set, const struct vmi_avl_node *node, u32 place, bool *seen)
{
	const struct vmi_region_index_node *copy = &set->index[place];
	const struct vmi_region *region;

	if (!node) {
		assert_int_equal(place, 0);
		return 0;
	}
	region = container_of(node, struct vmi_region, node);
	assert_true(place >= 1 && place <= set->count && !seen[place]);
	seen[place] = true;
	assert_ptr_equal(&set->regions[copy->region], region);
	assert_int_equal(copy->end, region->end);
	return 1 + assert_same_subtree(set, node->left, copy->left, seen) +
	       assert_same_subtree(set, node->right, copy->right, seen);
}

static void the_index_is_a_copy_of_the_tree_at_any_count(void **state)
{
	static bool seen[3001];
	struct vmi_region_set set;
	u32 count;

	(void)state;
	for (count = 33; count <= 3000; count += 1 + count / 100) {
		make_comb(&set, count);
		memset(seen, 0, sizeof(seen));
		assert_int_equal(assert_same_subtree(&set, set.tree.root, 1, seen), count);
		vmi_region_set_deinit(&set);
	}
}

/* Changes of page on the way down to an address. */
static u32 pages_touched(const struct vmi_region_set *set, u64 address)
{
	u64 last_page = 0;
	u32 pages = 0;
	u32 place = 1;

	while (place) {
		const struct vmi_region_index_node *node = &set->index[place];
		u64 page = (uintptr_t)node / PAGE;

		pages += page != last_page;
		last_page = page;
		place = address < node->end ? node->left : node->right;
	}
	return pages;
}

static void a_look_up_in_the_largest_set_touches_few_pages(void **state)
{
	struct vmi_region_set set;
	u32 i;

	(void)state;
	make_comb(&set, MAX_REGIONS);
	for (i = 0; i < MAX_REGIONS; i += 97)
		assert_true(pages_touched(&set, set.regions[i].start) <= 6);
	vmi_region_set_deinit(&set);
}

static void depth_is_zero_without_a_tree(void **state)
{
	struct vmi_region_set set;

	(void)state;
	make_comb(&set, 32);
	assert_int_equal(vmi_region_depth(&set, &set.regions[31]), 0);
	vmi_region_set_deinit(&set);
}

static void append_refuses_empty_overlapping_and_unreserved_regions(void **state)
{
	struct vmi_region_set set;

	(void)state;
	vmi_region_set_init(&set);
	assert_null(vmi_region_set_append(&set, PAGE, 2 * PAGE));
	assert_int_equal(vmi_region_set_reserve(&set, 2, 0), 0);
	assert_null(vmi_region_set_append(&set, PAGE, PAGE));
	assert_null(vmi_region_set_append(&set, 2 * PAGE, PAGE));
	assert_non_null(vmi_region_set_append(&set, PAGE, 3 * PAGE));
	assert_null(vmi_region_set_append(&set, 2 * PAGE, 4 * PAGE));
	assert_null(vmi_region_set_append(&set, 0, PAGE));
	assert_non_null(vmi_region_set_append(&set, 3 * PAGE, 4 * PAGE));
	assert_int_equal(set.count, 2);
	vmi_region_set_deinit(&set);
}

static void append_gives_a_clean_region(void **state)
{
	static const struct vmi_page_counts none;
	struct vmi_region_set set;
	struct vmi_region *region;

	(void)state;
	vmi_region_set_init(&set);
	assert_int_equal(vmi_region_set_reserve(&set, 1, 0), 0);
	region = vmi_region_set_append(&set, PAGE, 3 * PAGE);
	assert_true(region->start == PAGE && region->end == 3 * PAGE);
	assert_int_equal(region->flags, 0);
	assert_int_equal(region->inode, 0);
	assert_int_equal(region->file_offset, 0);
	assert_int_equal(region->name, VMI_NAME_NONE);
	assert_int_equal(region->ops_name, VMI_NAME_NONE);
	assert_memory_equal(&region->counts, &none, sizeof(none));
	vmi_region_set_deinit(&set);
}

static void strings_come_back_as_they_went_in(void **state)
{
	struct vmi_region_set set;
	u32 empty, heap, heap_only;

	(void)state;
	vmi_region_set_init(&set);
	assert_int_equal(vmi_region_set_reserve(&set, 0, 1 + 7 + 3), 0);
	empty = vmi_region_set_add_string(&set, "", 0);
	heap = vmi_region_set_add_string(&set, "[heap]", 6);
	heap_only = vmi_region_set_add_string(&set, "[heap]", 2);
	assert_string_equal(vmi_region_set_string(&set, empty), "");
	assert_string_equal(vmi_region_set_string(&set, heap), "[heap]");
	assert_string_equal(vmi_region_set_string(&set, heap_only), "[h");
	assert_null(vmi_region_set_string(&set, VMI_NAME_NONE));
	vmi_region_set_deinit(&set);
}

static void a_string_needs_room_for_its_end_too(void **state)
{
	struct vmi_region_set set;

	(void)state;
	vmi_region_set_init(&set);
	assert_int_equal(vmi_region_set_add_string(&set, "", 0), VMI_NAME_NONE);
	assert_int_equal(vmi_region_set_reserve(&set, 0, 6), 0);
	assert_int_equal(vmi_region_set_add_string(&set, "[heap]", 6), VMI_NAME_NONE);
	assert_int_equal(vmi_region_set_add_string(&set, "[anon", 5), 0);
	assert_int_equal(vmi_region_set_add_string(&set, "", 0), VMI_NAME_NONE);
	vmi_region_set_deinit(&set);
}

static void reserve_keeps_what_is_there_and_makes_the_room_asked_for(void **state)
{
	struct vmi_region_set set;
	struct rng rng;
	u32 name[300];
	char text[16];
	u32 i;

	(void)state;
	rng_init(&rng);
	vmi_region_set_init(&set);
	for (i = 0; i < ARRAY_SIZE(name); i++) {
		size_t regions = 1 + rng_below(&rng, 10);
		size_t bytes = sizeof(text) + rng_below(&rng, 100);

		assert_int_equal(vmi_region_set_reserve(&set, regions, bytes), 0);
		assert_true(set.capacity - set.count >= regions);
		assert_true(set.strings_capacity - set.strings_used >= bytes);
		assert_non_null(vmi_region_set_append(&set, i * PAGE, (i + 1) * PAGE));
		name[i] = vmi_region_set_add_string(&set, text, snprintf(text, sizeof(text), "name %u", i));
	}
	for (i = 0; i < ARRAY_SIZE(name); i++) {
		assert_int_equal(set.regions[i].start, i * PAGE);
		snprintf(text, sizeof(text), "name %u", i);
		assert_string_equal(vmi_region_set_string(&set, name[i]), text);
	}
	vmi_region_set_deinit(&set);
}

static void reserving_one_by_one_copies_seldom(void **state)
{
	struct vmi_region_set set;
	const void *before = NULL;
	u32 moves = 0;
	u32 i;

	(void)state;
	vmi_region_set_init(&set);
	for (i = 0; i < 10000; i++) {
		assert_int_equal(vmi_region_set_reserve(&set, 1, 0), 0);
		assert_non_null(vmi_region_set_append(&set, i * PAGE, (i + 1) * PAGE));
		moves += set.regions != before;
		before = set.regions;
	}
	assert_true(moves < 40);
	vmi_region_set_deinit(&set);
}

static void reserve_refuses_what_no_memory_can_hold(void **state)
{
	struct vmi_region_set set;

	(void)state;
	vmi_region_set_init(&set);
	assert_int_equal(vmi_region_set_reserve(&set, SIZE_MAX, 0), -ENOMEM);
	assert_int_equal(vmi_region_set_reserve(&set, SIZE_MAX / sizeof(struct vmi_region), 0), -ENOMEM);
	assert_int_equal(vmi_region_set_reserve(&set, 0, SIZE_MAX), -ENOMEM);
	assert_int_equal(vmi_region_set_reserve(&set, 0, (size_t)VMI_NAME_NONE + 1), -ENOMEM);
	assert_int_equal(vmi_region_set_reserve(&set, 1, 1), 0);
	assert_non_null(vmi_region_set_append(&set, 0, PAGE));
	assert_int_equal(vmi_region_set_add_string(&set, "", 0), 0);
	assert_int_equal(vmi_region_set_reserve(&set, SIZE_MAX, 0), -ENOMEM);
	assert_int_equal(vmi_region_set_reserve(&set, 0, SIZE_MAX), -ENOMEM);
	assert_int_equal(set.count, 1);
	vmi_region_set_deinit(&set);
}

/* A set of one region called [stack]; reserves much more, the nth allocation failing. False when none failed. */
static bool fail_to_reserve(size_t nth)
{
	struct vmi_region_set set;
	bool failed;
	u32 name;
	int ret;

	vmi_region_set_init(&set);
	assert_int_equal(vmi_region_set_reserve(&set, 1, 8), 0);
	assert_non_null(vmi_region_set_append(&set, PAGE, 2 * PAGE));
	name = vmi_region_set_add_string(&set, "[stack]", 7);
	alloc_fail_nth(nth);
	ret = vmi_region_set_reserve(&set, 1000, 1000);
	failed = alloc_has_failed();
	alloc_fail_nth(0);
	assert_int_equal(ret, failed ? -ENOMEM : 0);
	assert_int_equal(set.count, 1);
	assert_int_equal(set.regions[0].start, PAGE);
	assert_string_equal(vmi_region_set_string(&set, name), "[stack]");
	assert_true(!failed || set.capacity == 1);
	vmi_region_set_deinit(&set);
	assert_int_equal(alloc_live(), 0);
	return failed;
}

static void a_failed_reserve_leaves_the_set_usable(void **state)
{
	size_t nth = 1;

	(void)state;
	while (fail_to_reserve(nth))
		nth++;
	assert_int_equal(nth, 4);	/* strings, regions, index */
}

static void reserving_more_after_sealing_drops_the_tree_of_the_old_array(void **state)
{
	struct vmi_region_set set;

	(void)state;
	make_comb(&set, 40);
	assert_int_equal(vmi_region_set_reserve(&set, 1000, 0), 0);
	assert_false(vmi_region_set_has_tree(&set));
	vmi_region_set_seal(&set);
	assert_ptr_equal(vmi_region_find(&set, 3 * PAGE), &set.regions[1]);
	vmi_region_set_deinit(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_agrees_with_a_page_array),
		cmocka_unit_test(hole_at_agrees_with_a_page_array),
		cmocka_unit_test(find_hole_gives_the_lowest_that_is_long_enough),
		cmocka_unit_test(largest_hole_is_the_lowest_of_the_longest),
		cmocka_unit_test(an_empty_set_is_one_hole),
		cmocka_unit_test(a_region_at_the_end_of_the_address_space_is_found),
		cmocka_unit_test(a_tree_is_built_above_32_regions),
		cmocka_unit_test(find_is_right_in_the_largest_set),
		cmocka_unit_test(the_tree_is_valid_and_depth_is_that_of_an_in_order_walk),
		cmocka_unit_test(the_index_is_a_copy_of_the_tree_at_any_count),
		cmocka_unit_test(a_look_up_in_the_largest_set_touches_few_pages),
		cmocka_unit_test(depth_is_zero_without_a_tree),
		cmocka_unit_test(append_refuses_empty_overlapping_and_unreserved_regions),
		cmocka_unit_test(append_gives_a_clean_region),
		cmocka_unit_test(strings_come_back_as_they_went_in),
		cmocka_unit_test(a_string_needs_room_for_its_end_too),
		cmocka_unit_test(reserve_keeps_what_is_there_and_makes_the_room_asked_for),
		cmocka_unit_test(reserving_one_by_one_copies_seldom),
		cmocka_unit_test(reserve_refuses_what_no_memory_can_hold),
		cmocka_unit_test(a_failed_reserve_leaves_the_set_usable),
		cmocka_unit_test(reserving_more_after_sealing_drops_the_tree_of_the_old_array),
	};

	rng_announce();
	return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
