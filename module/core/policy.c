// SPDX-License-Identifier: GPL-2.0
/* The table of policies and the ranges of their parameters. */
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

/* PAGE_AGE_START, _ADV, _DECL and _MAX of 2.4.0 to 2.4.9 (include/linux/swap.h); a fifth inactive is rmap's. */
void vmi_policy_params_init(struct vmi_policy_params *params)
{
	*params = (struct vmi_policy_params){
		.age_max = 64,
		.age_start = 2,
		.age_advance = 3,
		.age_decline = 1,
		.inactive_percent = 20,
	};
}

bool vmi_policy_params_valid(const struct vmi_policy_params *params)
{
	return params->age_max >= 1 && params->age_max <= 127 && params->age_start <= params->age_max &&
	       params->age_advance >= 1 && params->age_advance <= params->age_max &&
	       params->age_decline >= 1 && params->age_decline <= params->age_max && params->inactive_percent <= 100;
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
