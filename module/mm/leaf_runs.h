/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From raw leaf entries to runs of equal ones with facts about their frames.
 *
 * A frame may only be looked at while the page-table lock keeps it mapped, so all of this runs under that lock;
 * it reads, never writes, and touches a `struct page` only where the entry alone does not tell.
 */
#ifndef VMI_MM_LEAF_RUNS_H
#define VMI_MM_LEAF_RUNS_H

#include <linux/mm_types.h>
#include <linux/pgtable.h>

#include "core/page_count.h"

/* What the facts of a leaf depend on besides the entry: worked out once a VMA. */
struct vmi_leaf_context {
	bool private_writable;		/* a write to a read-only entry would copy */
	bool anonymous;			/* no vm_ops */
	bool hugetlb;
	bool odd_frames;	/* a PFN map or the like: a frame may have no page even where an entry is not special */
	bool plain;	/* private, no odd frames: a writable, dirty entry can only be an exclusive anonymous page */
};

void vmi_leaf_context_init(struct vmi_leaf_context *context, const struct vm_area_struct *vma);

/*
 * Splits `count` entries of a PTE table into runs, leaving out empty entries. `runs` has room for `count`. Returns
 * the number of runs; ret_used and ret_present get the number of non-empty and of present entries. Lock: the page
 * table lock of the table that the entries were just copied from.
 */
u32 vmi_pte_runs(const struct vmi_leaf_context *context, const u64 *entries, u32 count, struct vmi_leaf_run *runs,
		 u32 *ret_used, u32 *ret_present);

/*
 * True when a present huge leaf maps the huge zero folio, whose address modules cannot know. An anonymous VMA maps
 * anonymous folios or that one (from 6.17 on as a special entry); elsewhere it is told by having no mapping. Lock:
 * the lock of its table.
 */
bool vmi_is_huge_zero(const struct vmi_leaf_context *context, pmd_t leaf);

/*
 * The run of one huge leaf, or of a non-present entry in its place; `page_count` is 512 or 512 * 512. ret_shared
 * gets the number of its pages that are mapped elsewhere too when only some are (then VMI_FACT_SHARED is not set).
 * Lock: the lock of its table.
 */
struct vmi_leaf_run vmi_huge_leaf_run(const struct vmi_leaf_context *context, u64 entry, u32 page_count,
				      u32 *ret_shared);

#endif /* VMI_MM_LEAF_RUNS_H */
