/* SPDX-License-Identifier: GPL-2.0 */
/* The policies, one file each; policy.c has the table of them. */
#ifndef VMI_CORE_POLICY_POLICIES_H
#define VMI_CORE_POLICY_POLICIES_H

#include "core/policy.h"

extern const struct vmi_policy_ops vmi_policy_aging24;
extern const struct vmi_policy_ops vmi_policy_nbit;
extern const struct vmi_policy_ops vmi_policy_clock;
extern const struct vmi_policy_ops vmi_policy_twolist;
extern const struct vmi_policy_ops vmi_policy_gen;

#endif /* VMI_CORE_POLICY_POLICIES_H */
