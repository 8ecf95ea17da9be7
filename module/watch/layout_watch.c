// SPDX-License-Identifier: GPL-2.0
/* Comparing the regions of a member with those of the pass before. */
#include "watch/layout_watch.h"

#include <linux/slab.h>

#include "compat/mm_layout.h"
#include "mm/region_list.h"
#include "watch/members.h"
#include "watch/process_tracker.h"

struct report {
	const struct vmi_watch_member *member;
	const struct vmi_region_set *after;
	vmi_layout_change_fn function;
};

static void free_set(struct vmi_region_set *set)
{
	if (set)
		vmi_region_set_deinit(set);
	kfree(set);
}

/* Room has been reserved. The gate is no region of the process. */
static void copy_region(struct vmi_region_set *to, const struct vmi_region_set *from, const struct vmi_region *region)
{
	const char *name = vmi_region_set_string(from, region->name);
	struct vmi_region *copy;

	if (region->flags & VMI_REGION_GATE)
		return;
	copy = vmi_region_set_append(to, region->start, region->end);
	if (!copy)
		return;
	vmi_region_copy_facts(copy, region);
	if (name)
		copy->name = vmi_region_set_add_string(to, name, strlen(name));
}

/* Names once a region, where `from` may have one for several. */
static size_t string_bytes(const struct vmi_region_set *from)
{
	size_t bytes = 0, i;

	for (i = 0; i < from->count; i++) {
		const char *name = vmi_region_set_string(from, from->regions[i].name);

		bytes += name ? strlen(name) + 1 : 0;
	}
	return bytes;
}

static int copy_regions(struct vmi_region_set *to, const struct vmi_region_set *from)
{
	int ret = vmi_region_set_reserve(to, from->count, string_bytes(from));
	size_t i;

	for (i = 0; !ret && i < from->count; i++)
		copy_region(to, from, &from->regions[i]);
	return ret;
}

/*
 * *stamp comes as that of the last time, 0 if there was none, and leaves as that of the first hold: what changed while
 * the others were read is looked for again. -ENOENT: the address space says that it is as it was the last time.
 */
static int read_all(struct vmi_region_list *list, struct vmi_region_set *ret_set, u32 *stamp)
{
	int ret = vmi_region_list_next(list);

	if (ret > 0 && list->cursor.stamp == *stamp && vmi_mm_layout_stamp_is_exact())
		return -ENOENT;
	*stamp = list->cursor.stamp;
	while (ret > 0) {
		ret = copy_regions(ret_set, &list->set);
		if (!ret)
			ret = vmi_region_list_next(list);
	}
	return ret;
}

static int read_layout(struct vmi_watch *watch, const struct vmi_watch_member *member, struct vmi_region_set **ret_set,
		       u32 *stamp)
{
	struct vmi_region_set *set = kzalloc(sizeof(*set), GFP_KERNEL);
	struct vmi_hold_stats holds = { .holds = 0 };
	struct vmi_region_list list;
	int ret;

	if (!set)
		return -ENOMEM;
	vmi_region_set_init(set);
	set->pool = &vmi_watch_memory;
	ret = vmi_region_list_open(&list, member->process->pid, 0, U64_MAX);
	if (!ret) {
		list.cursor.target.wait_ms = vmi_watch_patience_ms(watch, member);
		list.cursor.target.stats = &holds;
		ret = read_all(&list, set, stamp);
		vmi_region_list_close(&list);
	}
	vmi_watch_add_holds(watch, &holds);
	watch->hurried |= ret == -EBUSY;
	if (ret)
		free_set(set);
	else
		*ret_set = set;
	return ret;
}

static int report_change(void *context, const struct vmi_region_event *event)
{
	const struct report *report = context;

	report->function(report->member, event->after ? report->after : report->member->layout, event);
	return 0;
}

void vmi_watch_compare_layout(struct vmi_watch *watch, struct vmi_watch_member *member,
			      vmi_layout_change_fn function)
{
	struct report report = { .member = member, .function = function };
	u32 stamp = member->layout ? member->layout_stamp : 0;
	struct vmi_region_set *set;

	if (member->locked_out)
		return;
	if (read_layout(watch, member, &set, &stamp))
		return;
	report.after = set;
	if (member->layout)
		vmi_region_diff(member->layout, set, report_change, &report);
	free_set(member->layout);
	member->layout = set;
	member->layout_stamp = stamp;
}

void vmi_watch_forget_layout(struct vmi_watch_member *member)
{
	free_set(member->layout);
	member->layout = NULL;
}
