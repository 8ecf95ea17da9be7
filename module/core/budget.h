/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory under a limit: what the shadow and its mirrors take is counted, and refused above the limit, or above that of
 * the pool that all shadows share.
 */
#ifndef VMI_CORE_BUDGET_H
#define VMI_CORE_BUDGET_H

#include "pool.h"
#include "port.h"

struct vmi_budget {
	u64 limit;			/* bytes; 0: none */
	u64 used;			/* bytes, as asked for */
	struct vmi_pool *pool;		/* NULL: none */
	int error;			/* why the last allocation that failed did: -ENOSPC for a limit, -ENOMEM */
};

/* Zeroed; NULL sets budget->error. */
void *vmi_budget_alloc(struct vmi_budget *budget, size_t count, size_t size);

/* `count` and `size` as they were asked for; NULL memory is allowed. */
void vmi_budget_free(struct vmi_budget *budget, void *memory, size_t count, size_t size);

/* Counts memory that was taken before; false, with budget->error set, when there is no room. Never sleeps. */
bool vmi_budget_charge(struct vmi_budget *budget, u64 bytes);
void vmi_budget_uncharge(struct vmi_budget *budget, u64 bytes);

#endif /* VMI_CORE_BUDGET_H */
