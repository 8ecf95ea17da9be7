/* SPDX-License-Identifier: GPL-2.0 */
/* The facts that stand in the mm_struct itself. */
#ifndef VMI_MM_MM_FACTS_H
#define VMI_MM_MM_FACTS_H

#include <linux/mm_types.h>

#include "mm/capture.h"

/* Copies segments, totals and counters. Without the mmap lock the totals need not fit each other. */
void vmi_mm_facts(struct mm_struct *mm, struct vmi_mm_facts *ret);

#endif /* VMI_MM_MM_FACTS_H */
