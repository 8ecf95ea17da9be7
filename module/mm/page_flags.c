// SPDX-License-Identifier: GPL-2.0
/* Translation of the kernel's page flags. */
#include "mm/page_flags.h"

#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_idle.h>
#include <linux/pgtable.h>
#include <linux/vminspect.h>

#include "compat/uffd.h"

u64 vmi_entry_page_flags(u64 entry, u32 level)
{
	pte_t pte = __pte(entry);
	u64 flags = 0;

	/* The bits looked at are in the same place in a huge leaf. */
	if (pte_young(pte))
		flags |= VMINSPECT_PAGE_FLAGS_ACCESSED;
	if (pte_dirty(pte))
		flags |= VMINSPECT_PAGE_FLAGS_DIRTY;
	if (pte_write(pte))
		flags |= VMINSPECT_PAGE_FLAGS_WRITABLE;
	if (!(entry & _PAGE_NX))
		flags |= VMINSPECT_PAGE_FLAGS_EXECUTABLE;
	if (pte_soft_dirty(pte))
		flags |= VMINSPECT_PAGE_FLAGS_SOFT_DIRTY;
	if (vmi_pte_uffd_wp(pte))
		flags |= VMINSPECT_PAGE_FLAGS_UFFD_WP;
	if (!(entry & _PAGE_PRESENT))
		flags |= VMINSPECT_PAGE_FLAGS_PROTNONE;
	if (level == 2)
		flags |= VMINSPECT_PAGE_FLAGS_HUGE_2M;
	else if (level == 3)
		flags |= VMINSPECT_PAGE_FLAGS_HUGE_1G;
	return flags;
}

/* What the frame is used for. */
static u64 kind_flags(struct folio *folio)
{
	u64 flags = folio_test_large(folio) ? VMINSPECT_PAGE_FLAGS_LARGE : 0;

	if (folio_is_zone_device(folio))
		flags |= VMINSPECT_PAGE_FLAGS_ZONE_DEVICE;
	if (folio_test_hugetlb(folio))
		return flags | VMINSPECT_PAGE_FLAGS_HUGETLB | (folio_test_anon(folio) ? VMINSPECT_PAGE_FLAGS_ANON : 0);
	if (folio_test_anon(folio))
		return flags | VMINSPECT_PAGE_FLAGS_ANON | (folio_test_ksm(folio) ? VMINSPECT_PAGE_FLAGS_KSM : 0);
	if (folio_test_swapbacked(folio))
		return flags | VMINSPECT_PAGE_FLAGS_SHMEM;
	return flags | (folio->mapping ? VMINSPECT_PAGE_FLAGS_FILE : 0);
}

#define FLAG_IF(test, name) ((test) ? VMINSPECT_PAGE_FLAGS_##name : 0)

u64 vmi_folio_page_flags(struct folio *folio)
{
	return kind_flags(folio) |
	       FLAG_IF(folio_test_locked(folio), LOCKED) |
	       FLAG_IF(folio_test_referenced(folio), REFERENCED) |
	       FLAG_IF(folio_test_uptodate(folio), UPTODATE) |
	       FLAG_IF(folio_test_dirty(folio), FOLIO_DIRTY) |
	       FLAG_IF(folio_test_lru(folio), LRU) |
	       FLAG_IF(folio_test_active(folio), ACTIVE) |
	       FLAG_IF(folio_test_unevictable(folio), UNEVICTABLE) |
	       FLAG_IF(folio_test_mlocked(folio), MLOCKED) |
	       FLAG_IF(folio_test_writeback(folio), WRITEBACK) |
	       FLAG_IF(folio_test_reclaim(folio), RECLAIM) |
	       FLAG_IF(folio_test_swapcache(folio), SWAP_CACHE) |
	       FLAG_IF(folio_test_workingset(folio), WORKINGSET) |
	       FLAG_IF(folio_test_swapbacked(folio), SWAP_BACKED) |
	       FLAG_IF(folio_test_private(folio), PRIVATE) |
	       FLAG_IF(folio_test_young(folio), YOUNG) |
	       FLAG_IF(folio_test_idle(folio), IDLE) |
	       FLAG_IF(folio_test_hwpoison(folio), HWPOISON) |
	       FLAG_IF(folio_test_reserved(folio), RESERVED);
}
