// SPDX-License-Identifier: GPL-2.0
/* Facts of a leaf entry and its frame. */
#include "mm/frame_facts.h"

#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vminspect.h>

#include "compat/frame.h"
#include "compat/leaf_entry.h"
#include "compat/uffd.h"
#include "core/x86_entry.h"
#include "mm/lru_state.h"
#include "mm/page_flags.h"

static u64 entry_flags(struct vmi_frame_memo *memo, u32 level, u64 entry)
{
	u64 bits = (entry & ~VMI_X86_FRAME_MASK) | (u64)level << PAGE_SHIFT;

	if (memo->entry_bits != bits || !memo->entry_flags) {
		memo->entry_bits = bits;
		memo->entry_flags = vmi_entry_page_flags(entry, level);
	}
	return memo->entry_flags;
}

/* The low bits of a folio's mapping pointer tell anonymous, KSM and file frames apart. */
static unsigned long mapping_kind(struct folio *folio)
{
	unsigned long mapping = (unsigned long)READ_ONCE(folio->mapping);

	return mapping ? (mapping & 3) | 4 : 0;
}

static u64 folio_flags_and_lru(struct vmi_frame_memo *memo, struct folio *folio, u32 *ret_lru)
{
	unsigned long word = *folio_flags(folio, 0);
	unsigned long kind = mapping_kind(folio);
	struct mem_cgroup *memcg = folio_memcg(folio);

	if (!memo->folio_known || memo->folio_word != word || memo->memcg != memcg || memo->mapping_kind != kind) {
		memo->folio_known = true;
		memo->folio_word = word;
		memo->memcg = memcg;
		memo->mapping_kind = kind;
		memo->folio_flags = vmi_folio_page_flags(folio);
		memo->lru = vmi_folio_lru(folio);
	}
	*ret_lru = memo->lru;
	return memo->folio_flags;
}

/* What the page has of its own within a large folio. */
static u64 page_own_flags(struct folio *folio, struct page *page)
{
	u64 flags = 0;

	if (folio_test_anon(folio) && PageAnonExclusive(page))
		flags |= VMINSPECT_PAGE_FLAGS_EXCLUSIVE;
	if (PageHWPoison(page))
		flags |= VMINSPECT_PAGE_FLAGS_HWPOISON;
	return flags;
}

static void present_page(const struct vmi_leaf_context *context, struct vmi_frame_memo *memo, struct page *page,
			 struct vmi_page_run *run)
{
	struct folio *folio = page_folio(page);

	run->flags |= folio_flags_and_lru(memo, folio, &run->lru) | page_own_flags(folio, page);
	run->mapcount = vmi_page_mapcount(folio, page);
	if (context->private_writable &&
	    !(run->flags & (VMINSPECT_PAGE_FLAGS_WRITABLE | VMINSPECT_PAGE_FLAGS_EXCLUSIVE)))
		run->flags |= VMINSPECT_PAGE_FLAGS_COW;
}

static void zero_page(const struct vmi_leaf_context *context, struct vmi_page_run *run)
{
	run->flags |= VMINSPECT_PAGE_FLAGS_ZERO;
	if (context->private_writable)
		run->flags |= VMINSPECT_PAGE_FLAGS_COW;
}

static void present_entry(const struct vmi_leaf_context *context, struct vmi_frame_memo *memo, u32 level, u64 entry,
			  struct vmi_page_run *run)
{
	run->state = VMI_PAGE_PRESENT;
	run->flags = entry_flags(memo, level, entry);
	run->frame = level == 1 ? pte_pfn(__pte(entry)) : pmd_pfn(__pmd(entry));
	if (level == 1 ? is_zero_pfn(run->frame) : vmi_is_huge_zero(context, __pmd(entry)))
		zero_page(context, run);
	else if ((level == 1 ? vmi_pte_special(__pte(entry)) : vmi_pmd_special(__pmd(entry))) || !pfn_valid(run->frame))
		run->flags |= VMINSPECT_PAGE_FLAGS_SPECIAL;
	else
		present_page(context, memo, pfn_to_page(run->frame), run);
}

/* hugetlb writes its non-present entries in the format of a PTE, whatever the level. */
static void absent_entry(const struct vmi_leaf_context *context, u32 level, u64 entry, struct vmi_page_run *run)
{
	pte_t pte = __pte(entry);

	if (level > 1 && !context->hugetlb) {
		run->state = vmi_nonpresent_pmd_state(__pmd(entry));
		return;
	}
	run->state = vmi_nonpresent_pte_state(pte);
	if (run->state != VMI_PAGE_SWAPPED)
		return;
	run->frame = vmi_swap_slot(pte, &run->swap_type);
	if (pte_swp_soft_dirty(pte))
		run->flags |= VMINSPECT_PAGE_FLAGS_SOFT_DIRTY;
	if (vmi_pte_swp_uffd_wp(pte))
		run->flags |= VMINSPECT_PAGE_FLAGS_UFFD_WP;
	if (pte_swp_exclusive(pte))
		run->flags |= VMINSPECT_PAGE_FLAGS_EXCLUSIVE;
}

void vmi_frame_facts(const struct vmi_leaf_context *context, struct vmi_frame_memo *memo, u32 level, u64 entry,
		     struct vmi_page_run *run)
{
	bool present = level == 1 ? pte_present(__pte(entry)) : pmd_present(__pmd(entry));

	run->pages = 1ULL << (vmi_level_shift(level) - PAGE_SHIFT);
	run->flags = 0;
	run->frame = 0;
	run->mapcount = 0;
	run->lru = VMI_LRU_UNKNOWN;
	run->swap_type = 0;
	if (present)
		present_entry(context, memo, level, entry, run);
	else
		absent_entry(context, level, entry, run);
}
