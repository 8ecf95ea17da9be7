// SPDX-License-Identifier: GPL-2.0
/* The frame table: ids and sharers against plain counts, memory that comes and goes, and what fails without it. */
#include "bits.h"
#include "frame_table.h"
#include "unit.h"

#define PFNS		4096		/* in a few sections far apart */
#define MANY		5000		/* sharers: beyond 4095, and far beyond the 6 of a descriptor */

struct world {
	struct vmi_budget budget;
	struct vmi_frame_table table;
	u32 sharers[2][PFNS];		/* expected, by order 0 or 9 */
	u32 id[2][PFNS];
};

static const u32 orders[2] = { 0, 9 };

static u32 pfn_of(u32 number)
{
	return (number % 16) * 0x01000000 + number / 16 * 512;
}

static void begin_world(struct world *world, u32 planes)
{
	memset(world, 0, sizeof(*world));
	assert_int_equal(vmi_frame_table_init(&world->table, &world->budget, planes), 0);
}

static void map(struct world *world, u32 kind, u32 number)
{
	u32 before = world->id[kind][number];
	bool new;

	assert_int_equal(vmi_frame_map(&world->table, pfn_of(number), orders[kind], 1, &world->id[kind][number], &new),
			 0);
	assert_int_equal(new, world->sharers[kind][number] == 0);
	assert_true(world->id[kind][number] && !(world->id[kind][number] & ~VMI_FRAME_MASK));
	if (!new)
		assert_int_equal(world->id[kind][number], before);
	world->sharers[kind][number]++;
}

static void unmap(struct world *world, u32 kind, u32 number)
{
	vmi_frame_unmap(&world->table, world->id[kind][number]);
	world->sharers[kind][number]--;
}

static void assert_as_expected(const struct world *world)
{
	u64 frames = 0, pages = 0, mappings = 0;
	u32 kind, i;

	for (kind = 0; kind < 2; kind++) {
		for (i = 0; i < PFNS; i++) {
			u32 sharers = world->sharers[kind][i];

			assert_int_equal(vmi_frame_find(&world->table, pfn_of(i), orders[kind]),
					 sharers ? world->id[kind][i] : 0);
			if (sharers)
				assert_int_equal(vmi_frame_sharers(&world->table, world->id[kind][i]), sharers);
			frames += sharers > 0;
			pages += sharers ? 1 << orders[kind] : 0;
			mappings += sharers;
		}
	}
	assert_int_equal(world->table.frames, frames);
	assert_int_equal(world->table.pages, pages);
	assert_int_equal(world->table.mappings, mappings);
}

static void end_world(struct world *world)
{
	u32 kind, i;

	for (kind = 0; kind < 2; kind++)
		for (i = 0; i < PFNS; i++)
			while (world->sharers[kind][i])
				unmap(world, kind, i);
	assert_int_equal(world->table.count, 0);
	vmi_frame_table_deinit(&world->table);
	assert_int_equal(world->budget.used, 0);
	assert_int_equal(alloc_live(), 0);
}

static void ids_and_sharers_are_those_of_plain_counts(void **state)
{
	struct world *world = malloc(sizeof(*world));
	struct rng rng;
	u32 step;

	(void)state;
	rng_init(&rng);
	begin_world(world, 2);
	for (step = 0; step < 200000; step++) {
		u32 kind = rng_once_in(&rng, 4);
		u32 number = rng_below(&rng, rng_once_in(&rng, 2) ? 30 : PFNS);
		bool grow = step / 20000 % 2 == 0;

		if (rng_once_in(&rng, grow ? 3 : 2) && world->sharers[kind][number])
			unmap(world, kind, number);
		else if (grow || rng_once_in(&rng, 4))
			map(world, kind, number);
		if (step % 20000 == 0)
			assert_as_expected(world);
	}
	assert_as_expected(world);
	end_world(world);
	free(world);
}

static void sharers_are_exact_to_any_number(void **state)
{
	struct world *world = malloc(sizeof(*world));
	u32 i;

	(void)state;
	begin_world(world, 1);
	for (i = 1; i <= MANY; i++) {
		map(world, 0, 7);
		assert_int_equal(vmi_frame_sharers(&world->table, world->id[0][7]), i);
	}
	while (--i) {
		assert_int_equal(vmi_frame_sharers(&world->table, world->id[0][7]), i);
		unmap(world, 0, 7);
	}
	assert_int_equal(vmi_frame_find(&world->table, pfn_of(7), 0), 0);
	end_world(world);
	free(world);
}

