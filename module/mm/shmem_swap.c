// SPDX-License-Identifier: GPL-2.0
/* Swap entries in the page cache of shmem files. */
#include "mm/shmem_swap.h"

#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>
#include <linux/xarray.h>

bool vmi_vma_is_shmem(const struct vm_area_struct *vma)
{
	const struct inode *inode;

	if (!vma->vm_file)
		return false;
	/* shmem's operations are not exported; regular files of this magic have no others. */
	inode = vma->vm_file->f_mapping->host;
	return S_ISREG(inode->i_mode) && inode->i_sb->s_magic == TMPFS_MAGIC;
}

bool vmi_vma_has_shmem_swap(const struct vm_area_struct *vma)
{
	return vmi_vma_is_shmem(vma) && READ_ONCE(SHMEM_I(vma->vm_file->f_mapping->host)->swapped);
}

/* Pages of one swap entry that lie in [first, last]. */
static u64 entry_pages(const struct xa_state *xas, int order, pgoff_t first, pgoff_t last)
{
	pgoff_t begin = round_down(xas->xa_index, 1UL << order);
	pgoff_t end = begin + (1UL << order) - 1;

	return min(end, last) - max(begin, first) + 1;
}

u64 vmi_shmem_swapped(const struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	pgoff_t first = vma->vm_pgoff + ((start - vma->vm_start) >> PAGE_SHIFT);
	pgoff_t last = first + ((end - start) >> PAGE_SHIFT) - 1;
	XA_STATE(xas, &vma->vm_file->f_mapping->i_pages, first);
	u64 swapped = 0;
	void *entry;

	rcu_read_lock();
	xas_for_each(&xas, entry, last) {
		if (xas_retry(&xas, entry))
			continue;
		if (xa_is_value(entry))
			swapped += entry_pages(&xas, xas_get_order(&xas), first, last);
		if (need_resched()) {
			xas_pause(&xas);
			cond_resched_rcu();
		}
	}
	rcu_read_unlock();
	return swapped;
}

bool vmi_shmem_find_swapped(const struct vm_area_struct *vma, unsigned long start, unsigned long end,
			    unsigned long *ret_start, unsigned long *ret_end)
{
	pgoff_t first = vma->vm_pgoff + ((start - vma->vm_start) >> PAGE_SHIFT);
	pgoff_t last = first + ((end - start) >> PAGE_SHIFT) - 1;
	XA_STATE(xas, &vma->vm_file->f_mapping->i_pages, first);
	bool found = false;
	void *entry;

	rcu_read_lock();
	xas_for_each(&xas, entry, last) {
		if (xas_retry(&xas, entry))
			continue;
		if (xa_is_value(entry)) {
			int order = xas_get_order(&xas);
			pgoff_t begin = max(round_down(xas.xa_index, 1UL << order), first);

			*ret_start = start + ((begin - first) << PAGE_SHIFT);
			*ret_end = *ret_start + (entry_pages(&xas, order, first, last) << PAGE_SHIFT);
			found = true;
			break;
		}
		if (need_resched()) {
			xas_pause(&xas);
			cond_resched_rcu();
		}
	}
	rcu_read_unlock();
	return found;
}
