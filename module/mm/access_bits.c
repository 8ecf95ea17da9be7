// SPDX-License-Identifier: GPL-2.0
/* Borrowing, returning and taking accessed bits. */
#include "mm/access_bits.h"

#include <linux/bsearch.h>
#include <linux/mm.h>
#include <linux/sort.h>

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
	bits->strangers = 0;
	bits->moved_count = 0;
	bits->moved_found = 0;
}

/* What is not walked for want of them keeps its bits: they say nothing of the time since. */
int vmi_access_bits_make_spares(struct vmi_access_bits *bits, u32 blocks)
{
	int ret = borrows(bits) ? vmi_ledger_make_spares(&bits->spares, blocks) : 0;

	if (ret)
		bits->ledger->incomplete = true;
	return ret;
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

/* True when the bit was set, and is now in the ledger. Without a block it stays; nobody knows since when it is set. */
static bool borrow_bit(struct vmi_access_bits *bits, struct vmi_ledger_block *block,
		       const struct vmi_live_entry *entry)
{
	if (!block)
		return false;
	block->seen[entry->index / 64] |= 1ULL << (entry->index % 64);
	if (!vmi_accessed_clear(entry->live))
		return false;
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

static int compare_keys(const void *a, const void *b)
{
	u32 key_a = *(const u32 *)a, key_b = *(const u32 *)b;

	return key_a < key_b ? -1 : key_a > key_b;
}

static bool is_moved_frame(const struct vmi_access_bits *bits, u64 frame)
{
	u32 key = vmi_ledger_key(frame);

	return bits->moved_count && bsearch(&key, bits->moved, bits->moved_count, sizeof(key), compare_keys);
}

static bool was_seen(const struct vmi_ledger_block *block, u32 index)
{
	return block && (block->seen[index / 64] & (1ULL << (index % 64)));
}

static bool return_bit(struct vmi_access_bits *bits, struct vmi_ledger_block *block,
		       const struct vmi_live_entry *entry)
{
	bool touched;

	if (block && vmi_ledger_strike(bits->ledger, block, entry->index, entry->frame))
		return give_bit(bits, entry);
	if (is_moved_frame(bits, entry->frame)) {
		bits->moved_found++;
		return give_bit(bits, entry);
	}
	if (bits->ledger->incomplete && !was_seen(block, entry->index))
		return false;
	touched = READ_ONCE(*entry->live) & _PAGE_ACCESSED;
	/* mremap() takes a page's entry to another address: it looks old, and was not there when bits were borrowed. */
	if (!touched && !was_seen(block, entry->index))
		bits->strangers++;
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

static void add_moved_frame(struct vmi_access_bits *bits, u32 key)
{
	if (key && bits->moved_count < VMI_MOVED_FRAMES_MAX)
		bits->moved[bits->moved_count++] = key;
}

/* The frames whose borrowed bits were not found again at their addresses, as far as there is room. */
static void collect_moved_frames(struct vmi_access_bits *bits)
{
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node = vmi_avl_first(&bits->ledger->blocks, &cursor);

	for (bits->moved_count = 0; node; node = vmi_avl_next(&cursor)) {
		const struct vmi_ledger_block *block = container_of(node, struct vmi_ledger_block, node);
		u32 i;

		if (block->huge_in_use)
			add_moved_frame(bits, block->huge_frame);
		for (i = 0; block->borrowed && i < VMI_TABLE_ENTRIES; i++)
			add_moved_frame(bits, block->frames[i]);
	}
	sort(bits->moved, bits->moved_count, sizeof(bits->moved[0]), compare_keys, NULL);
}

bool vmi_access_bits_look_for_moved(struct vmi_access_bits *bits)
{
	if (!bits->ledger->borrowed || !bits->strangers)
		return false;
	collect_moved_frames(bits);
	return true;
}

void vmi_access_bits_close(struct vmi_access_bits *bits)
{
	bits->result->unreturned = bits->ledger->borrowed - min(bits->ledger->borrowed, bits->moved_found);
	vmi_ledger_clear(bits->ledger);
}
