/* SPDX-License-Identifier: GPL-2.0 */
/* Telling that the layout of an address space has changed between two holds of its mmap lock. */
#ifndef VMI_COMPAT_MM_LAYOUT_H
#define VMI_COMPAT_MM_LAYOUT_H

#include <linux/jhash.h>
#include <linux/mm_types.h>

/*
 * A number that is another one after the layout has changed. "mm: convert mm_lock_seq to a proper seqcount" (v6.14,
 * and 6.12's long-term branch) counts the mmap lock's write holds: exact. Elsewhere a digest of the totals has to do,
 * so that a change which leaves all of them alone is missed. Lock: the mmap lock.
 */
static inline u32 vmi_mm_layout_stamp(const struct mm_struct *mm)
{
#ifdef VMI_HAVE_MM_LOCK_SEQCOUNT
	return READ_ONCE(mm->mm_lock_seq.sequence);
#else
	const unsigned long totals[] = {
		mm->map_count, mm->total_vm, mm->data_vm, mm->exec_vm, mm->stack_vm, mm->locked_vm, mm->brk,
	};

	return jhash(totals, sizeof(totals), 0);
#endif
}

static inline bool vmi_mm_layout_stamp_is_exact(void)
{
#ifdef VMI_HAVE_MM_LOCK_SEQCOUNT
	return true;
#else
	return false;
#endif
}

#endif /* VMI_COMPAT_MM_LAYOUT_H */
