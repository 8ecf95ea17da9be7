// SPDX-License-Identifier: GPL-2.0
/*
 * gen: four generations, after the multi-generational LRU of Linux 6.1 (mm/vmscan.c; Yu Zhao, 2022). A touched page
 * is of the youngest generation; each period without a touch makes a page one generation older, until the oldest.
 * Pages are evicted from the oldest generation that has any, the tail first.
 *
 * The kernel makes a new generation when reclaim runs short of old ones; here each period makes one. Its tiers, which
 * tell file pages used through descriptors apart, have no counterpart: only mapped pages are seen.
 */
#include "core/policy_lists.h"
#include "core/policy/policies.h"

#define YOUNGEST	VMI_LIST_FIRST_OWN
#define OLDEST		(VMI_LIST_FIRST_OWN + 3)

static void gen_mapped(struct vmi_policy *policy, u32 frame, u32 flags)
{
	(void)flags;
	vmi_policy_move(policy, frame, YOUNGEST);
}

static void gen_referenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u32 list = vmi_word_list(*vmi_policy_word(policy, frames[i]));

		if (list == VMI_LIST_EVICTED)
			vmi_policy_refault(policy, frames[i]);
		else if (list != YOUNGEST)
			vmi_policy_promote(policy, frames[i], YOUNGEST);
	}
}

static void gen_unreferenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u32 list = vmi_word_list(*vmi_policy_word(policy, frames[i]));

		if (list >= YOUNGEST && list < OLDEST && !vmi_policy_frame_pinned(policy, frames[i]))
			vmi_policy_demote(policy, frames[i], list + 1);
	}
}

/* Evicts from the tail of one generation; returns the excess that is left. */
static u64 evict_generation(struct vmi_policy *policy, u8 zone, u32 list, u64 excess)
{
	struct vmi_list_scan scan;
	u32 frame;

	vmi_list_scan_begin(&scan, policy, zone, list, ~0ULL);
	while (excess && (frame = vmi_list_scan_next(&scan))) {
		if (vmi_policy_frame_pinned(policy, frame))
			continue;
		vmi_policy_evict(policy, frame);
		excess -= min_t(u64, excess, scan.pages);
	}
	return excess;
}

static void gen_scan(struct vmi_policy *policy, const struct vmi_scan *scan)
{
	u64 excess = scan->excess;
	u32 list;

	for (list = OLDEST; list >= YOUNGEST; list--)
		excess = evict_generation(policy, scan->zone, list, excess);
}

static u8 gen_coldness(u32 list, u8 value)
{
	(void)value;
	return list >= YOUNGEST && list <= OLDEST ? OLDEST - list + 1 : 0;
}

/* A page that was evicted is no younger than any other. */
static u32 gen_age(u32 list, u8 value)
{
	(void)value;
	if (list == VMI_LIST_EVICTED)
		return OLDEST - YOUNGEST;
	return list >= YOUNGEST && list <= OLDEST ? list - YOUNGEST : 0;
}

const struct vmi_policy_ops vmi_policy_gen = {
	.id = VMI_POLICY_GEN,
	.name = "gen",
	.source = "Linux 6.1 mm/vmscan.c: multi-generational LRU, four generations",
	.list_names = { "none", "evicted", "gen0", "gen1", "gen2", "gen3" },
	.active_from = OLDEST - YOUNGEST,	/* the two youngest */
	.mapped = gen_mapped,
	.referenced = gen_referenced,
	.unreferenced = gen_unreferenced,
	.scan = gen_scan,
	.coldness = gen_coldness,
	.age = gen_age,
};
