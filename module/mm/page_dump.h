/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each page of a process is, as runs of equal neighbours, a hold of the mmap lock at a time.
 *
 * What a frame is can only be read while the page-table lock keeps it mapped, so runs are made of the entries of one
 * table under that lock, and joined to those before when it has been dropped; so are the holes between them, for which
 * shmem asks the page cache.
 */
#ifndef VMI_MM_PAGE_DUMP_H
#define VMI_MM_PAGE_DUMP_H

#include <linux/types.h>

struct pid;

/*
 * Pages of one region that follow one another and agree in all of this; their frames, or swap slots, follow one another
 * too, but that the zero page stands behind each page of its run.
 */
struct vmi_page_run {
	u64 start;			/* address */
	u64 pages;
	u64 flags;			/* VMINSPECT_PAGE_FLAGS_* */
	u64 frame;			/* of the first page, when present; its swap slot, when swapped */
	u32 state;			/* enum vmi_page_state */
	u32 mapcount;
	u32 lru;			/* enum vmi_lru */
	u32 swap_type;			/* when swapped: number of the swap area; VMI_NO_SWAP_SLOT for shmem */
};

#define VMI_NO_SWAP_SLOT ((u32)-1)

struct vmi_page_dump;

/*
 * Prepares a dump of the pages in [start, end) whose state is in `states` (bit N - 1 for the state N). 0, -ESRCH,
 * -ENOMEM. May sleep.
 */
int vmi_page_dump_open(struct pid *process, u64 start, u64 end, u32 states, struct vmi_page_dump **ret);
void vmi_page_dump_close(struct vmi_page_dump *dump);

/*
 * Reads on, one hold. 1, and the runs that are complete, if any, valid until the next call, with the stamp of the
 * layout they were read from; 0 at the end; -ESRCH when the address space is gone, -EINTR. May sleep.
 */
int vmi_page_dump_next(struct vmi_page_dump *dump, const struct vmi_page_run **ret, u32 *ret_count, u32 *ret_stamp);

#endif /* VMI_MM_PAGE_DUMP_H */
