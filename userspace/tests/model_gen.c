// SPDX-License-Identifier: GPL-2.0
/* Four generations, plainly. */
#include "model.h"

enum { YOUNGEST = VMI_LIST_FIRST_OWN, OLDEST = VMI_LIST_FIRST_OWN + 3 };

static void mapped(struct model *model, u32 frame, u32 flags)
{
	(void)flags;
	model_move(model, frame, YOUNGEST);
}

static void touched(struct model *model, u32 frame)
{
	model_come_back(model, frame);
	if (model->frame[frame].list != YOUNGEST)
		model_promote(model, frame, YOUNGEST);
}

static void untouched(struct model *model, u32 frame)
{
	u32 list = model->frame[frame].list;

	if (list != VMI_LIST_EVICTED && list != OLDEST && !model->frame[frame].pinned)
		model_demote(model, frame, list + 1);
}

static void scan(struct model *model, u32 zone, u32 priority, u64 excess)
{
	u32 list, i;

	(void)priority;
	for (list = OLDEST; list >= YOUNGEST; list--) {
		struct model_list before = model->list[zone][list];

		for (i = before.count; i-- > 0 && excess;) {
			model->counts[zone].scanned += model_pages(model, before.frames[i]);
			if (model->frame[before.frames[i]].pinned)
				continue;
			model_evict(model, before.frames[i]);
			excess = model_less(excess, model_pages(model, before.frames[i]));
		}
	}
}

static u32 age(const struct model_frame *page)
{
	return page->list == VMI_LIST_EVICTED ? 3 : page->list - YOUNGEST;
}

const struct model_ops model_gen = {
	.id = VMI_POLICY_GEN,
	.mapped = mapped,
	.touched = touched,
	.untouched = untouched,
	.scan = scan,
	.age = age,
};
