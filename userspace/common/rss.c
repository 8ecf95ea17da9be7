// SPDX-License-Identifier: GPL-2.0
#include "rss.h"

uint64_t rss_of_process(const struct vmi_process *process)
{
	const struct vmi_totals *totals = process->totals;

	return totals ? totals->rss_anon + totals->rss_file + totals->rss_shmem : 0;
}

uint64_t rss_of_counts(const struct vmi_counts *counts)
{
	return counts->present - counts->zero - counts->special - counts->hugetlb;
}
