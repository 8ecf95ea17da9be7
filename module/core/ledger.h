/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger of borrowed accessed bits: which pages of one address space have had theirs cleared, and which frames they
 * mapped then. A bit is only given back to an entry that still maps that frame.
 *
 * A huge leaf has one bit for all its pages. When it is split the bit is owed to each of them.
 *
 * Kept in blocks of one PTE table's reach (2 MiB). Blocks come from spare ones that are made beforehand, since bits are
 * cleared under a page-table lock. In a ledger they count against its budget. Where there is no block to be had, or a
 * pass is cut short, no bit is borrowed, and the ledger says that it is incomplete. Belongs to one watched address
 * space; its owner serialises all calls.
 */
#ifndef VMI_CORE_LEDGER_H
#define VMI_CORE_LEDGER_H

#include "avl.h"
#include "bits.h"
#include "budget.h"
#include "x86_entry.h"

#define VMI_LEDGER_BLOCK_SHIFT	21

/*
 * The key that a frame is known by: PFN + 1 modulo 2^32, never 0. Frames that share one lie 8 TiB apart or more, which
 * only matters where one follows the other in an entry.
 */
static inline u32 vmi_ledger_key(u64 frame)
{
	u32 key = frame + 1;

	return key ? key : 1U << 31;
}

struct vmi_ledger_block {
	struct vmi_avl_node node;
	u64 start;			/* address, 2 MiB aligned */
	u32 borrowed;			/* entries in use, a huge leaf being one */
	u32 huge_frame;			/* key of the first page of a huge leaf whose bit is borrowed; 0 = none */
	bool huge_in_use;		/* its bit has not been asked for yet */
	u64 owed[VMI_TABLE_ENTRIES / 64];	/* entries whose bit is borrowed; not that of a huge leaf */
	u32 frames[VMI_TABLE_ENTRIES];	/* key of the frame mapped when bits were borrowed, borrowed or not; 0 = none */
};

/* Blocks for whichever ledger needs one next. */
struct vmi_ledger_spares {
	struct vmi_avl_node *first;	/* chained by `left` */
	u32 count;
};

struct vmi_ledger {
	struct vmi_avl_tree blocks;
	struct vmi_budget *budget;	/* NULL: none */
	u64 borrowed;			/* entries in use in all blocks */
	bool incomplete;		/* not all was walked: what is in no block may have its bit set for long */
	bool strangers;			/* pages may have been moved between two passes that borrowed */
};

void vmi_ledger_init(struct vmi_ledger *ledger, struct vmi_budget *budget);

/* Makes spare blocks until there are `blocks`. -ENOMEM when there is none then. May sleep. */
int vmi_ledger_make_spares(struct vmi_ledger_spares *spares, u32 blocks);
void vmi_ledger_free_spares(struct vmi_ledger_spares *spares);

/* The block for an address, or NULL. */
struct vmi_ledger_block *vmi_ledger_find(const struct vmi_ledger *ledger, u64 address);

/* Likewise; takes a spare one when there is none. NULL: no spare one, or no room in the budget. Never allocates. */
struct vmi_ledger_block *vmi_ledger_get(struct vmi_ledger *ledger, struct vmi_ledger_spares *spares, u64 address);

/* True when the bit of an entry is borrowed, the huge leaf's apart. */
static inline bool vmi_ledger_owes(const struct vmi_ledger_block *block, u32 index)
{
	return vmi_bit_is_set(block->owed, index);
}

/*
 * Notes that an entry maps `frame`; a huge leaf's first page is noted with index 0. True when that was known. Where the
 * bit of another frame is borrowed that one stays.
 */
bool vmi_ledger_see(struct vmi_ledger_block *block, u32 index, u64 frame);

/* Enters the borrowed bit of the entry `index` of a PTE table, or of a huge leaf whose first page is `frame`. */
void vmi_ledger_enter(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u32 index, u64 frame);
void vmi_ledger_enter_huge(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u64 frame);

/*
 * True, and the entry is struck out, when the bit of this entry was borrowed while it mapped `frame`, by itself or as a
 * part of a huge leaf. `index` is 0 for a huge leaf. An entry by itself is not known from then on: that its bit is set
 * is our doing, until it is seen again.
 */
bool vmi_ledger_strike(struct vmi_ledger *ledger, struct vmi_ledger_block *block, u32 index, u64 frame);

/* The bit of a huge leaf was struck out while it was one: none of its pages will be asked for any more. */
void vmi_ledger_close_huge(struct vmi_ledger_block *block);

/* Frees all blocks, forgetting what is still in them; it is as after init then. */
void vmi_ledger_clear(struct vmi_ledger *ledger);

#endif /* VMI_CORE_LEDGER_H */
