// SPDX-License-Identifier: GPL-2.0
/*
 * aging24: Linux 2.4's page ageing with its three lists, as refill_inactive_zone(zone, priority), page_launder() and
 * reclaim_page() of mm/vmscan.c had them in the -ac and rmap line of 2.4 (R. van Riel, 2000 to 2003).
 *
 *	           age 0, target not met         write done or clean           excess
 *	active  -------------------------> dirty ---------------------> clean ---------> evicted
 *	   ^      refill_inactive            |      page_launder          |   reclaim_page   |
 *	   +----------- touched -------------+------------ touched -------+---- touched -----+
 *
 * Each period a page of the active list is aged once: up by age_advance if it was touched, down otherwise. The three
 * steps run from the far end, so that a page spends a period on each inactive list and a touch can save it: a scan
 * activates it at age_start, and then ages it as all that were touched. A page that cannot be reclaimed is activated,
 * too, when a scan meets it (SWAP_FAIL of page_launder()). A write takes a scan: a dirty page becomes clean at the scan
 * after the one that began the write.
 *
 * Three things differ from 2.4. Ageing goes on when the target is met, as kswapd's background ageing had it go on.
 * 2.4 ignored the age of pages of a process over its RSS limit; our limit is one for all that is watched, so ages are
 * ignored only in the further rounds that run when a normal one has not freed enough, as it was when memory got
 * short. And references are used up by the first round, so a further one finds none: working sets larger than the
 * limit are evicted from, too.
 */
#include "core/policy_lists.h"
#include "core/policy/policies.h"

#define ACTIVE		VMI_LIST_FIRST_OWN
#define DIRTY		(VMI_LIST_FIRST_OWN + 1)
#define CLEAN		(VMI_LIST_FIRST_OWN + 2)

#define REFERENCED	0x80		/* touched since it was looked at; all lists */
#define AGE		0x7f		/* on the active list */
#define WRITING		0x01		/* on the dirty list, where the age is 0: a write has begun */

/* After one to go from the active to the dirty list, one more to the clean one and one to be evicted. */
#define ROUNDS_MAX	4

/* The first coldness of a page on the active list; its age is added to it. */
#define ACTIVE_COLDNESS	16

struct aging_scan {
	struct vmi_policy *policy;
	struct vmi_policy_counts *counts;
	u8 zone;
	u8 priority;
	bool pressed;			/* not the first round: ages do not count */
	u64 excess;			/* pages still to be evicted */
};

static void start_ageing(struct vmi_policy *policy, u32 frame)
{
	vmi_word_set_value(vmi_policy_word(policy, frame), policy->params.age_start);
}

static void aging24_mapped(struct vmi_policy *policy, u32 frame, u32 flags)
{
	(void)flags;
	start_ageing(policy, frame);
	vmi_policy_move(policy, frame, ACTIVE);
}

static void aging24_referenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u64 *word = vmi_policy_word(policy, frames[i]);

		if (unlikely(vmi_word_list(*word) == VMI_LIST_EVICTED))
			vmi_policy_refault(policy, frames[i]);
		*word |= (u64)REFERENCED << VMI_VALUE_SHIFT;
	}
}

static bool take_reference(u64 *word)
{
	bool referenced = vmi_word_value(*word) & REFERENCED;

	*word &= ~((u64)REFERENCED << VMI_VALUE_SHIFT);
	return referenced;
}

static bool is_saved(const struct aging_scan *scan, u32 frame)
{
	return vmi_word_value(*vmi_policy_word(scan->policy, frame)) & REFERENCED ||
	       vmi_policy_frame_pinned(scan->policy, frame);
}

/* A reference stays, and raises the age. */
static void activate(const struct aging_scan *scan, u32 frame)
{
	u64 *word = vmi_policy_word(scan->policy, frame);

	vmi_word_set_value(word, scan->policy->params.age_start | (vmi_word_value(*word) & REFERENCED));
	vmi_policy_promote(scan->policy, frame, ACTIVE);
}

static u64 list_budget(const struct aging_scan *scan, u32 list)
{
	u64 pages = vmi_policy_list_pages(scan->policy, scan->zone, list);

	return scan->pressed ? pages : pages >> scan->priority;
}

/* The first round goes through all pages, for those that were touched. */
static void reclaim_pages(struct aging_scan *scan)
{
	struct vmi_list_scan clean;
	u32 frame;

	vmi_list_scan_begin(&clean, scan->policy, scan->zone, CLEAN, ~0ULL);
	while ((scan->excess || !scan->pressed) && (frame = vmi_list_scan_next(&clean))) {
		if (is_saved(scan, frame)) {
			activate(scan, frame);
		} else if (scan->excess) {
			scan->excess -= min_t(u64, scan->excess, clean.pages);
			vmi_policy_evict(scan->policy, frame);
		}
	}
}

