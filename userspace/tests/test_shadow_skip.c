// SPDX-License-Identifier: GPL-2.0
/*
 * What a pass leaves out: a shadow that is told only of entries which have to be looked at comes to the same as one
 * that is told of all, pass by pass.
 */
#include "bits.h"
#include "shadow.h"
#include "table_print.h"
#include "unit.h"
#include "x86_entry.h"

#define ADDRESS		0x7f0000000000ULL
#define BLOCK		0x200000ULL
#define TABLES		3
#define FRAMES		400		/* fewer than entries, so that many are shared */
#define PASSES		600
#define FRAME_MASK	0x000ffffffffff000ULL
#define SWAPPED		(7ULL << 32)	/* no hardware bit: an entry that is not present and not empty */

/* One address space, and the two shadows of it. */
struct world {
	struct rng rng;
	u64 table[TABLES][512];
	u32 cut[TABLES];		/* a table belongs to two regions, before and from this entry on; 0: to one */
	struct vmi_shadow *plain_shadow, *quick_shadow;
	struct vmi_mirror *plain, *quick;
	u32 tables_left_out;
};

static struct vmi_mirror *begin_shadow(struct vmi_shadow **ret)
{
	struct vmi_shadow_config config;
	struct vmi_mirror *mirror;

	vmi_shadow_config_init(&config);
	config.policies = VMI_POLICIES_ALL;
	assert_int_equal(vmi_shadow_create(&config, ret), 0);
	assert_int_equal(vmi_mirror_create(*ret, &mirror), 0);
	return mirror;
}

static void begin_world(struct world *world)
{
	memset(world, 0, sizeof(*world));
	rng_init(&world->rng);
	world->plain = begin_shadow(&world->plain_shadow);
	world->quick = begin_shadow(&world->quick_shadow);
}

static void end_world(struct world *world)
{
	vmi_mirror_destroy(world->plain);
	vmi_mirror_destroy(world->quick);
	vmi_shadow_destroy(world->plain_shadow);
	vmi_shadow_destroy(world->quick_shadow);
	assert_int_equal(alloc_live(), 0);
}

/* --- what happens between passes ---------------------------------------------------------------------------------- */

/* The right to access it has been taken away: the frame is inverted. */
static u64 protnone(u64 frame)
{
	return (~(frame << VMI_PAGE_SHIFT) & FRAME_MASK) | VMI_X86_GLOBAL;
}

static u64 some_entry(struct world *world)
{
	u64 frame = 0x1000 + rng_below(&world->rng, FRAMES);

	switch (rng_below(&world->rng, 8)) {
	case 0:
		return 0;
	case 1:
		return SWAPPED;
	case 2:
		return protnone(frame);
	default:
		return frame << VMI_PAGE_SHIFT | VMI_X86_PRESENT;
	}
}

/* Mostly nothing happens to a table; else a few entries are touched or change, also in pairs that change places. */
static void live_on(struct world *world)
{
	u32 t, n;

	for (t = 0; t < TABLES; t++) {
		u64 *table = world->table[t];

		for (n = rng_once_in(&world->rng, 3) ? rng_below(&world->rng, 20) : 0; n; n--) {
			u64 *one = &table[rng_below(&world->rng, 512)], *other = &table[rng_below(&world->rng, 512)];
			u64 value = *one;

			if (rng_once_in(&world->rng, 2)) {
				*one |= vmi_entry_present(*one) ? VMI_X86_ACCESSED : 0;
			} else if (rng_once_in(&world->rng, 2)) {
				*one = some_entry(world);
			} else {
				*one = *other;
				*other = value;
			}
		}
		if (rng_once_in(&world->rng, 50))
			world->cut[t] = rng_once_in(&world->rng, 2) ? rng_below(&world->rng, 512) : 0;
	}
}

/* --- a pass over both --------------------------------------------------------------------------------------------- */

static struct vmi_observation observe(u64 entry)
{
	u32 pfn = ((entry & VMI_X86_PRESENT ? entry : ~entry) & FRAME_MASK) >> VMI_PAGE_SHIFT;

