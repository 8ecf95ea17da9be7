// SPDX-License-Identifier: GPL-2.0
/*
 * twolist: the active and the inactive list of Linux 2.6 (mm/vmscan.c, shrink_zone() with refill_inactive_zone() and
 * shrink_cache()), with a referenced bit. Anonymous pages begin active, file pages inactive. A page of the inactive
 * list that was touched is activated when the scan meets it, others go from the tail while pages are wanted. So a
 * reference to an active page may be old when it is looked at, which is how 2.6 had it.
 *
 * 2.6 scanned when it needed pages, and its active list by as much at each scan; ours is scanned in each period, and
 * only while the inactive list lacks pages of its share. What has just been activated is not looked at in that scan.
 * When it does not give enough pages, further rounds over whole lists follow; references are used up by then.
 */
#include "core/policy_lists.h"
#include "core/policy/policies.h"

#define ACTIVE		VMI_LIST_FIRST_OWN
#define INACTIVE	(VMI_LIST_FIRST_OWN + 1)

#define REFERENCED	0x01

/* One more to empty the active list of references, one to deactivate, one to evict. */
#define ROUNDS_MAX	4

#define ACTIVE_COLDNESS	3

struct twolist_scan {
	struct vmi_policy *policy;
	u8 zone;
	u64 excess;			/* pages still to be evicted */
};

static void twolist_mapped(struct vmi_policy *policy, u32 frame, u32 flags)
{
	bool file = flags & (VMI_SEEN_FILE | VMI_SEEN_SHMEM);

	vmi_word_set_value(vmi_policy_word(policy, frame), 0);
	vmi_policy_move(policy, frame, file ? INACTIVE : ACTIVE);
}

static void twolist_referenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u64 *word = vmi_policy_word(policy, frames[i]);

		if (vmi_word_list(*word) == VMI_LIST_EVICTED)
			vmi_policy_refault(policy, frames[i]);
		vmi_word_set_value(word, REFERENCED);
	}
}

static bool take_reference(u64 *word)
{
	bool referenced = vmi_word_value(*word) & REFERENCED;

	vmi_word_set_value(word, 0);
	return referenced;
}

/* Pages that stay keep their place: it says how long they have been inactive. */
static void scan_inactive(struct twolist_scan *scan, u64 budget)
{
	struct vmi_list_scan inactive;
	u32 frame;

	vmi_list_scan_begin(&inactive, scan->policy, scan->zone, INACTIVE, budget);
	while ((frame = vmi_list_scan_next(&inactive))) {
		if (vmi_policy_frame_pinned(scan->policy, frame))
			continue;
		if (take_reference(vmi_policy_word(scan->policy, frame))) {
			vmi_policy_promote(scan->policy, frame, ACTIVE);
		} else if (scan->excess) {
			vmi_policy_evict(scan->policy, frame);
			scan->excess -= min_t(u64, scan->excess, inactive.pages);
		}
	}
}

/* Deactivates pages until `target` is met; pinned and referenced ones go round. */
static void scan_active(const struct twolist_scan *scan, u64 budget, u64 target)
{
	struct vmi_list_scan active;
	u32 frame;

	vmi_list_scan_begin(&active, scan->policy, scan->zone, ACTIVE, budget);
	while (target && (frame = vmi_list_scan_next(&active))) {
		if (vmi_policy_frame_pinned(scan->policy, frame) ||
		    take_reference(vmi_policy_word(scan->policy, frame)))
			continue;
		vmi_policy_demote(scan->policy, frame, INACTIVE);
		target -= min_t(u64, target, active.pages);
	}
	vmi_list_scan_end(&active);
}

/* Pages that the inactive list lacks of its share and of what is still to be evicted. */
static u64 inactive_lack(const struct twolist_scan *scan)
{
	const struct vmi_policy *policy = scan->policy;
	u64 inactive = vmi_policy_list_pages(policy, scan->zone, INACTIVE);
	u64 wanted = vmi_policy_resident(policy, scan->zone) * policy->params.inactive_percent / 100 + scan->excess;

	return wanted > inactive ? wanted - inactive : 0;
}

static void twolist_scan(struct vmi_policy *policy, const struct vmi_scan *asked)
{
	struct twolist_scan scan = {
		.policy = policy,
		.zone = asked->zone,
		.excess = asked->excess,
	};
	u32 round;

	for (round = 0; round < ROUNDS_MAX && (!round || scan.excess); round++) {
		u64 active = vmi_policy_list_pages(policy, scan.zone, ACTIVE);
		u32 priority = round ? 0 : asked->priority;

		scan_inactive(&scan, vmi_policy_list_pages(policy, scan.zone, INACTIVE) >> priority);
		if (round && !scan.excess)
			return;
		scan_active(&scan, active >> priority, inactive_lack(&scan));
	}
}

static u8 twolist_coldness(u32 list, u8 value)
{
	switch (list) {
	case INACTIVE:
		return 1 + (value & REFERENCED);
	case ACTIVE:
		return ACTIVE_COLDNESS + (value & REFERENCED);
	default:
		return 0;
	}
}

/* The ladder that mark_page_accessed() of 2.6 goes up: inactive, inactive and referenced, active, both. */
static u32 twolist_age(u32 list, u8 value)
{
	return list == VMI_LIST_EVICTED ? 0 : (list == ACTIVE ? 2 : 0) + (value & REFERENCED);
}

const struct vmi_policy_ops vmi_policy_twolist = {
	.id = VMI_POLICY_TWOLIST,
	.name = "twolist",
	.source = "Linux 2.6 mm/vmscan.c: active and inactive list, referenced bit",
	.list_names = { "none", "evicted", "active", "inactive" },
	.active_from = ACTIVE_COLDNESS,
	.mapped = twolist_mapped,
	.referenced = twolist_referenced,
	.scan = twolist_scan,
	.coldness = twolist_coldness,
	.age = twolist_age,
};
