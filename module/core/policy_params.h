/* SPDX-License-Identifier: GPL-2.0 */
/* What can be told to the policies: numbers, by name. */
#ifndef VMI_CORE_POLICY_PARAMS_H
#define VMI_CORE_POLICY_PARAMS_H

#include "port.h"

/* Ranges are inclusive; vmi_policy_params_init() has the classic values. */
struct vmi_policy_params {
	u8 age_max;			/* aging24: 1..127; PAGE_AGE_MAX, 64 */
	u8 age_start;			/* aging24: 0..age_max, of a page that comes or comes back; PAGE_AGE_START, 2 */
	u8 age_advance;			/* aging24: 1..age_max, added to the age of a used page; PAGE_AGE_ADV, 3 */
	u8 age_decline;			/* aging24: 1..age_max, taken from that of an unused one; PAGE_AGE_DECL, 1 */
	u8 age_halving;			/* aging24: 0..1; 1: an unused page's age is halved, age_decline is not used */
	u8 inactive_percent;		/* aging24, twolist: 0..100, share of a zone's pages wanted inactive; 20 */
};

void vmi_policy_params_init(struct vmi_policy_params *params);

/* True when all members are in range. */
bool vmi_policy_params_valid(const struct vmi_policy_params *params);

#define VMI_PARAMETER_COUNT 6

/* A member of struct vmi_policy_params. */
struct vmi_policy_parameter {
	const char *name;		/* as in `watch params=` */
	u32 policies;			/* that look at it; 1 << enum vmi_policy_id */
	u32 offset;
	u8 least;
	u8 most;			/* of the highest value, where that is another parameter */
};

extern const struct vmi_policy_parameter vmi_policy_parameters[VMI_PARAMETER_COUNT];

/* The index into vmi_policy_parameters; VMI_PARAMETER_COUNT when there is none of that name. */
u32 vmi_policy_parameter_find(const char *name, size_t length);

u8 vmi_policy_params_get(const struct vmi_policy_params *params, u32 parameter);

/* No range is checked here. */
void vmi_policy_params_set(struct vmi_policy_params *params, u32 parameter, u8 value);

#endif /* VMI_CORE_POLICY_PARAMS_H */
