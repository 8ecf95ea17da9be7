// SPDX-License-Identifier: GPL-2.0
/* Regions of one process, a hold of its mmap lock at a time. */
#include "mm/region_list.h"

#include <linux/mm.h>
#include <linux/sched.h>

#include "compat/mm_layout.h"
#include "mm/vma_facts.h"
#include "mm/vsyscall.h"

/* What one hold may find: about what its time limit allows for, and room for a few names of the longest. */
#define REGIONS_A_HOLD		512
#define STRINGS_A_HOLD		(4 * VMI_VMA_STRING_MAX)

/* A region takes little time: the clock is looked at once in so many. */
#define REGIONS_A_CLOCK_LOOK	16

int vmi_region_list_open(struct vmi_region_list *list, struct pid *process, u64 start, u64 end)
{
	int ret;

	memset(list, 0, sizeof(*list));
	ret = vmi_target_open(&list->target, process);
	if (ret)
		return ret;
	vmi_region_set_init(&list->set);
	list->cursor = start;
	list->end = end;
	list->gate_due = start < VMI_VSYSCALL_END && end > VMI_VSYSCALL_START;
	list->namer = vmi_zalloc_array(1, sizeof(*list->namer));
	ret = vmi_region_set_reserve(&list->set, REGIONS_A_HOLD, STRINGS_A_HOLD);
	if (ret || !list->namer) {
		vmi_region_list_close(list);
		return -ENOMEM;
	}
	return 0;
}

void vmi_region_list_close(struct vmi_region_list *list)
{
	vmi_target_close(&list->target);
	vmi_region_set_deinit(&list->set);
	vmi_free(list->namer);
}

static bool has_room(const struct vmi_region_set *set)
{
	return set->count < set->capacity && set->strings_capacity - set->strings_used >= VMI_VMA_STRING_MAX;
}

static void add_region(struct vmi_region_list *list, struct vm_area_struct *vma)
{
	struct vmi_region *region;
	unsigned long start = vma->vm_start;

	/* One that now reaches below the cursor did not when what is there was read. */
	if (list->stamp)
		start = max(start, list->cursor);
	region = vmi_region_set_append_uncounted(&list->set, start, vma->vm_end);
	vmi_vma_maps_facts(vma, &list->set, region, list->namer);
	list->cursor = vma->vm_end;
}

static void add_gate(struct vmi_region_list *list)
{
	u32 protection = vmi_vsyscall_protection(list->target.mm);
	struct vmi_region *region;

	if (!protection)
		return;
	region = vmi_region_set_append_uncounted(&list->set, VMI_VSYSCALL_START, VMI_VSYSCALL_END);
	region->flags = protection | VMI_REGION_GATE;
	region->name = vmi_region_set_add_string(&list->set, "[vsyscall]", strlen("[vsyscall]"));
}

/* True when the end of what is asked for was reached. */
static bool read_one_hold(struct vmi_region_list *list)
{
	VMA_ITERATOR(vmas, list->target.mm, list->cursor);
	struct vm_area_struct *vma;

	vmi_vma_namer_begin_hold(list->namer);
	for_each_vma(vmas, vma) {
		if (vma->vm_start >= list->end)
			return true;
		if (!has_room(&list->set))
			return false;
		add_region(list, vma);
		if (list->set.count % REGIONS_A_CLOCK_LOOK == 0 && vmi_target_should_yield(&list->target))
			return false;
	}
	return true;
}

int vmi_region_list_next(struct vmi_region_list *list)
{
	int ret;

	if (list->done)
		return 0;
	list->set.count = 0;
	list->set.strings_used = 0;
	ret = vmi_target_hold(&list->target);
	if (ret)
		return ret;
	list->done = read_one_hold(list) && (!list->gate_due || has_room(&list->set));
	list->stamp = vmi_mm_layout_stamp(list->target.mm) ?: 1;
	vmi_target_release(&list->target);
	if (list->done && list->gate_due)
		add_gate(list);
	cond_resched();
	return list->set.count > 0;
}
