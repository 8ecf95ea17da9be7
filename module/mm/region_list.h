/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list of regions as /proc/PID/maps has them, to be kept for longer than a hold of the mmap lock: one hold at a time,
 * each into the same buffers, so that 65,530 regions take no more memory than a thousand.
 */
#ifndef VMI_MM_REGION_LIST_H
#define VMI_MM_REGION_LIST_H

#include "mm/region_cursor.h"

struct vmi_region_list {
	struct vmi_region_cursor cursor;
	struct vmi_region_set set;	/* what the last hold found; not sealed */
};

/*
 * Prepares a list of the regions that have a part in [start, end). Takes no turns with readers: who keeps a list holds
 * locks that readers' answers wait for. 0, -ESRCH, -ENOMEM. May sleep.
 */
int vmi_region_list_open(struct vmi_region_list *list, struct pid *process, u64 start, u64 end);
void vmi_region_list_close(struct vmi_region_list *list);

/*
 * Reads on: 1 with regions in the set, 0 at the end, -ESRCH when the address space is gone, -EINTR, -ENOMEM. May
 * sleep.
 */
int vmi_region_list_next(struct vmi_region_list *list);

#endif /* VMI_MM_REGION_LIST_H */
