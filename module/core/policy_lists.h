/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy works with: its lists, one set a zone, and its u64 of each frame.
 *
 * The u64 is next:26 prev:26 refaulted:1 list:3 value:8, from the low bits up. Links are frame ids, 0 at both ends;
 * next leads to the tail, which is where scans begin. A list is counted in pages, so that a huge frame weighs what it
 * holds.
 */
#ifndef VMI_CORE_POLICY_LISTS_H
#define VMI_CORE_POLICY_LISTS_H

#include "frame_table.h"
#include "policy.h"
#include "score.h"
#include "shadow.h"

#define VMI_LINK_MASK		((u64)VMI_FRAME_MASK)
#define VMI_PREV_SHIFT		26
#define VMI_WORD_REFAULTED	(1ULL << 52)	/* evicted by this policy before, and touched again */
#define VMI_LIST_SHIFT		53
#define VMI_LIST_MASK		0x7
#define VMI_VALUE_SHIFT		56

/* The list and the value of a frame as one number. */
#define VMI_KIND_SHIFT		VMI_LIST_SHIFT
#define VMI_KINDS		2048
#define VMI_KIND(list, value)	((value) << (VMI_VALUE_SHIFT - VMI_KIND_SHIFT) | (list))

_Static_assert(!((VMI_LISTS_MAX - 1) & ~VMI_LIST_MASK), "there is a number for each list");

struct vmi_list {
	u32 head;			/* the frame added last, 0 when empty */
	u32 tail;			/* the frame added first */
	u64 pages;
};

struct vmi_policy_zone {
	struct vmi_list lists[VMI_LISTS_MAX];	/* NONE and EVICTED are counted but not linked */
	struct vmi_policy_counts counts;
	struct vmi_agreement agreement;	/* at the end of the last period */
	struct vmi_audit audit;
	struct vmi_rank ranked;		/* pages by coldness at the end of the last period */
	struct vmi_rank evicted;	/* pages that the kernel evicted since, by coldness */
};

struct vmi_policy {
	const struct vmi_policy_ops *ops;
	struct vmi_policy_params params;
	const struct vmi_frame_table *frames;
	u32 plane;			/* which plane of the sections is ours */
	u8 coldness[VMI_KINDS];		/* ops->coldness() of each list and value */
	struct vmi_policy_zone *zones[VMI_ZONES_MAX];	/* NULL where no frame has been seen */
};

static inline u64 *vmi_policy_word(const struct vmi_policy *policy, u32 frame)
{
	return &vmi_frame_section(policy->frames, frame)->plane[policy->plane][vmi_frame_place(frame)];
}

static inline u32 vmi_word_list(u64 word)
{
	return word >> VMI_LIST_SHIFT & VMI_LIST_MASK;
}

static inline u8 vmi_word_value(u64 word)
{
	return word >> VMI_VALUE_SHIFT;
}

static inline void vmi_word_set_value(u64 *word, u8 value)
{
	*word = (*word & ~(0xffULL << VMI_VALUE_SHIFT)) | (u64)value << VMI_VALUE_SHIFT;
}

/* The next frame towards the head, 0 after that. */
static inline u32 vmi_word_towards_head(u64 word)
{
	return word >> VMI_PREV_SHIFT & VMI_LINK_MASK;
}

static inline u8 vmi_policy_coldness(const struct vmi_policy *policy, u64 word)
{
	return policy->coldness[word >> VMI_KIND_SHIFT];
}

static inline u32 vmi_policy_frame_pages(const struct vmi_policy *policy, u32 frame)
{
	return 1U << vmi_frame_section(policy->frames, frame)->order;
}

static inline u8 vmi_policy_frame_standing(const struct vmi_policy *policy, u32 frame)
{
	return vmi_frame_section(policy->frames, frame)->state[vmi_frame_place(frame)] & VMI_STATE_STANDING;
}

/* True for a frame that scans have to leave alone. */
static inline bool vmi_policy_frame_pinned(const struct vmi_policy *policy, u32 frame)
{
	return vmi_policy_frame_standing(policy, frame) & VMI_STANDING_PINNED;
}

static inline struct vmi_policy_zone *vmi_policy_zone_of(const struct vmi_policy *policy, u32 frame)
{
	return policy->zones[vmi_frame_section(policy->frames, frame)->zone];
}

static inline u64 vmi_policy_list_pages(const struct vmi_policy *policy, u32 zone, u32 list)
{
	return policy->zones[zone]->lists[list].pages;
}

/* A policy on `frames`; free with vmi_budget_free(budget, policy, 1, sizeof(*policy)). NULL: budget->error. */
struct vmi_policy *vmi_policy_create(struct vmi_budget *budget, const struct vmi_policy_ops *ops,
				     const struct vmi_policy_params *params, const struct vmi_frame_table *frames,
				     u32 plane);

void vmi_policy_destroy(struct vmi_policy *policy, struct vmi_budget *budget);

/* Lists for a zone, unless there are some. 0, -ENOMEM or -ENOSPC. */
int vmi_policy_add_zone(struct vmi_policy *policy, struct vmi_budget *budget, u32 zone);

/* Moves a frame to the head of a list, from whichever it is on; the same list is allowed, and VMI_LIST_NONE. */
void vmi_policy_move(struct vmi_policy *policy, u32 frame, u32 list);

/* Move with the count that goes with it; eviction also clears the value. */
void vmi_policy_promote(struct vmi_policy *policy, u32 frame, u32 list);
void vmi_policy_demote(struct vmi_policy *policy, u32 frame, u32 list);
void vmi_policy_evict(struct vmi_policy *policy, u32 frame);

/* A shadow-evicted frame has been touched: a refault. It comes back the way a new one comes. */
void vmi_policy_refault(struct vmi_policy *policy, u32 frame);

/* The kernel has evicted what the frame held, of which we thought so; the frame has other contents by now. */
void vmi_policy_count_evicted(struct vmi_policy *policy, u32 frame, u8 coldness);

/*
 * The frame is gone from the last address space that mapped it, by the kernel's doing or not: takes it off its list,
 * and notes what we thought of one that the kernel evicted.
 */
void vmi_policy_drop(struct vmi_policy *policy, u32 frame, bool evicted);

/* Pages of a zone that the policy has not evicted. */
u64 vmi_policy_resident(const struct vmi_policy *policy, u32 zone);

/*
 * A scan of a list from its tail. The frame that vmi_list_scan_next() gave last may be moved to another list; those
 * that are not stay, and vmi_list_scan_end() puts all of them at the head, in their order, as if each had been moved
 * there when it was looked at. Left out, they keep their places.
 */
struct vmi_list_scan {
	struct vmi_policy *policy;
	u8 zone;
	u8 list;
	u32 next;			/* the frame to come, 0 when the head has been passed */
	u32 pages;			/* of the frame given last */
	u32 looks;			/* frames given */
	u64 budget;			/* pages left to scan */
};

/* Scans pages of the list until `budget` of them have been looked at: no further than its head. */
void vmi_list_scan_begin(struct vmi_list_scan *scan, struct vmi_policy *policy, u8 zone, u8 list, u64 budget);

/* The next frame, 0 when the scan is over; counts it as scanned. */
u32 vmi_list_scan_next(struct vmi_list_scan *scan);

void vmi_list_scan_end(const struct vmi_list_scan *scan);

#endif /* VMI_CORE_POLICY_LISTS_H */
