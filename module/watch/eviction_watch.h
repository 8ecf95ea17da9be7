/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which pages of a member a policy has evicted from the shadow since the last pass, and which evicted ones are back.
 * What was evicted at the last pass is kept while somebody asks.
 */
#ifndef VMI_WATCH_EVICTION_WATCH_H
#define VMI_WATCH_EVICTION_WATCH_H

#include "core/eviction_set.h"
#include "watch/watch.h"

/*
 * Reports what has changed since the last call for the member and policy, of which the first reports nothing. When
 * memory is short, nothing is reported, and the next call tells what has changed by then. Lock: vmi_watch.lock.
 */
void vmi_watch_compare_evictions(struct vmi_watch_member *member, u32 policy, vmi_eviction_fn report, void *context);

/* Drops what is kept. Lock: vmi_watch.lock. */
void vmi_watch_forget_evictions(struct vmi_watch_member *member);

#endif /* VMI_WATCH_EVICTION_WATCH_H */
