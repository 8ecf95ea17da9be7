// SPDX-License-Identifier: GPL-2.0
/*
 * A pass over an address space: what is seen against what its mirror holds.
 *
 * Nearly all pages are as they were at the last pass, so that is what pass_unchanged() is made for: one comparison of
 * frame, identity and standing, and a test of the accessed bit. All else is apart.
 */
#include "shadow_state.h"

void vmi_pass_begin(struct vmi_mirror *mirror)
{
	memset(&mirror->stats, 0, sizeof(mirror->stats));
}

void vmi_pass_end(struct vmi_mirror *mirror, struct vmi_pass_stats *ret)
{
	mirror->shadow->refused += mirror->stats.refused;
	mirror->shadow->evicted += mirror->stats.evicted;
	mirror->shadow->refaulted += mirror->stats.refaulted;
	*ret = mirror->stats;
}

static bool went_by_eviction(const struct vmi_observation *seen)
{
	return seen->state == VMI_PAGE_SWAPPED || seen->state == VMI_PAGE_UNMAPPED_FILE;
}

/* The block that covers the address, or NULL. */
static struct vmi_block *block_at(const struct vmi_mirror *mirror, u64 address)
{
	struct vmi_block *block = vmi_mirror_block(mirror, address);

	return block && block->address <= address ? block : NULL;
}

static bool same_frame(const struct vmi_section *section, u32 place, const struct vmi_observation *seen)
{
	return section->first + place == (u64)(seen->pfn >> section->order) &&
	       section->identity[place] == seen->identity;
}

/* Another frame than before, or the first one. The new one is mapped first: it may be the old one reused. */
static int replace_frame(struct vmi_mirror *mirror, struct vmi_block *block, u32 *entry,
			 const struct vmi_observation *seen)
{
	u64 pages = 1ULL << block->order;
	u32 old = *entry;
	u32 frame;
	int err = vmi_shadow_map(mirror->shadow, seen, block->order, &frame);

	*entry = err ? 0 : vmi_entry_of(frame, seen->standing) | (old & VMI_ENTRY_EVICTED);
	block->used += !!*entry - !!old;
	if (vmi_entry_frame_id(old)) {
		mirror->stats.unmapped += pages;
		vmi_shadow_unmap(mirror->shadow, vmi_entry_frame_id(old), false);
	}
	if (err) {
		mirror->stats.refused += pages;
		return err;
	}
	mirror->stats.mapped += pages;
	if (old == VMI_ENTRY_EVICTED)
		mirror->stats.refaulted += pages;
	return 0;
}

/* The entry is not 0 and does not map a present page now. One that is being migrated is neither here nor gone. */
static void page_gone(struct vmi_mirror *mirror, struct vmi_block *block, u32 *entry,
		      const struct vmi_observation *seen)
{
	bool evicted = went_by_eviction(seen);
	u64 pages = 1ULL << block->order;
	u32 frame = vmi_entry_frame_id(*entry);

	if (seen->state == VMI_PAGE_MIGRATING)
		return;
	block->print = 0;
	*entry = evicted ? VMI_ENTRY_EVICTED : 0;
	block->used -= !evicted;
	if (!frame)
		return;
	if (evicted)
		mirror->stats.evicted += pages;
	else
		mirror->stats.unmapped += pages;
	vmi_shadow_unmap(mirror->shadow, frame, evicted);
}

/* The present page that the entry stands for is not the one of the last pass, or not in every respect. */
static int page_changed(struct vmi_mirror *mirror, struct vmi_block *block, u32 *entry,
			const struct vmi_observation *seen)
{
	const struct vmi_frame_table *frames = &mirror->shadow->frames;
	u32 frame = vmi_entry_frame_id(*entry);

	block->print = 0;
	if (!same_frame(vmi_frame_section(frames, frame), vmi_frame_place(frame), seen))
		return replace_frame(mirror, block, entry, seen);
	vmi_frame_set_standing(frames, frame, seen->standing);
	*entry = vmi_entry_of(frame, seen->standing) | (*entry & VMI_ENTRY_EVICTED);
	return 0;
}

/* A present page that the mirror now has as it is. */
static void page_seen(struct vmi_mirror *mirror, const struct vmi_block *block, u32 entry,
		      const struct vmi_observation *seen)
{
	struct vmi_shadow *shadow = mirror->shadow;
	u32 frame = vmi_entry_frame_id(entry);

	mirror->stats.pages += 1ULL << block->order;
	if (!(seen->flags & VMI_SEEN_ACCESSED))
		return;
	mirror->stats.accessed += 1ULL << block->order;
	vmi_shadow_touch(shadow, vmi_frame_section(&shadow->frames, frame), frame);
}

