// SPDX-License-Identifier: GPL-2.0
/* A shadow of which a policy has evicted half. */
#include "evicting_world.h"

#include "unit.h"

void evicting_world_pass(struct evicting_world *world, u32 accessed_percent)
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

void evicting_world_begin(struct evicting_world *world)
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
	evicting_world_pass(world, 100);
	for (i = 0; i < 3; i++)
		evicting_world_pass(world, 30);
}

void evicting_world_end(struct evicting_world *world)
{
	vmi_mirror_destroy(world->mirror);
	vmi_shadow_destroy(world->shadow);
}

enum evicting_kind evicting_world_kind(const struct evicting_world *world, u32 page)
{
	struct vmi_frame_facts facts;

	if (page >= PAGES || !world->pfn[page])
		return KIND_NOTHING;
	assert_int_equal(vmi_shadow_frame(world->shadow, world->pfn[page], &facts), 0);
	return facts.policy[POLICY].list == VMI_LIST_EVICTED ? KIND_EVICTED : KIND_PRESENT;
}
