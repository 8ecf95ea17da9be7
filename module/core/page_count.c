// SPDX-License-Identifier: GPL-2.0
/* Counting of leaf runs. Most runs are plain present pages, so everything rarer stands behind one test. */
#include "page_count.h"
#include "x86_entry.h"

/* What smaps has neither as dirty nor as shared: pages without a frame to account, and hugetlbfs. */
#define FACTS_UNACCOUNTED	(VMI_FACT_ZERO | VMI_FACT_SPECIAL | VMI_FACT_HUGETLB)
#define FACTS_RARE		(FACTS_UNACCOUNTED | VMI_FACT_COW | VMI_FACT_SHARED)

static void add_rare(struct vmi_page_counts *counts, u32 facts, u64 pages)
{
	if (facts & VMI_FACT_ZERO)
		counts->zero += pages;
	if (facts & VMI_FACT_SPECIAL)
		counts->special += pages;
	if (facts & VMI_FACT_HUGETLB)
		counts->hugetlb += pages;
	if (facts & VMI_FACT_COW)
		counts->cow += pages;
	if ((facts & VMI_FACT_SHARED) && !(facts & FACTS_UNACCOUNTED))
		counts->shared += pages;
}

static bool counts_as_dirty(const struct vmi_leaf_run *run)
{
	return ((run->bits & VMI_X86_DIRTY) || (run->facts & VMI_FACT_FOLIO_DIRTY)) &&
	       !(run->facts & FACTS_UNACCOUNTED);
}

static void add_present(struct vmi_page_counts *counts, const struct vmi_leaf_run *run, u32 page_shift, u64 pages)
{
	counts->present += pages;
	if (run->facts & VMI_FACT_ANON)
		counts->anon += pages;
	else if (run->facts & VMI_FACT_SHMEM)
		counts->shmem += pages;
	if (run->bits & VMI_X86_ACCESSED)
		counts->young += pages;
	if (counts_as_dirty(run))
		counts->dirty += pages;
	if (run->facts & FACTS_RARE)
		add_rare(counts, run->facts, pages);
	if (page_shift == vmi_level_shift(2))
		counts->huge2m += run->count;
	else if (page_shift == vmi_level_shift(3))
		counts->huge1g += run->count;
}

void vmi_page_counts_add_run(struct vmi_page_counts *counts, const struct vmi_leaf_run *run, u32 page_shift)
{
	u64 pages = (u64)run->count << (page_shift - VMI_PAGE_SHIFT);

	if (run->facts & VMI_FACT_DEPOSITED)
		counts->deposited += run->count;
	switch (run->facts & VMI_FACT_STATE_MASK) {
	case VMI_PAGE_UNTOUCHED:
		counts->untouched += pages;
		break;
	case VMI_PAGE_SWAPPED:
		counts->swapped += pages;
		break;
	case VMI_PAGE_UNMAPPED_FILE:
		counts->unmapped_file += pages;
		break;
	case VMI_PAGE_MIGRATING:
		counts->migrating += pages;
		break;
	case VMI_PAGE_MARKER_UFFD_WP:
	case VMI_PAGE_MARKER_POISON:
	case VMI_PAGE_MARKER_GUARD:
		counts->marker += pages;
		break;
	case VMI_PAGE_DEVICE:
		counts->device += pages;
		break;
	default:
		add_present(counts, run, page_shift, pages);
		break;
	}
}

/* Every member is a sum, so they are added as the array that they are; a new one cannot be forgotten. */
void vmi_page_counts_add(struct vmi_page_counts *counts, const struct vmi_page_counts *more)
{
	u64 *sum = (u64 *)counts;
	const u64 *term = (const u64 *)more;
	size_t i;

	for (i = 0; i < sizeof(*counts) / sizeof(u64); i++)
		sum[i] += term[i];
}
