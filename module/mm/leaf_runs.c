// SPDX-License-Identifier: GPL-2.0
/* Runs of equal leaf entries, and the facts of the frames behind them. */
#include "mm/leaf_runs.h"

#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pgtable.h>

#include "compat/frame.h"
#include "compat/leaf_entry.h"
#include "core/x86_entry.h"

/* All but the frame number. */
#define RUN_BITS		(~VMI_X86_FRAME_MASK)

/* A present entry that says it all in a plain private VMA: see struct vmi_leaf_context. */
#define PLAIN_MASK		(_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY | VMI_PTE_NO_PAGE_BITS)
#define PLAIN_VALUE		(_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY)

void vmi_leaf_context_init(struct vmi_leaf_context *context, const struct vm_area_struct *vma)
{
	bool is_private = !(vma->vm_flags & VM_SHARED);

	context->private_writable = is_private && (vma->vm_flags & VM_WRITE);
	context->anonymous = !vma->vm_ops;
	context->hugetlb = vma->vm_flags & VM_HUGETLB;
	context->plain = is_private && !(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP | VM_IO));
}

static u32 folio_kind_facts(struct folio *folio)
{
	if (folio_test_anon(folio))
		return VMI_FACT_ANON | (folio_test_ksm(folio) ? VMI_FACT_KSM : 0);
	return folio_test_swapbacked(folio) ? VMI_FACT_SHMEM : 0;
}

/*
 * COW pending: what do_wp_page() would copy (or reuse after a look at the reference count, which is still a fault).
 */
static bool is_cow_pending(const struct vmi_leaf_context *context, struct folio *folio, struct page *page, bool writable)
{
	if (!context->private_writable || writable)
		return false;
	return !folio_test_anon(folio) || !PageAnonExclusive(page);
}

static u32 page_facts(const struct vmi_leaf_context *context, struct page *page, pte_t pte)
{
	struct folio *folio = page_folio(page);
	u32 facts = VMI_PAGE_PRESENT | folio_kind_facts(folio);

	if (pte_dirty(pte) || folio_test_dirty(folio))
		facts |= VMI_FACT_FOLIO_DIRTY;
	/* One reference can only be ours, and is cheaper to see than a mapcount. */
	if (folio_ref_count(folio) != 1 && vmi_page_mapcount(folio, page) > 1)
		facts |= VMI_FACT_SHARED;
	if (is_cow_pending(context, folio, page, pte_write(pte)))
		facts |= VMI_FACT_COW;
	return facts;
}

static u32 pte_facts(const struct vmi_leaf_context *context, pte_t pte)
{
	unsigned long frame;

	if (!pte_present(pte))
		return vmi_nonpresent_pte_state(pte);
	frame = pte_pfn(pte);
	if (is_zero_pfn(frame))
		return VMI_PAGE_PRESENT | VMI_FACT_ZERO |
		       (context->private_writable && !pte_write(pte) ? VMI_FACT_COW : 0);
	if (vmi_pte_special(pte) || !pfn_valid(frame))
		return VMI_PAGE_PRESENT | VMI_FACT_SPECIAL;
	return page_facts(context, pfn_to_page(frame), pte);
}

/* First index at or after `from` whose entry differs from `bits` in anything but the frame number. */
static u32 run_end(const u64 *entries, u32 from, u32 count, u64 bits)
{
	while (from < count && (entries[from] & RUN_BITS) == bits)
		from++;
	return from;
}

/* Adds one entry, or joins it to the run before. */
static u32 add_entry(struct vmi_leaf_run *runs, u32 used, u64 bits, u32 facts)
{
	struct vmi_leaf_run *last = runs + used - 1;

	if (used && last->bits == bits && last->facts == facts) {
		last->count++;
		return used;
	}
	runs[used] = (struct vmi_leaf_run){ .bits = bits, .count = 1, .facts = facts };
	return used + 1;
}

