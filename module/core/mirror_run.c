// SPDX-License-Identifier: GPL-2.0
/* Looking through a mirror: what a policy has evicted of it, and where it maps a frame. */
#include "shadow_state.h"

/* Takes one entry of `pages` pages in; false when the run ends before it. */
static bool extend(const struct vmi_policy *policy, u32 entry, u64 address, u64 pages, struct vmi_mirror_run *run)
{
	u32 frame = vmi_entry_frame_id(entry);
	bool evicted;

	if (!frame)
		return !run->pages;
	evicted = vmi_word_list(*vmi_policy_word(policy, frame)) == VMI_LIST_EVICTED;
	if (run->pages && evicted != run->evicted)
		return false;
	if (!run->pages) {
		run->start = address;
		run->evicted = evicted;
	}
	run->pages += pages;
	return true;
}

/* Goes on to the end of the block, which is then in *address; false when the run ends before. */
static bool extend_in_block(const struct vmi_policy *policy, const struct vmi_block *block, u64 *address,
			    struct vmi_mirror_run *run)
{
	u64 end = vmi_block_end(block);
	u64 at = max_t(u64, *address, block->address);

	*address = end;
	if (block->order)
		return extend(policy, block->huge, at, (end - at) >> VMI_PAGE_SHIFT, run);
	for (; at < end; at += VMI_PAGE_BYTES)
		if (!extend(policy, block->entries[(at - block->address) >> VMI_PAGE_SHIFT], at, 1, run))
			return false;
	return true;
}

bool vmi_mirror_next_run(const struct vmi_mirror *mirror, u32 policy_id, u64 start, struct vmi_mirror_run *ret)
{
	const struct vmi_policy *policy = vmi_shadow_policy(mirror->shadow, policy_id);
	const struct vmi_block *block;

	*ret = (struct vmi_mirror_run){ 0 };
	while (policy && (block = vmi_mirror_block(mirror, start))) {
		if (ret->pages && block->address > start)
			break;
		if (!extend_in_block(policy, block, &start, ret))
			break;
	}
	return ret->pages;
}

static bool find_in_block(const struct vmi_block *block, u32 frame, u64 *ret)
{
	u32 i;

	*ret = block->address;
	if (block->order)
		return vmi_entry_frame_id(block->huge) == frame;
	for (i = 0; i < VMI_TABLE_ENTRIES; i++, *ret += VMI_PAGE_BYTES)
		if (vmi_entry_frame_id(block->entries[i]) == frame)
			return true;
	return false;
}

bool vmi_mirror_find_frame(const struct vmi_mirror *mirror, u32 pfn, u64 *ret_address)
{
	u32 frame = vmi_shadow_find_frame(mirror->shadow, pfn);
	const struct vmi_block *block;
	u64 address = 0;

	while (frame && (block = vmi_mirror_block(mirror, address))) {
		if (find_in_block(block, frame, ret_address)) {
			/* A huge leaf is aligned, its frames as its addresses. */
			*ret_address += ((u64)pfn & ((1U << block->order) - 1)) << VMI_PAGE_SHIFT;
			return true;
		}
		address = vmi_block_end(block);
	}
	return false;
}