	if (!vmi_entry_present(entry))
		return (struct vmi_observation){ .state = entry ? VMI_PAGE_SWAPPED : VMI_PAGE_UNTOUCHED };
	return (struct vmi_observation){
		.pfn = pfn,
		.identity = pfn,
		.flags = VMI_SEEN_ANON | (entry & VMI_X86_ACCESSED ? VMI_SEEN_ACCESSED : 0),
		.state = VMI_PAGE_PRESENT,
		.standing = vmi_standing(VMI_LRU_ACTIVE, 0),
		.zone = 2,
	};
}

static void tell(struct vmi_mirror *mirror, u64 block, const u64 *table, u32 first, u32 count)
{
	struct vmi_observation seen[512];
	u32 i;

	for (i = 0; i < count; i++)
		seen[i] = observe(table[first + i]);
	assert_int_equal(vmi_pass_block(mirror, block, seen, first, count), 0);
}

static void tell_what_is_looked_at(struct world *world, u64 block, const u64 *table, u32 first, u32 count)
{
	const struct vmi_raw_entries raw = {
		.entries = table + first, .first = first, .count = count, .frame_mask = FRAME_MASK,
	};
	u64 look[8];
	u32 i;

	if (vmi_pass_skip_table(world->quick, block, table + first, first, count)) {
		world->tables_left_out++;
		return;
	}
	vmi_pass_skip(world->quick, block, &raw, look);
	for (i = first; i < first + count; i++)
		if (vmi_bit_is_set(look, i))
			tell(world->quick, block, table, i, 1);
}

static void pass_part(struct world *world, u32 t, u32 first, u32 count)
{
	u64 block = ADDRESS + t * BLOCK;

	if (!count)
		return;
	tell(world->plain, block, world->table[t], first, count);
	tell_what_is_looked_at(world, block, world->table[t], first, count);
}

static void pass_all(struct world *world)
{
	struct vmi_pass_stats plain, quick;
	u32 t, i;

	vmi_pass_begin(world->plain);
	vmi_pass_begin(world->quick);
	for (t = 0; t < TABLES; t++) {
		pass_part(world, t, 0, world->cut[t]);
		pass_part(world, t, world->cut[t], 512 - world->cut[t]);
		for (i = 0; i < 512; i++)
			world->table[t][i] &= ~(u64)VMI_X86_ACCESSED;
	}
	vmi_pass_end(world->plain, &plain);
	vmi_pass_end(world->quick, &quick);
	assert_memory_equal(&plain, &quick, sizeof(plain));
	vmi_shadow_scan(world->plain_shadow, 0);
	vmi_shadow_scan(world->quick_shadow, 0);
}

static void assert_same_reports(const struct world *world)
{
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		struct vmi_policy_report plain, quick;

		assert_int_equal(vmi_shadow_report(world->plain_shadow, policy, VMI_ZONE_ALL, &plain), 0);
		assert_int_equal(vmi_shadow_report(world->quick_shadow, policy, VMI_ZONE_ALL, &quick), 0);
		assert_memory_equal(plain.list_pages, quick.list_pages, sizeof(plain.list_pages));
		assert_memory_equal(&plain.counts, &quick.counts, sizeof(plain.counts));
	}
}

static void what_is_left_out_makes_no_difference(void **state)
{
	static struct world world;
	const char *what = "";
	u32 i;

	(void)state;
	begin_world(&world);
	for (i = 0; i < PASSES; i++) {
		live_on(&world);
		pass_all(&world);
		assert_same_reports(&world);
	}
	assert_int_equal(vmi_shadow_audit(world.quick_shadow, &what), 0);
	assert_true(world.tables_left_out > PASSES / 4);
	end_world(&world);
}

/* --- one table ---------------------------------------------------------------------------------------------------- */

/* A table of which nothing has to be looked at, as two passes have found. */
static void begin_known(struct world *world)
{
	u32 i;

	begin_world(world);
	for (i = 0; i < 512; i++)
		world->table[0][i] = (0x1000ULL + i) << VMI_PAGE_SHIFT | VMI_X86_PRESENT;
	pass_all(world);
	pass_all(world);
}

static bool is_left_out(struct world *world)
{
	return vmi_pass_skip_table(world->quick, ADDRESS, world->table[0], 0, 512);
}

