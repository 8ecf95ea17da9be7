// SPDX-License-Identifier: GPL-2.0
/* Walks over page tables, a hold of the mmap lock at a time. */
#include "mm/range_walk.h"

#include <linux/mm.h>
#include <linux/sched.h>

#include "compat/mm_layout.h"

/* VMAs without pages take little time: the clock is looked at once in so many. */
#define VMAS_A_CLOCK_LOOK 16

int vmi_range_walk_open(struct vmi_range_walk *walk, struct pid *process, u64 start, u64 end)
{
	int ret = vmi_target_open_reader(&walk->target, process);

	if (ret)
		return ret;
	walk->tables = vmi_table_walk_create(&walk->target, &walk->sink);
	if (!walk->tables) {
		vmi_target_close(&walk->target);
		return -ENOMEM;
	}
	walk->cursor = start & PAGE_MASK;
	walk->end = end > U64_MAX - PAGE_SIZE ? end : PAGE_ALIGN(end);
	return 0;
}

void vmi_range_walk_close(struct vmi_range_walk *walk)
{
	vmi_table_walk_destroy(walk->tables);
	vmi_target_close(&walk->target);
}

/* False when the hold should end before the VMA is done. */
static bool walk_vma(struct vmi_range_walk *walk, struct vm_area_struct *vma)
{
	unsigned long start = max(vma->vm_start, walk->cursor);
	unsigned long end = min_t(u64, vma->vm_end, walk->end);
	unsigned long reached;

	walk->enter(walk, vma, start);
	reached = vmi_table_walk_vma(walk->tables, vma, start);
	walk->cursor = walk->leave(walk, vma, min(reached, end));
	walk->inside = walk->cursor < end;
	return !walk->inside;
}

/* True when the end of the range was reached. */
static bool walk_one_hold(struct vmi_range_walk *walk)
{
	VMA_ITERATOR(vmas, walk->target.mm, walk->cursor);
	struct vm_area_struct *vma;
	u32 count = 0;

	vmi_table_walk_begin_hold(walk->tables);
	for_each_vma(vmas, vma) {
		if (max(vma->vm_start, walk->cursor) >= walk->end)
			break;
		if (!walk_vma(walk, vma) || walk->sink.stop)
			return false;
		if (++count % VMAS_A_CLOCK_LOOK == 0 && vmi_target_should_yield(&walk->target))
			return false;
	}
	return true;
}

int vmi_range_walk_hold(struct vmi_range_walk *walk)
{
	int ret = vmi_target_hold(&walk->target);

	if (ret)
		return ret;
	walk->sink.stop = false;
	walk->stamp = vmi_mm_layout_stamp(walk->target.mm) ?: 1;
	walk->done = walk_one_hold(walk);
	vmi_target_release(&walk->target);
	cond_resched();
	return 0;
}
