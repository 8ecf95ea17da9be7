// SPDX-License-Identifier: GPL-2.0
/*
 * The ledger of borrowed accessed bits against a plain table of what is owed to each entry, with spare blocks that run
 * out, under a budget, and what is looked for elsewhere when it closes. The first bytes are where in memory frames lie,
 * and how many blocks the budget has room for.
 */
#include "alloc.h"
#include "input.h"
#include "moved_frames.h"

#define ADDRESS	0x7f0000000000ULL
#define BLOCK	(1ULL << VMI_LEDGER_BLOCK_SHIFT)
#define BLOCKS	24
#define FRAMES	2048

/* What a block of 2 MiB is owed. */
struct debt {
	struct vmi_ledger_block *block;	/* NULL: there is none */
	u32 borrowed;
	bool owed[VMI_TABLE_ENTRIES];
	bool seen[VMI_TABLE_ENTRIES];
	u64 frame[VMI_TABLE_ENTRIES];	/* of those seen or owed */
	bool huge;			/* there was a huge leaf */
	bool huge_owed;
	u64 huge_frame;
};

struct world {
	struct input input;
	struct vmi_budget budget;
	struct vmi_ledger ledger;
	struct vmi_ledger_spares spares;
	struct debt debt[BLOCKS];
	u32 blocks, spare;		/* as there ought to be */
	u64 borrowed;
	bool incomplete;
	u64 first_frame;
};

static u64 address_of(u32 n)
{
	return ADDRESS + n * BLOCK;
}

static u64 input_frame(struct world *world)
{
	return world->first_frame + input_bytes(&world->input, 2) % FRAMES;
}

static u32 input_index(struct world *world)
{
	return input_bytes(&world->input, 2) % VMI_TABLE_ENTRIES;
}

/* --- the operations, on both -------------------------------------------------------------------------------------- */

static void make_spares(struct world *world)
{
	u8 wanted = input_u8(&world->input) % 16, fails = input_u8(&world->input) % 16;
	int ret, expected = 0;

	if (wanted > world->spare && fails && fails <= wanted - world->spare) {
		world->spare += fails - 1;
		expected = world->spare ? 0 : -ENOMEM;
	} else {
		world->spare = max_t(u32, world->spare, wanted);
	}
	alloc_fail_nth(fails);
	ret = vmi_ledger_make_spares(&world->spares, wanted);
	alloc_fail_nth(0);
	REQUIRE(ret == expected);
}

static struct vmi_ledger_block *get_block(struct world *world, u32 n)
{
	struct debt *debt = &world->debt[n];
	u64 limit = world->budget.limit / sizeof(*debt->block);
	struct vmi_ledger_block *block = vmi_ledger_get(&world->ledger, &world->spares,
							address_of(n) + input_u8(&world->input) * VMI_PAGE_BYTES);

	if (debt->block) {
		REQUIRE(block == debt->block);
	} else if (!world->spare || (limit && world->blocks == limit)) {
		REQUIRE(!block);
		world->incomplete = true;
	} else {
		REQUIRE(block && block->start == address_of(n) && !block->borrowed);
		world->spare--;
		world->blocks++;
		debt->block = block;
	}
	return block;
}

static void enter(struct world *world, struct debt *debt, u32 index, u64 frame)
{
	vmi_ledger_enter(&world->ledger, debt->block, index, frame);
	debt->borrowed += !debt->owed[index];
	world->borrowed += !debt->owed[index];
	debt->owed[index] = true;
	debt->frame[index] = frame;
}

static void see(struct debt *debt, u32 index, u64 frame)
{
	REQUIRE(vmi_ledger_see(debt->block, index, frame) == (debt->seen[index] && debt->frame[index] == frame));
	if (!debt->owed[index])
		debt->frame[index] = frame;
}

static void see_or_enter(struct world *world, u32 n, bool borrowed)
{
	struct vmi_ledger_block *block = get_block(world, n);
	u32 index = input_index(world);
	u64 frame = input_frame(world);

	if (!block)
		return;
	if (borrowed)
		enter(world, &world->debt[n], index, frame);
	else
		see(&world->debt[n], index, frame);
	world->debt[n].seen[index] = true;
}

static void enter_huge(struct world *world, u32 n)
{
	struct vmi_ledger_block *block = get_block(world, n);
	u64 frame = input_frame(world) & ~(VMI_TABLE_ENTRIES - 1ULL);
	struct debt *debt = &world->debt[n];

	if (!block)
		return;
	vmi_ledger_enter_huge(&world->ledger, block, frame);
	debt->borrowed += !debt->huge_owed;
	world->borrowed += !debt->huge_owed;
	debt->huge = true;
	debt->huge_owed = true;
	debt->huge_frame = frame;
}

/*
 * True when the entry or the huge leaf that it was a part of is owed; the leaf's other pages still are then. An entry
 * that was struck out by itself is to be seen anew.
 */
