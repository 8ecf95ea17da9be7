/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The accessed bit of live page-table entries: the only place in the module that writes to a page table.
 *
 * The bit has the same place in entries of all levels. The processor sets it by an atomic operation of its own, so
 * it is changed atomically here too. No TLB is flushed, as x86's own ageing does not: an entry that a processor
 * holds in its TLB may be used for a while without the bit being set again.
 */
#ifndef VMI_MM_ACCESSED_BIT_H
#define VMI_MM_ACCESSED_BIT_H

#include <linux/mm_types.h>

/*
 * Clears the bit; true when it was set. Lock: the page-table lock of the entry, which is present and known to map
 * the frame that the caller thinks it does.
 */
bool vmi_accessed_clear(unsigned long *live);

/* Sets the bit, as returning a borrowed one does; false when it was set already. Lock: likewise. */
bool vmi_accessed_set(unsigned long *live);

/*
 * Tells the kernel's reclaim of an access whose bit was cleared for good, through the folio's young flag, as idle
 * page tracking does. Does nothing on a kernel without that flag: see vmi_accessed_can_hand_over().
 */
void vmi_accessed_hand_over(struct folio *folio);

/* True when this kernel has the young flag (CONFIG_PAGE_IDLE_FLAG). */
bool vmi_accessed_can_hand_over(void);

/* Entries written since load, for the proof that passive mode writes none. */
u64 vmi_accessed_writes(void);

#endif /* VMI_MM_ACCESSED_BIT_H */
