// SPDX-License-Identifier: GPL-2.0
/* The ledger of borrowed accessed bits. */
#include "ledger.h"

static struct vmi_ledger_block *block_of(struct vmi_avl_node *node)
{
	return container_of(node, struct vmi_ledger_block, node);
}

static int compare_blocks(const struct vmi_avl_node *a, const struct vmi_avl_node *b)
{
	u64 start_a = container_of(a, struct vmi_ledger_block, node)->start;
	u64 start_b = container_of(b, struct vmi_ledger_block, node)->start;

	return start_a < start_b ? -1 : start_a > start_b;
}

static int compare_start(const void *key, const struct vmi_avl_node *node)
{
	u64 start = *(const u64 *)key;
	u64 other = container_of(node, struct vmi_ledger_block, node)->start;

	return start < other ? -1 : start > other;
}

void vmi_ledger_init(struct vmi_ledger *ledger, struct vmi_budget *budget)
{
	memset(ledger, 0, sizeof(*ledger));
	vmi_avl_init(&ledger->blocks);
	ledger->budget = budget;
}

int vmi_ledger_make_spares(struct vmi_ledger_spares *spares, u32 blocks)
{
	while (spares->count < blocks) {
		struct vmi_ledger_block *spare = vmi_alloc_array(1, sizeof(*spare));

		if (!spare)
			return spares->count ? 0 : -ENOMEM;
		spare->node.left = spares->first;
		spares->first = &spare->node;
		spares->count++;
	}
	return 0;
}

static struct vmi_ledger_block *take_spare(struct vmi_ledger_spares *spares)
{
	struct vmi_ledger_block *spare = block_of(spares->first);

	spares->first = spare->node.left;
	spares->count--;
	return spare;
}

void vmi_ledger_free_spares(struct vmi_ledger_spares *spares)
{
	while (spares->count)
		vmi_free(take_spare(spares));
}

struct vmi_ledger_block *vmi_ledger_find(const struct vmi_ledger *ledger, u64 address)
{
	u64 start = address & ~((1ULL << VMI_LEDGER_BLOCK_SHIFT) - 1);
	struct vmi_avl_node *node = vmi_avl_find(&ledger->blocks, &start, compare_start);

	return node ? block_of(node) : NULL;
}

struct vmi_ledger_block *vmi_ledger_get(struct vmi_ledger *ledger, struct vmi_ledger_spares *spares, u64 address)
{
	struct vmi_ledger_block *block = vmi_ledger_find(ledger, address);

	if (block)
		return block;
	if (!spares->count || (ledger->budget && !vmi_budget_charge(ledger->budget, sizeof(*block)))) {
		ledger->incomplete = true;
		return NULL;
	}
	block = take_spare(spares);
	memset(block, 0, sizeof(*block));
	block->start = address & ~((1ULL << VMI_LEDGER_BLOCK_SHIFT) - 1);
	vmi_avl_insert(&ledger->blocks, &block->node, compare_blocks);
	return block;
}

bool vmi_ledger_see(struct vmi_ledger_block *block, u32 index, u64 frame)
{
	u32 key = vmi_ledger_key(frame);

	if (block->frames[index] == key)
		return true;
	if (!vmi_ledger_owes(block, index))
		block->frames[index] = key;
	return false;
}

void vmi_ledger_enter(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u32 index, u64 frame)
{
	if (!vmi_ledger_owes(block, index)) {
		block->borrowed++;
		ledger->borrowed++;
	}
	vmi_bit_set(block->owed, index);
	block->frames[index] = vmi_ledger_key(frame);
}

void vmi_ledger_enter_huge(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u64 frame)
{
	if (!block->huge_in_use) {
		block->borrowed++;
		ledger->borrowed++;
	}
	block->huge_frame = vmi_ledger_key(frame);
	block->huge_in_use = true;
}

/* The leaf stays known: more of its pages may come, when it has been split. */
static bool strike_huge(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u64 frame)
{
	u32 place = (u32)(frame + 1) - block->huge_frame;

	if (!block->huge_frame || place >= VMI_TABLE_ENTRIES)
		return false;
	block->borrowed -= block->huge_in_use;
	ledger->borrowed -= block->huge_in_use;
	block->huge_in_use = false;
	return true;
}

bool vmi_ledger_strike(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u32 index, u64 frame)
{
	if (!vmi_ledger_owes(block, index) || block->frames[index] != vmi_ledger_key(frame))
		return strike_huge(ledger, block, frame);
	vmi_bit_clear(block->owed, index);
	block->frames[index] = 0;
	block->borrowed--;
	ledger->borrowed--;
	return true;
}

void vmi_ledger_close_huge(struct vmi_ledger_block *block)
{
	block->huge_frame = 0;
}

void vmi_ledger_clear(struct vmi_ledger *ledger)
{
	while (ledger->blocks.root) {
		vmi_free(block_of(vmi_avl_erase(&ledger->blocks, ledger->blocks.root, compare_blocks)));
		if (ledger->budget)
			vmi_budget_uncharge(ledger->budget, sizeof(struct vmi_ledger_block));
	}
	ledger->borrowed = 0;
	ledger->incomplete = false;
	ledger->strangers = false;
}
