/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of a member's regions from one pass to the next. Each pass for which somebody asks lists the regions, unless
 * the address space can tell that nothing changed, and keeps the list for the next one.
 */
#ifndef VMI_WATCH_LAYOUT_WATCH_H
#define VMI_WATCH_LAYOUT_WATCH_H

#include "core/region_diff.h"
#include "watch/watch.h"

/* A change; names are offsets into the set that event->after, or else event->before, is of. */
typedef void (*vmi_layout_change_fn)(const struct vmi_watch_member *member, const struct vmi_region_set *set,
				     const struct vmi_region_event *event);

/*
 * Reports what has changed since the last call for the member, of which the first reports nothing. When memory is
 * short, the address space has gone or somebody keeps its lock, changes wait for the next call. For the sampler's
 * thread. May sleep. Lock: vmi_watch.lock.
 */
void vmi_watch_compare_layout(struct vmi_watch *watch, struct vmi_watch_member *member,
			      vmi_layout_change_fn report);

/* Drops what is kept. Lock: vmi_watch.lock. */
void vmi_watch_forget_layout(struct vmi_watch_member *member);

#endif /* VMI_WATCH_LAYOUT_WATCH_H */
