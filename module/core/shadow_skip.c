// SPDX-License-Identifier: GPL-2.0
/* What of a table need not be looked at again: the hot loop of a pass over memory that is mostly idle. */
#include "shadow_state.h"

static void look_at_all(u32 first, u32 count, u64 look[8])
{
	u32 i;

	for (i = first; i < first + count; i++)
		look[i / 64] |= 1ULL << (i % 64);
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
		u64 pfn = (entry & raw->frame_mask) >> VMI_PAGE_SHIFT;

		if (!(entry & VMI_X86_PRESENT) && !frame)
			continue;
		if ((frame ^ last) & VMI_SECTION_BITS) {
			section = vmi_frame_section(frames, frame);
			last = frame;
		}
		if (likely((entry & (VMI_X86_PRESENT | VMI_X86_ACCESSED)) == VMI_X86_PRESENT && frame &&
			   section->first + vmi_frame_place(frame) == pfn && !(raw->owed && raw->owed[index])))
			unchanged++;
		else
			look[index / 64] |= 1ULL << (index % 64);
	}
	return unchanged;
}

void vmi_pass_skip(struct vmi_mirror *mirror, u64 address, const struct vmi_raw_entries *raw, u64 ret_look[8])
{
	const struct vmi_block *block = vmi_mirror_block(mirror, address);

	memset(ret_look, 0, 8 * sizeof(*ret_look));
	if (!block || address < block->address || !block->entries)
		look_at_all(raw->first, raw->count, ret_look);
	else
		mirror->stats.pages += skip_known(&mirror->shadow->frames, block->entries, raw, ret_look);
}
