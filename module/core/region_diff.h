/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The difference of two captures of one process, as events.
 *
 * Both sets are sorted, so one merge pass finds what changed. A stretch that only the newer capture has was
 * mapped, one that only the older has was unmapped; when the region it is part of goes on, beyond an end of the
 * stretch, into bytes that both have with the same identity (same file and offset relation, same flags but for the
 * changeable ones), that region has grown or shrunk instead. A stretch that both have with another protection, or
 * another of the flags that a system call changes in place (mlock, madvise, mseal, userfaultfd), was
 * protection-changed, and with another identity unmapped and mapped.
 */
#ifndef VMI_CORE_REGION_DIFF_H
#define VMI_CORE_REGION_DIFF_H

#include "region.h"

/* The numbers are part of the user interface: append only. */
enum vmi_region_event_kind {
	VMI_REGION_MAPPED = 1,
	VMI_REGION_UNMAPPED = 2,
	VMI_REGION_GROWN = 3,
	VMI_REGION_SHRUNK = 4,
	VMI_REGION_PROTECTED = 5,
};

struct vmi_region_event {
	enum vmi_region_event_kind kind;
	u64 start;			/* bytes, half-open [start, end): between boundaries of either capture */
	u64 end;
	const struct vmi_region *before;	/* in the older set; NULL for MAPPED; for GROWN what it grew out of */
	const struct vmi_region *after;		/* in the newer set; NULL for UNMAPPED; for SHRUNK what is left */
};

/* Return non-zero to stop the comparison; the value is handed on to the caller. */
typedef int (*vmi_region_event_fn)(void *context, const struct vmi_region_event *event);

/*
 * Reports every change from `before` to `after`, in rising address order, a stretch's unmapping before its mapping;
 * 0 or what the callback returned.
 * Applying the events to the older layout gives exactly the newer one. Linear time, no allocation.
 */
int vmi_region_diff(const struct vmi_region_set *before, const struct vmi_region_set *after,
		    vmi_region_event_fn report, void *context);

#endif /* VMI_CORE_REGION_DIFF_H */
