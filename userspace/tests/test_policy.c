// SPDX-License-Identifier: GPL-2.0
/*
 * Each policy against its reference model (model_*.c), decision for decision: both get the same random stream of
 * mapping, touching, unmapping, pinning, dirtying and scanning, and after each scan have the same frames in the same
 * order on the same lists, of the same ages, and the same counts.
 */
#include "model.h"
#include "policy_lists.h"
#include "unit.h"

#define HUGE_FRAMES	8
#define PERIODS		300

struct world {
	struct rng rng;
	struct vmi_budget budget;
	struct vmi_frame_table frames;
	struct vmi_policy *policy;
	struct model model;
	u32 id[MODEL_FRAMES];		/* of the present frames */
	bool touched[MODEL_FRAMES];	/* in this period */
};

static bool is_huge(u32 frame)
{
	return frame < HUGE_FRAMES;
}

static u32 zone_of(u32 frame)
{
	return frame / 2 % MODEL_ZONES;
}

/* Zones are a property of sections, so each zone has PFNs of its own; huge frames are in other sections anyway. */
static u32 pfn_of(u32 frame)
{
	return (zone_of(frame) << 24) + frame * (is_huge(frame) ? 512 : 3);
}

static void begin_world(struct world *world, const struct model_ops *ops, const struct vmi_policy_params *params)
{
	const struct vmi_policy_ops *policy = vmi_policy_by_id(ops->id);
	u32 zone;

	memset(world, 0, sizeof(*world));
	rng_init(&world->rng);
	world->model.ops = ops;
	world->model.params = *params;
	assert_int_equal(vmi_frame_table_init(&world->frames, &world->budget, 1), 0);
	world->policy = vmi_policy_create(&world->budget, policy, params, &world->frames, 0);
	assert_non_null(world->policy);
	for (zone = 0; zone < MODEL_ZONES; zone++)
		assert_int_equal(vmi_policy_add_zone(world->policy, &world->budget, zone), 0);
}

static void map_frame(struct world *world, u32 frame)
{
	static const u32 kinds[] = { VMI_SEEN_ANON, VMI_SEEN_FILE, VMI_SEEN_SHMEM, VMI_SEEN_ANON | VMI_SEEN_ACCESSED };
	struct model_frame *modelled = &world->model.frame[frame];
	u32 flags = kinds[rng_below(&world->rng, ARRAY_SIZE(kinds))];
	bool new;

	assert_int_equal(vmi_frame_map(&world->frames, pfn_of(frame), is_huge(frame) ? 9 : 0, zone_of(frame),
				       &world->id[frame], &new), 0);
	assert_true(new);
	world->policy->ops->mapped(world->policy, world->id[frame], flags);
	*modelled = (struct model_frame){ .present = true, .huge = is_huge(frame), .zone = zone_of(frame) };
	world->model.ops->mapped(&world->model, frame, flags);
	world->touched[frame] = false;
}

static void drop_frame(struct world *world, u32 frame)
{
	vmi_policy_drop(world->policy, world->id[frame], rng_once_in(&world->rng, 2));
	vmi_frame_unmap(&world->frames, world->id[frame]);
	model_move(&world->model, frame, VMI_LIST_NONE);
	world->model.frame[frame].present = false;
}

static void set_standing(struct world *world, u32 frame)
{
	struct model_frame *modelled = &world->model.frame[frame];

	modelled->pinned = rng_once_in(&world->rng, 8);
	modelled->dirty = rng_once_in(&world->rng, 2);
	vmi_frame_set_standing(&world->frames, world->id[frame],
			       (modelled->pinned ? VMI_STANDING_PINNED : 0) |
			       (modelled->dirty ? VMI_STANDING_DIRTY : 0));
}

