/* SPDX-License-Identifier: GPL-2.0 */
/* Which frames have a struct page, asked of many neighbours. */
#ifndef VMI_MM_VALID_FRAMES_H
#define VMI_MM_VALID_FRAMES_H

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pgtable.h>

/* What the last answer holds for: memory comes and goes by 2 MiB at least. */
struct vmi_valid_frames {
	u64 span;			/* PFN >> 9 of frames that have pages */
};

#define VMI_VALID_FRAMES_NONE ((struct vmi_valid_frames){ .span = ~0ULL })

/*
 * True when there is a struct page for the frame. What has been found is good for as long as one of those frames stays
 * mapped, so for one hold of a page-table lock.
 */
static inline bool vmi_frame_has_page(struct vmi_valid_frames *valid, u64 frame)
{
	u64 span = frame >> (PMD_SHIFT - PAGE_SHIFT);

	if (span == valid->span)
		return true;
	if (!pfn_valid(frame))
		return false;
	valid->span = span;
	return true;
}

#endif /* VMI_MM_VALID_FRAMES_H */
