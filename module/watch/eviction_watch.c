// SPDX-License-Identifier: GPL-2.0
/* What the policies had evicted of each member at the last pass. */
#include "watch/eviction_watch.h"

#include <linux/slab.h>

static void free_set(struct vmi_eviction_set *set)
{
	if (set)
		vmi_eviction_set_deinit(set);
	kfree(set);
}

static struct vmi_eviction_set *evicted_now(const struct vmi_watch_member *member, u32 policy)
{
	struct vmi_eviction_set *set = kmalloc(sizeof(*set), GFP_KERNEL);

	if (!set)
		return NULL;
	vmi_eviction_set_init(set, &vmi_watch_memory);
	if (!vmi_eviction_set_fill(set, member->mirror, policy))
		return set;
	kfree(set);
	return NULL;
}

void vmi_watch_compare_evictions(struct vmi_watch_member *member, u32 policy, vmi_eviction_fn report, void *context)
{
	struct vmi_eviction_set *now = evicted_now(member, policy);

	if (!now)
		return;
	if (member->evictions[policy])
		vmi_eviction_set_compare(member->evictions[policy], member->mirror, policy, report, context);
	free_set(member->evictions[policy]);
	member->evictions[policy] = now;
}

void vmi_watch_forget_evictions(struct vmi_watch_member *member)
{
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		free_set(member->evictions[policy]);
		member->evictions[policy] = NULL;
	}
}
