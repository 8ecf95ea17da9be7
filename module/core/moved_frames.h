/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames whose borrowed bit was not found where it was borrowed: mremap() takes entries to other addresses. What is
 * left in a ledger when its address space has been walked is owed to whatever maps these frames elsewhere.
 */
#ifndef VMI_CORE_MOVED_FRAMES_H
#define VMI_CORE_MOVED_FRAMES_H

#include "ledger.h"

/* At most so many are looked for, and so many huge leaves; others count as gone. */
#define VMI_MOVED_FRAMES_MAX	4096
#define VMI_MOVED_LEAVES_MAX	512

struct vmi_moved_frames {
	u32 frame_count;
	u32 leaf_count;
	u64 found;			/* bits of the ledger that were found; a leaf's bit is one for all its pages */
	u32 frames[2 * VMI_MOVED_FRAMES_MAX];	/* a hash of keys, 0 = none */
	u32 leaves[2 * VMI_MOVED_LEAVES_MAX];	/* likewise, of 1 + the number of a leaf's frame in units of 2 MiB */
	bool owed[2 * VMI_MOVED_LEAVES_MAX];	/* the leaf's bit has not been asked for yet */
};

/* Forgets all. One that has never been used has to be zeroed. */
void vmi_moved_clear(struct vmi_moved_frames *moved);

/*
 * Takes in what is left in the ledger. A huge leaf of which a part was found in its place is among it: the rest may be
 * elsewhere. False when there is nothing.
 */
bool vmi_moved_collect(struct vmi_moved_frames *moved, const struct vmi_ledger *ledger);

/* True when whatever maps the frame is owed a bit, by itself or as a part of a huge leaf. Counts it as found. */
bool vmi_moved_find(struct vmi_moved_frames *moved, u64 frame);

#endif /* VMI_CORE_MOVED_FRAMES_H */
