/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A walk over the page tables of a range of addresses, a hold of the mmap lock at a time, for dumps: the caller decides
 * when to go on, and between two holds nothing is kept but the address that was reached.
 */
#ifndef VMI_MM_RANGE_WALK_H
#define VMI_MM_RANGE_WALK_H

#include "mm/table_walk.h"
#include "mm/target.h"

struct vmi_range_walk {
	struct vmi_walk_sink sink;	/* first: its callbacks get a pointer to it; set by the user */
	/*
	 * A VMA is going to be walked, or walked on, from `start`. The sink may be told of leaves beyond the range's
	 * end.
	 */
	void (*enter)(struct vmi_range_walk *walk, struct vm_area_struct *vma, unsigned long start);
	/*
	 * It was walked up to `reached`. Returns where to go on: there, or below when there was no room for all of
	 * it.
	 */
	unsigned long (*leave)(struct vmi_range_walk *walk, struct vm_area_struct *vma, unsigned long reached);
	struct vmi_target target;
	struct vmi_table_walk *tables;
	unsigned long cursor;		/* all below is done */
	u64 end;			/* of the range */
	u32 stamp;			/* vmi_mm_layout_stamp() of the last hold, never 0 */
	bool inside;			/* the cursor stands within a VMA that is not done */
	bool done;
};

/* Prepares a walk over [start, end), whose callbacks are set. 0, -ESRCH, -ENOMEM. May sleep. */
int vmi_range_walk_open(struct vmi_range_walk *walk, struct pid *process, u64 start, u64 end);
void vmi_range_walk_close(struct vmi_range_walk *walk);

/* Goes on for one hold, or until sink.stop is set. 0, -ESRCH when the address space is gone, -EINTR. May sleep. */
int vmi_range_walk_hold(struct vmi_range_walk *walk);

#endif /* VMI_MM_RANGE_WALK_H */
