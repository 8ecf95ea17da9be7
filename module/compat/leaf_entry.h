/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Non-present leaf entries, decoded by the kernel's own helpers into our stable page states.
 *
 * The type numbers inside such an entry differ between configurations, so they are never read by hand.
 */
#ifndef VMI_COMPAT_LEAF_ENTRY_H
#define VMI_COMPAT_LEAF_ENTRY_H

#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#ifdef VMI_HAVE_SOFTLEAF
#include <linux/leafops.h>
#endif

#include "core/page_count.h"

/*
 * Bits of a present entry that the processor, or the kernel on its behalf, sets at accesses. Since v6.6 (shadow stacks)
 * the dirty bit of an entry that may not be written to is another one.
 */
#ifdef _PAGE_SAVED_DIRTY
#define VMI_PTE_ACCESS_BITS (_PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_SAVED_DIRTY)
#else
#define VMI_PTE_ACCESS_BITS (_PAGE_ACCESSED | _PAGE_DIRTY)
#endif

/* A marker for poisoned pages, since v6.6. */
#ifdef PTE_MARKER_POISONED
#define VMI_MARKER_POISONED PTE_MARKER_POISONED
#else
#define VMI_MARKER_POISONED 0
#endif

/* Guard regions (MADV_GUARD_INSTALL) have a marker of their own, since v6.13. */
#ifdef PTE_MARKER_GUARD
#define VMI_MARKER_GUARD PTE_MARKER_GUARD
#else
#define VMI_MARKER_GUARD 0
#endif

static inline bool vmi_has_guard_regions(void)
{
	return VMI_MARKER_GUARD != 0;
}

/* The page state that a marker stands for; guard and poison outrank write-protection. */
static inline u32 vmi_marker_state(unsigned long marker)
{
	if (marker & VMI_MARKER_GUARD)
		return VMI_PAGE_MARKER_GUARD;
	if (marker & VMI_MARKER_POISONED)
		return VMI_PAGE_MARKER_POISON;
	return VMI_PAGE_MARKER_UFFD_WP;
}

#ifdef VMI_HAVE_SOFTLEAF

/* softleaf_t replaced the helpers of swapops.h in v6.19. */
static inline u32 vmi_leaf_entry_state(softleaf_t entry)
{
	switch (softleaf_type(entry)) {
	case SOFTLEAF_SWAP:
		return VMI_PAGE_SWAPPED;
	case SOFTLEAF_MIGRATION_READ:
	case SOFTLEAF_MIGRATION_READ_EXCLUSIVE:
	case SOFTLEAF_MIGRATION_WRITE:
		return VMI_PAGE_MIGRATING;
	case SOFTLEAF_MARKER:
		return vmi_marker_state(softleaf_to_marker(entry));
	case SOFTLEAF_HWPOISON:
		return VMI_PAGE_MARKER_POISON;
	default:
		return VMI_PAGE_DEVICE;
	}
}

static inline u32 vmi_nonpresent_pte_state(pte_t pte)
{
	return vmi_leaf_entry_state(softleaf_from_pte(pte));
}

static inline u32 vmi_nonpresent_pmd_state(pmd_t pmd)
{
	return vmi_leaf_entry_state(softleaf_from_pmd(pmd));
}

static inline swp_entry_t vmi_pte_swap_entry(pte_t pte)
{
	return softleaf_from_pte(pte);
}

#else

/*
 * A failed swap-in had a swap type of its own, as 6.1 still has it; commit 15520a3f0469 ("mm: use pte markers for swap
 * errors") made it a marker.
 */
static inline bool vmi_is_swapin_error(swp_entry_t entry)
{
#ifdef SWP_SWAPIN_ERROR
	return is_swapin_error_entry(entry);
#else
	return false;
#endif
}

static inline u32 vmi_leaf_entry_state(swp_entry_t entry)
{
	if (!non_swap_entry(entry))
		return VMI_PAGE_SWAPPED;
	if (is_migration_entry(entry))
		return VMI_PAGE_MIGRATING;
	if (is_pte_marker_entry(entry))
		return vmi_marker_state(pte_marker_get(entry));
	if (is_hwpoison_entry(entry) || vmi_is_swapin_error(entry))
		return VMI_PAGE_MARKER_POISON;
	return VMI_PAGE_DEVICE;
}

static inline u32 vmi_nonpresent_pte_state(pte_t pte)
{
	return vmi_leaf_entry_state(pte_to_swp_entry(pte));
}

static inline u32 vmi_nonpresent_pmd_state(pmd_t pmd)
{
	return vmi_leaf_entry_state(pmd_to_swp_entry(pmd));
}

static inline swp_entry_t vmi_pte_swap_entry(pte_t pte)
{
	return pte_to_swp_entry(pte);
}

#endif /* VMI_HAVE_SOFTLEAF */

/* The slot that a swapped PTE names, and the number of its swap area. */
static inline u64 vmi_swap_slot(pte_t pte, u32 *ret_area)
{
	swp_entry_t entry = vmi_pte_swap_entry(pte);

	*ret_area = swp_type(entry);
	return swp_offset(entry);
}

#endif /* VMI_COMPAT_LEAF_ENTRY_H */
