// SPDX-License-Identifier: GPL-2.0
/* Second chance, plainly: the hand is on the tail of the one list. */
#include "model.h"

enum { RING = VMI_LIST_FIRST_OWN };

static void mapped(struct model *model, u32 frame, u32 flags)
{
	(void)flags;
	model->frame[frame].referenced = true;
	model->frame[frame].age = 0;
	model_move(model, frame, RING);
}

static void touched(struct model *model, u32 frame)
{
	model_come_back(model, frame);
	model->frame[frame].referenced = true;
}

static u64 turn(struct model *model, u32 zone, u64 pages, u64 excess, bool stop_when_done)
{
	u32 looks = model->list[zone][RING].count;

	while (looks-- && pages && (excess || !stop_when_done)) {
		u32 frame = model_tail(model, zone, RING);
		struct model_frame *page = &model->frame[frame];

		model->counts[zone].scanned += model_pages(model, frame);
		pages = model_less(pages, model_pages(model, frame));
		if (!page->pinned && !page->referenced && excess) {
			excess = model_less(excess, model_pages(model, frame));
			model_evict(model, frame);
			page->age = 0;
			continue;
		}
		if (!page->pinned) {
			page->age = page->referenced ? 0 : page->age + (page->age < 127);
			page->referenced = false;
		}
		model_move(model, frame, RING);
	}
	return excess;
}

static void scan(struct model *model, u32 zone, u32 priority, u64 excess)
{
	excess = turn(model, zone, model_list_pages(model, zone, RING) >> priority, excess, false);
	excess = turn(model, zone, ~0ULL, excess, true);
	turn(model, zone, ~0ULL, excess, true);
}

static u32 age(const struct model_frame *page)
{
	if (page->list == VMI_LIST_EVICTED)
		return 127;
	return page->referenced ? 0 : page->age;
}

const struct model_ops model_clock = {
	.id = VMI_POLICY_CLOCK,
	.mapped = mapped,
	.touched = touched,
	.scan = scan,
	.age = age,
};
