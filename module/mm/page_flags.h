/* SPDX-License-Identifier: GPL-2.0 */
/* Page flags in the numbering of the contract (VMINSPECT_PAGE_FLAGS_*), whatever the kernel's own is. */
#ifndef VMI_MM_PAGE_FLAGS_H
#define VMI_MM_PAGE_FLAGS_H

#include <linux/mm_types.h>

/* Those that a present leaf entry of `level` gives: accessed, dirty, writable and so on. */
u64 vmi_entry_page_flags(u64 entry, u32 level);

/* Those of a folio as a whole. Lock: the caller keeps it from being freed. */
u64 vmi_folio_page_flags(struct folio *folio);

#endif /* VMI_MM_PAGE_FLAGS_H */
