// SPDX-License-Identifier: GPL-2.0
/* The doubly linked lists of a policy, and the counts that go with moves between them. */
#include "policy_lists.h"

struct vmi_policy *vmi_policy_create(struct vmi_budget *budget, const struct vmi_policy_ops *ops,
				     const struct vmi_policy_params *params, const struct vmi_frame_table *frames,
				     u32 plane)
{
	struct vmi_policy *policy = vmi_budget_alloc(budget, 1, sizeof(*policy));
	u32 list, value;

	if (!policy)
		return NULL;
	policy->ops = ops;
	policy->params = *params;
	policy->frames = frames;
	policy->plane = plane;
	for (list = VMI_LIST_FIRST_OWN; list < VMI_LISTS_MAX; list++)
		for (value = 0; value < 256; value++)
			policy->coldness[VMI_KIND(list, value)] = ops->coldness(list, value);
	return policy;
}

void vmi_policy_destroy(struct vmi_policy *policy, struct vmi_budget *budget)
{
	u32 zone;

	if (!policy)
		return;
	for (zone = 0; zone < VMI_ZONES_MAX; zone++)
		vmi_budget_free(budget, policy->zones[zone], 1, sizeof(*policy->zones[zone]));
	vmi_budget_free(budget, policy, 1, sizeof(*policy));
}

int vmi_policy_add_zone(struct vmi_policy *policy, struct vmi_budget *budget, u32 zone)
{
	if (policy->zones[zone])
		return 0;
	policy->zones[zone] = vmi_budget_alloc(budget, 1, sizeof(*policy->zones[zone]));
	return policy->zones[zone] ? 0 : budget->error;
}

/* Nothing is ever taken from the evicted list but by name, so a count is all that it needs. */
static bool is_linked(u32 list)
{
	return list >= VMI_LIST_FIRST_OWN;
}

static void set_next(const struct vmi_policy *policy, u32 frame, u32 next)
{
	u64 *word = vmi_policy_word(policy, frame);

	*word = (*word & ~VMI_LINK_MASK) | next;
}

static void set_prev(const struct vmi_policy *policy, u32 frame, u32 prev)
{
	u64 *word = vmi_policy_word(policy, frame);

	*word = (*word & ~(VMI_LINK_MASK << VMI_PREV_SHIFT)) | (u64)prev << VMI_PREV_SHIFT;
}

static void unlink_word(const struct vmi_policy *policy, struct vmi_list *list, u64 word)
{
	u32 next = word & VMI_LINK_MASK;
	u32 prev = vmi_word_towards_head(word);

	if (prev)
		set_next(policy, prev, next);
	else
		list->head = next;
	if (next)
		set_prev(policy, next, prev);
	else
		list->tail = prev;
}

static u64 link_at_head(const struct vmi_policy *policy, struct vmi_list *list, u32 frame)
{
	u32 next = list->head;

	if (next)
		set_prev(policy, next, frame);
	else
		list->tail = frame;
	list->head = frame;
	return next;
}

void vmi_policy_move(struct vmi_policy *policy, u32 frame, u32 list)
{
	struct vmi_list *lists = vmi_policy_zone_of(policy, frame)->lists;
	u64 *word = vmi_policy_word(policy, frame);
	u32 pages = vmi_policy_frame_pages(policy, frame);
	u64 kept = *word & (VMI_WORD_REFAULTED | 0xffULL << VMI_VALUE_SHIFT);
	u32 from = vmi_word_list(*word);
	u64 links = 0;

	if (is_linked(from))
		unlink_word(policy, &lists[from], *word);
	if (from != VMI_LIST_NONE)
		lists[from].pages -= pages;
	if (is_linked(list))
		links = link_at_head(policy, &lists[list], frame);
	if (list != VMI_LIST_NONE)
		lists[list].pages += pages;
	*word = kept | (u64)list << VMI_LIST_SHIFT | links;
}

