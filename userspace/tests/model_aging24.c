// SPDX-License-Identifier: GPL-2.0
/* Linux 2.4's page ageing, plainly. */
#include "model.h"

enum { ACTIVE = VMI_LIST_FIRST_OWN, DIRTY, CLEAN };

static void mapped(struct model *model, u32 frame, u32 flags)
{
	(void)flags;
	model->frame[frame].age = model->params.age_start;
	model->frame[frame].referenced = false;
	model->frame[frame].writing = false;
	model_move(model, frame, ACTIVE);
}

static void touched(struct model *model, u32 frame)
{
	model_come_back(model, frame);
	model->frame[frame].referenced = true;
}

/* If it was touched it is aged for that as the others are. */
static void to_active(struct model *model, u32 frame)
{
	model->frame[frame].writing = false;
	model->frame[frame].age = model->params.age_start;
	model_promote(model, frame, ACTIVE);
}

static u64 reclaim(struct model *model, u32 zone, u64 excess, bool first_round)
{
	struct model_list before = model->list[zone][CLEAN];
	u32 i;

	for (i = before.count; i-- > 0 && (excess || first_round);) {
		u32 frame = before.frames[i];

		model->counts[zone].scanned += model_pages(model, frame);
		if (model->frame[frame].pinned || model->frame[frame].referenced) {
			to_active(model, frame);
		} else if (excess) {
			excess = model_less(excess, model_pages(model, frame));
			model_evict(model, frame);
		}
	}
	return excess;
}

static void launder(struct model *model, u32 zone, u64 pages, bool first_round)
{
	u32 looks = model->list[zone][DIRTY].count;

	while (looks-- && pages) {
		u32 frame = model_tail(model, zone, DIRTY);
		struct model_frame *page = &model->frame[frame];

		model->counts[zone].scanned += model_pages(model, frame);
		pages = model_less(pages, model_pages(model, frame));
		if (page->pinned || page->referenced) {
			to_active(model, frame);
		} else if (page->dirty && !page->writing) {
			page->writing = true;
			model_move(model, frame, DIRTY);
		} else if (page->dirty && !first_round) {
			model_move(model, frame, DIRTY);
		} else {
			if (page->dirty)
				model->counts[zone].laundered += model_pages(model, frame);
			page->writing = false;
			model_demote(model, frame, CLEAN);
		}
	}
}

static void age_page(const struct vmi_policy_params *params, struct model_frame *page)
{
	if (page->referenced)
		page->age += params->age_advance;
	else if (params->age_halving)
		page->age >>= 1;
	else
		page->age = model_less(page->age, params->age_decline);
	if (page->age > params->age_max)
		page->age = params->age_max;
	page->referenced = false;
}

static void refill(struct model *model, u32 zone, u64 pages, u64 target, bool first_round)
{
	u32 looks = model->list[zone][ACTIVE].count;

	while (looks-- && pages) {
		u32 frame = model_tail(model, zone, ACTIVE);
		struct model_frame *page = &model->frame[frame];
		bool goes;

		if (!first_round && !target)
			return;
		model->counts[zone].scanned += model_pages(model, frame);
		pages = model_less(pages, model_pages(model, frame));
		goes = false;
		if (!page->pinned) {
			age_page(&model->params, page);
			goes = target && (page->age == 0 || !first_round);
		}
		if (!goes) {
			model_move(model, frame, ACTIVE);
			continue;
		}
		page->age = 0;
		target = model_less(target, model_pages(model, frame));
		model_demote(model, frame, DIRTY);
	}
}

static void scan(struct model *model, u32 zone, u32 priority, u64 excess)
{
	u32 round;

	for (round = 0; round < 4; round++) {
		u64 inactive, wanted;
		u64 all = ~0ULL;

		excess = reclaim(model, zone, excess, !round);
		if (round && !excess)
			return;
		launder(model, zone, round ? all : model_list_pages(model, zone, DIRTY) >> priority, !round);
		inactive = model_list_pages(model, zone, DIRTY) + model_list_pages(model, zone, CLEAN);
		wanted = excess + (round ? 0 : model_resident(model, zone) * model->params.inactive_percent / 100);
		refill(model, zone, round ? all : model_list_pages(model, zone, ACTIVE) >> priority,
		       model_less(wanted, inactive), !round);
	}
}

static u32 age(const struct model_frame *page)
{
	return page->list == ACTIVE ? page->age : 0;
}

const struct model_ops model_aging24 = {
	.id = VMI_POLICY_AGING24,
	.mapped = mapped,
	.touched = touched,
	.scan = scan,
	.age = age,
};
