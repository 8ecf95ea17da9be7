// SPDX-License-Identifier: GPL-2.0
/* Segments, totals and counters of an mm_struct. */
#include "mm/mm_facts.h"

#include <linux/mm.h>
#include <linux/sched/mm.h>

static void copy_segments(struct mm_struct *mm, struct vmi_mm_facts *ret)
{
	/* The kernel changes these under arg_lock, also with the mmap lock held for read (prctl(PR_SET_MM_MAP)). */
	spin_lock(&mm->arg_lock);
	ret->start_code = mm->start_code;
	ret->end_code = mm->end_code;
	ret->start_data = mm->start_data;
	ret->end_data = mm->end_data;
	ret->start_brk = mm->start_brk;
	ret->brk = mm->brk;
	ret->start_stack = mm->start_stack;
	ret->arg_start = mm->arg_start;
	ret->arg_end = mm->arg_end;
	ret->env_start = mm->env_start;
	ret->env_end = mm->env_end;
	spin_unlock(&mm->arg_lock);
	ret->mmap_base = mm->mmap_base;
	ret->task_size = mm->task_size;
}

void vmi_mm_facts(struct mm_struct *mm, struct vmi_mm_facts *ret)
{
	copy_segments(mm, ret);
	ret->total_vm = mm->total_vm;
	ret->locked_vm = mm->locked_vm;
	ret->pinned_vm = atomic64_read(&mm->pinned_vm);
	ret->data_vm = mm->data_vm;
	ret->exec_vm = mm->exec_vm;
	ret->stack_vm = mm->stack_vm;
	ret->rss_anon = get_mm_counter(mm, MM_ANONPAGES);
	ret->rss_file = get_mm_counter(mm, MM_FILEPAGES);
	ret->rss_shmem = get_mm_counter(mm, MM_SHMEMPAGES);
	ret->swap = get_mm_counter(mm, MM_SWAPENTS);
	ret->pgtables_bytes = mm_pgtables_bytes(mm);
}
