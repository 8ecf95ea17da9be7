/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which pages of a mirror a policy has evicted from the shadow since they were last looked at, and which evicted ones
 * are back.
 *
 * The shadow keeps no history, so what was evicted at the last look is kept here, as stretches of pages; one look
 * through the mirror then tells both. A page whose frame was exchanged meanwhile counts as back.
 */
#ifndef VMI_CORE_EVICTION_SET_H
#define VMI_CORE_EVICTION_SET_H

#include "budget.h"
#include "port.h"

struct vmi_mirror;

/* Pages [start, end), addresses. */
struct vmi_stretch {
	u64 start;
	u64 end;
};

/* Stretches of evicted pages, rising, not overlapping. */
struct vmi_eviction_set {
	struct vmi_budget budget;	/* of what holds it */
	u32 count;
	u32 capacity;
	struct vmi_stretch *stretches;
};

/* An empty set, what holds it counting in the pool; NULL: nowhere. */
void vmi_eviction_set_init(struct vmi_eviction_set *set, struct vmi_pool *pool);

/* Frees what it holds; it is empty then. */
void vmi_eviction_set_deinit(struct vmi_eviction_set *set);

/*
 * Puts what the policy has evicted now into an empty set. -ENOMEM, and it is empty: there is no memory, or the pool has
 * no more. May sleep.
 */
int vmi_eviction_set_fill(struct vmi_eviction_set *set, const struct vmi_mirror *mirror, u32 policy);

/* Pages [start, start + pages * 4 KiB) have been evicted, or are back. */
typedef void (*vmi_eviction_fn)(void *context, bool evicted, u64 start, u64 pages);

/*
 * Tells in what the mirror differs from `before`, by rising address. Pages that are gone are neither evicted nor back.
 * May sleep.
 */
void vmi_eviction_set_compare(const struct vmi_eviction_set *before, const struct vmi_mirror *mirror, u32 policy,
			      vmi_eviction_fn report, void *context);

#endif /* VMI_CORE_EVICTION_SET_H */
