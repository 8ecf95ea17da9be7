// SPDX-License-Identifier: GPL-2.0
/* Eight bits of use history, plainly. */
#include "model.h"

enum { USED = VMI_LIST_FIRST_OWN, UNUSED };

static void mapped(struct model *model, u32 frame, u32 flags)
{
	(void)flags;
	model->frame[frame].age = 0;
	model_move(model, frame, UNUSED);
}

static void touched(struct model *model, u32 frame)
{
	model_come_back(model, frame);
	model->frame[frame].age = 128 + model->frame[frame].age / 2;
	if (model->frame[frame].list == UNUSED)
		model_promote(model, frame, USED);
}

static void untouched(struct model *model, u32 frame)
{
	if (model->frame[frame].list == VMI_LIST_EVICTED)
		return;
	model->frame[frame].age /= 2;
	if (!model->frame[frame].age && model->frame[frame].list == USED)
		model_demote(model, frame, UNUSED);
}

/* The order of a list does not change here, so it is enough to go through it from the tail. */
static u64 evict_below(struct model *model, u32 zone, u32 list, u32 limit, u64 excess)
{
	struct model_list before = model->list[zone][list];
	u32 i;

	for (i = before.count; i-- > 0 && excess;) {
		u32 frame = before.frames[i];

		model->counts[zone].scanned += model_pages(model, frame);
		if (model->frame[frame].pinned || model->frame[frame].age >= limit)
			continue;
		model->frame[frame].age = 0;
		model_evict(model, frame);
		excess = model_less(excess, model_pages(model, frame));
	}
	return excess;
}

static void scan(struct model *model, u32 zone, u32 priority, u64 excess)
{
	u32 limit;

	(void)priority;
	excess = evict_below(model, zone, UNUSED, 256, excess);
	for (limit = 2; limit <= 256; limit *= 2)
		excess = evict_below(model, zone, USED, limit, excess);
}

static u32 age(const struct model_frame *page)
{
	return page->age;
}

const struct model_ops model_nbit = {
	.id = VMI_POLICY_NBIT,
	.mapped = mapped,
	.touched = touched,
	.untouched = untouched,
	.scan = scan,
	.age = age,
};