/* True when a write of the page has been on its way since before this scan. Begins one if need be. */
static bool write_done(const struct aging_scan *scan, u32 frame, u64 *word)
{
	if (!(vmi_word_value(*word) & WRITING)) {
		vmi_word_set_value(word, WRITING);
		return false;
	}
	if (scan->pressed)
		return false;
	scan->counts->laundered += vmi_policy_frame_pages(scan->policy, frame);
	return true;
}

static void launder_page(const struct aging_scan *scan, u32 frame)
{
	u64 *word = vmi_policy_word(scan->policy, frame);

	if (is_saved(scan, frame)) {
		activate(scan, frame);
	} else if (!(vmi_policy_frame_standing(scan->policy, frame) & VMI_STANDING_DIRTY) ||
		   write_done(scan, frame, word)) {
		vmi_word_set_value(word, 0);
		vmi_policy_demote(scan->policy, frame, CLEAN);
	}
}

static void launder_pages(const struct aging_scan *scan)
{
	struct vmi_list_scan dirty;
	u32 frame;

	vmi_list_scan_begin(&dirty, scan->policy, scan->zone, DIRTY, list_budget(scan, DIRTY));
	while ((frame = vmi_list_scan_next(&dirty)))
		launder_page(scan, frame);
	vmi_list_scan_end(&dirty);
}

/* age_page_up() or age_page_down(); returns the new age. */
static u8 age_page(const struct vmi_policy_params *params, u64 *word)
{
	bool referenced = take_reference(word);
	u8 age = vmi_word_value(*word);

	if (referenced)
		age = min_t(u32, age + params->age_advance, params->age_max);
	else if (params->age_halving)
		age /= 2;
	else
		age -= min_t(u8, age, params->age_decline);
	vmi_word_set_value(word, age);
	return age;
}

/* Pages that the inactive lists lack of what is to be evicted, and in the first round of their share too. */
static u64 refill_target(const struct aging_scan *scan)
{
	const struct vmi_policy *policy = scan->policy;
	u64 inactive = vmi_policy_list_pages(policy, scan->zone, DIRTY) +
		       vmi_policy_list_pages(policy, scan->zone, CLEAN);
	u64 wanted = scan->excess;

	if (!scan->pressed)
		wanted += vmi_policy_resident(policy, scan->zone) * policy->params.inactive_percent / 100;
	return wanted > inactive ? wanted - inactive : 0;
}

static void refill_inactive(const struct aging_scan *scan)
{
	u64 target = refill_target(scan);
	struct vmi_list_scan active;
	u32 frame;

	vmi_list_scan_begin(&active, scan->policy, scan->zone, ACTIVE, list_budget(scan, ACTIVE));
	while ((target || !scan->pressed) && (frame = vmi_list_scan_next(&active))) {
		u64 *word = vmi_policy_word(scan->policy, frame);

		if (vmi_policy_frame_pinned(scan->policy, frame))
			continue;
		if ((age_page(&scan->policy->params, word) && !scan->pressed) || !target)
			continue;
		target -= min_t(u64, target, active.pages);
		vmi_word_set_value(word, 0);
		vmi_policy_demote(scan->policy, frame, DIRTY);
	}
	vmi_list_scan_end(&active);
}

static void aging24_scan(struct vmi_policy *policy, const struct vmi_scan *asked)
{
	struct aging_scan scan = {
		.policy = policy,
		.counts = &policy->zones[asked->zone]->counts,
		.zone = asked->zone,
		.priority = asked->priority,
		.excess = asked->excess,
	};
	u32 round;

	for (round = 0; round < ROUNDS_MAX; round++) {
		scan.pressed = round > 0;
		reclaim_pages(&scan);
		if (scan.pressed && !scan.excess)
			return;
		launder_pages(&scan);
		refill_inactive(&scan);
	}
}

static u8 aging24_coldness(u32 list, u8 value)
{
	bool referenced = value & REFERENCED;

	switch (list) {
	case CLEAN:
		return 1 + referenced;
	case DIRTY:
		return 3 + referenced;
	case ACTIVE:
		return ACTIVE_COLDNESS + (value & AGE);
	default:
		return 0;
	}
}

static u32 aging24_age(u32 list, u8 value)
{
	return list == ACTIVE ? value & AGE : 0;
}

const struct vmi_policy_ops vmi_policy_aging24 = {
	.id = VMI_POLICY_AGING24,
	.name = "aging24",
	.source = "Linux 2.4 mm/vmscan.c: page ageing, active, inactive-dirty and inactive-clean lists",
	.list_names = { "none", "evicted", "active", "inactive-dirty", "inactive-clean" },
	.active_from = ACTIVE_COLDNESS,
	.mapped = aging24_mapped,
	.referenced = aging24_referenced,
	.scan = aging24_scan,
	.coldness = aging24_coldness,
	.age = aging24_age,
};
