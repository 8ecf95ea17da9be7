// SPDX-License-Identifier: GPL-2.0
/* Memory that many take from: nothing is lost, nobody gets more than there is. */
#include "unit.h"

#include "alloc.h"
#include "mirror.h"
#include "pool.h"
#include "region.h"
#include "shadow.h"

static void what_exceeds_the_limit_is_refused_and_not_counted(void **state)
{
	struct vmi_pool pool = { .limit = 100 };

	(void)state;
	assert_true(vmi_pool_take(&pool, 60));
	assert_false(vmi_pool_take(&pool, 41));
	assert_int_equal(vmi_pool_used(&pool), 60);
	assert_true(vmi_pool_take(&pool, 40));
	vmi_pool_give(&pool, 100);
	assert_int_equal(vmi_pool_used(&pool), 0);
}

static void without_a_limit_all_is_counted_and_nothing_refused(void **state)
{
	struct vmi_pool pool = { .limit = 0 };

	(void)state;
	assert_true(vmi_pool_take(&pool, 1ULL << 60));
	assert_int_equal(vmi_pool_used(&pool), 1ULL << 60);
	assert_true(vmi_pool_take(NULL, 1));
	vmi_pool_give(NULL, 1);
}

/* Each array is replaced by a larger one, which is there before the old one goes. */
static void a_region_set_takes_what_it_grows_by_and_gives_all_back(void **state)
{
	struct vmi_pool pool = { .limit = 1 << 20 };
	struct vmi_region_set set;
	u64 small;

	(void)state;
	vmi_region_set_init(&set);
	set.pool = &pool;
	assert_int_equal(vmi_region_set_reserve(&set, 10, 100), 0);
	small = vmi_pool_used(&pool);
	assert_in_range(small, 10 * sizeof(struct vmi_region) + 100, 10 * sizeof(struct vmi_region) + 1000);
	assert_int_equal(vmi_region_set_reserve(&set, 1000, 100), 0);
	assert_in_range(vmi_pool_used(&pool), 1000 * sizeof(struct vmi_region), 1 << 20);
	vmi_region_set_deinit(&set);
	assert_int_equal(vmi_pool_used(&pool), 0);
}

static void a_region_set_that_is_refused_stays_as_it_was(void **state)
{
	struct vmi_pool pool = { .limit = 64 << 10 };
	struct vmi_region_set set;
	u64 used;

	(void)state;
	vmi_region_set_init(&set);
	set.pool = &pool;
	assert_int_equal(vmi_region_set_reserve(&set, 10, 100), 0);
	assert_non_null(vmi_region_set_append(&set, 0x1000, 0x2000));
	used = vmi_pool_used(&pool);
	assert_int_equal(vmi_region_set_reserve(&set, 10000, 0), -ENOMEM);
	assert_int_equal(vmi_region_set_reserve(&set, 0, 1 << 20), -ENOMEM);
	assert_int_equal(vmi_pool_used(&pool), used);
	assert_int_equal(set.count, 1);
	vmi_region_set_deinit(&set);
	assert_int_equal(vmi_pool_used(&pool), 0);
}

/* An allocation that fails for want of memory gives back what it had taken. */
static void nothing_stays_taken_when_memory_is_short(void **state)
{
	unsigned int nth;

	(void)state;
	for (nth = 1; nth < 20; nth++) {
		struct vmi_pool pool = { .limit = 1 << 20 };
		struct vmi_region_set set;

		vmi_region_set_init(&set);
		set.pool = &pool;
		alloc_fail_nth(nth);
		(void)!vmi_region_set_reserve(&set, 10, 100);
		alloc_fail_nth(0);
		vmi_region_set_deinit(&set);
		assert_int_equal(vmi_pool_used(&pool), 0);
	}
}

/* A pass that sees so many whole tables. */
static void observe(struct vmi_mirror *mirror, u32 tables)
{
	static struct vmi_observation seen[VMI_TABLE_ENTRIES];
	struct vmi_pass_stats stats;
	u32 table, i;

	vmi_pass_begin(mirror);
	for (table = 0; table < tables; table++) {
		for (i = 0; i < VMI_TABLE_ENTRIES; i++)
			seen[i] = (struct vmi_observation){
				.pfn = 1000 + table * VMI_TABLE_ENTRIES + i, .state = VMI_PAGE_PRESENT,
			};
		vmi_pass_block(mirror, (u64)table << 21, seen, 0, VMI_TABLE_ENTRIES);
	}
	vmi_pass_end(mirror, &stats);
}

static void shadows_share_a_pool_and_give_all_back(void **state)
{
	struct vmi_pool pool = { .limit = 8 << 20 };
	struct vmi_shadow_config config;
	struct vmi_shadow *shadows[2];
	struct vmi_mirror *mirrors[2];
	int i;

	(void)state;
	vmi_shadow_config_init(&config);
	config.pool = &pool;
	for (i = 0; i < 2; i++) {
		assert_int_equal(vmi_shadow_create(&config, &shadows[i]), 0);
		assert_int_equal(vmi_mirror_create(shadows[i], &mirrors[i]), 0);
		observe(mirrors[i], 8);
	}
	assert_in_range(vmi_pool_used(&pool), 2 * 4096 * 12, 8 << 20);
	for (i = 0; i < 2; i++) {
		vmi_mirror_destroy(mirrors[i]);
		vmi_shadow_destroy(shadows[i]);
	}
	assert_int_equal(vmi_pool_used(&pool), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_exceeds_the_limit_is_refused_and_not_counted),
		cmocka_unit_test(without_a_limit_all_is_counted_and_nothing_refused),
		cmocka_unit_test(a_region_set_takes_what_it_grows_by_and_gives_all_back),
		cmocka_unit_test(a_region_set_that_is_refused_stays_as_it_was),
		cmocka_unit_test(nothing_stays_taken_when_memory_is_short),
		cmocka_unit_test(shadows_share_a_pool_and_give_all_back),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
