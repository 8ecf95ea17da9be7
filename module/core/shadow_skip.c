// SPDX-License-Identifier: GPL-2.0
/* What of a table need not be looked at again: the hot loop of a pass over memory that is mostly idle. */
#include "shadow_state.h"
#include "table_print.h"

static void look_at_all(u32 first, u32 count, u64 look[8])
{
	u32 i;

	for (i = first; i < first + count; i++)
		vmi_bit_set(look, i);
}

/* Inverted in an entry that the processor takes for not present (PROTNONE). */
static u64 raw_frame(u64 entry, u64 frame_mask)
{
	return ((entry & VMI_X86_PRESENT ? entry : ~entry) & frame_mask) >> VMI_PAGE_SHIFT;
}

/* True when the page is what it was, as far as that was asked. */
static bool same_brief(const struct vmi_section *section, u32 known, const u32 *brief)
{
	return !brief || *brief == vmi_brief(section->identity[vmi_frame_place(known)], vmi_entry_standing(known));
}

static bool is_owed(const struct vmi_raw_entries *raw, u32 index)
{
	return raw->owed && vmi_bit_is_set(raw->owed, index);
}

/* Goes through entries of which the block knows what they mapped; returns how many present ones are as they were. */
static u32 skip_known(const struct vmi_frame_table *frames, const u32 *known, const struct vmi_raw_entries *raw,
		      u64 look[8])
{
	const struct vmi_section *section = vmi_frame_section(frames, 0);
	u32 last = 0, unchanged = 0, i;

	for (i = 0; i < raw->count; i++) {
		u64 entry = raw->entries[i];
		u32 index = raw->first + i;
		u32 frame = vmi_entry_frame_id(known[index]);
		u64 pfn = raw_frame(entry, raw->frame_mask);

		/* What was evicted is so for as long as its entry says where it went to. */
		if (!vmi_entry_present(entry) && (!known[index] || (!frame && entry)))
			continue;
		if ((frame ^ last) & VMI_SECTION_BITS) {
			section = vmi_frame_section(frames, frame);
			last = frame;
		}
		if (likely(vmi_entry_present(entry) && !(entry & VMI_X86_ACCESSED) && frame &&
			   section->first + vmi_frame_place(frame) == pfn && !is_owed(raw, index) &&
			   same_brief(section, known[index], raw->briefs ? raw->briefs + i : NULL)))
			unchanged++;
		else
			vmi_bit_set(look, index);
	}
	return unchanged;
}

static bool is_empty(const u64 look[8])
{
	u32 i;

	for (i = 0; i < 8; i++)
		if (look[i])
			return false;
	return true;
}

/* The block of small pages for a table, or NULL. */
static struct vmi_block *block_of_table(const struct vmi_mirror *mirror, u64 address)
{
	struct vmi_block *block = vmi_mirror_block(mirror, address);

	return block && address >= block->address && block->entries ? block : NULL;
}

/* True when table and pages are what they were when all of them were found to be as known. */
static bool is_printed(const struct vmi_block *block, const struct vmi_raw_entries *raw)
{
	struct vmi_table_print print;

	if (!block->print || !raw->briefs || raw->owed ||
	    vmi_brief_print(raw->briefs, raw->count) != block->brief_print)
		return false;
	print = vmi_table_print(raw->entries, raw->first, raw->count);
	return print.hash == block->print && !(print.bits & VMI_X86_ACCESSED);
}

static void set_print(struct vmi_block *block, const struct vmi_raw_entries *raw, u32 pages)
{
	block->print = vmi_table_print(raw->entries, raw->first, raw->count).hash;
	block->print_pages = pages;
	block->brief_print = raw->briefs ? vmi_brief_print(raw->briefs, raw->count) : 0;
}

static void skip_in_block(struct vmi_mirror *mirror, struct vmi_block *block, const struct vmi_raw_entries *raw,
			  u64 look[8])
{
	u32 unchanged;

	if (is_printed(block, raw)) {
		mirror->stats.pages += block->print_pages;
		return;
	}
	unchanged = skip_known(&mirror->shadow->frames, block->entries, raw, look);
	mirror->stats.pages += unchanged;
	if (is_empty(look))
		set_print(block, raw, unchanged);
}

void vmi_pass_skip(struct vmi_mirror *mirror, u64 address, const struct vmi_raw_entries *raw, u64 ret_look[8])
{
	struct vmi_block *block = block_of_table(mirror, address);

	memset(ret_look, 0, 8 * sizeof(*ret_look));
	if (block)
		skip_in_block(mirror, block, raw, ret_look);
	else
		look_at_all(raw->first, raw->count, ret_look);
}

bool vmi_pass_skip_table(struct vmi_mirror *mirror, u64 address, const u64 *live, u32 first, u32 count)
{
	struct vmi_block *block = block_of_table(mirror, address);
	struct vmi_table_print print;

	if (!block || !block->print)
		return false;
	print = vmi_table_print(live, first, count);
	if (print.hash != block->print || print.bits & VMI_X86_ACCESSED)
		return false;
	mirror->stats.pages += block->print_pages;
	return true;
}