/* Touches a run of frames that were not touched in this period, told to the policy in one call. */
static void touch_frames(struct world *world)
{
	u32 first = rng_below(&world->rng, MODEL_FRAMES);
	u32 end = first + 1 + rng_below(&world->rng, 20);
	u32 batch[20];
	u32 count = 0;
	u32 frame;

	for (frame = first; frame < end && frame < MODEL_FRAMES; frame++) {
		if (!world->model.frame[frame].present || world->touched[frame])
			continue;
		world->touched[frame] = true;
		batch[count++] = world->id[frame];
		world->model.ops->touched(&world->model, frame);
	}
	world->policy->ops->referenced(world->policy, batch, count);
}

static void change_something(struct world *world)
{
	u32 frame = rng_below(&world->rng, MODEL_FRAMES);

	if (!world->model.frame[frame].present)
		map_frame(world, frame);
	else if (rng_once_in(&world->rng, 4))
		drop_frame(world, frame);
	else if (rng_once_in(&world->rng, 2))
		set_standing(world, frame);
	else
		touch_frames(world);
}

static void tell_untouched(struct world *world)
{
	u32 frame;

	for (frame = 0; frame < MODEL_FRAMES; frame++) {
		if (!world->model.frame[frame].present || world->touched[frame])
			continue;
		if (world->policy->ops->unreferenced)
			world->policy->ops->unreferenced(world->policy, &world->id[frame], 1);
		if (world->model.ops->untouched)
			world->model.ops->untouched(&world->model, frame);
	}
	memset(world->touched, 0, sizeof(world->touched));
}

static void scan_zone(struct world *world, u32 zone)
{
	struct vmi_scan scan = { .zone = zone };
	u64 resident = model_resident(&world->model, zone);

	scan.priority = rng_once_in(&world->rng, 2) ? 0 : rng_below(&world->rng, 8);
	if (rng_once_in(&world->rng, 2))
		scan.excess = rng_below(&world->rng, rng_once_in(&world->rng, 8) ? resident + 2 : resident / 8 + 2);
	world->policy->ops->scan(world->policy, &scan);
	world->model.ops->scan(&world->model, zone, scan.priority, scan.excess);
}

static void assert_same_list(const struct world *world, u32 zone, u32 list)
{
	const struct model_list *expected = &world->model.list[zone][list];
	u32 id = world->policy->zones[zone]->lists[list].tail;
	u32 i;

	assert_int_equal(vmi_policy_list_pages(world->policy, zone, list),
			 model_list_pages(&world->model, zone, list));
	for (i = expected->count; i-- > 0;) {
		assert_int_equal(id, world->id[expected->frames[i]]);
		id = vmi_word_towards_head(*vmi_policy_word(world->policy, id));
	}
	assert_int_equal(id, 0);
}

static void assert_same_frames(const struct world *world)
{
	u32 frame;

	for (frame = 0; frame < MODEL_FRAMES; frame++) {
		const struct model_frame *expected = &world->model.frame[frame];
		u64 word;

		if (!expected->present)
			continue;
		word = *vmi_policy_word(world->policy, world->id[frame]);
		assert_int_equal(vmi_word_list(word), expected->list);
		assert_int_equal(!!(word & VMI_WORD_REFAULTED), expected->refaulted);
		if (expected->list >= VMI_LIST_FIRST_OWN)
			assert_int_equal(vmi_policy_coldness(world->policy, word),
					 world->policy->ops->coldness(expected->list, vmi_word_value(word)));
		assert_int_equal(world->policy->ops->age(vmi_word_list(word), vmi_word_value(word)),
				 world->model.ops->age(expected));
	}
}

static void assert_same(const struct world *world)
{
	u32 zone, list;

	for (zone = 0; zone < MODEL_ZONES; zone++) {
		for (list = VMI_LIST_EVICTED; list < VMI_LISTS_MAX; list++)
			assert_same_list(world, zone, list);
		assert_memory_equal(&world->policy->zones[zone]->counts, &world->model.counts[zone],
				    sizeof(world->model.counts[zone]));
	}
	assert_same_frames(world);
}

