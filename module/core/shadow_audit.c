// SPDX-License-Identifier: GPL-2.0
/*
 * The audit: everything that is kept up to date step by step, counted again from the mirrors.
 *
 * What each mirror maps gives the sharers of each frame; those the frames watched; those, with the list that each
 * policy's word names, the pages of each list; and the links of a list must lead through exactly its frames.
 */
#include "shadow_state.h"

struct audit {
	const struct vmi_shadow *shadow;
	u32 *sharers;			/* by frame id, counted from the mirrors */
	u64 mappings;
	u64 pages[VMI_ZONES_MAX][VMI_LISTS_MAX];	/* of one policy, by zone and list, counted from its words */
	u64 linked;			/* its frames on linked lists, counted from its words */
	const char *wrong;		/* the first thing that is */
};

/* Notes what is wrong if `fine` is false; returns it, for those who cannot go on then. */
static bool expect(struct audit *audit, bool fine, const char *what)
{
	if (!fine && !audit->wrong)
		audit->wrong = what;
	return fine;
}

static bool is_watched(const struct audit *audit, u32 frame)
{
	const struct vmi_frame_table *frames = &audit->shadow->frames;

	return frame >> VMI_SECTION_SHIFT < frames->capacity && frame >= VMI_SECTION_FRAMES &&
	       vmi_frame_section(frames, frame) &&
	       vmi_section_watches(vmi_frame_section(frames, frame), vmi_frame_place(frame));
}

static void count_entry(struct audit *audit, const struct vmi_block *block, u32 entry)
{
	u32 frame = vmi_entry_frame_id(entry);

	if (!frame)
		return;
	if (!expect(audit, is_watched(audit, frame), "an entry of a mirror names a frame that is not watched"))
		return;
	expect(audit, vmi_frame_section(&audit->shadow->frames, frame)->order == block->order,
	       "an entry of a mirror names a frame of another size");
	audit->sharers[frame]++;
	audit->mappings++;
}

static void count_block(struct audit *audit, const struct vmi_block *block)
{
	u32 used = 0;
	u32 i;

	if (block->order) {
		count_entry(audit, block, block->huge);
		used = !!block->huge;
	}
	for (i = 0; !block->order && i < VMI_TABLE_ENTRIES; i++) {
		count_entry(audit, block, block->entries[i]);
		used += !!block->entries[i];
	}
	expect(audit, used == block->used, "a block's count of entries is wrong");
	expect(audit, used, "a block is empty");
}

static void count_mirrors(struct audit *audit)
{
	const struct vmi_mirror *mirror;
	const struct vmi_block *block;
	u64 count = 0;

	for (mirror = audit->shadow->mirrors; mirror; mirror = mirror->next) {
		if (!expect(audit, vmi_mirror_valid(mirror), "a mirror's tree is not in order"))
			return;
		block = vmi_mirror_block(mirror, 0);
		while (block) {
			count_block(audit, block);
			block = vmi_mirror_block(mirror, vmi_block_end(block));
		}
		count++;
	}
	expect(audit, count == audit->shadow->mirror_count, "the number of mirrors is wrong");
}

static void check_section(struct audit *audit, const struct vmi_section *section)
{
	u32 used = 0;
	u32 place;

	for (place = 0; place < VMI_SECTION_FRAMES; place++) {
		u32 frame = vmi_section_frame(section, place);

		if (!vmi_section_watches(section, place)) {
			expect(audit, !audit->sharers[frame], "a mapped frame is not watched");
			continue;
		}
		used++;
		expect(audit, vmi_frame_sharers(&audit->shadow->frames, frame) == audit->sharers[frame],
		       "a frame's sharers are not the mappings that mirrors have of it");
	}
	expect(audit, used == section->used, "a section's count of frames is wrong");
	expect(audit, used, "a section is empty");
}

static void check_sections(struct audit *audit)
{
	const struct vmi_frame_table *table = &audit->shadow->frames;
	u64 frames = 0, pages = 0;
	u32 sections = 0;
	u32 number;

	for (number = 1; number < table->capacity; number++) {
		const struct vmi_section *section = table->sections[number];

		if (!section)
			continue;
		check_section(audit, section);
		sections++;
		frames += section->used;
		pages += (u64)section->used << section->order;
	}
	expect(audit, sections == table->count, "the number of sections is wrong");
	expect(audit, frames == table->frames, "the number of frames is wrong");
	expect(audit, pages == table->pages, "the number of pages is wrong");
	expect(audit, audit->mappings == table->mappings, "the number of mappings is wrong");
}

