// SPDX-License-Identifier: GPL-2.0
/* Runs of evicted pages, and finding a frame's address: against asking page by page. */
#include "evicting_world.h"
#include "unit.h"

static void runs_are_neighbours_of_one_kind(void **state)
{
	struct vmi_mirror_run run;
	u32 page = 0, evicted = 0;
	struct evicting_world world;
	u64 at = 0;

	(void)state;
	evicting_world_begin(&world);
	while (vmi_mirror_next_run(world.mirror, POLICY, at, &run)) {
		u32 first = (run.start - ADDRESS) >> VMI_PAGE_SHIFT, i;

		for (; page < first; page++)
			assert_int_equal(evicting_world_kind(&world, page), KIND_NOTHING);
		for (i = 0; i < run.pages; i++, page++)
			assert_int_equal(evicting_world_kind(&world, page), run.evicted ? KIND_EVICTED : KIND_PRESENT);
		assert_int_not_equal(evicting_world_kind(&world, page), run.evicted ? KIND_EVICTED : KIND_PRESENT);
		evicted += run.evicted ? run.pages : 0;
		at = run.start + (run.pages << VMI_PAGE_SHIFT);
	}
	for (; page < PAGES; page++)
		assert_int_equal(evicting_world_kind(&world, page), KIND_NOTHING);
	assert_true(evicted > 0 && evicted < PAGES);
	evicting_world_end(&world);
}

static void a_run_begins_where_it_is_asked_for(void **state)
{
	struct vmi_mirror_run run;
	struct evicting_world world;
	u64 middle;

	(void)state;
	evicting_world_begin(&world);
	middle = ADDRESS + (BLOCKS - 1) * BLOCK_BYTES + 100 * VMI_PAGE_BYTES;
	assert_true(vmi_mirror_next_run(world.mirror, POLICY, middle, &run));
	assert_int_equal(run.start, middle);
	assert_int_equal(run.pages, 412);
	assert_false(vmi_mirror_next_run(world.mirror, POLICY, middle + 412 * VMI_PAGE_BYTES, &run));
	assert_false(vmi_mirror_next_run(world.mirror, VMI_POLICY_GEN, 0, &run));
	evicting_world_end(&world);
}

static void a_frame_is_found_where_it_is_mapped(void **state)
{
	struct evicting_world world;
	u64 address;
	u32 page;

	(void)state;
	evicting_world_begin(&world);
	for (page = 0; page < PAGES; page++) {
		if (!world.pfn[page])
			continue;
		assert_true(vmi_mirror_find_frame(world.mirror, world.pfn[page], &address));
		assert_int_equal(address, ADDRESS + page * VMI_PAGE_BYTES);
	}
	assert_false(vmi_mirror_find_frame(world.mirror, 7, &address));
	evicting_world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_neighbours_of_one_kind),
		cmocka_unit_test(a_run_begins_where_it_is_asked_for),
		cmocka_unit_test(a_frame_is_found_where_it_is_mapped),
	};

	rng_announce();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