/* A stream that left a count at 0 would not have tested what it counts. */
static void assert_much_happened(const struct world *world)
{
	const struct vmi_policy_counts *counts = &world->model.counts[0];

	assert_true(counts->scanned && counts->evicted && counts->refaulted);
	if (world->model.ops != &model_clock)
		assert_true(counts->promoted && counts->demoted);
	if (world->model.ops == &model_aging24)
		assert_true(counts->laundered);
}

static void end_world(struct world *world)
{
	u32 frame;

	for (frame = 0; frame < MODEL_FRAMES; frame++)
		if (world->model.frame[frame].present)
			drop_frame(world, frame);
	vmi_policy_destroy(world->policy, &world->budget);
	vmi_frame_table_deinit(&world->frames);
	assert_int_equal(world->budget.used, 0);
	assert_int_equal(alloc_live(), 0);
}

static void compare_over_a_stream(const struct model_ops *ops, const struct vmi_policy_params *params)
{
	struct world *world = malloc(sizeof(*world));
	u32 period, zone, changes;

	begin_world(world, ops, params);
	for (period = 0; period < PERIODS; period++) {
		for (changes = rng_below(&world->rng, 120); changes; changes--)
			change_something(world);
		tell_untouched(world);
		for (zone = 0; zone < MODEL_ZONES; zone++)
			scan_zone(world, zone);
		assert_same(world);
	}
	assert_much_happened(world);
	end_world(world);
	free(world);
}

static void compare_with_classic_params(const struct model_ops *ops)
{
	struct vmi_policy_params params;

	vmi_policy_params_init(&params);
	compare_over_a_stream(ops, &params);
}

static void aging24_decides_as_its_model(void **state)
{
	(void)state;
	compare_with_classic_params(&model_aging24);
}

static void aging24_decides_as_its_model_whatever_the_parameters(void **state)
{
	struct vmi_policy_params params;
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 12; i++) {
		vmi_policy_params_init(&params);
		params.age_max = 1 + rng_below(&rng, 127);
		params.age_start = rng_below(&rng, params.age_max + 1);
		params.age_advance = 1 + rng_below(&rng, params.age_max);
		params.age_decline = 1 + rng_below(&rng, params.age_max);
		params.age_halving = i % 2;
		params.inactive_percent = 10 + rng_below(&rng, 91);
		assert_true(vmi_policy_params_valid(&params));
		compare_over_a_stream(&model_aging24, &params);
	}
}

static void nbit_decides_as_its_model(void **state)
{
	(void)state;
	compare_with_classic_params(&model_nbit);
}

static void clock_decides_as_its_model(void **state)
{
	(void)state;
	compare_with_classic_params(&model_clock);
}

static void clock_counts_idle_passes_no_further_than_127(void **state)
{
	struct world *world = malloc(sizeof(*world));
	struct vmi_scan scan = { .zone = zone_of(HUGE_FRAMES) };
	struct vmi_policy_params params;
	u32 pass;

	(void)state;
	vmi_policy_params_init(&params);
	begin_world(world, &model_clock, &params);
	map_frame(world, HUGE_FRAMES);
	for (pass = 0; pass < 300; pass++) {
		world->policy->ops->scan(world->policy, &scan);
		world->model.ops->scan(&world->model, scan.zone, 0, 0);
		assert_same(world);
	}
	assert_int_equal(world->model.frame[HUGE_FRAMES].age, 127);
	end_world(world);
	free(world);
}

static void twolist_decides_as_its_model(void **state)
{
	(void)state;
	compare_with_classic_params(&model_twolist);
}

static void gen_decides_as_its_model(void **state)
{
	(void)state;
	compare_with_classic_params(&model_gen);
}

static void policies_are_found_by_number_and_name(void **state)
{
	u32 id;

	(void)state;
	for (id = 0; id < VMI_POLICY_COUNT; id++) {
		const struct vmi_policy_ops *ops = vmi_policy_by_id(id);

		assert_non_null(ops);
		assert_int_equal(ops->id, id);
		assert_ptr_equal(vmi_policy_by_name(ops->name, strlen(ops->name)), ops);
		assert_null(vmi_policy_by_name(ops->name, strlen(ops->name) - 1));
		assert_string_equal(ops->list_names[VMI_LIST_EVICTED], "evicted");
	}
	assert_null(vmi_policy_by_id(VMI_POLICY_COUNT));
	assert_null(vmi_policy_by_name("", 0));
}