u32 vmi_pte_runs(const struct vmi_leaf_context *context, const u64 *entries, u32 count, struct vmi_leaf_run *runs,
		 u32 *ret_used, u32 *ret_present)
{
	u64 plain_mask = context->plain ? PLAIN_MASK : 0;
	u32 used_runs = 0, used = 0, present = 0, i = 0;

	while (i < count) {
		u64 entry = entries[i];

		if (!entry) {
			i++;
		} else if ((entry & plain_mask) == PLAIN_VALUE) {
			u32 end = run_end(entries, i + 1, count, entry & RUN_BITS);

			runs[used_runs++] = (struct vmi_leaf_run){ .bits = entry & RUN_BITS, .count = end - i,
								   .facts = VMI_PAGE_PRESENT | VMI_FACT_ANON };
			used += end - i;
			present += end - i;
			i = end;
		} else {
			u32 facts = pte_facts(context, __pte(entry));
			bool is_present = (facts & VMI_FACT_STATE_MASK) == VMI_PAGE_PRESENT;

			used_runs = add_entry(runs, used_runs, is_present ? entry & RUN_BITS : 0, facts);
			present += is_present;
			used++;
			i++;
		}
	}
	*ret_used = used;
	*ret_present = present;
	return used_runs;
}

/* Pages of a huge leaf that something else maps as well. */
static u32 count_shared(struct folio *folio, struct page *page, u32 page_count)
{
	u32 shared = 0, i;

	if (folio_ref_count(folio) == 1)
		return 0;
	for (i = 0; i < page_count; i++)
		shared += vmi_page_mapcount(folio, page + i) > 1;
	return shared;
}

bool vmi_is_huge_zero(const struct vmi_leaf_context *context, pmd_t leaf)
{
	struct folio *folio;

	if (!pfn_valid(pmd_pfn(leaf)))
		return false;
	folio = page_folio(pfn_to_page(pmd_pfn(leaf)));
	if (context->anonymous)
		return !folio_test_anon(folio);
	return !context->hugetlb && !vmi_pmd_special(leaf) && !folio_test_anon(folio) && !folio->mapping;
}

static u32 huge_facts(const struct vmi_leaf_context *context, pmd_t leaf, u32 page_count, u32 *ret_shared)
{
	struct page *page;
	struct folio *folio;
	u32 facts = VMI_PAGE_PRESENT;

	if (vmi_is_huge_zero(context, leaf))
		return facts | VMI_FACT_ZERO | (context->private_writable ? VMI_FACT_COW : 0);
	if (vmi_pmd_special(leaf) || !pfn_valid(pmd_pfn(leaf)))
		return facts | VMI_FACT_SPECIAL;
	page = pfn_to_page(pmd_pfn(leaf));
	folio = page_folio(page);
	facts |= folio_kind_facts(folio);
	if (is_cow_pending(context, folio, page, pmd_write(leaf)))
		facts |= VMI_FACT_COW;
	if (context->hugetlb)
		return facts | VMI_FACT_HUGETLB;
	if (pmd_dirty(leaf) || folio_test_dirty(folio))
		facts |= VMI_FACT_FOLIO_DIRTY;
	*ret_shared = count_shared(folio, page, page_count);
	if (*ret_shared == page_count) {
		facts |= VMI_FACT_SHARED;
		*ret_shared = 0;
	}
	return facts;
}

struct vmi_leaf_run vmi_huge_leaf_run(const struct vmi_leaf_context *context, u64 entry, u32 page_count,
				      u32 *ret_shared)
{
	struct vmi_leaf_run run = { .count = 1 };
	pmd_t leaf = __pmd(entry);

	*ret_shared = 0;
	if (pmd_present(leaf)) {
		run.bits = entry & RUN_BITS;
		run.facts = huge_facts(context, leaf, page_count, ret_shared);
	} else if (context->hugetlb) {
		/* hugetlb writes its non-present entries in the format of a PTE. */
		run.facts = vmi_nonpresent_pte_state(__pte(entry));
	} else {
		run.facts = vmi_nonpresent_pmd_state(leaf);
	}
	/* Behind each huge PMD of anonymous memory the kernel keeps a PTE table for the day it is split. */
	if (context->anonymous)
		run.facts |= VMI_FACT_DEPOSITED;
	return run;
}