static void no_two_watched_frames_have_one_id(void **state)
{
	struct world *world = malloc(sizeof(*world));
	static bool taken[1 << 22];
	u32 kind, i;

	(void)state;
	begin_world(world, 1);
	for (kind = 0; kind < 2; kind++) {
		for (i = 0; i < PFNS; i++) {
			map(world, kind, i);
			assert_true(world->id[kind][i] < ARRAY_SIZE(taken));
			assert_false(taken[world->id[kind][i]]);
			taken[world->id[kind][i]] = true;
		}
	}
	end_world(world);
	free(world);
}

static void a_frame_that_comes_back_starts_clean(void **state)
{
	struct world *world = malloc(sizeof(*world));
	struct vmi_section *section;
	u32 place;

	(void)state;
	begin_world(world, 1);
	map(world, 0, 0);
	map(world, 0, 16 * 32);		/* keeps nothing of the first one's section */
	section = vmi_frame_section(&world->table, world->id[0][0]);
	place = vmi_frame_place(world->id[0][0]);
	map(world, 0, 0);
	vmi_frame_set_standing(&world->table, world->id[0][0], VMI_STATE_STANDING);
	section->plane[0][place] = ~0ULL;
	section->identity[place] = 77;
	section->touched[0] = ~0ULL;
	section->used++;		/* holds the section while its only frame goes */
	unmap(world, 0, 0);
	unmap(world, 0, 0);
	section->used--;
	map(world, 0, 0);
	assert_int_equal(section->state[place], 1 << VMI_STATE_SHARER_SHIFT);
	assert_int_equal(section->plane[0][place], 0);
	assert_int_equal(section->identity[place], 0);
	assert_int_equal(vmi_bit_is_set(section->touched, place), 0);
	end_world(world);
	free(world);
}

/* Fails each allocation of a sequence in turn: what failed has left no trace, and going on works. */
static void a_failed_allocation_changes_nothing(void **state)
{
	struct world *world = malloc(sizeof(*world));
	bool failed = true;
	u32 nth, i;

	(void)state;
	for (nth = 1; failed; nth++) {
		begin_world(world, 2);
		alloc_fail_nth(nth);
		for (i = 0; i < 400; i++) {
			u32 number = i % 200;
			bool new;
			u32 id;
			int err = vmi_frame_map(&world->table, pfn_of(number), 0, 0, &id, &new);

			if (err) {
				assert_int_equal(err, -ENOMEM);
				assert_as_expected(world);
				continue;
			}
			world->id[0][number] = id;
			world->sharers[0][number]++;
		}
		failed = alloc_has_failed();
		alloc_fail_nth(0);
		assert_as_expected(world);
		for (i = 0; i < 20; i++)
			map(world, 0, 3);
		end_world(world);
	}
	assert_true(nth > 100);
	free(world);
}

static void the_share_table_survives_failed_growth(void **state)
{
	struct world *world = malloc(sizeof(*world));
	bool failed = true;
	u32 nth, i, round;

	(void)state;
	for (nth = 1; failed; nth++) {
		begin_world(world, 1);
		for (i = 0; i < 300; i++)
			for (round = 0; round < 6; round++)
				map(world, 0, i);
		alloc_fail_nth(nth);
		for (i = 0; i < 300; i++) {
			bool new;
			u32 id;

			if (vmi_frame_map(&world->table, pfn_of(i), 0, 0, &id, &new))
				continue;
			world->sharers[0][i]++;
		}
		failed = alloc_has_failed();
		alloc_fail_nth(0);
		assert_as_expected(world);
		end_world(world);
	}
	assert_true(nth >= 3);
	free(world);
}

static void nothing_is_taken_above_the_limit(void **state)
{
	struct world *world = malloc(sizeof(*world));
	u32 mapped = 0;
	bool new;
	u32 i, id;

	(void)state;
	begin_world(world, 1);
	world->budget.limit = 64 << 10;
	for (i = 0; i < PFNS; i++) {
		int err = vmi_frame_map(&world->table, pfn_of(i), 0, 0, &id, &new);

		assert_true(world->budget.used <= world->budget.limit);
		if (err) {
			assert_int_equal(err, -ENOSPC);
			continue;
		}
		world->id[0][i] = id;
		world->sharers[0][i]++;
		mapped++;
	}
	assert_true(mapped > 10 && mapped < PFNS);
	assert_as_expected(world);
	end_world(world);
	free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_and_sharers_are_those_of_plain_counts),
		cmocka_unit_test(sharers_are_exact_to_any_number),
		cmocka_unit_test(no_two_watched_frames_have_one_id),
		cmocka_unit_test(a_frame_that_comes_back_starts_clean),
		cmocka_unit_test(a_failed_allocation_changes_nothing),
		cmocka_unit_test(the_share_table_survives_failed_growth),
		cmocka_unit_test(nothing_is_taken_above_the_limit),
	};

	rng_announce();
	return cmocka_run_group_tests_name("frame_table", tests, NULL, NULL);
}
