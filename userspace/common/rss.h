/* SPDX-License-Identifier: GPL-2.0 */
/* Resident set size, in pages. */
#ifndef VMI_COMMON_RSS_H
#define VMI_COMMON_RSS_H

#include <stdint.h>

#include "lib/vminspect.h"

/* Of a process, as the kernel accounts it; 0 when it has no memory of its own. */
uint64_t rss_of_process(const struct vmi_process *process);

/* Of a region or several, without hugetlb, the zero page and what is accounted nowhere: as smaps counts. */
uint64_t rss_of_counts(const struct vmi_counts *counts);

#endif /* VMI_COMMON_RSS_H */
