// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a period: the audit of what the kernel evicted in it, the policies' scans, and the new ranks.
 *
 * Ranks and agreement are taken by one sweep over the sections, after the scans: so "at the end of the last period"
 * is the same moment for every policy, and a page that the kernel evicts in the next period is held against it.
 */
#include "shadow_state.h"

/* Real states of a rank's agreement by enum vmi_lru: 0 inactive, 1 active, 2 not to be compared. */
static const u8 real_state[8] = {
	[VMI_LRU_UNKNOWN] = 2,
	[VMI_LRU_INACTIVE] = 0,
	[VMI_LRU_ACTIVE] = 1,
	[VMI_LRU_GEN0] = 1,
	[VMI_LRU_GEN1] = 1,
	[VMI_LRU_GEN2] = 0,
	[VMI_LRU_GEN3] = 0,
	[VMI_LRU_UNEVICTABLE] = 2,
};

static void close_audits(struct vmi_policy *policy)
{
	u32 zone;

	for (zone = 0; zone < VMI_ZONES_MAX; zone++) {
		struct vmi_policy_zone *in = policy->zones[zone];

		if (!in || !in->evicted.total)
			continue;
		vmi_audit_add(&in->audit, &in->ranked, &in->evicted);
		memset(&in->evicted, 0, sizeof(in->evicted));
	}
}

/* Gathers the watched frames of a section that were not touched. */
static void gather_untouched(struct vmi_shadow *shadow, const struct vmi_section *section)
{
	u32 place;

	for (place = 0; place < VMI_SECTION_FRAMES; place++)
		if (vmi_section_watches(section, place) && !vmi_bit_is_set(section->touched, place))
			shadow->batch[shadow->batch_count++] = vmi_section_frame(section, place);
}

static bool wants_untouched(const struct vmi_shadow *shadow)
{
	u32 i;

	for (i = 0; i < shadow->policy_count; i++)
		if (shadow->policies[i]->ops->unreferenced)
			return true;
	return false;
}

static void tell_untouched(struct vmi_shadow *shadow)
{
	u32 i;

	for (i = 0; i < shadow->policy_count && shadow->batch_count; i++)
		if (shadow->policies[i]->ops->unreferenced)
			shadow->policies[i]->ops->unreferenced(shadow->policies[i], shadow->batch,
							       shadow->batch_count);
	shadow->batch_count = 0;
}

static void end_touches(struct vmi_shadow *shadow)
{
	bool wanted = wants_untouched(shadow);
	u32 number;

	for (number = 1; number < shadow->frames.capacity; number++) {
		struct vmi_section *section = shadow->frames.sections[number];

		if (!section)
			continue;
		if (wanted) {
			gather_untouched(shadow, section);
			tell_untouched(shadow);
		}
		memset(section->touched, 0, sizeof(section->touched));
		vmi_yield();
	}
}

/* Pages that a policy may keep. */
static u64 rss_limit(const struct vmi_shadow *shadow)
{
	u64 limit = shadow->rss_limit ? shadow->rss_limit : ~0ULL;

	if (shadow->rss_basis_points)
		limit = min_t(u64, limit, (shadow->frames.pages * shadow->rss_basis_points + 9999) / 10000);
	return limit;
}

/* Each zone gives of what is too much according to its share of the pages. */
static void scan_policy(struct vmi_policy *policy, u32 priority, u64 limit)
{
	u64 resident = 0;
	u64 excess, left;
	u32 zone;

	for (zone = 0; zone < VMI_ZONES_MAX; zone++)
		resident += policy->zones[zone] ? vmi_policy_resident(policy, zone) : 0;
	excess = resident > limit ? resident - limit : 0;
	left = excess;
	for (zone = 0; zone < VMI_ZONES_MAX; zone++) {
		struct vmi_scan scan = { .zone = zone, .priority = priority };
		u64 share;

		if (!policy->zones[zone])
			continue;
		share = excess ? (excess * vmi_policy_resident(policy, zone) + resident - 1) / resident : 0;
		scan.excess = min_t(u64, share, left);
		left -= scan.excess;
		policy->ops->scan(policy, &scan);
	}
}

static void clear_ranks(const struct vmi_policy *policy)
{
	u32 zone;

	for (zone = 0; zone < VMI_ZONES_MAX; zone++) {
		struct vmi_policy_zone *in = policy->zones[zone];

		if (!in)
			continue;
		memset(&in->ranked, 0, sizeof(in->ranked));
		memset(&in->agreement, 0, sizeof(in->agreement));
	}
}

static void rank_section(const struct vmi_policy *policy, const struct vmi_section *section)
{
	struct vmi_policy_zone *zone = policy->zones[section->zone];
	const u64 *plane = section->plane[policy->plane];
	u32 frames[2][3] = { { 0 } };		/* by shadow and real state */
	u32 place;

	for (place = 0; place < VMI_SECTION_FRAMES; place++) {
		u8 coldness;

		if (!vmi_section_watches(section, place))
			continue;
		coldness = vmi_policy_coldness(policy, plane[place]);
		zone->ranked.pages[coldness] += 1U << section->order;
		frames[coldness >= policy->ops->active_from][real_state[section->state[place] & VMI_STANDING_LRU]]++;
	}
	zone->ranked.total += (u64)section->used << section->order;
	zone->agreement.pages[0][0] += (u64)frames[0][0] << section->order;
	zone->agreement.pages[0][1] += (u64)frames[0][1] << section->order;
	zone->agreement.pages[1][0] += (u64)frames[1][0] << section->order;
	zone->agreement.pages[1][1] += (u64)frames[1][1] << section->order;
}

static void rank_frames(const struct vmi_shadow *shadow)
{
	u32 number, i;

	for (i = 0; i < shadow->policy_count; i++)
		clear_ranks(shadow->policies[i]);
	for (number = 1; number < shadow->frames.capacity; number++) {
		const struct vmi_section *section = shadow->frames.sections[number];

		for (i = 0; i < shadow->policy_count && section; i++)
			rank_section(shadow->policies[i], section);
		vmi_yield();
	}
}

void vmi_shadow_scan(struct vmi_shadow *shadow, u32 priority)
{
	u64 limit = rss_limit(shadow);
	u32 i;

	for (i = 0; i < shadow->policy_count; i++)
		close_audits(shadow->policies[i]);
	if (shadow->displaced)
		vmi_displaced_clear(shadow->displaced);
	end_touches(shadow);
	for (i = 0; i < shadow->policy_count; i++)
		scan_policy(shadow->policies[i], min_t(u32, priority, 31), limit);
	rank_frames(shadow);
	shadow->periods++;
}
