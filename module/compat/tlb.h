/* SPDX-License-Identifier: GPL-2.0 */
/* Flushing TLBs, for which the kernel offers modules nothing on all supported versions. */
#ifndef VMI_COMPAT_TLB_H
#define VMI_COMPAT_TLB_H

#include <linux/mm_types.h>

/*
 * Makes every processor that has used the address space lately forget all translations, so that the next access to
 * each page walks the tables and sets the accessed bit. Costs an interrupt on each of them. May sleep.
 */
void vmi_flush_tlb_mm(struct mm_struct *mm);

#endif /* VMI_COMPAT_TLB_H */
