/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reference models of the reclaim policies: the same decisions as module/core/policy/, written plainly from the
 * descriptions. A list is an array, head first; a move is a memmove; a page that is looked at and stays is moved
 * there and then. Each model keeps what it knows of a frame in fields with names, and shares no code with core/.
 */
#ifndef VMI_TESTS_MODEL_H
#define VMI_TESTS_MODEL_H

#include "policy.h"
#include "shadow.h"

#define MODEL_FRAMES	320
#define MODEL_ZONES	3

struct model_frame {
	bool present;
	bool pinned;
	bool dirty;
	bool huge;
	u32 zone;
	u32 list;			/* as VMI_LIST_* and the policy's own numbers */
	bool referenced;
	bool writing;			/* aging24 */
	bool refaulted;			/* evicted before, and touched again */
	u32 age;			/* aging24: age; nbit: history; clock: times passed idle */
};

struct model_list {
	u32 frames[MODEL_FRAMES];	/* head first */
	u32 count;
};

struct model {
	const struct model_ops *ops;
	struct vmi_policy_params params;
	struct model_frame frame[MODEL_FRAMES];
	struct model_list list[MODEL_ZONES][VMI_LISTS_MAX];	/* EVICTED and NONE stay empty */
	struct vmi_policy_counts counts[MODEL_ZONES];
};

struct model_ops {
	enum vmi_policy_id id;
	void (*mapped)(struct model *model, u32 frame, u32 flags);
	void (*touched)(struct model *model, u32 frame);
	void (*untouched)(struct model *model, u32 frame);	/* NULL: the policy does nothing */
	void (*scan)(struct model *model, u32 zone, u32 priority, u64 excess);
	u32 (*age)(const struct model_frame *frame);
};

extern const struct model_ops model_aging24, model_nbit, model_clock, model_twolist, model_gen;

u32 model_pages(const struct model *model, u32 frame);
u64 model_list_pages(const struct model *model, u32 zone, u32 list);

/* Pages of a zone on lists, that is all but the evicted. */
u64 model_resident(const struct model *model, u32 zone);

/* To the head of a list of its zone, from wherever it is; NONE and EVICTED have no order. */
void model_move(struct model *model, u32 frame, u32 list);

/* The frame at the tail of a list that has one. */
u32 model_tail(const struct model *model, u32 zone, u32 list);

/* Moves with a count. */
void model_promote(struct model *model, u32 frame, u32 list);
void model_demote(struct model *model, u32 frame, u32 list);
void model_evict(struct model *model, u32 frame);

/* If the frame is evicted, it comes back as a new one. */
void model_come_back(struct model *model, u32 frame);

/* less - more, but not below 0. */
u64 model_less(u64 from, u64 much);

#endif /* VMI_TESTS_MODEL_H */
