// SPDX-License-Identifier: GPL-2.0
/* The table of policies. */
#include "policy.h"
#include "core/policy/policies.h"

static const struct vmi_policy_ops *const policies[VMI_POLICY_COUNT] = {
	[VMI_POLICY_AGING24] = &vmi_policy_aging24,
	[VMI_POLICY_NBIT] = &vmi_policy_nbit,
	[VMI_POLICY_CLOCK] = &vmi_policy_clock,
	[VMI_POLICY_TWOLIST] = &vmi_policy_twolist,
	[VMI_POLICY_GEN] = &vmi_policy_gen,
};

const struct vmi_policy_ops *vmi_policy_by_id(u32 id)
{
	return id < VMI_POLICY_COUNT ? policies[id] : NULL;
}

const struct vmi_policy_ops *vmi_policy_by_name(const char *name, size_t length)
{
	u32 id;

	for (id = 0; id < VMI_POLICY_COUNT; id++)
		if (strlen(policies[id]->name) == length && !memcmp(policies[id]->name, name, length))
			return policies[id];
	return NULL;
}

u32 vmi_age_bucket(u32 age)
{
	u32 bucket = 0;

	while (age && bucket < VMI_AGE_BUCKETS - 1) {
		age >>= 1;
		bucket++;
	}
	return bucket;
}
