// SPDX-License-Identifier: GPL-2.0
/* A bound on what many take together. */
#include "pool.h"

bool vmi_pool_take(struct vmi_pool *pool, u64 bytes)
{
	if (!pool)
		return true;
	if (atomic64_add_return(bytes, &pool->used) <= (s64)pool->limit || !pool->limit)
		return true;
	atomic64_sub(bytes, &pool->used);
	return false;
}

void vmi_pool_give(struct vmi_pool *pool, u64 bytes)
{
	if (pool)
		atomic64_sub(bytes, &pool->used);
}

u64 vmi_pool_used(const struct vmi_pool *pool)
{
	return atomic64_read(&pool->used);
}
