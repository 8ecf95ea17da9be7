// SPDX-License-Identifier: GPL-2.0
/* Regions of one process, a hold of its mmap lock at a time. */
#include "mm/region_list.h"

#include <linux/sched.h>

#include "mm/vma_facts.h"

/* What one hold may find: about what its time limit allows for, and room for a few names of the longest. */
#define REGIONS_A_HOLD		512
#define STRINGS_A_HOLD		(4 * VMI_VMA_STRING_MAX)

int vmi_region_list_open(struct vmi_region_list *list, struct pid *process, u64 start, u64 end)
{
	int ret;

	vmi_region_set_init(&list->set);
	ret = vmi_region_cursor_open(&list->cursor, process, start, end);
	if (ret)
		return ret;
	ret = vmi_region_set_reserve(&list->set, REGIONS_A_HOLD, STRINGS_A_HOLD);
	if (ret)
		vmi_region_list_close(list);
	return ret;
}

void vmi_region_list_close(struct vmi_region_list *list)
{
	vmi_region_cursor_close(&list->cursor);
	vmi_region_set_deinit(&list->set);
}

static bool has_room(const struct vmi_region_set *set)
{
	return set->count < set->capacity && set->strings_capacity - set->strings_used >= VMI_VMA_STRING_MAX;
}

static void copy_region(struct vmi_region_set *set, const struct vmi_region_cursor *cursor)
{
	const struct vmi_region *region = &cursor->region;
	struct vmi_region *copy = vmi_region_set_append_uncounted(set, region->start, region->end);

	if (!copy)
		return;
	vmi_region_copy_facts(copy, region);
	if (cursor->name)
		copy->name = vmi_region_set_add_string(set, cursor->name, cursor->name_length);
}

int vmi_region_list_next(struct vmi_region_list *list)
{
	struct vmi_region_cursor *cursor = &list->cursor;
	struct vmi_region_set *set = &list->set;
	int ret;

	if (cursor->done)
		return 0;
	set->count = 0;
	set->strings_used = 0;
	ret = vmi_region_cursor_hold(cursor);
	if (ret)
		return ret;
	while (has_room(set) && vmi_region_cursor_next(cursor))
		copy_region(set, cursor);
	vmi_region_cursor_release(cursor);
	cond_resched();
	return set->count > 0;
}
