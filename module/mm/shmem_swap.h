/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmem pages that were swapped out leave nothing in the page tables: their swap entries stand in the page cache.
 * smaps counts them as Swap, and so do we.
 */
#ifndef VMI_MM_SHMEM_SWAP_H
#define VMI_MM_SHMEM_SWAP_H

#include <linux/mm_types.h>

/* True when the VMA maps a shmem file. */
bool vmi_vma_is_shmem(const struct vm_area_struct *vma);

/* True when it also has pages in swap, so that vmi_shmem_swapped() can find any. */
bool vmi_vma_has_shmem_swap(const struct vm_area_struct *vma);

/*
 * Pages in swap among those that [start, end) of the VMA maps. After shmem_partial_swap_usage() of mm/shmem.c. Lock:
 * the mmap lock; may sleep.
 */
u64 vmi_shmem_swapped(const struct vm_area_struct *vma, unsigned long start, unsigned long end);

/*
 * The first stretch of pages in swap among those that [start, end) of the VMA maps; false when there is none. Lock: the
 * mmap lock; may sleep.
 */
bool vmi_shmem_find_swapped(const struct vm_area_struct *vma, unsigned long start, unsigned long end,
			    unsigned long *ret_start, unsigned long *ret_end);

#endif /* VMI_MM_SHMEM_SWAP_H */
