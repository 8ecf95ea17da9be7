/* SPDX-License-Identifier: GPL-2.0 */
/* One leaf entry and the frame behind it, while the page-table lock keeps it mapped. */
#ifndef VMI_MM_FRAME_FACTS_H
#define VMI_MM_FRAME_FACTS_H

#include "mm/leaf_runs.h"
#include "mm/page_dump.h"

struct mem_cgroup;

/*
 * What was found last. Neighbours are mostly alike: a folio with the same flags word, memory cgroup and kind of mapping
 * has the same flags and stands on the same list; an entry with the same bits has the same flags. Zeroed for each VMA
 * and each hold.
 */
struct vmi_frame_memo {
	u64 entry_bits;			/* without the frame number, in place of which the level stands */
	u64 entry_flags;	/* of entry_bits; 0: none yet, since an entry has some flag or is not remembered */
	unsigned long folio_word;
	struct mem_cgroup *memcg;
	unsigned long mapping_kind;
	bool folio_known;
	u32 lru;
	u64 folio_flags;
};

/*
 * Fills all of *run but its start from an entry that is not empty, of `level`. Lock: the page-table lock of the table
 * that the entry was just read from.
 */
void vmi_frame_facts(const struct vmi_leaf_context *context, struct vmi_frame_memo *memo, u32 level, u64 entry,
		     struct vmi_page_run *run);

#endif /* VMI_MM_FRAME_FACTS_H */
