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
	context->odd_frames = vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP | VM_IO);
	context->plain = is_private && !context->odd_frames;
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
static bool is_cow_pending(struct folio *folio, struct page *page)
{
	return !folio_test_anon(folio) || !PageAnonExclusive(page);
}

/* True for a present entry that a write would have to fault on. */
static bool faults_on_write(const struct vmi_leaf_context *context, pte_t pte)
{
	return context->private_writable && !pte_write(pte);
}

/* `dirty` and `faults` (on write) are of the entry that maps the page. */
static inline u32 page_facts(struct page *page, bool dirty, bool faults)
{
	struct folio *folio = page_folio(page);
	u32 facts = VMI_PAGE_PRESENT | folio_kind_facts(folio);

	if (dirty || folio_test_dirty(folio))
		facts |= VMI_FACT_FOLIO_DIRTY;
	/* One reference can only be ours, and is cheaper to see than a mapcount. */
	if (folio_ref_count(folio) != 1 && vmi_page_mapcount(folio, page) > 1)
		facts |= VMI_FACT_SHARED;
	if (faults && is_cow_pending(folio, page))
		facts |= VMI_FACT_COW;
	return facts;
}

/* As vm_normal_page() has it: outside of VMAs with odd frames, present entries without a page are marked special. */
static bool has_page(const struct vmi_leaf_context *context, pte_t pte)
{
	return (pte_flags(pte) & _PAGE_PRESENT) && !context->odd_frames && !vmi_pte_special(pte);
}

/* Any entry. */
static u32 pte_facts(const struct vmi_leaf_context *context, pte_t pte)
{
	unsigned long frame;

	if (!pte_present(pte))
		return vmi_nonpresent_pte_state(pte);
	frame = pte_pfn(pte);
	if (is_zero_pfn(frame))
		return VMI_PAGE_PRESENT | VMI_FACT_ZERO | (faults_on_write(context, pte) ? VMI_FACT_COW : 0);
	if (vmi_pte_special(pte) || !pfn_valid(frame))
		return VMI_PAGE_PRESENT | VMI_FACT_SPECIAL;
	return page_facts(pfn_to_page(frame), pte_dirty(pte), faults_on_write(context, pte));
}

/* First index at or after `from` whose entry differs from `bits` in anything but the frame number. */
static u32 run_end(const u64 *entries, u32 from, u32 count, u64 bits)
{
	while (from < count && (entries[from] & RUN_BITS) == bits)
		from++;
	return from;
}

/* The runs made so far of one table, and what they sum up to. */
struct run_list {
	struct vmi_leaf_run *runs;
	u32 count;
	u32 used;
	u32 present;
};

/* Adds entries with equal bits and facts, or joins them to the run before. */
static void add_entries(struct run_list *list, u64 bits, u32 facts, u32 count)
{
	bool is_present = (facts & VMI_FACT_STATE_MASK) == VMI_PAGE_PRESENT;
	struct vmi_leaf_run *last = list->runs + list->count - 1;

	bits = is_present ? bits : 0;
	list->used += count;
	list->present += is_present ? count : 0;
	if (list->count && last->bits == bits && last->facts == facts)
		last->count += count;
	else
		list->runs[list->count++] = (struct vmi_leaf_run){ .bits = bits, .count = count, .facts = facts };
}

/* Entries with equal bits that all map pages: only the pages can make a difference. */
static void add_mapped_pages(struct run_list *list, const struct vmi_leaf_context *context, const u64 *entries,
			     u32 count)
{
	u64 bits = entries[0] & RUN_BITS;
	bool dirty = pte_dirty(__pte(bits));
	bool faults = faults_on_write(context, __pte(bits));
	u32 facts = 0, from = 0, i;

	for (i = 0; i < count; i++) {
		u32 next = page_facts(pte_page(__pte(entries[i])), dirty, faults);

		if (next == facts)
			continue;
		if (i > from)
			add_entries(list, bits, facts, i - from);
		facts = next;
		from = i;
	}
	add_entries(list, bits, facts, count - from);
}

u32 vmi_pte_runs(const struct vmi_leaf_context *context, const u64 *entries, u32 count, struct vmi_leaf_run *runs,
		 u32 *ret_used, u32 *ret_present)
{
	struct run_list list = { .runs = runs };
	u32 i = 0, end;

	for (; i < count; i = end) {
		u64 bits = entries[i] & RUN_BITS;

		end = i + 1;
		if (!entries[i])
			continue;
		if (context->plain && (bits & PLAIN_MASK) == PLAIN_VALUE) {
			end = run_end(entries, end, count, bits);
			add_entries(&list, bits, VMI_PAGE_PRESENT | VMI_FACT_ANON, end - i);
		} else if (has_page(context, __pte(bits))) {
			end = run_end(entries, end, count, bits);
			add_mapped_pages(&list, context, entries + i, end - i);
		} else {
			add_entries(&list, bits, pte_facts(context, __pte(entries[i])), 1);
		}
	}
	*ret_used = list.used;
	*ret_present = list.present;
	return list.count;
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
	if (context->private_writable && !pmd_write(leaf) && is_cow_pending(folio, page))
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
