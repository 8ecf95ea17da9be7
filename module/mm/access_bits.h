/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a pass does about the accessed bit of each entry: borrowing, returning and taking, with the ledger that says
 * which bits are owed. enum vmi_access_action in access_pass.h tells the actions.
 */
#ifndef VMI_MM_ACCESS_BITS_H
#define VMI_MM_ACCESS_BITS_H

#include "core/moved_frames.h"
#include "mm/access_pass.h"

/* The bits of one pass. */
struct vmi_access_bits {
	enum vmi_access_action action;
	struct vmi_ledger *ledger;
	struct vmi_ledger_spares spares;	/* kept from pass to pass */
	struct vmi_access_result *result;
	bool owing;			/* bits were borrowed before this pass */
	bool strangers;	/* RETURN: there are old-looking pages that were not mapped there when bits were borrowed */
	struct vmi_moved_frames moved;	/* whose bit is owed to whatever maps them; empty but for a second walk */
};

/* A present entry that maps a page, under its page-table lock. */
struct vmi_live_entry {
	u64 value;			/* as copied */
	unsigned long *live;
	u32 level;			/* of its table: 1, or 2 for a huge leaf */
	u32 index;			/* in its table; 0 for a huge leaf */
	u64 frame;
	struct page *page;
};

void vmi_access_bits_begin(struct vmi_access_bits *bits, enum vmi_access_action action, struct vmi_ledger *ledger,
			   struct vmi_access_result *result);

/* Makes spare blocks for the next hold, where the action needs some. -ENOMEM. May sleep. */
int vmi_access_bits_make_spares(struct vmi_access_bits *bits, u32 blocks);
void vmi_access_bits_free_spares(struct vmi_access_bits *bits);

/* The pass ends before its time. What it has not walked keeps its bits: they say nothing of the time since. */
void vmi_access_bits_cut_short(struct vmi_access_bits *bits);

/* True when they are used up, so that the hold must end. */
bool vmi_access_bits_need_spares(const struct vmi_access_bits *bits);

/* The ledger's block for an address, or NULL when there is none, or none is to be had. */
struct vmi_ledger_block *vmi_access_bits_block(struct vmi_access_bits *bits, u64 address);

/*
 * Does what the action says to the accessed bit of one entry; true when the page was touched since the bit was last
 * cleared. Lock: the page-table lock of the entry.
 */
bool vmi_access_bits_act(struct vmi_access_bits *bits, struct vmi_ledger_block *block,
			 const struct vmi_live_entry *entry);

/* After a RETURN: true when another walk might find pages that have moved, and what it needs has been prepared. */
bool vmi_access_bits_look_for_moved(struct vmi_access_bits *bits);

/* After a RETURN: counts the bits that nobody wants any more, and empties the ledger. */
void vmi_access_bits_close(struct vmi_access_bits *bits);

#endif /* VMI_MM_ACCESS_BITS_H */