/*
 * Goes through small pages up to the first one that changed, and returns how many are before it. What is needed of a
 * section is looked up only when the next page is of another one, for neighbours often are of the same.
 */
static u32 pass_unchanged(struct vmi_mirror *mirror, const u32 *entries, const struct vmi_observation *seen, u32 count)
{
	struct vmi_shadow *shadow = mirror->shadow;
	struct vmi_section *section = vmi_frame_section(&shadow->frames, 0);
	u32 pages = 0, accessed = 0;
	u32 last = 0;
	u32 i;

	for (i = 0; i < count; i++, seen++) {
		u32 entry = entries[i];
		u32 place = vmi_frame_place(entry);

		if (seen->state != VMI_PAGE_PRESENT) {
			if (entry && (entry != VMI_ENTRY_EVICTED || !went_by_eviction(seen)))
				break;
			continue;
		}
		if ((entry ^ last) & VMI_SECTION_BITS) {
			section = vmi_frame_section(&shadow->frames, vmi_entry_frame_id(entry));
			last = entry;
		}
		if (section->first + place != seen->pfn || section->identity[place] != seen->identity ||
		    vmi_entry_standing(entry) != seen->standing)
			break;
		pages++;
		if (seen->flags & VMI_SEEN_ACCESSED) {
			accessed++;
			vmi_shadow_touch(shadow, section, vmi_entry_frame_id(entry));
		}
	}
	mirror->stats.pages += pages;
	mirror->stats.accessed += accessed;
	return i;
}

static int pass_entries(struct vmi_mirror *mirror, struct vmi_block *block, const struct vmi_observation *seen,
			u32 first, u32 count)
{
	u32 *entries = block->entries + first;
	int ret = 0;
	u32 i = 0;

	for (;;) {
		int err = 0;

		i += pass_unchanged(mirror, entries + i, seen + i, count - i);
		if (i == count)
			return ret;
		if (seen[i].state != VMI_PAGE_PRESENT)
			page_gone(mirror, block, &entries[i], &seen[i]);
		else
			err = page_changed(mirror, block, &entries[i], &seen[i]);
		if (err)
			ret = err;
		else if (seen[i].state == VMI_PAGE_PRESENT)
			page_seen(mirror, block, entries[i], &seen[i]);
		i++;
	}
}

static u32 count_present(const struct vmi_observation *seen, u32 count)
{
	u32 present = 0;
	u32 i;

	for (i = 0; i < count; i++)
		present += seen[i].state == VMI_PAGE_PRESENT;
	return present;
}

static u32 count_evicted(const struct vmi_observation *seen, u32 count)
{
	u32 evicted = 0;
	u32 i;

	for (i = 0; i < count; i++)
		evicted += went_by_eviction(&seen[i]);
	return evicted;
}

static void drop_block(struct vmi_mirror *mirror, struct vmi_block *block)
{
	vmi_mirror_remove_block(mirror, &mirror->shadow->budget, block);
}

/*
 * Small entries where a huge leaf was. Swapping splits a huge page; the policies are told of one that was swapped if
 * most of it was. Returns the number of pages swapped.
 */
static u32 split_leaf(struct vmi_mirror *mirror, struct vmi_block *leaf, const struct vmi_observation *seen, u32 count)
{
	u32 evicted = vmi_entry_frame_id(leaf->huge) ? count_evicted(seen, count) : 0;

	if (vmi_entry_frame_id(leaf->huge)) {
		mirror->stats.evicted += evicted;
		mirror->stats.unmapped += (1ULL << leaf->order) - evicted;
		vmi_shadow_unmap(mirror->shadow, vmi_entry_frame_id(leaf->huge), 2 * evicted > count);
	}
	drop_block(mirror, leaf);
	return evicted;
}

static void mark_evicted(struct vmi_block *block, const struct vmi_observation *seen, u32 first, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (went_by_eviction(&seen[i])) {
			block->print = 0;
			block->entries[first + i] = VMI_ENTRY_EVICTED;
			block->used++;
		}
	}
}

void vmi_pass_gone(struct vmi_mirror *mirror, u64 address, const struct vmi_observation *seen, u32 first_index,
		   u32 count)
{
	struct vmi_block *block = block_at(mirror, address);
	u32 *entries, i;

	if (!block || block->order)
		return;
	entries = block->entries + first_index;
	for (i = 0; i < count; i++)
		if (seen[i].state != VMI_PAGE_PRESENT && vmi_entry_frame_id(entries[i]))
			page_gone(mirror, block, &entries[i], &seen[i]);
	if (!block->used)
		drop_block(mirror, block);
}

