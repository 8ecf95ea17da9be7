/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Displaced frames: within a period a frame was seen with new contents before the places were looked at that mapped the
 * old ones. Whether those were evicted shows at the last of these places. Until then it is kept here what the policies
 * thought of them.
 */
#ifndef VMI_CORE_DISPLACED_H
#define VMI_CORE_DISPLACED_H

#include "policy.h"

/* Frames in one period; what is displaced beyond that counts as unmapped. */
#define VMI_DISPLACED_MAX	1024
#define VMI_DISPLACED_SLOTS	(2 * VMI_DISPLACED_MAX)

struct vmi_displaced_frame {
	u32 frame;			/* id in the frame table; 0: a free slot */
	u32 mappings;			/* of the old contents, yet to be looked at */
	u8 coldness[VMI_POLICY_COUNT];	/* of the old contents, by a policy's place in the shadow */
};

/* Made of zeros. */
struct vmi_displaced {
	u32 count;
	struct vmi_displaced_frame slots[VMI_DISPLACED_SLOTS];	/* open addressing; none is freed before all are */
};

/* A place for a frame, without mappings; NULL when there is none left, or its old contents are still waited for. */
struct vmi_displaced_frame *vmi_displaced_add(struct vmi_displaced *displaced, u32 frame);

/* What is waited for of a frame; NULL: nothing. */
struct vmi_displaced_frame *vmi_displaced_find(struct vmi_displaced *displaced, u32 frame);

/* Ends the period. */
void vmi_displaced_clear(struct vmi_displaced *displaced);

#endif /* VMI_CORE_DISPLACED_H */
