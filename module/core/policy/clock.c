// SPDX-License-Identifier: GPL-2.0
/*
 * clock: second chance (F. J. Corbato, A Paging Experiment with the Multics System, 1968). One ring of pages and a
 * hand, kept as a list whose tail is under the hand. The hand takes the reference of a page that was touched and
 * leaves it; a page without one goes if pages are wanted, else it stays and is noted to have been passed idle.
 *
 * A clock moves its hand when it needs a page. Ours goes round once a period, or its length >> priority, and up to
 * twice more when that has not given enough pages: by then no reference is left.
 */
#include "core/policy_lists.h"
#include "core/policy/policies.h"

#define RING		VMI_LIST_FIRST_OWN

#define REFERENCED	0x80		/* touched since the hand passed */
#define IDLE		0x7f		/* how often the hand has passed since then */

/*
 * What the hand found when it passed last, which is all that a clock knows. Which of the pages without a reference goes
 * first is a matter of where they are in the ring, and that no coldness tells.
 */
#define IDLE_COLDNESS		1
#define JUST_PASSED_COLDNESS	2	/* had a reference, which was taken */
#define REFERENCED_COLDNESS	3

static void clock_mapped(struct vmi_policy *policy, u32 frame, u32 flags)
{
	(void)flags;
	vmi_word_set_value(vmi_policy_word(policy, frame), REFERENCED);
	vmi_policy_move(policy, frame, RING);
}

static void clock_referenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u64 *word = vmi_policy_word(policy, frames[i]);

		if (vmi_word_list(*word) == VMI_LIST_EVICTED)
			vmi_policy_refault(policy, frames[i]);
		*word |= (u64)REFERENCED << VMI_VALUE_SHIFT;
	}
}

/* The hand is on `frame`. True when that was evicted. */
static bool pass_frame(struct vmi_policy *policy, u32 frame, bool wanted)
{
	u64 *word = vmi_policy_word(policy, frame);
	u8 value = vmi_word_value(*word);

	if (vmi_policy_frame_pinned(policy, frame))
		return false;
	if (value & REFERENCED) {
		vmi_word_set_value(word, 0);
		return false;
	}
	if (wanted)
		vmi_policy_evict(policy, frame);
	else
		vmi_word_set_value(word, min_t(u8, value + 1, IDLE));
	return wanted;
}

/* Moves the hand over `budget` pages; returns the excess that is left. */
static u64 move_hand(struct vmi_policy *policy, u8 zone, u64 budget, u64 excess)
{
	struct vmi_list_scan scan;
	u32 frame;

	vmi_list_scan_begin(&scan, policy, zone, RING, budget);
	while ((frame = vmi_list_scan_next(&scan)))
		if (pass_frame(policy, frame, excess))
			excess -= min_t(u64, excess, scan.pages);
	vmi_list_scan_end(&scan);
	return excess;
}

/* As move_hand(), all the way round, but stops when no more pages are wanted. */
static u64 hurry_hand(struct vmi_policy *policy, u8 zone, u64 excess)
{
	struct vmi_list_scan scan;
	u32 frame;

	vmi_list_scan_begin(&scan, policy, zone, RING, ~0ULL);
	while (excess && (frame = vmi_list_scan_next(&scan)))
		if (pass_frame(policy, frame, true))
			excess -= min_t(u64, excess, scan.pages);
	vmi_list_scan_end(&scan);
	return excess;
}

static void clock_scan(struct vmi_policy *policy, const struct vmi_scan *scan)
{
	u64 pages = vmi_policy_list_pages(policy, scan->zone, RING);
	u64 excess = move_hand(policy, scan->zone, pages >> scan->priority, scan->excess);

	excess = hurry_hand(policy, scan->zone, excess);
	hurry_hand(policy, scan->zone, excess);
}

static u8 clock_coldness(u32 list, u8 value)
{
	if (list != RING)
		return 0;
	if (value & REFERENCED)
		return REFERENCED_COLDNESS;
	return value & IDLE ? IDLE_COLDNESS : JUST_PASSED_COLDNESS;
}

/* A page that was evicted is no younger than any other. */
static u32 clock_age(u32 list, u8 value)
{
	if (list == VMI_LIST_EVICTED)
		return IDLE;
	return list == RING && !(value & REFERENCED) ? value & IDLE : 0;
}

const struct vmi_policy_ops vmi_policy_clock = {
	.id = VMI_POLICY_CLOCK,
	.name = "clock",
	.source = "Corbato 1968: second chance, one ring and a hand",
	.list_names = { "none", "evicted", "ring" },
	.active_from = JUST_PASSED_COLDNESS,
	.mapped = clock_mapped,
	.referenced = clock_referenced,
	.scan = clock_scan,
	.coldness = clock_coldness,
	.age = clock_age,
};