int vmi_pass_block(struct vmi_mirror *mirror, u64 address, const struct vmi_observation *seen, u32 first_index,
		   u32 count)
{
	struct vmi_budget *budget = &mirror->shadow->budget;
	struct vmi_block *block = block_at(mirror, address);
	u32 evicted = 0;
	int ret;

	if (block && block->order) {
		evicted = split_leaf(mirror, block, seen, count);
		block = NULL;
	}
	if (!block) {
		u32 present = count_present(seen, count);

		if (!present && !evicted)
			return 0;
		block = vmi_mirror_add_block(mirror, budget, address, 0);
		if (!block) {
			mirror->stats.refused += present;
			return budget->error;
		}
	}
	if (evicted)
		mark_evicted(block, seen, first_index, count);
	ret = pass_entries(mirror, block, seen, first_index, count);
	vmi_shadow_flush(mirror->shadow);
	if (!block->used)
		drop_block(mirror, block);
	return ret;
}

static void unmap_entry(struct vmi_mirror *mirror, struct vmi_block *block, u32 *entry)
{
	u32 frame = vmi_entry_frame_id(*entry);

	if (!*entry)
		return;
	block->print = 0;
	*entry = 0;
	block->used--;
	if (!frame)
		return;
	mirror->stats.unmapped += 1ULL << block->order;
	vmi_shadow_unmap(mirror->shadow, frame, false);
}

static void unmap_block(struct vmi_mirror *mirror, struct vmi_block *block, u64 start, u64 end)
{
	u64 address = max_t(u64, start, block->address);
	u64 stop = min_t(u64, end, vmi_block_end(block));

	if (block->order)
		unmap_entry(mirror, block, &block->huge);
	for (; !block->order && address < stop; address += VMI_PAGE_BYTES)
		unmap_entry(mirror, block, &block->entries[(address - block->address) >> VMI_PAGE_SHIFT]);
	if (!block->used)
		drop_block(mirror, block);
}

void vmi_pass_absent(struct vmi_mirror *mirror, u64 start, u64 end)
{
	while (start < end) {
		struct vmi_block *block = vmi_mirror_block(mirror, start);
		u64 next;

		if (!block || block->address >= end)
			return;
		next = vmi_block_end(block);
		unmap_block(mirror, block, start, end);
		start = next;
		vmi_yield();
	}
}

/* The huge leaf's block, all else that was there having gone; NULL when there is none and none could be made. */
static struct vmi_block *leaf_block(struct vmi_mirror *mirror, u64 address, u32 order)
{
	struct vmi_block *block = block_at(mirror, address);

	if (block && block->order == order)
		return block;
	vmi_pass_absent(mirror, address, address + (VMI_PAGE_BYTES << order));
	return vmi_mirror_add_block(mirror, &mirror->shadow->budget, address, order);
}

static int pass_leaf(struct vmi_mirror *mirror, struct vmi_block *block, const struct vmi_observation *seen)
{
	int err = page_changed(mirror, block, &block->huge, seen);

	if (err)
		return err;
	page_seen(mirror, block, block->huge, seen);
	vmi_shadow_flush(mirror->shadow);
	return 0;
}

/* A leaf that is not present: only a leaf that was there can have gone, small pages that were there are gone. */
static void leaf_gone(struct vmi_mirror *mirror, u64 address, u32 order, const struct vmi_observation *seen)
{
	struct vmi_block *block = block_at(mirror, address);

	if (seen->state == VMI_PAGE_MIGRATING)
		return;
	if (block && block->order == order) {
		page_gone(mirror, block, &block->huge, seen);
		if (!block->used)
			drop_block(mirror, block);
	} else {
		vmi_pass_absent(mirror, address, address + (VMI_PAGE_BYTES << order));
	}
}

int vmi_pass_huge(struct vmi_mirror *mirror, u64 address, u32 page_count, const struct vmi_observation *seen)
{
	u32 order = page_count == VMI_TABLE_ENTRIES ? VMI_BLOCK_ORDER : 2 * VMI_BLOCK_ORDER;
	struct vmi_block *block;
	int ret;

	if (seen->state != VMI_PAGE_PRESENT) {
		leaf_gone(mirror, address, order, seen);
		return 0;
	}
	block = leaf_block(mirror, address, order);
	if (!block) {
		mirror->stats.refused += page_count;
		return mirror->shadow->budget.error;
	}
	ret = pass_leaf(mirror, block, seen);
	if (!block->used)
		drop_block(mirror, block);
	return ret;
}
