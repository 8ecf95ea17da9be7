// SPDX-License-Identifier: GPL-2.0
/* Linux 2.6's active and inactive list, plainly. */
#include "model.h"

enum { ACTIVE = VMI_LIST_FIRST_OWN, INACTIVE };

static void mapped(struct model *model, u32 frame, u32 flags)
{
	model->frame[frame].referenced = false;
	model_move(model, frame, flags & (VMI_SEEN_FILE | VMI_SEEN_SHMEM) ? INACTIVE : ACTIVE);
}

static void touched(struct model *model, u32 frame)
{
	model_come_back(model, frame);
	model->frame[frame].referenced = true;
}

static u64 shrink(struct model *model, u32 zone, u64 pages, u64 excess)
{
	struct model_list before = model->list[zone][INACTIVE];
	u32 i;

	for (i = before.count; i-- > 0 && pages;) {
		u32 frame = before.frames[i];

		model->counts[zone].scanned += model_pages(model, frame);
		pages = model_less(pages, model_pages(model, frame));
		if (model->frame[frame].pinned)
			continue;
		if (model->frame[frame].referenced) {
			model->frame[frame].referenced = false;
			model_promote(model, frame, ACTIVE);
		} else if (excess) {
			model_evict(model, frame);
			excess = model_less(excess, model_pages(model, frame));
		}
	}
	return excess;
}

static void refill(struct model *model, u32 zone, u64 pages, u64 target)
{
	u32 looks = model->list[zone][ACTIVE].count;

	while (looks-- && pages && target) {
		u32 frame = model_tail(model, zone, ACTIVE);

		model->counts[zone].scanned += model_pages(model, frame);
		pages = model_less(pages, model_pages(model, frame));
		if (model->frame[frame].pinned || model->frame[frame].referenced) {
			if (!model->frame[frame].pinned)
				model->frame[frame].referenced = false;
			model_move(model, frame, ACTIVE);
		} else {
			model_demote(model, frame, INACTIVE);
			target = model_less(target, model_pages(model, frame));
		}
	}
}

static void scan(struct model *model, u32 zone, u32 priority, u64 excess)
{
	u32 round;

	for (round = 0; round < 4; round++) {
		u64 old = model_list_pages(model, zone, ACTIVE), lack;

		if (round && !excess)
			return;
		excess = shrink(model, zone, model_list_pages(model, zone, INACTIVE) >> (round ? 0 : priority), excess);
		if (round && !excess)
			return;
		lack = model_less(model_resident(model, zone) * model->params.inactive_percent / 100 + excess,
				  model_list_pages(model, zone, INACTIVE));
		refill(model, zone, old >> (round ? 0 : priority), lack);
	}
}

static u32 age(const struct model_frame *page)
{
	if (page->list == VMI_LIST_EVICTED)
		return 0;
	return 2 * (page->list == ACTIVE) + page->referenced;
}

const struct model_ops model_twolist = {
	.id = VMI_POLICY_TWOLIST,
	.mapped = mapped,
	.touched = touched,
	.scan = scan,
	.age = age,
};
