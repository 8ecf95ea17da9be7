/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that many take from at once, each by its own count, under one bound for all of them. */
#ifndef VMI_CORE_POOL_H
#define VMI_CORE_POOL_H

#include "port.h"

struct vmi_pool {
	u64 limit;			/* bytes; 0: none. Set before anybody takes from it */
	atomic64_t used;		/* bytes */
};

/*
 * Takes so many bytes; false, and nothing is taken, where that would exceed the limit. A pool that is NULL has no limit
 * and no count. No lock; of two who ask at the same time for the last bytes, both may be refused.
 */
bool vmi_pool_take(struct vmi_pool *pool, u64 bytes);

/* Gives back what was taken. */
void vmi_pool_give(struct vmi_pool *pool, u64 bytes);

u64 vmi_pool_used(const struct vmi_pool *pool);

#endif /* VMI_CORE_POOL_H */