static bool strike_debt(struct world *world, struct debt *debt, u32 index, u64 frame)
{
	if (debt->owed[index] && debt->frame[index] == frame) {
		debt->owed[index] = false;
		debt->seen[index] = false;
		debt->borrowed--;
		world->borrowed--;
		return true;
	}
	if (!debt->huge || frame < debt->huge_frame || frame >= debt->huge_frame + VMI_TABLE_ENTRIES)
		return false;
	debt->borrowed -= debt->huge_owed;
	world->borrowed -= debt->huge_owed;
	debt->huge_owed = false;
	return true;
}

static void strike(struct world *world, u32 n)
{
	u32 index = input_index(world);
	u64 frame = input_frame(world);
	struct debt *debt = &world->debt[n];

	if (!debt->block)
		return;
	REQUIRE(vmi_ledger_strike(&world->ledger, debt->block, index, frame) ==
		strike_debt(world, debt, index, frame));
}

static void close_huge(struct world *world, u32 n)
{
	if (!world->debt[n].block || world->debt[n].huge_owed)
		return;
	vmi_ledger_close_huge(world->debt[n].block);
	world->debt[n].huge = false;
}

static bool is_owed_elsewhere(const struct world *world, u64 frame)
{
	u32 n, i;

	for (n = 0; n < BLOCKS; n++) {
		const struct debt *debt = &world->debt[n];

		if (debt->huge && frame >= debt->huge_frame && frame < debt->huge_frame + VMI_TABLE_ENTRIES)
			return true;
		for (i = 0; debt->borrowed && i < VMI_TABLE_ENTRIES; i++)
			if (debt->owed[i] && debt->frame[i] == frame)
				return true;
	}
	return false;
}

/* There is room for all: no more than a few thousand entries can come out of an input. */
static void look_for_moved(struct world *world)
{
	static struct vmi_moved_frames moved;
	bool any = vmi_moved_collect(&moved, &world->ledger);
	u32 i;

	REQUIRE(any || !world->borrowed);
	for (i = 0; i < FRAMES; i += 1 + input_u8(&world->input))
		REQUIRE(vmi_moved_find(&moved, world->first_frame + i) ==
			is_owed_elsewhere(world, world->first_frame + i));
	REQUIRE(any || !moved.found);
}

static void clear(struct world *world)
{
	vmi_ledger_clear(&world->ledger);
	memset(world->debt, 0, sizeof(world->debt));
	world->blocks = 0;
	world->borrowed = 0;
	world->incomplete = false;
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */

static void check(struct world *world)
{
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node = vmi_avl_first(&world->ledger.blocks, &cursor);
	u32 n;

	for (n = 0; n < BLOCKS; n++) {
		const struct debt *debt = &world->debt[n];

		REQUIRE(vmi_ledger_find(&world->ledger, address_of(n) + BLOCK - 1) == debt->block);
		if (!debt->block)
			continue;
		REQUIRE(node == &debt->block->node && debt->block->borrowed == debt->borrowed);
		node = vmi_avl_next(&cursor);
	}
	REQUIRE(!node && world->ledger.borrowed == world->borrowed);
	REQUIRE(world->ledger.incomplete == world->incomplete && world->spares.count == world->spare);
	REQUIRE(world->budget.used == world->blocks * sizeof(struct vmi_ledger_block));
	REQUIRE(alloc_live() == world->blocks + world->spare);
}

static void step(struct world *world)
{
	u8 what = input_u8(&world->input);
	u32 n = input_u8(&world->input) % BLOCKS;

	switch (what % 8) {
	case 0:
		make_spares(world);
		break;
	case 1:
	case 2:
		see_or_enter(world, n, true);
		break;
	case 3:
		enter_huge(world, n);
		break;
	case 4:
		if (what / 8 == 0)
			clear(world);
		else if (what / 8 == 1)
			look_for_moved(world);
		else if (what / 8 == 2)
			close_huge(world, n);
		break;
	case 5:
		see_or_enter(world, n, false);
		break;
	default:
		strike(world, n);
		break;
	}
	check(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The last of these lies beyond 32 bits, the one before it across their end. */
	static const u64 first_frames[] = { 0, 1ULL << 20, (1ULL << 32) - FRAMES / 2, (3ULL << 33) + 4096 };
	static struct world world;

	world = (struct world){ .input = { data, size } };
	world.first_frame = first_frames[input_u8(&world.input) % ARRAY_SIZE(first_frames)];
	world.budget.limit = input_u8(&world.input) % BLOCKS * sizeof(struct vmi_ledger_block);
	vmi_ledger_init(&world.ledger, &world.budget);
	while (world.input.left)
		step(&world);
	clear(&world);
	vmi_ledger_free_spares(&world.spares);
	world.spare = 0;
	check(&world);
	return 0;
}
