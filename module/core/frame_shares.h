/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exact counts for the few frames that many address spaces map: the frame descriptor counts up to six by itself
 * (frame_table.h), what goes beyond is kept here, in a hash table with open addressing.
 */
#ifndef VMI_CORE_FRAME_SHARES_H
#define VMI_CORE_FRAME_SHARES_H

#include "budget.h"

struct vmi_frame_shares {
	struct vmi_frame_share {
		u32 frame;		/* 0: the place is free */
		u32 count;
	} *places;
	u32 capacity;			/* places, a power of two, or 0 */
	u32 used;
};

/* Adds a frame that is not there. 0, -ENOMEM or -ENOSPC. */
int vmi_frame_shares_add(struct vmi_frame_shares *shares, struct vmi_budget *budget, u32 frame, u32 count);

/* The count of a frame, to be read or changed until the next call; the frame is there. */
u32 *vmi_frame_shares_count(const struct vmi_frame_shares *shares, u32 frame);

/* Takes out a frame that is there. */
void vmi_frame_shares_remove(struct vmi_frame_shares *shares, u32 frame);

void vmi_frame_shares_deinit(struct vmi_frame_shares *shares, struct vmi_budget *budget);

#endif /* VMI_CORE_FRAME_SHARES_H */