/* What a scan evicts next must be ranked coldest, or the audit would hold against a policy what it did not say. */
static void evicted_pages_are_the_coldest_of_every_policy(void **state)
{
	u32 id, list, value;

	(void)state;
	for (id = 0; id < VMI_POLICY_COUNT; id++) {
		const struct vmi_policy_ops *ops = vmi_policy_by_id(id);

		for (list = VMI_LIST_FIRST_OWN; list < VMI_LISTS_MAX && ops->list_names[list]; list++)
			for (value = 0; value < 256; value++)
				assert_true(ops->coldness(list, value) > 0);
		assert_int_equal(ops->coldness(VMI_LIST_EVICTED, 0), 0);
		assert_true(ops->active_from > 0);
	}
}

static void parameters_out_of_range_are_refused(void **state)
{
	static const struct {
		u8 max, start, advance, decline, inactive;
		bool valid;
	} cases[] = {
		{ 64, 2, 3, 1, 20, true }, { 127, 127, 127, 127, 100, true }, { 1, 0, 1, 1, 0, true },
		{ 128, 2, 3, 1, 20, false }, { 0, 0, 3, 1, 20, false }, { 64, 65, 3, 1, 20, false },
		{ 64, 2, 0, 1, 20, false }, { 64, 2, 65, 1, 20, false }, { 64, 2, 3, 0, 20, false },
		{ 64, 2, 3, 65, 20, false }, { 64, 2, 3, 1, 101, false },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmi_policy_params params = {
			.age_max = cases[i].max,
			.age_start = cases[i].start,
			.age_advance = cases[i].advance,
			.age_decline = cases[i].decline,
			.inactive_percent = cases[i].inactive,
		};

		assert_int_equal(vmi_policy_params_valid(&params), cases[i].valid);
	}
}

static void the_classic_parameters_are_the_default(void **state)
{
	struct vmi_policy_params params;

	(void)state;
	vmi_policy_params_init(&params);
	assert_true(vmi_policy_params_valid(&params));
	assert_int_equal(params.age_max, 64);
	assert_int_equal(params.age_start, 2);
	assert_int_equal(params.age_advance, 3);
	assert_int_equal(params.age_decline, 1);
	assert_false(params.age_halving);
}

static void ages_fall_into_buckets_of_powers_of_two(void **state)
{
	static const struct {
		u32 age, bucket;
	} cases[] = {
		{ 0, 0 }, { 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 3 }, { 7, 3 }, { 8, 4 }, { 15, 4 }, { 16, 5 }, { 31, 5 },
		{ 32, 6 }, { 63, 6 }, { 64, 7 }, { 127, 7 }, { 128, 7 }, { ~0U, 7 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(vmi_age_bucket(cases[i].age), cases[i].bucket);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_are_found_by_number_and_name),
		cmocka_unit_test(evicted_pages_are_the_coldest_of_every_policy),
		cmocka_unit_test(parameters_out_of_range_are_refused),
		cmocka_unit_test(the_classic_parameters_are_the_default),
		cmocka_unit_test(ages_fall_into_buckets_of_powers_of_two),
		cmocka_unit_test(aging24_decides_as_its_model),
		cmocka_unit_test(aging24_decides_as_its_model_whatever_the_parameters),
		cmocka_unit_test(nbit_decides_as_its_model),
		cmocka_unit_test(clock_decides_as_its_model),
		cmocka_unit_test(clock_counts_idle_passes_no_further_than_127),
		cmocka_unit_test(twolist_decides_as_its_model),
		cmocka_unit_test(gen_decides_as_its_model),
	};

	rng_announce();
	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