void vmi_policy_promote(struct vmi_policy *policy, u32 frame, u32 list)
{
	vmi_policy_zone_of(policy, frame)->counts.promoted += vmi_policy_frame_pages(policy, frame);
	vmi_policy_move(policy, frame, list);
}

void vmi_policy_demote(struct vmi_policy *policy, u32 frame, u32 list)
{
	vmi_policy_zone_of(policy, frame)->counts.demoted += vmi_policy_frame_pages(policy, frame);
	vmi_policy_move(policy, frame, list);
}

void vmi_policy_evict(struct vmi_policy *policy, u32 frame)
{
	vmi_policy_zone_of(policy, frame)->counts.evicted += vmi_policy_frame_pages(policy, frame);
	vmi_policy_move(policy, frame, VMI_LIST_EVICTED);
	vmi_word_set_value(vmi_policy_word(policy, frame), 0);
}

void vmi_policy_refault(struct vmi_policy *policy, u32 frame)
{
	vmi_policy_zone_of(policy, frame)->counts.refaulted += vmi_policy_frame_pages(policy, frame);
	policy->ops->mapped(policy, frame, 0);
	*vmi_policy_word(policy, frame) |= VMI_WORD_REFAULTED;
}

void vmi_policy_count_evicted(struct vmi_policy *policy, u32 frame, u8 coldness)
{
	struct vmi_rank *rank = &vmi_policy_zone_of(policy, frame)->evicted;
	u32 pages = vmi_policy_frame_pages(policy, frame);

	rank->pages[coldness] += pages;
	rank->total += pages;
}

void vmi_policy_drop(struct vmi_policy *policy, u32 frame, bool evicted)
{
	if (evicted)
		vmi_policy_count_evicted(policy, frame,
					 vmi_policy_coldness(policy, *vmi_policy_word(policy, frame)));
	vmi_policy_move(policy, frame, VMI_LIST_NONE);
}

u64 vmi_policy_resident(const struct vmi_policy *policy, u32 zone)
{
	u64 pages = 0;
	u32 list;

	for (list = VMI_LIST_FIRST_OWN; list < VMI_LISTS_MAX; list++)
		pages += vmi_policy_list_pages(policy, zone, list);
	return pages;
}

/* Frames looked at between two chances for others to run: tens of microseconds. */
#define LOOKS_AT_A_TIME	1024

void vmi_list_scan_begin(struct vmi_list_scan *scan, struct vmi_policy *policy, u8 zone, u8 list, u64 budget)
{
	scan->policy = policy;
	scan->zone = zone;
	scan->list = list;
	scan->next = policy->zones[zone]->lists[list].tail;
	scan->pages = 0;
	scan->looks = 0;
	scan->budget = budget;
}

u32 vmi_list_scan_next(struct vmi_list_scan *scan)
{
	u32 frame = scan->next;

	if (!frame || !scan->budget)
		return 0;
	if (!(++scan->looks % LOOKS_AT_A_TIME))
		vmi_yield();
	scan->next = vmi_word_towards_head(*vmi_policy_word(scan->policy, frame));
	scan->pages = vmi_policy_frame_pages(scan->policy, frame);
	scan->budget -= min_t(u64, scan->budget, scan->pages);
	scan->policy->zones[scan->zone]->counts.scanned += scan->pages;
	return frame;
}

/* The list as a ring is right already; only where it begins has to change. */
void vmi_list_scan_end(const struct vmi_list_scan *scan)
{
	const struct vmi_policy *policy = scan->policy;
	struct vmi_list *list = &policy->zones[scan->zone]->lists[scan->list];
	u32 head;

	if (!scan->next || scan->next == list->tail)
		return;
	head = *vmi_policy_word(policy, scan->next) & VMI_LINK_MASK;
	set_next(policy, list->tail, list->head);
	set_prev(policy, list->head, list->tail);
	set_next(policy, scan->next, 0);
	set_prev(policy, head, 0);
	list->head = head;
	list->tail = scan->next;
}
