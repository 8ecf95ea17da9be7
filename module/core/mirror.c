// SPDX-License-Identifier: GPL-2.0
/* The blocks of a mirror. */
#include "mirror.h"

static struct vmi_block *block_of(const struct vmi_avl_node *node)
{
	return node ? container_of(node, struct vmi_block, node) : NULL;
}

static int compare_blocks(const struct vmi_avl_node *a, const struct vmi_avl_node *b)
{
	u64 first = block_of(a)->address;
	u64 second = block_of(b)->address;

	return first < second ? -1 : first > second;
}

static int order_address(const void *key, const struct vmi_avl_node *node)
{
	const struct vmi_block *block = block_of(node);
	u64 address = *(const u64 *)key;

	if (address < block->address)
		return -1;
	return address >= vmi_block_end(block);
}

struct vmi_block *vmi_mirror_block(const struct vmi_mirror *mirror, u64 address)
{
	return block_of(vmi_avl_find_next(&mirror->blocks, &address, order_address));
}

struct vmi_block *vmi_mirror_add_block(struct vmi_mirror *mirror, struct vmi_budget *budget, u64 address, u32 order)
{
	struct vmi_block *block = vmi_budget_alloc(budget, 1, sizeof(*block));

	if (!block)
		return NULL;
	if (!order) {
		block->entries = vmi_budget_alloc(budget, VMI_TABLE_ENTRIES, sizeof(*block->entries));
		if (!block->entries) {
			vmi_budget_free(budget, block, 1, sizeof(*block));
			return NULL;
		}
	}
	block->address = address;
	block->order = order;
	vmi_avl_insert(&mirror->blocks, &block->node, compare_blocks);
	return block;
}

void vmi_mirror_remove_block(struct vmi_mirror *mirror, struct vmi_budget *budget, struct vmi_block *block)
{
	vmi_avl_erase(&mirror->blocks, &block->node, compare_blocks);
	vmi_budget_free(budget, block->entries, VMI_TABLE_ENTRIES, sizeof(*block->entries));
	vmi_budget_free(budget, block, 1, sizeof(*block));
}

bool vmi_mirror_valid(const struct vmi_mirror *mirror)
{
	struct vmi_avl_cursor cursor;
	const struct vmi_block *block;
	u64 end = 0;

	if (!vmi_avl_valid(&mirror->blocks, compare_blocks))
		return false;
	block = block_of(vmi_avl_first(&mirror->blocks, &cursor));
	while (block) {
		if (block->address < end)
			return false;
		end = vmi_block_end(block);
		block = block_of(vmi_avl_next(&cursor));
	}
	return true;
}

bool vmi_mirror_known(const struct vmi_mirror *mirror, u64 address, struct vmi_known_pages *ret)
{
	const struct vmi_block *block = vmi_mirror_block(mirror, address);
	bool any = false;
	u32 i;

	memset(ret, 0, sizeof(*ret));
	if (!block || address < block->address)
		return false;
	for (i = 0; i < VMI_TABLE_ENTRIES; i++) {
		u32 entry = block->entries ? block->entries[i] : block->huge;

		ret->known[i / 64] |= (u64)(entry != 0) << (i % 64);
		ret->evicted[i / 64] |= (u64)(entry == VMI_ENTRY_EVICTED) << (i % 64);
		any |= entry != 0;
	}
	return any;
}
