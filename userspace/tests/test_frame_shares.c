// SPDX-License-Identifier: GPL-2.0
/* The table of frames that many map: against a plain one, where its probes go round its end, and without memory. */
#include "frame_shares.h"
#include "unit.h"

#define FRAMES		200		/* that there are, so that the table grows a few times */
#define CAPACITY	64		/* that it begins with */

struct world {
	struct vmi_budget budget;
	struct vmi_frame_shares shares;
	u32 frame[FRAMES];
	u32 count[FRAMES];		/* expected; 0: not there */
	u32 used;
};

static void begin(struct world *world)
{
	struct rng rng;
	u32 i;

	memset(world, 0, sizeof(*world));
	rng_init(&rng);
	for (i = 0; i < FRAMES; i++)
		world->frame[i] = 1 + (i << 16) + rng_below(&rng, 1 << 16);
}

static int add(struct world *world, u32 i, u32 count)
{
	int err = vmi_frame_shares_add(&world->shares, &world->budget, world->frame[i], count);

	if (!err) {
		world->count[i] = count;
		world->used++;
	}
	return err;
}

static void take_out(struct world *world, u32 i)
{
	vmi_frame_shares_remove(&world->shares, world->frame[i]);
	world->count[i] = 0;
	world->used--;
}

static void assert_as_expected(const struct world *world)
{
	u32 places = 0, i;

	for (i = 0; i < FRAMES; i++)
		if (world->count[i])
			assert_int_equal(*vmi_frame_shares_count(&world->shares, world->frame[i]), world->count[i]);
	for (i = 0; i < world->shares.capacity; i++)
		places += world->shares.places[i].frame != 0;
	assert_int_equal(places, world->used);
	assert_int_equal(world->shares.used, world->used);
	assert_true(4 * world->used <= 3 * world->shares.capacity);
	assert_int_equal(world->budget.used, world->shares.capacity * sizeof(*world->shares.places));
}

/* It is as new then. */
static void end(struct world *world)
{
	static const struct vmi_frame_shares none;

	vmi_frame_shares_deinit(&world->shares, &world->budget);
	assert_memory_equal(&world->shares, &none, sizeof(none));
	assert_int_equal(world->budget.used, 0);
	assert_int_equal(alloc_live(), 0);
}

static void counts_are_those_of_a_plain_table(void **state)
{
	static struct world world;
	struct rng rng;
	u32 step;

	(void)state;
	begin(&world);
	rng_init(&rng);
	for (step = 0; step < 20000; step++) {
		u32 i = rng_below(&rng, 1 + step / 100);

		if (!world.count[i])
			assert_int_equal(add(&world, i, 1 + rng_below(&rng, 1000)), 0);
		else if (rng_once_in(&rng, 2))
			*vmi_frame_shares_count(&world.shares, world.frame[i]) = ++world.count[i];
		else
			take_out(&world, i);
		assert_as_expected(&world);
	}
	end(&world);
}

static void a_table_of_frames_that_come_and_go_does_not_grow(void **state)
{
	static struct world world;
	u32 i;

	(void)state;
	begin(&world);
	for (i = 0; i < FRAMES; i++) {
		assert_int_equal(add(&world, i, 7), 0);
		take_out(&world, i);
	}
	assert_int_equal(world.shares.capacity, CAPACITY);
	assert_as_expected(&world);
	end(&world);
}

/* Frames whose place in an empty table is its last one. */
static void find_frames_of_the_end(struct world *world, u32 wanted)
{
	u32 found = 0, frame;

	for (frame = 1; found < wanted; frame++) {
		bool at_end;

		world->frame[found] = frame;
		assert_int_equal(add(world, found, 1), 0);
		at_end = world->shares.places[CAPACITY - 1].frame == frame;
		take_out(world, found);
		found += at_end;
	}
}

/* Taken out one after the other, beginning with each of those whose place it is, with others among them. */
static void probes_that_go_round_the_end_close_up(void **state)
{
	static struct world world;
	u32 begun, i;

	(void)state;
	begin(&world);
	find_frames_of_the_end(&world, 6);
	for (begun = 0; begun < 6; begun++) {
		for (i = 0; i < 12; i++)
			assert_int_equal(add(&world, i, 10 + i), 0);
		for (i = 0; i < 12; i++) {
			take_out(&world, (begun + i) % 12);
			assert_as_expected(&world);
		}
	}
	end(&world);
}

static void what_cannot_grow_stays_as_it_was(void **state)
{
	static const int errors[] = { -ENOMEM, -ENOSPC };
	static struct world world;
	u32 kind, i;

	(void)state;
	for (kind = 0; kind < 2; kind++) {
		begin(&world);
		for (i = 0; i < CAPACITY * 3 / 4; i++)
			assert_int_equal(add(&world, i, 1 + i), 0);
		world.budget.limit = kind ? world.budget.used + 1 : 0;
		alloc_fail_nth(kind ? 0 : 1);
		assert_int_equal(add(&world, FRAMES - 1, 1), errors[kind]);
		assert_as_expected(&world);
		world.budget.limit = 0;
		assert_int_equal(add(&world, FRAMES - 1, 1), 0);
		assert_int_equal(world.shares.capacity, 2 * CAPACITY);
		assert_as_expected(&world);
		end(&world);
	}
}

static void the_first_may_be_refused(void **state)
{
	static struct world world;

	(void)state;
	begin(&world);
	alloc_fail_nth(1);
	assert_int_equal(add(&world, 0, 7), -ENOMEM);
	assert_as_expected(&world);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_a_plain_table),
		cmocka_unit_test(a_table_of_frames_that_come_and_go_does_not_grow),
		cmocka_unit_test(probes_that_go_round_the_end_close_up),
		cmocka_unit_test(what_cannot_grow_stays_as_it_was),
		cmocka_unit_test(the_first_may_be_refused),
	};

	rng_announce();
	return cmocka_run_group_tests_name("frame_shares", tests, NULL, NULL);
}
