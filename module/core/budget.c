// SPDX-License-Identifier: GPL-2.0
/* The count of memory taken, and its limit. */
#include "budget.h"

bool vmi_budget_charge(struct vmi_budget *budget, u64 bytes)
{
	if ((budget->limit && budget->used + bytes > budget->limit) || !vmi_pool_take(budget->pool, bytes)) {
		budget->error = -ENOSPC;
		return false;
	}
	budget->used += bytes;
	return true;
}

void vmi_budget_uncharge(struct vmi_budget *budget, u64 bytes)
{
	budget->used -= bytes;
	vmi_pool_give(budget->pool, bytes);
}

void *vmi_budget_alloc(struct vmi_budget *budget, size_t count, size_t size)
{
	u64 bytes = (u64)count * size;
	void *memory;

	if (!vmi_budget_charge(budget, bytes))
		return NULL;
	memory = vmi_zalloc_array(count, size);
	if (!memory) {
		vmi_budget_uncharge(budget, bytes);
		budget->error = -ENOMEM;
	}
	return memory;
}

void vmi_budget_free(struct vmi_budget *budget, void *memory, size_t count, size_t size)
{
	if (memory)
		vmi_budget_uncharge(budget, (u64)count * size);
	vmi_free(memory);
}
