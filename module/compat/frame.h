/* SPDX-License-Identifier: GPL-2.0 */
/* Facts about page frames whose spelling depends on the kernel. */
#ifndef VMI_COMPAT_FRAME_H
#define VMI_COMPAT_FRAME_H

#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pgtable.h>

/*
 * How often this very page is mapped, directly or as a part of a huge mapping; the caller's page-table lock keeps
 * the page mapped. Since v6.11 page_mapcount() is private to fs/proc (folio_precise_page_mapcount() there); what
 * follows is what that computes.
 */
static inline int vmi_page_mapcount(struct folio *folio, struct page *page)
{
#ifdef VMI_HAVE_PAGE_MAPCOUNT
	return page_mapcount(page);
#else
	int mapcount = atomic_read(&page->_mapcount) + 1;

	if (page_mapcount_is_type(mapcount))
		mapcount = 0;
	if (folio_test_large(folio))
		mapcount += folio_entire_mapcount(folio);
	return mapcount;
#endif
}

/*
 * True for a present PTE with no page to account behind it. Since v6.17 there is no pte_devmap(): DAX pages are
 * ordinary ones.
 */
static inline bool vmi_pte_special(pte_t pte)
{
#ifdef VMI_HAVE_PTE_DEVMAP
	return pte_special(pte) || pte_devmap(pte);
#else
	return pte_special(pte);
#endif
}

/* The bits of a present PTE that vmi_pte_special() looks at. */
#ifdef VMI_HAVE_PTE_DEVMAP
#define VMI_PTE_NO_PAGE_BITS (_PAGE_SPECIAL | _PAGE_DEVMAP)
#else
#define VMI_PTE_NO_PAGE_BITS _PAGE_SPECIAL
#endif

static inline bool vmi_pmd_special(pmd_t pmd)
{
#ifdef VMI_HAVE_PTE_DEVMAP
	if (pmd_devmap(pmd))
		return true;
#endif
#ifdef VMI_HAVE_PMD_SPECIAL
	/* Large PFN mappings are marked special since v6.12. */
	if (pmd_special(pmd))
		return true;
#endif
	return false;
}

#endif /* VMI_COMPAT_FRAME_H */
