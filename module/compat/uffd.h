/* SPDX-License-Identifier: GPL-2.0 */
/* userfaultfd's bit of leaf entries, which write-protects the page. */
#ifndef VMI_COMPAT_UFFD_H
#define VMI_COMPAT_UFFD_H

#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

/* v7.3 dropped "_wp" from the names of the bit's helpers. */
#ifdef VMI_HAVE_PTE_UFFD
static inline bool vmi_pte_uffd_wp(pte_t pte)
{
	return pte_uffd(pte);
}

static inline bool vmi_pte_swp_uffd_wp(pte_t pte)
{
	return pte_swp_uffd(pte);
}
#else
static inline bool vmi_pte_uffd_wp(pte_t pte)
{
	return pte_uffd_wp(pte);
}

static inline bool vmi_pte_swp_uffd_wp(pte_t pte)
{
	return pte_swp_uffd_wp(pte);
}
#endif

#endif /* VMI_COMPAT_UFFD_H */
