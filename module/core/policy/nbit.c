// SPDX-License-Identifier: GPL-2.0
/*
 * nbit: eight bits of use history, the "aging" approximation of LRU in A. S. Tanenbaum, Modern Operating Systems
 * (simulating LRU in software): each period the history moves right by one bit, and the top bit is set if the page
 * was touched. The smaller the history as a number, the longer ago the page was used. 0 goes to the unused list,
 * which is evicted from its tail; when that does not do, pages go in order of the highest bit of their history.
 */
#include "core/policy_lists.h"
#include "core/policy/policies.h"

#define USED		VMI_LIST_FIRST_OWN
#define UNUSED		(VMI_LIST_FIRST_OWN + 1)

#define NOW		0x80		/* touched in this period */
#define HISTORY_BITS	8

/* Coldness of a history: itself but for 0 and 1, for 0 stands for what has been evicted. */
#define UNUSED_COLDNESS	1
#define USED_COLDNESS	2

static void nbit_mapped(struct vmi_policy *policy, u32 frame, u32 flags)
{
	(void)flags;
	vmi_word_set_value(vmi_policy_word(policy, frame), 0);
	vmi_policy_move(policy, frame, UNUSED);
}

static void nbit_referenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u64 *word = vmi_policy_word(policy, frames[i]);

		if (vmi_word_list(*word) == VMI_LIST_EVICTED)
			vmi_policy_refault(policy, frames[i]);
		vmi_word_set_value(word, vmi_word_value(*word) >> 1 | NOW);
		if (vmi_word_list(*word) == UNUSED)
			vmi_policy_promote(policy, frames[i], USED);
	}
}

static void nbit_unreferenced(struct vmi_policy *policy, const u32 *frames, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u64 *word = vmi_policy_word(policy, frames[i]);
		u8 history = vmi_word_value(*word) >> 1;

		if (vmi_word_list(*word) != USED)
			continue;
		vmi_word_set_value(word, history);
		if (!history)
			vmi_policy_demote(policy, frames[i], UNUSED);
	}
}

/* Evicts pages of a list with a history below `limit`, the tail first; returns the excess that is left. */
static u64 evict_below(struct vmi_policy *policy, u8 zone, u32 list, u32 limit, u64 excess)
{
	struct vmi_list_scan scan;
	u32 frame;

	vmi_list_scan_begin(&scan, policy, zone, list, ~0ULL);
	while (excess && (frame = vmi_list_scan_next(&scan))) {
		if (vmi_policy_frame_pinned(policy, frame) || vmi_word_value(*vmi_policy_word(policy, frame)) >= limit)
			continue;
		vmi_policy_evict(policy, frame);
		excess -= min_t(u64, excess, scan.pages);
	}
	return excess;
}

static void nbit_scan(struct vmi_policy *policy, const struct vmi_scan *scan)
{
	u64 excess = evict_below(policy, scan->zone, UNUSED, 1, scan->excess);
	u32 bit;

	for (bit = 1; bit <= HISTORY_BITS; bit++)
		excess = evict_below(policy, scan->zone, USED, 1U << bit, excess);
}

static u8 nbit_coldness(u32 list, u8 value)
{
	switch (list) {
	case UNUSED:
		return UNUSED_COLDNESS;
	case USED:
		return max_t(u8, value, USED_COLDNESS);
	default:
		return 0;
	}
}

static u32 nbit_age(u32 list, u8 value)
{
	(void)list;
	return value;
}

const struct vmi_policy_ops vmi_policy_nbit = {
	.id = VMI_POLICY_NBIT,
	.name = "nbit",
	.source = "Tanenbaum, Modern Operating Systems: aging, eight bits of use history",
	.list_names = { "none", "evicted", "used", "unused" },
	.active_from = USED_COLDNESS,
	.mapped = nbit_mapped,
	.referenced = nbit_referenced,
	.unreferenced = nbit_unreferenced,
	.scan = nbit_scan,
	.coldness = nbit_coldness,
	.age = nbit_age,
};
