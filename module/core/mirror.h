/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mirror of one address space: which frame each of its pages mapped when it was last looked at.
 *
 * It is made of blocks in an AVL tree: a block of 2 MiB with 512 entries of 32 bits, or one huge leaf of 2 MiB or
 * 1 GiB with a single entry. An entry is frame:26 standing:5 evicted:1, from the low bits up; 0 is nothing. The last
 * bit says that the kernel has evicted the page: without a frame it is gone still, with one it has come back since.
 */
#ifndef VMI_CORE_MIRROR_H
#define VMI_CORE_MIRROR_H

#include "avl.h"
#include "budget.h"
#include "frame_table.h"
#include "shadow.h"
#include "x86_entry.h"

#define VMI_ENTRY_STANDING_SHIFT	26
#define VMI_ENTRY_EVICTED		(1U << 31)

#define VMI_BLOCK_SHIFT		21
#define VMI_BLOCK_BYTES		(1ULL << VMI_BLOCK_SHIFT)
#define VMI_BLOCK_ORDER		(VMI_BLOCK_SHIFT - VMI_PAGE_SHIFT)

struct vmi_block {
	struct vmi_avl_node node;
	u64 address;
	u32 *entries;			/* VMI_TABLE_ENTRIES of them; NULL for a huge leaf */
	u64 print;			/* vmi_table_print.hash of a table that is known to map just this; 0: of none */
	u64 brief_print;		/* vmi_brief_print() of its pages when they were as known; 0: not asked */
	u32 huge;			/* the entry of a huge leaf */
	u16 used;			/* entries that are not 0; 1 for a huge leaf */
	u16 print_pages;		/* present in the table that `print` is of */
	u8 order;			/* of the pages: 0, 9 or 18 */
};

struct vmi_mirror {
	struct vmi_shadow *shadow;
	struct vmi_mirror *next;	/* in the shadow's list */
	struct vmi_mirror **link;	/* what points to us there */
	struct vmi_avl_tree blocks;	/* by address, not overlapping */
	struct vmi_pass_stats stats;	/* of the pass that runs */
};

static inline u32 vmi_entry_of(u32 frame, u8 standing)
{
	return frame | (u32)(standing & VMI_STATE_STANDING) << VMI_ENTRY_STANDING_SHIFT;
}

static inline u32 vmi_entry_frame_id(u32 entry)
{
	return entry & VMI_FRAME_MASK;
}

static inline u8 vmi_entry_standing(u32 entry)
{
	return entry >> VMI_ENTRY_STANDING_SHIFT & VMI_STATE_STANDING;
}

/* The address after the block. */
static inline u64 vmi_block_end(const struct vmi_block *block)
{
	return block->address + (block->order ? VMI_PAGE_BYTES << block->order : VMI_BLOCK_BYTES);
}

/* The block that the address lies in, else the first one after it, else NULL. */
struct vmi_block *vmi_mirror_block(const struct vmi_mirror *mirror, u64 address);

/*
 * A new, empty block of 2 MiB (order 0), or for a huge leaf; nothing else is there. NULL: budget->error. An empty
 * block is not to be left behind.
 */
struct vmi_block *vmi_mirror_add_block(struct vmi_mirror *mirror, struct vmi_budget *budget, u64 address, u32 order);

/* Takes a block out and frees it; its entries do not count any more. */
void vmi_mirror_remove_block(struct vmi_mirror *mirror, struct vmi_budget *budget, struct vmi_block *block);

/* True when the tree is one and the blocks do not overlap. */
bool vmi_mirror_valid(const struct vmi_mirror *mirror);

#endif /* VMI_CORE_MIRROR_H */