static void a_table_is_left_out_until_any_bit_of_it_changes(void **state)
{
	static struct world world;
	u32 i, bit;

	(void)state;
	begin_known(&world);
	assert_true(is_left_out(&world));
	for (i = 0; i < 512; i++)
		for (bit = 0; bit < 64; bit++) {
			world.table[0][i] ^= 1ULL << bit;
			assert_false(is_left_out(&world));
			world.table[0][i] ^= 1ULL << bit;
		}
	assert_true(is_left_out(&world));
	assert_false(vmi_pass_skip_table(world.quick, ADDRESS, world.table[0], 0, 511));
	assert_false(vmi_pass_skip_table(world.quick, ADDRESS, world.table[0] + 1, 1, 511));
	end_world(&world);
}

/* A table that was emptied and is as it was again, while the mirror has been told that it was empty. */
static void a_table_is_looked_at_when_what_is_known_of_it_has_changed(void **state)
{
	static const struct vmi_observation swapped = { .state = VMI_PAGE_SWAPPED };
	static struct world world;

	(void)state;
	begin_known(&world);
	vmi_pass_absent(world.quick, ADDRESS + 5 * VMI_PAGE_BYTES, ADDRESS + 6 * VMI_PAGE_BYTES);
	assert_false(is_left_out(&world));
	end_world(&world);
	begin_known(&world);
	vmi_pass_gone(world.quick, ADDRESS, &swapped, 7, 1);
	assert_false(is_left_out(&world));
	end_world(&world);
}

static void a_page_is_looked_at_when_it_is_not_what_it_was(void **state)
{
	static struct world world;
	u32 briefs[512], i;
	const struct vmi_raw_entries raw = {
		.entries = world.table[0], .count = 512, .frame_mask = FRAME_MASK, .briefs = briefs,
	};
	u64 look[8];

	(void)state;
	begin_known(&world);
	for (i = 0; i < 512; i++) {
		struct vmi_observation page = observe(world.table[0][i]);

		briefs[i] = vmi_brief(page.identity, page.standing);
	}
	vmi_pass_skip(world.quick, ADDRESS, &raw, look);
	for (i = 0; i < 8; i++)
		assert_true(look[i] == 0);
	briefs[70] ^= VMI_STANDING_DIRTY;
	briefs[200] ^= 1 << 8;
	vmi_pass_skip(world.quick, ADDRESS, &raw, look);
	for (i = 0; i < 512; i++)
		assert_int_equal(vmi_bit_is_set(look, i), i == 70 || i == 200);
	end_world(&world);
}

/* As the NUMA balancer does it, and gives it back. */
static void a_page_that_may_not_be_accessed_for_a_while_stays_the_same_page(void **state)
{
	static struct world world;
	const struct vmi_raw_entries raw = { .entries = world.table[0], .count = 512, .frame_mask = FRAME_MASK };
	u64 present, look[8];

	(void)state;
	begin_known(&world);
	present = world.table[0][9];
	world.table[0][9] = protnone(present >> VMI_PAGE_SHIFT & 0xffffff);
	vmi_pass_skip(world.quick, ADDRESS, &raw, look);
	assert_true(look[0] == 0);
	world.table[0][9] = protnone(0x99);
	vmi_pass_skip(world.quick, ADDRESS, &raw, look);
	assert_true(look[0] == 1 << 9);
	end_world(&world);
}

static void pages_of_a_table_that_is_left_out_are_counted(void **state)
{
	static struct world world;
	struct vmi_pass_stats stats;

	(void)state;
	begin_known(&world);
	vmi_pass_begin(world.quick);
	assert_true(is_left_out(&world));
	vmi_pass_end(world.quick, &stats);
	assert_int_equal(stats.pages, 512);
	assert_int_equal(stats.accessed, 0);
	end_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_out_makes_no_difference),
		cmocka_unit_test(a_table_is_left_out_until_any_bit_of_it_changes),
		cmocka_unit_test(a_table_is_looked_at_when_what_is_known_of_it_has_changed),
		cmocka_unit_test(a_page_is_looked_at_when_it_is_not_what_it_was),
		cmocka_unit_test(a_page_that_may_not_be_accessed_for_a_while_stays_the_same_page),
		cmocka_unit_test(pages_of_a_table_that_is_left_out_are_counted),
	};

	rng_announce();
	return cmocka_run_group_tests_name("shadow skip", tests, NULL, NULL);
}
