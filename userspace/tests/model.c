// SPDX-License-Identifier: GPL-2.0
/* What the models of the policies have in common: lists as arrays. */
#include "model.h"

u32 model_pages(const struct model *model, u32 frame)
{
	return model->frame[frame].huge ? 512 : 1;
}

u64 model_list_pages(const struct model *model, u32 zone, u32 list)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < MODEL_FRAMES; i++)
		if (model->frame[i].present && model->frame[i].zone == zone && model->frame[i].list == list)
			pages += model_pages(model, i);
	return pages;
}

u64 model_resident(const struct model *model, u32 zone)
{
	u64 pages = 0;
	u32 list;

	for (list = VMI_LIST_FIRST_OWN; list < VMI_LISTS_MAX; list++)
		pages += model_list_pages(model, zone, list);
	return pages;
}

static void take_off(struct model_list *list, u32 frame)
{
	u32 i = 0;

	while (list->frames[i] != frame)
		i++;
	memmove(&list->frames[i], &list->frames[i + 1], (list->count - i - 1) * sizeof(u32));
	list->count--;
}

static void put_first(struct model_list *list, u32 frame)
{
	memmove(&list->frames[1], &list->frames[0], list->count * sizeof(u32));
	list->frames[0] = frame;
	list->count++;
}

void model_move(struct model *model, u32 frame, u32 list)
{
	struct model_frame *moved = &model->frame[frame];

	if (moved->list >= VMI_LIST_FIRST_OWN)
		take_off(&model->list[moved->zone][moved->list], frame);
	moved->list = list;
	if (list >= VMI_LIST_FIRST_OWN)
		put_first(&model->list[moved->zone][list], frame);
}

u32 model_tail(const struct model *model, u32 zone, u32 list)
{
	return model->list[zone][list].frames[model->list[zone][list].count - 1];
}

void model_promote(struct model *model, u32 frame, u32 list)
{
	model->counts[model->frame[frame].zone].promoted += model_pages(model, frame);
	model_move(model, frame, list);
}

void model_demote(struct model *model, u32 frame, u32 list)
{
	model->counts[model->frame[frame].zone].demoted += model_pages(model, frame);
	model_move(model, frame, list);
}

void model_evict(struct model *model, u32 frame)
{
	model->counts[model->frame[frame].zone].evicted += model_pages(model, frame);
	model_move(model, frame, VMI_LIST_EVICTED);
}

void model_come_back(struct model *model, u32 frame)
{
	if (model->frame[frame].list != VMI_LIST_EVICTED)
		return;
	model->counts[model->frame[frame].zone].refaulted += model_pages(model, frame);
	model->frame[frame].refaulted = true;
	model->ops->mapped(model, frame, 0);
}

u64 model_less(u64 from, u64 much)
{
	return from > much ? from - much : 0;
}
