// SPDX-License-Identifier: GPL-2.0
/* The parameters of the policies, their names and ranges. */
#include "policy_params.h"

#include "policy.h"

#define AGING24	(1U << VMI_POLICY_AGING24)
#define TWOLIST	(1U << VMI_POLICY_TWOLIST)

#define PARAMETER(text, member, used_by, from, to) \
	{ text, used_by, offsetof(struct vmi_policy_params, member), from, to }

const struct vmi_policy_parameter vmi_policy_parameters[VMI_PARAMETER_COUNT] = {
	PARAMETER("age-max", age_max, AGING24, 1, 127),
	PARAMETER("age-start", age_start, AGING24, 0, 127),
	PARAMETER("age-advance", age_advance, AGING24, 1, 127),
	PARAMETER("age-decline", age_decline, AGING24, 1, 127),
	PARAMETER("age-halving", age_halving, AGING24, 0, 1),
	PARAMETER("inactive-percent", inactive_percent, AGING24 | TWOLIST, 0, 100),
};

/*
 * PAGE_AGE_START, _ADV and _MAX of 2.4.0 to 2.4.9 (include/linux/swap.h), where an unused page's age was halved:
 * age_halving. PAGE_AGE_DECL, which is our default, came with R. van Riel's choice of both for 2.4.8-ac and went on in
 * his rmap patches, which soon began at 5; a fifth inactive is rmap's, too.
 */
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
	u32 i;

	for (i = 0; i < VMI_PARAMETER_COUNT; i++) {
		u8 value = vmi_policy_params_get(params, i);

		if (value < vmi_policy_parameters[i].least || value > vmi_policy_parameters[i].most)
			return false;
	}
	return params->age_start <= params->age_max && params->age_advance <= params->age_max &&
	       params->age_decline <= params->age_max;
}

u32 vmi_policy_parameter_find(const char *name, size_t length)
{
	u32 i = 0;

	while (i < VMI_PARAMETER_COUNT && (strlen(vmi_policy_parameters[i].name) != length ||
					   memcmp(vmi_policy_parameters[i].name, name, length)))
		i++;
	return i;
}

u8 vmi_policy_params_get(const struct vmi_policy_params *params, u32 parameter)
{
	return *((const u8 *)params + vmi_policy_parameters[parameter].offset);
}

void vmi_policy_params_set(struct vmi_policy_params *params, u32 parameter, u8 value)
{
	*((u8 *)params + vmi_policy_parameters[parameter].offset) = value;
}
