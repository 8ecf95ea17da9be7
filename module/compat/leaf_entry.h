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
#if __has_include(<linux/leafops.h>)
#include <linux/leafops.h>
#define VMI_HAVE_SOFTLEAF 1
#endif

#include "core/page_count.h"

/* "mm: introduce PTE_MARKER_POISONED" (v6.6): before it a failed swap-in had a swap type of its own. */
#ifdef PTE_MARKER_POISONED
#define VMI_MARKER_POISONED PTE_MARKER_POISONED
#else
#define VMI_MARKER_POISONED 0
#endif

/* "mm: add PTE_MARKER_GUARD PTE marker" (v6.13). */
#ifdef PTE_MARKER_GUARD
#define VMI_MARKER_GUARD PTE_MARKER_GUARD
#else
#define VMI_MARKER_GUARD 0
#endif

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

/* "mm: introduce leaf entry type and use to simplify leaf entry logic" (v6.19): softleaf_t. */
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

#else

/* A failed swap-in: "mm/swapfile: unuse_pte can map random data if swap read fails" (v6.0) to v6.5. */
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

#endif /* VMI_HAVE_SOFTLEAF */

#endif /* VMI_COMPAT_LEAF_ENTRY_H */
