/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shadow*.c share: the shadow itself, and how a mapping comes and goes. Not for users of the shadow. */
#ifndef VMI_CORE_SHADOW_STATE_H
#define VMI_CORE_SHADOW_STATE_H

#include "bits.h"
#include "displaced.h"
#include "frame_table.h"
#include "mirror.h"
#include "policy_lists.h"
#include "shadow.h"

struct vmi_shadow {
	struct vmi_budget budget;
	struct vmi_frame_table frames;
	struct vmi_policy *policies[VMI_POLICY_COUNT];	/* those in use, the first policy_count */
	u32 policy_count;
	struct vmi_policy_params params;
	u64 rss_limit;			/* pages, 0: none */
	u32 rss_basis_points;		/* of the pages watched, 0: none */
	struct vmi_displaced *displaced;	/* NULL until a frame is */
	struct vmi_mirror *mirrors;
	u64 mirror_count;
	u64 periods;
	u64 refused;
	u64 evicted;
	u64 refaulted;
	u32 batch_count;
	u32 batch[VMI_TABLE_ENTRIES];	/* frames to be told to the policies as one call */
};

/* The policy of that number, NULL when it does not run. */
struct vmi_policy *vmi_shadow_policy(const struct vmi_shadow *shadow, u32 id);

/* The watched frame that `pfn` lies in, a small one before a huge one; 0: none. */
u32 vmi_shadow_find_frame(const struct vmi_shadow *shadow, u32 pfn);

/*
 * One more mapping of the frame seen; it starts afresh if it is new or has another identity. Mappings that it had are
 * those of the old contents then. 0, -ENOMEM, -ENOSPC.
 */
int vmi_shadow_map(struct vmi_shadow *shadow, const struct vmi_observation *seen, u32 order, u32 *ret_frame);

/* One mapping less, by the kernel's doing or not. */
void vmi_shadow_unmap(struct vmi_shadow *shadow, u32 frame, bool evicted);

/* Tells the policies of a frame's first touch in this period, at the next flush. */
static inline void vmi_shadow_touch(struct vmi_shadow *shadow, struct vmi_section *section, u32 frame)
{
	u32 place = vmi_frame_place(frame);

	if (vmi_bit_is_set(section->touched, place))
		return;
	vmi_bit_set(section->touched, place);
	shadow->batch[shadow->batch_count++] = frame;
}

/* The frames touched may not go before. At most VMI_TABLE_ENTRIES touches may be made between two flushes. */
void vmi_shadow_flush(struct vmi_shadow *shadow);

#endif /* VMI_CORE_SHADOW_STATE_H */
