// SPDX-License-Identifier: GPL-2.0
/* The count of memory taken, and its limit. */
#include "budget.h"

void *vmi_budget_alloc(struct vmi_budget *budget, size_t count, size_t size)
{
	u64 bytes = (u64)count * size;
	void *memory;

	if ((budget->limit && budget->used + bytes > budget->limit) || !vmi_pool_take(budget->pool, bytes)) {
		budget->error = -ENOSPC;
		return NULL;
	}
	memory = vmi_zalloc_array(count, size);
	if (memory) {
		budget->used += bytes;
	} else {
		vmi_pool_give(budget->pool, bytes);
		budget->error = -ENOMEM;
	}
	return memory;
}

void vmi_budget_free(struct vmi_budget *budget, void *memory, size_t count, size_t size)
{
	if (memory) {
		budget->used -= (u64)count * size;
		vmi_pool_give(budget->pool, (u64)count * size);
	}
	vmi_free(memory);
}
