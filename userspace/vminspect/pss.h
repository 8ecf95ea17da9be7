/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proportional and unique set size out of page runs: a page that is mapped n times counts 1/n, one that is mapped once
 * is unique. The zero page and pages that are accounted nowhere (special) do not count, as in smaps.
 */
#ifndef VMI_VMINSPECT_PSS_H
#define VMI_VMINSPECT_PSS_H

#include "lib/vminspect.h"

struct pss {
	uint64_t rss;			/* pages */
	uint64_t uss;			/* pages */
	double pss;			/* pages */
};

/* Whether the pages of a run count. */
bool pss_counts(const struct vmi_run *run);

void pss_add(struct pss *pss, const struct vmi_run *run);

/*
 * The sum over the runs of [start, end). *at is the first run that may lie there, and is moved to the first behind it,
 * so that regions in rising order need one walk over all runs.
 */
struct pss pss_of_range(const struct vmi_run_list *runs, size_t *at, uint64_t start, uint64_t end);

#endif /* VMI_VMINSPECT_PSS_H */
