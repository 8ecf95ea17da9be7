// SPDX-License-Identifier: GPL-2.0
/* Runs of evicted pages, and finding a frame's address: against asking page by page. */
#include "shadow.h"
#include "unit.h"
#include "x86_entry.h"

#define ADDRESS		0x7f0000000000ULL
#define BLOCK_BYTES	(2ULL << 20)
#define BLOCKS		4		/* the last one is a huge leaf */
#define PAGES		(BLOCKS * 512)
#define HUGE_PFN	0x40000
#define POLICY		VMI_POLICY_CLOCK

struct world {
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	struct rng rng;
	u32 pfn[PAGES];			/* 0: nothing there */
};

static void pass(struct world *world, u32 accessed_percent)
{
	struct vmi_observation seen[512], huge = { .pfn = HUGE_PFN, .state = VMI_PAGE_PRESENT };
	struct vmi_pass_stats stats;
	u32 block, i;

	vmi_pass_begin(world->mirror);
	for (block = 0; block < BLOCKS - 1; block++) {
		for (i = 0; i < 512; i++) {
			u32 pfn = world->pfn[block * 512 + i];

			seen[i] = (struct vmi_observation){
				.pfn = pfn, .state = pfn ? VMI_PAGE_PRESENT : VMI_PAGE_UNTOUCHED,
				.flags = rng_below(&world->rng, 100) < accessed_percent ? VMI_SEEN_ACCESSED : 0,
			};
		}
		assert_int_equal(vmi_pass_block(world->mirror, ADDRESS + block * BLOCK_BYTES, seen, 0, 512), 0);
	}
	assert_int_equal(vmi_pass_huge(world->mirror, ADDRESS + block * BLOCK_BYTES, 512, &huge), 0);
	vmi_pass_end(world->mirror, &stats);
	vmi_shadow_scan(world->shadow, 0);
}

/* Small pages with holes, those at the ends of blocks being there; half of them may stay. */
static void begin_world(struct world *world)
{
	struct vmi_shadow_config config;
	u32 i;

	rng_init(&world->rng);
	vmi_shadow_config_init(&config);
	config.policies = 1U << POLICY;
	config.rss_basis_points = 5000;
	assert_int_equal(vmi_shadow_create(&config, &world->shadow), 0);
	assert_int_equal(vmi_mirror_create(world->shadow, &world->mirror), 0);
	for (i = 0; i < PAGES - 512; i++)
		world->pfn[i] = i % 512 == 511 || i % 512 == 0 || rng_below(&world->rng, 8) ? 1000 + i : 0;
	for (; i < PAGES; i++)
		world->pfn[i] = HUGE_PFN + i - (PAGES - 512);
	pass(world, 100);
	for (i = 0; i < 3; i++)
		pass(world, 30);
}

static void end_world(struct world *world)
{
	vmi_mirror_destroy(world->mirror);
	vmi_shadow_destroy(world->shadow);
}

/* 0: nothing there; 1: present; 2: evicted. */
static u32 kind_of(const struct world *world, u32 page)
{
	struct vmi_frame_facts facts;

	if (page >= PAGES || !world->pfn[page])
		return 0;
	assert_int_equal(vmi_shadow_frame(world->shadow, world->pfn[page], &facts), 0);
	return facts.policy[POLICY].list == VMI_LIST_EVICTED ? 2 : 1;
}

static void runs_are_neighbours_of_one_kind(void **state)
{
	struct vmi_mirror_run run;
	u32 page = 0, evicted = 0;
	struct world world;
	u64 at = 0;

	(void)state;
	begin_world(&world);
	while (vmi_mirror_next_run(world.mirror, POLICY, at, &run)) {
		u32 first = (run.start - ADDRESS) >> VMI_PAGE_SHIFT, i;

		for (; page < first; page++)
			assert_int_equal(kind_of(&world, page), 0);
		for (i = 0; i < run.pages; i++, page++)
			assert_int_equal(kind_of(&world, page), run.evicted ? 2 : 1);
		assert_int_not_equal(kind_of(&world, page), run.evicted ? 2 : 1);
		evicted += run.evicted ? run.pages : 0;
		at = run.start + (run.pages << VMI_PAGE_SHIFT);
	}
	for (; page < PAGES; page++)
		assert_int_equal(kind_of(&world, page), 0);
	assert_true(evicted > 0 && evicted < PAGES);
	end_world(&world);
}

static void a_run_begins_where_it_is_asked_for(void **state)
{
	struct vmi_mirror_run run;
	struct world world;
	u64 middle;

	(void)state;
	begin_world(&world);
	middle = ADDRESS + (BLOCKS - 1) * BLOCK_BYTES + 100 * VMI_PAGE_BYTES;
	assert_true(vmi_mirror_next_run(world.mirror, POLICY, middle, &run));
	assert_int_equal(run.start, middle);
	assert_int_equal(run.pages, 412);
	assert_false(vmi_mirror_next_run(world.mirror, POLICY, middle + 412 * VMI_PAGE_BYTES, &run));
	assert_false(vmi_mirror_next_run(world.mirror, VMI_POLICY_GEN, 0, &run));
	end_world(&world);
}

static void a_frame_is_found_where_it_is_mapped(void **state)
{
	struct world world;
	u64 address;
	u32 page;

	(void)state;
	begin_world(&world);
	for (page = 0; page < PAGES; page++) {
		if (!world.pfn[page])
			continue;
		assert_true(vmi_mirror_find_frame(world.mirror, world.pfn[page], &address));
		assert_int_equal(address, ADDRESS + page * VMI_PAGE_BYTES);
	}
	assert_false(vmi_mirror_find_frame(world.mirror, 7, &address));
	end_world(&world);
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
