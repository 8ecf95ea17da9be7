/* SPDX-License-Identifier: GPL-2.0 */
/* Everything about one address of one process, read within one hold of its mmap lock. */
#ifndef VMI_MM_EXPLAIN_H
#define VMI_MM_EXPLAIN_H

#include "core/fault_forecast.h"
#include "core/region.h"
#include "core/x86_entry.h"
#include "mm/page_dump.h"

struct pid;

/* A page-table entry on the way to the address. */
struct vmi_table_step {
	u32 level;
	u32 index;			/* in its table */
	u64 entry_address;		/* physical */
	u64 value;
	bool leaf;
};

struct vmi_frame_detail {
	u64 frame;			/* of the page at the address itself */
	u64 folio;			/* first frame of its folio */
	u32 order;
	u32 node;
	const char *zone;		/* static */
	u32 references;
	u32 mapcount;
	u64 memcg;			/* inode number of the memory cgroup; 0: none */
};

struct vmi_explanation {
	u64 address;
	struct vmi_region_set regions;	/* the region that it lies in; else up to two, its neighbours; sealed */
	bool in_region;			/* then regions[0] is the one */
	bool in_hole;			/* within the user half */
	struct vmi_hole hole;
	u32 step_count;
	struct vmi_table_step steps[VMI_MAX_LEVELS];	/* from the top */
	struct vmi_page_run page;	/* void unless in_region */
	bool has_frame;
	struct vmi_frame_detail frame;
	u64 file_offset;		/* of the page, when the region has a file */
	u64 file_size;
	struct vmi_fault_facts facts;
};

/* 0, and an explanation to be freed by vmi_explain_free(); -ESRCH, -EINTR, -ENOMEM. May sleep. */
int vmi_explain(struct pid *process, u64 address, struct vmi_explanation **ret);
void vmi_explain_free(struct vmi_explanation *explanation);

#endif /* VMI_MM_EXPLAIN_H */
