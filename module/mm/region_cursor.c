// SPDX-License-Identifier: GPL-2.0
/* Regions of one process, one after the other. */
#include "mm/region_cursor.h"

#include <linux/sched.h>
#include <linux/slab.h>

#include "compat/mm_layout.h"
#include "mm/vma_facts.h"
#include "mm/vsyscall.h"

/* A region takes little time: the clock is looked at once in so many. */
#define REGIONS_A_CLOCK_LOOK	16

/* Its target is open. */
static int begin(struct vmi_region_cursor *cursor, u64 start, u64 end)
{
	cursor->address = start;
	cursor->end = end;
	cursor->gate_due = start < VMI_VSYSCALL_END && end > VMI_VSYSCALL_START;
	cursor->namer = vmi_zalloc_array(1, sizeof(*cursor->namer));
	if (!cursor->namer) {
		vmi_region_cursor_close(cursor);
		return -ENOMEM;
	}
	return 0;
}

int vmi_region_cursor_open(struct vmi_region_cursor *cursor, struct pid *process, u64 start, u64 end)
{
	int ret;

	memset(cursor, 0, sizeof(*cursor));
	ret = vmi_target_open(&cursor->target, process);
	return ret ? ret : begin(cursor, start, end);
}

int vmi_region_cursor_open_reader(struct vmi_region_cursor *cursor, struct pid *process, u64 start, u64 end)
{
	int ret;

	memset(cursor, 0, sizeof(*cursor));
	ret = vmi_target_open_reader(&cursor->target, process);
	return ret ? ret : begin(cursor, start, end);
}

void vmi_region_cursor_close(struct vmi_region_cursor *cursor)
{
	vmi_target_close(&cursor->target);
	vmi_free(cursor->namer);
}

int vmi_region_cursor_hold(struct vmi_region_cursor *cursor)
{
	int ret = vmi_target_hold(&cursor->target);

	if (!ret) {
		VMA_ITERATOR(vmas, cursor->target.mm, cursor->address);

		cursor->vmas = vmas;
		cursor->in_hold = 0;
		vmi_vma_namer_begin_hold(cursor->namer);
	}
	return ret;
}

static bool next_gate(struct vmi_region_cursor *cursor)
{
	u32 protection = cursor->gate_due ? vmi_vsyscall_protection(cursor->target.mm) : 0;

	cursor->vmas_done = true;
	cursor->done = true;
	if (!protection)
		return false;
	cursor->region.start = VMI_VSYSCALL_START;
	cursor->region.end = VMI_VSYSCALL_END;
	cursor->region.flags = protection | VMI_REGION_GATE;
	cursor->name = "[vsyscall]";
	cursor->name_length = strlen(cursor->name);
	return true;
}

bool vmi_region_cursor_next(struct vmi_region_cursor *cursor)
{
	struct vmi_region *region = &cursor->region;
	struct vm_area_struct *vma;

	if (cursor->done)
		return false;
	if (cursor->in_hold++ % REGIONS_A_CLOCK_LOOK == REGIONS_A_CLOCK_LOOK - 1 &&
	    vmi_target_should_yield(&cursor->target))
		return false;
	vma = cursor->vmas_done ? NULL : vma_next(&cursor->vmas);
	if (!vma || vma->vm_start >= cursor->end)
		return next_gate(cursor);
	region->start = vma->vm_start;
	region->end = vma->vm_end;
	/* One that now reaches below what is done did not when what is there was read. */
	if (cursor->stamp)
		region->start = max_t(u64, region->start, cursor->address);
	vmi_vma_maps_facts(vma, region);
	cursor->name = vmi_vma_name(vma, cursor->namer, &cursor->name_length);
	cursor->address = vma->vm_end;
	return true;
}

void vmi_region_cursor_take_back(struct vmi_region_cursor *cursor)
{
	cursor->done = false;
	if (!cursor->vmas_done)
		cursor->address = cursor->region.start;
}

void vmi_region_cursor_release(struct vmi_region_cursor *cursor)
{
	cursor->stamp = vmi_mm_layout_stamp(cursor->target.mm) ?: 1;
	vmi_target_release(&cursor->target);
}
