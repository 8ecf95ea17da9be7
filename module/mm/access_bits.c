// SPDX-License-Identifier: GPL-2.0
/* Borrowing, returning and taking accessed bits. */
#include "mm/access_bits.h"

#include <linux/mm.h>

#include "mm/accessed_bit.h"

static bool borrows(const struct vmi_access_bits *bits)
{
	return bits->action == VMI_ACCESS_BORROW || bits->action == VMI_ACCESS_TAKE;
}

void vmi_access_bits_begin(struct vmi_access_bits *bits, enum vmi_access_action action, struct vmi_ledger *ledger,
			   struct vmi_access_result *result)
{
	bits->action = action;
	bits->ledger = ledger;
	bits->result = result;
	bits->owing = borrows(bits) && ledger->borrowed;
	bits->strangers = false;
	vmi_moved_clear(&bits->moved);
}

int vmi_access_bits_make_spares(struct vmi_access_bits *bits, u32 blocks)
{
	return borrows(bits) ? vmi_ledger_make_spares(&bits->spares, blocks) : 0;
}

void vmi_access_bits_cut_short(struct vmi_access_bits *bits)
{
	if (borrows(bits))
		bits->ledger->incomplete = true;
}

void vmi_access_bits_free_spares(struct vmi_access_bits *bits)
{
	vmi_ledger_free_spares(&bits->spares);
}

bool vmi_access_bits_need_spares(const struct vmi_access_bits *bits)
{
	return borrows(bits) && !bits->spares.count;
}

struct vmi_ledger_block *vmi_access_bits_block(struct vmi_access_bits *bits, u64 address)
{
	if (borrows(bits))
		return vmi_ledger_get(bits->ledger, &bits->spares, address);
	return bits->ledger ? vmi_ledger_find(bits->ledger, address) : NULL;
}

/*
 * True when the bit was set, and is now in the ledger. Without a block it stays; nobody knows since when it is set. An
 * old page that was not there when others' bits were borrowed may have been moved, and its bit be among them.
 */
static bool borrow_bit(struct vmi_access_bits *bits, struct vmi_ledger_block *block,
		       const struct vmi_live_entry *entry)
{
	bool known;

	if (!block)
		return false;
	known = vmi_ledger_see(block, entry->index, entry->frame);
	if (!vmi_accessed_clear(entry->live)) {
		bits->ledger->strangers |= bits->owing && !known;
		return false;
	}
	if (entry->level > 1)
		vmi_ledger_enter_huge(bits->ledger, block, entry->frame);
	else
		vmi_ledger_enter(bits->ledger, block, entry->index, entry->frame);
	bits->result->cleared++;
	return true;
}

/* True when there was nothing to give, for the page has been touched meanwhile. */
static bool give_bit(struct vmi_access_bits *bits, const struct vmi_live_entry *entry)
{
	if (!vmi_accessed_set(entry->live))
		return true;
	bits->result->returned++;
	return false;
}

static bool return_bit(struct vmi_access_bits *bits, struct vmi_ledger_block *block,
		       const struct vmi_live_entry *entry)
{
	u32 seen = block ? block->frames[entry->index] : 0;
	bool touched;

	if (block && vmi_ledger_strike(bits->ledger, block, entry->index, entry->frame)) {
		if (entry->level > 1)
			vmi_ledger_close_huge(block);
		return give_bit(bits, entry);
	}
	if (vmi_moved_find(&bits->moved, entry->frame))
		return give_bit(bits, entry);
	if (bits->ledger->incomplete && !seen)
		return false;
	touched = READ_ONCE(*entry->live) & _PAGE_ACCESSED;
	/* mremap() takes a page's entry to another address: it looks old, and was not there when bits were borrowed. */
	bits->strangers |= !touched && seen != vmi_ledger_key(entry->frame);
	return touched;
}

bool vmi_access_bits_act(struct vmi_access_bits *bits, struct vmi_ledger_block *block,
			 const struct vmi_live_entry *entry)
{
	bool touched;

	switch (bits->action) {
	case VMI_ACCESS_BORROW:
		return borrow_bit(bits, block, entry);
	case VMI_ACCESS_RETURN:
		return return_bit(bits, block, entry);
	case VMI_ACCESS_TAKE:
		touched = borrow_bit(bits, block, entry);
		if (touched)
			vmi_accessed_hand_over(page_folio(entry->page));
		return touched;
	default:
		return entry->value & _PAGE_ACCESSED;
	}
}

bool vmi_access_bits_look_for_moved(struct vmi_access_bits *bits)
{
	return (bits->strangers || bits->ledger->strangers) && vmi_moved_collect(&bits->moved, bits->ledger);
}

void vmi_access_bits_close(struct vmi_access_bits *bits)
{
	bits->result->unreturned = bits->ledger->borrowed - min(bits->ledger->borrowed, bits->moved.found);
	vmi_ledger_clear(bits->ledger);
}
