/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A capture: what one process's address space looked like, copied into the shadow.
 *
 * It is taken in holds of the mmap lock that are bounded in time and end early when somebody waits for the lock; the
 * walk then goes on at the address it had reached. What changes between two holds is seen as it is when the walk
 * gets there, so a capture of a running process need not equal its state at any one moment; a region that became
 * another one in the middle is cut where the walk had got to, and counted in `torn_regions`. A stopped process is
 * captured exactly.
 */
#ifndef VMI_MM_CAPTURE_H
#define VMI_MM_CAPTURE_H

#include "core/region.h"
#include "core/table_census.h"
#include "mm/target.h"

struct pid;

/* The mm_struct's own facts, read in the first hold. Addresses in bytes, amounts in pages but for pgtables_bytes. */
struct vmi_mm_facts {
	u64 start_code, end_code, start_data, end_data;
	u64 start_brk, brk, mmap_base, start_stack;
	u64 arg_start, arg_end, env_start, env_end;
	u64 total_vm, locked_vm, pinned_vm, data_vm, exec_vm, stack_vm;
	u64 rss_anon, rss_file, rss_shmem, swap;	/* the kernel's counters: may lag by a few pages per CPU */
	u64 pgtables_bytes;		/* VmPTE of /proc/PID/status */
	u64 task_size;			/* end of the user address space */
};

struct vmi_capture {
	struct vmi_region_set regions;	/* sealed; [vsyscall] is not among them */
	struct vmi_page_counts counts;	/* sums over all regions */
	struct vmi_table_census census;
	struct vmi_mm_facts mm;
	struct vmi_hold_stats holds;
	u64 torn_regions;		/* regions that changed while being walked */
	bool layout_changed;		/* between two holds, as far as vmi_mm_layout_stamp() tells */
	u32 vsyscall_protection;	/* VMI_REGION_* bits of the gate, or 0 when maps does not show it */
	bool complete;			/* false when the process died half way: what was captured stands */
};

/*
 * Captures a process's regions, page counts and table census. 0 and a capture to be freed by vmi_capture_free();
 * -ESRCH when it is dead or has no address space; -EINTR on a fatal signal; -ENOMEM. May sleep; takes no lock of
 * ours.
 */
int vmi_capture_process(struct pid *process, struct vmi_capture **ret);
void vmi_capture_free(struct vmi_capture *capture);

#endif /* VMI_MM_CAPTURE_H */
