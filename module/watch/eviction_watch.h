/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which pages of a member a policy has evicted from the shadow since the last pass, and which evicted ones are back.
 *
 * The shadow keeps no history, so what was evicted at the last pass is kept here, while somebody asks, as runs of
 * pages; one look through the mirror then tells both. A page whose frame was exchanged meanwhile counts as back.
 */
#ifndef VMI_WATCH_EVICTION_WATCH_H
#define VMI_WATCH_EVICTION_WATCH_H

#include "watch/watch.h"

/* Pages [start, start + pages * 4 KiB) have been evicted, or touched again. */
typedef void (*vmi_eviction_fn)(void *context, bool evicted, u64 start, u64 pages);

/*
 * Reports what has changed since the last call for the member and policy, of which the first reports nothing. When
 * memory is short, what is not kept counts as not evicted. Lock: vmi_watch.lock.
 */
void vmi_watch_compare_evictions(struct vmi_watch_member *member, u32 policy, vmi_eviction_fn report, void *context);

/* Drops what is kept. Lock: vmi_watch.lock. */
void vmi_watch_forget_evictions(struct vmi_watch_member *member);

#endif /* VMI_WATCH_EVICTION_WATCH_H */
