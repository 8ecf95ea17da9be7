// SPDX-License-Identifier: GPL-2.0
/* Proportional and unique set size out of page runs. */
#include "pss.h"

bool pss_counts(const struct vmi_run *run)
{
	const uint64_t not_accounted = VMINSPECT_PAGE_FLAGS_ZERO | VMINSPECT_PAGE_FLAGS_SPECIAL |
				       VMINSPECT_PAGE_FLAGS_HUGETLB;

	return run->state == VMINSPECT_PAGE_STATE_PRESENT && run->mapcount && !(run->flags & not_accounted);
}

void pss_add(struct pss *pss, const struct vmi_run *run)
{
	if (!pss_counts(run))
		return;
	pss->rss += run->pages;
	pss->pss += (double)run->pages / run->mapcount;
	if (run->mapcount == 1)
		pss->uss += run->pages;
}

struct pss pss_of_range(const struct vmi_run_list *runs, size_t *at, uint64_t start, uint64_t end)
{
	struct pss pss = { 0 };

	while (*at < runs->count && runs->items[*at]->start < start)
		++*at;
	for (; *at < runs->count && runs->items[*at]->start < end; ++*at)
		pss_add(&pss, runs->items[*at]);
	return pss;
}
