/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reclaim policies that can run on one stream of observations: who they are, what they can be told, and the
 * operations that each of them implements (policy/<name>.c, one file a policy, its source named at the head).
 *
 * A policy keeps, for each frame, a place on one of its lists and eight bits of its own; the lists are per zone and
 * hold the most recently added frame at their head. Frames are named by the ids of frame_table.h. What a policy may
 * do with its lists is in policy_lists.h; it has no memory beyond them and looks at nothing else, so that several
 * run side by side without touching each other.
 *
 * Time goes in periods: in one each watched address space is walked once, then vmi_shadow_scan() ends it.
 */
#ifndef VMI_CORE_POLICY_H
#define VMI_CORE_POLICY_H

#include "policy_params.h"
#include "port.h"

/* The numbers are part of the user interface: append only. */
enum vmi_policy_id {
	VMI_POLICY_AGING24 = 0,		/* Linux 2.4: page age, active, inactive-dirty and inactive-clean lists */
	VMI_POLICY_NBIT = 1,		/* eight bits of use history */
	VMI_POLICY_CLOCK = 2,		/* second chance */
	VMI_POLICY_TWOLIST = 3,		/* Linux 2.6: active and inactive list with a referenced bit */
	VMI_POLICY_GEN = 4,		/* four generations */
	VMI_POLICY_COUNT = 5,
};

#define VMI_POLICIES_ALL ((1U << VMI_POLICY_COUNT) - 1)

/* A list of a policy: the first two mean the same in all of them, the others are its own. */
#define VMI_LIST_NONE		0	/* the frame is not watched */
#define VMI_LIST_EVICTED	1	/* shadow-evicted: still mapped in truth, but gone had this policy ruled */
#define VMI_LIST_FIRST_OWN	2
#define VMI_LISTS_MAX		6

/* Ages are shown in buckets of 0, 1, 2..3, 4..7, 8..15, 16..31, 32..63 and 64 or more. */
#define VMI_AGE_BUCKETS		8

/* One zone's share of a scan. Pages. */
struct vmi_scan {
	u8 zone;
	u8 priority;			/* lists are scanned for their pages >> priority at most; 0 is all of them */
	u64 excess;			/* pages to evict, for the shadow is over its RSS limit; 0 when it is not */
};

struct vmi_policy;			/* policy_lists.h */

struct vmi_policy_ops {
	enum vmi_policy_id id;
	const char *name;		/* one word, as in `watch policy=` */
	const char *source;		/* where the policy comes from, for people */
	const char *list_names[VMI_LISTS_MAX];	/* by list; NULL for those that it has not */
	u8 active_from;			/* a coldness of this or more counts as active against the real LRU */

	/* A frame came, or came back from VMI_LIST_EVICTED: puts it on a list. `flags`: VMI_SEEN_*, 0 if back. */
	void (*mapped)(struct vmi_policy *policy, u32 frame, u32 flags);

	/* Frames that are touched for the first time in this period. Called once a block of pages. */
	void (*referenced)(struct vmi_policy *policy, const u32 *frames, u32 count);

	/*
	 * Frames that were not touched in the period that ends, before scan(). NULL for a policy that has nothing to
	 * do for them: then nobody goes to look for them.
	 */
	void (*unreferenced)(struct vmi_policy *policy, const u32 *frames, u32 count);

	/* The end of the period, for one zone: ageing, moves between lists, eviction of scan->excess pages. */
	void (*scan)(struct vmi_policy *policy, const struct vmi_scan *scan);

	/* How warm a frame is by its list and its eight bits: 0 goes first. VMI_LIST_EVICTED is 0 for everybody. */
	u8 (*coldness)(u32 list, u8 value);

	/* The age that is shown for a frame, in the policy's own measure. */
	u32 (*age)(u32 list, u8 value);
};

/* NULL when there is none of that number. */
const struct vmi_policy_ops *vmi_policy_by_id(u32 id);

/* NULL when there is none of that name. */
const struct vmi_policy_ops *vmi_policy_by_name(const char *name, size_t length);

/* The bucket of VMI_AGE_BUCKETS that an age belongs to. */
u32 vmi_age_bucket(u32 age);

#endif /* VMI_CORE_POLICY_H */
