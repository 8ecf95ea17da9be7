// SPDX-License-Identifier: GPL-2.0
/* What has been evicted since the last look, and what is back: against asking page by page at both. */
#include "eviction_set.h"
#include "evicting_world.h"
#include "unit.h"

#define ROUNDS 20

struct told {
	u8 evicted[PAGES];
	u8 back[PAGES];
	u64 last;			/* end of what was told last: addresses rise */
};

static void tell(void *context, bool evicted, u64 start, u64 pages)
{
	struct told *told = context;
	u64 page = (start - ADDRESS) >> VMI_PAGE_SHIFT, end = page + pages;

	assert_true(pages > 0);
	assert_true(start >= told->last);
	assert_true(end <= PAGES);
	for (; page < end; page++)
		(evicted ? told->evicted : told->back)[page]++;
	told->last = ADDRESS + (end << VMI_PAGE_SHIFT);
}

static void look(const struct evicting_world *world, u8 kinds[PAGES])
{
	u32 page;

	for (page = 0; page < PAGES; page++)
		kinds[page] = evicting_world_kind(world, page);
}

/* Frees some pages and fills some holes, block ends left alone; the huge page stays. */
static void change_layout(struct evicting_world *world)
{
	u32 page;

	for (page = 0; page < PAGES - 512; page++)
		if (!rng_below(&world->rng, 16))
			world->pfn[page] = world->pfn[page] ? 0 : 1000 + page;
}

static void changes_are_told_once_and_what_is_gone_is_not(void **state)
{
	u32 round, page, evicted = 0, back = 0, gone = 0;
	u8 before[PAGES], after[PAGES];
	struct vmi_pool pool = { .limit = 0 };
	struct vmi_eviction_set set;
	struct evicting_world world;

	(void)state;
	evicting_world_begin(&world);
	vmi_eviction_set_init(&set, &pool);
	for (round = 0; round < ROUNDS; round++) {
		struct told told = { .last = 0 };

		look(&world, before);
		assert_int_equal(vmi_eviction_set_fill(&set, world.mirror, POLICY), 0);
		change_layout(&world);
		evicting_world_pass(&world, 30);
		look(&world, after);
		vmi_eviction_set_compare(&set, world.mirror, POLICY, tell, &told);
		for (page = 0; page < PAGES; page++) {
			assert_int_equal(told.evicted[page],
					 after[page] == KIND_EVICTED && before[page] != KIND_EVICTED);
			assert_int_equal(told.back[page],
					 after[page] == KIND_PRESENT && before[page] == KIND_EVICTED);
			evicted += told.evicted[page];
			back += told.back[page];
			gone += before[page] == KIND_EVICTED && after[page] == KIND_NOTHING;
		}
		vmi_eviction_set_deinit(&set);
		assert_int_equal(vmi_pool_used(&pool), 0);
	}
	assert_true(evicted && back && gone);
	evicting_world_end(&world);
}

static void where_nothing_changed_nothing_is_told(void **state)
{
	struct told told = { .last = 0 };
	struct vmi_eviction_set set;
	struct evicting_world world;

	(void)state;
	evicting_world_begin(&world);
	vmi_eviction_set_init(&set, NULL);
	assert_int_equal(vmi_eviction_set_fill(&set, world.mirror, POLICY), 0);
	assert_true(set.count > 1);
	vmi_eviction_set_compare(&set, world.mirror, POLICY, tell, &told);
	assert_int_equal(told.last, 0);
	vmi_eviction_set_deinit(&set);
	evicting_world_end(&world);
}

/* At whichever allocation memory is short: an error, an empty set, nothing kept. */
static void short_memory_leaves_an_empty_set(void **state)
{
	struct vmi_pool pool = { .limit = 0 };
	struct vmi_eviction_set set;
	struct evicting_world world;
	size_t live, nth;
	int ret = -1;

	(void)state;
	evicting_world_begin(&world);
	vmi_eviction_set_init(&set, &pool);
	live = alloc_live();
	for (nth = 1; ret; nth++) {
		alloc_fail_nth(nth);
		ret = vmi_eviction_set_fill(&set, world.mirror, POLICY);
		assert_int_equal(ret, alloc_has_failed() ? -ENOMEM : 0);
		assert_int_equal(set.count > 0, !ret);
		assert_int_equal(alloc_live() - live, !ret);
		assert_int_equal(vmi_pool_used(&pool), set.capacity * sizeof(*set.stretches));
	}
	alloc_fail_nth(0);
	assert_true(nth > 3);		/* it grew */
	vmi_eviction_set_deinit(&set);
	assert_int_equal(alloc_live(), live);
	evicting_world_end(&world);
}

static void a_full_pool_leaves_an_empty_set(void **state)
{
	struct vmi_pool pool = { .limit = 100 * sizeof(struct vmi_stretch) };
	struct vmi_eviction_set set;
	struct evicting_world world;

	(void)state;
	evicting_world_begin(&world);
	vmi_eviction_set_init(&set, &pool);
	assert_int_equal(vmi_eviction_set_fill(&set, world.mirror, POLICY), -ENOMEM);
	assert_int_equal(set.count, 0);
	assert_int_equal(vmi_pool_used(&pool), 0);
	evicting_world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_told_once_and_what_is_gone_is_not),
		cmocka_unit_test(where_nothing_changed_nothing_is_told),
		cmocka_unit_test(short_memory_leaves_an_empty_set),
		cmocka_unit_test(a_full_pool_leaves_an_empty_set),
	};

	rng_announce();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
