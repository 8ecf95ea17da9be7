// SPDX-License-Identifier: GPL-2.0
/* Frames that were moved: two hashes with open addressing, never more than half full. */
#include "moved_frames.h"

/* Where the key stands in the hash, or would. `slots` is a power of two. */
static u32 slot_of(const u32 *hash, u32 slots, u32 key)
{
	u32 slot = (key * 0x9e3779b1U >> 7) & (slots - 1);

	while (hash[slot] && hash[slot] != key)
		slot = (slot + 1) & (slots - 1);
	return slot;
}

static u32 leaf_number(u64 frame)
{
	return 1 + ((u32)frame >> (VMI_LEDGER_BLOCK_SHIFT - VMI_PAGE_SHIFT));
}

/* Nearly always there is nothing to forget, and every pass asks. */
void vmi_moved_clear(struct vmi_moved_frames *moved)
{
	if (moved->frame_count || moved->leaf_count)
		memset(moved, 0, sizeof(*moved));
	moved->found = 0;
}

static void add_frame(struct vmi_moved_frames *moved, u32 key)
{
	if (moved->frame_count == VMI_MOVED_FRAMES_MAX)
		return;
	moved->frames[slot_of(moved->frames, ARRAY_SIZE(moved->frames), key)] = key;
	moved->frame_count++;
}

static void add_leaf(struct vmi_moved_frames *moved, u32 key, bool owed)
{
	u32 number = leaf_number(key - 1);
	u32 slot = slot_of(moved->leaves, ARRAY_SIZE(moved->leaves), number);

	if (moved->leaf_count == VMI_MOVED_LEAVES_MAX)
		return;
	moved->leaves[slot] = number;
	moved->owed[slot] |= owed;
	moved->leaf_count++;
}

bool vmi_moved_collect(struct vmi_moved_frames *moved, const struct vmi_ledger *ledger)
{
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node = vmi_avl_first(&ledger->blocks, &cursor);

	vmi_moved_clear(moved);
	for (; node; node = vmi_avl_next(&cursor)) {
		const struct vmi_ledger_block *block = container_of(node, struct vmi_ledger_block, node);
		u32 i;

		if (block->huge_frame)
			add_leaf(moved, block->huge_frame, block->huge_in_use);
		for (i = 0; block->borrowed && i < VMI_TABLE_ENTRIES; i++)
			if (vmi_ledger_owes(block, i))
				add_frame(moved, block->frames[i]);
	}
	return moved->frame_count || moved->leaf_count;
}

static bool find_frame(struct vmi_moved_frames *moved, u64 frame)
{
	if (!moved->frame_count || !moved->frames[slot_of(moved->frames, ARRAY_SIZE(moved->frames),
							  vmi_ledger_key(frame))])
		return false;
	moved->found++;
	return true;
}

static bool find_leaf(struct vmi_moved_frames *moved, u64 frame)
{
	u32 slot;

	if (!moved->leaf_count)
		return false;
	slot = slot_of(moved->leaves, ARRAY_SIZE(moved->leaves), leaf_number(frame));
	if (!moved->leaves[slot])
		return false;
	moved->found += moved->owed[slot];
	moved->owed[slot] = false;
	return true;
}

bool vmi_moved_find(struct vmi_moved_frames *moved, u64 frame)
{
	return find_frame(moved, frame) || find_leaf(moved, frame);
}