static void count_words(struct audit *audit, const struct vmi_policy *policy, const struct vmi_section *section)
{
	u32 place;

	for (place = 0; place < VMI_SECTION_FRAMES; place++) {
		u32 list = vmi_word_list(section->plane[policy->plane][place]);

		if (!vmi_section_watches(section, place))
			continue;
		if (!expect(audit, list != VMI_LIST_NONE && list < VMI_LISTS_MAX && policy->ops->list_names[list],
			    "a frame is on no list of a policy"))
			return;
		audit->pages[section->zone][list] += 1ULL << section->order;
		audit->linked += list >= VMI_LIST_FIRST_OWN;
	}
}

/* The frame after `last`, or the first one, is one that may be there. */
static bool check_link(struct audit *audit, const struct vmi_policy *policy, u32 zone, u32 list, u32 frame, u32 last)
{
	u64 word;

	if (!expect(audit, is_watched(audit, frame), "a list has a frame that is not watched"))
		return false;
	word = *vmi_policy_word(policy, frame);
	return expect(audit, vmi_word_list(word) == list && vmi_frame_section(policy->frames, frame)->zone == zone,
		      "a frame is on another list than its word says") &&
	       expect(audit, vmi_word_towards_head(word) == last, "a list's links do not match") &&
	       expect(audit, audit->linked, "lists have more frames than there are");
}

/* Walks from the head; the links back must match, so no frame can be met twice. */
static void check_links(struct audit *audit, const struct vmi_policy *policy, u32 zone, u32 list)
{
	const struct vmi_list *head = &policy->zones[zone]->lists[list];
	u32 frame = head->head;
	u32 last = 0;

	while (frame) {
		if (!check_link(audit, policy, zone, list, frame, last))
			return;
		audit->linked--;
		last = frame;
		frame = *vmi_policy_word(policy, frame) & VMI_LINK_MASK;
	}
	expect(audit, head->tail == last, "a list's tail is not its end");
}

static void check_zone(struct audit *audit, const struct vmi_policy *policy, u32 zone)
{
	u32 list;

	for (list = 0; list < VMI_LISTS_MAX; list++) {
		u64 pages = policy->zones[zone] ? vmi_policy_list_pages(policy, zone, list) : 0;

		expect(audit, pages == audit->pages[zone][list], "a list's count of pages is wrong");
		if (policy->zones[zone])
			check_links(audit, policy, zone, list);
	}
}

static void check_policy(struct audit *audit, const struct vmi_policy *policy)
{
	const struct vmi_frame_table *table = &audit->shadow->frames;
	u32 number, zone;

	memset(audit->pages, 0, sizeof(audit->pages));
	audit->linked = 0;
	for (number = 1; number < table->capacity && !audit->wrong; number++)
		if (table->sections[number])
			count_words(audit, policy, table->sections[number]);
	for (zone = 0; zone < VMI_ZONES_MAX && !audit->wrong; zone++)
		check_zone(audit, policy, zone);
	expect(audit, !audit->linked, "a frame is not on the list that its word says");
}

static void check_all(struct audit *audit)
{
	u32 i;

	count_mirrors(audit);
	if (!audit->wrong)
		check_sections(audit);
	for (i = 0; i < audit->shadow->policy_count && !audit->wrong; i++)
		check_policy(audit, audit->shadow->policies[i]);
}

int vmi_shadow_audit(const struct vmi_shadow *shadow, const char **ret_what)
{
	struct audit *audit = vmi_zalloc_array(1, sizeof(*audit));
	int ret = -ENOMEM;

	if (!audit)
		return -ENOMEM;
	audit->shadow = shadow;
	audit->sharers = vmi_zalloc_array((size_t)shadow->frames.capacity * VMI_SECTION_FRAMES, sizeof(u32));
	if (audit->sharers) {
		check_all(audit);
		*ret_what = audit->wrong;
		ret = audit->wrong ? -EUCLEAN : 0;
		vmi_free(audit->sharers);
	}
	vmi_free(audit);
	return ret;
}
