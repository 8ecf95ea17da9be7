/* SPDX-License-Identifier: GPL-2.0 */
/* The task that an address space belongs to. */
#ifndef VMI_COMPAT_MM_OWNER_H
#define VMI_COMPAT_MM_OWNER_H

#include <linux/mm_types.h>
#include <linux/rcupdate.h>

/* NULL: it has none any more, or this kernel, without memory cgroups, does not keep it. Lock: RCU. */
static inline struct task_struct *vmi_mm_owner(const struct mm_struct *mm)
{
#ifdef CONFIG_MEMCG
	return rcu_dereference(mm->owner);
#else
	return NULL;
#endif
}

#endif /* VMI_COMPAT_MM_OWNER_H */
