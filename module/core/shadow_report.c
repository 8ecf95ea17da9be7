// SPDX-License-Identifier: GPL-2.0
/* What can be asked of a shadow: its totals, a policy's report, a range of addresses, one frame. */
#include "shadow_state.h"

void vmi_shadow_get_stats(const struct vmi_shadow *shadow, struct vmi_shadow_stats *ret)
{
	*ret = (struct vmi_shadow_stats){
		.periods = shadow->periods,
		.frames = shadow->frames.frames,
		.pages = shadow->frames.pages,
		.mappings = shadow->frames.mappings,
		.mirrors = shadow->mirror_count,
		.sections = shadow->frames.count,
		.bytes = shadow->budget.used,
		.refused = shadow->refused,
		.evicted = shadow->evicted,
		.refaulted = shadow->refaulted,
	};
}

static void add_counts(struct vmi_policy_counts *counts, const struct vmi_policy_counts *more)
{
	counts->scanned += more->scanned;
	counts->promoted += more->promoted;
	counts->demoted += more->demoted;
	counts->laundered += more->laundered;
	counts->evicted += more->evicted;
	counts->refaulted += more->refaulted;
}

static void add_zone(struct vmi_policy_report *report, struct vmi_audit *audit, const struct vmi_policy_zone *zone)
{
	u32 list;

	for (list = 0; list < VMI_LISTS_MAX; list++)
		report->list_pages[list] += zone->lists[list].pages;
	add_counts(&report->counts, &zone->counts);
	vmi_agreement_add(&report->agreement, &zone->agreement);
	vmi_audit_merge(audit, &zone->audit);
}

int vmi_shadow_report(const struct vmi_shadow *shadow, u32 id, u32 zone, struct vmi_policy_report *ret)
{
	const struct vmi_policy *policy = vmi_shadow_policy(shadow, id);
	struct vmi_audit audit = { 0 };
	u32 i;

	if (!policy || zone > VMI_ZONE_ALL || (zone < VMI_ZONE_ALL && !policy->zones[zone]))
		return -ENOENT;
	memset(ret, 0, sizeof(*ret));
	ret->ops = policy->ops;
	ret->params = policy->params;
	for (i = 0; i < VMI_ZONES_MAX; i++)
		if (policy->zones[i] && (zone == VMI_ZONE_ALL || zone == i))
			add_zone(ret, &audit, policy->zones[i]);
	ret->agreement_rate = vmi_agreement_rate(&ret->agreement);
	ret->agreement_kappa = vmi_agreement_kappa(&ret->agreement);
	vmi_audit_get(&audit, &ret->audit);
	return 0;
}

/* The last policy gets its lists last, so where it has some they all have. */
u32 vmi_shadow_next_zone(const struct vmi_shadow *shadow, u32 zone)
{
	const struct vmi_policy *last = shadow->policies[shadow->policy_count - 1];

	while (zone < VMI_ZONES_MAX && !last->zones[zone])
		zone++;
	return min_t(u32, zone, VMI_ZONE_ALL);
}

static void add_entry(const struct vmi_policy *policy, u32 entry, u64 pages, struct vmi_region_shadow *ret)
{
	u64 word;

	if (!vmi_entry_frame_id(entry)) {
		ret->evicted += entry ? pages : 0;
		return;
	}
	word = *vmi_policy_word(policy, vmi_entry_frame_id(entry));
	ret->pages += pages;
	ret->refaulted += entry & VMI_ENTRY_EVICTED ? pages : 0;
	if (word & VMI_WORD_REFAULTED && vmi_word_list(word) != VMI_LIST_EVICTED)
		ret->shadow_refaulted += pages;
	ret->list_pages[vmi_word_list(word)] += pages;
	ret->ages[vmi_age_bucket(policy->ops->age(vmi_word_list(word), vmi_word_value(word)))] += pages;
}

static void add_block(const struct vmi_policy *policy, const struct vmi_block *block, u64 start, u64 end,
		      struct vmi_region_shadow *ret)
{
	u64 address = max_t(u64, start, block->address);
	u64 stop = min_t(u64, end, vmi_block_end(block));

	if (block->order) {
		add_entry(policy, block->huge, (stop - address) >> VMI_PAGE_SHIFT, ret);
		return;
	}
	for (; address < stop; address += VMI_PAGE_BYTES)
		add_entry(policy, block->entries[(address - block->address) >> VMI_PAGE_SHIFT], 1, ret);
}

int vmi_mirror_region_stats(const struct vmi_mirror *mirror, u64 start, u64 end, u32 id,
			    struct vmi_region_shadow *ret)
{
	const struct vmi_policy *policy = vmi_shadow_policy(mirror->shadow, id);
	const struct vmi_block *block;

	if (!policy)
		return -ENOENT;
	memset(ret, 0, sizeof(*ret));
	while (start < end) {
		block = vmi_mirror_block(mirror, start);
		if (!block || block->address >= end)
			break;
		add_block(policy, block, start, end, ret);
		start = vmi_block_end(block);
	}
	return 0;
}

u32 vmi_shadow_find_frame(const struct vmi_shadow *shadow, u32 pfn)
{
	u32 frame = vmi_frame_find(&shadow->frames, pfn, 0);

	if (!frame)
		frame = vmi_frame_find(&shadow->frames, pfn, VMI_BLOCK_ORDER);
	if (!frame)
		frame = vmi_frame_find(&shadow->frames, pfn, 2 * VMI_BLOCK_ORDER);
	return frame;
}

int vmi_shadow_frame(const struct vmi_shadow *shadow, u32 pfn, struct vmi_frame_facts *ret)
{
	u32 frame = vmi_shadow_find_frame(shadow, pfn);
	const struct vmi_section *section;
	u32 i;

	if (!frame)
		return -ENOENT;
	section = vmi_frame_section(&shadow->frames, frame);
	memset(ret, 0, sizeof(*ret));
	ret->identity = section->identity[vmi_frame_place(frame)];
	ret->zone = section->zone;
	ret->standing = section->state[vmi_frame_place(frame)] & VMI_STATE_STANDING;
	ret->pages = 1U << section->order;
	ret->sharers = vmi_frame_sharers(&shadow->frames, frame);
	for (i = 0; i < shadow->policy_count; i++) {
		const struct vmi_policy *policy = shadow->policies[i];
		u64 word = *vmi_policy_word(policy, frame);
		u32 id = policy->ops->id;

		ret->policy[id].list = vmi_word_list(word);
		ret->policy[id].value = vmi_word_value(word);
		ret->policy[id].age = policy->ops->age(vmi_word_list(word), vmi_word_value(word));
		ret->policy[id].percentile = vmi_rank_percentile(&policy->zones[section->zone]->ranked,
								 vmi_policy_coldness(policy, word));
	}
	return 0;
}
