// SPDX-License-Identifier: GPL-2.0
/* Differences between two readings of the statistics. */
#include <errno.h>
#include <string.h>

#include "snapshot.h"
#include "vminspect.h"

/* Ids of watches are not used again while the module is loaded, so the same id is the same watch. */
static const struct vmi_stats *find_watch(const struct vmi_stats_list *list, uint32_t watch)
{
	size_t i;

	for (i = 0; list && i < list->count; i++)
		if (list->items[i]->watch == watch)
			return list->items[i];
	return NULL;
}

static const struct vmi_policy_stats *find_policy(const struct vmi_stats *stats, uint32_t policy)
{
	size_t i;

	for (i = 0; stats && i < stats->policy_count; i++)
		if (stats->policy[i]->policy == policy)
			return stats->policy[i];
	return NULL;
}

#define SUBTRACT(member) ret->member = now->member - before->member;

static void subtract_policy(const struct vmi_policy_stats *now, const struct vmi_policy_stats *before,
			    struct vmi_policy_stats *ret)
{
	*ret = *now;
	if (before) {
		VMI_POLICY_STATS_COUNTS(SUBTRACT)
	}
}

/* Lists of sizes are shared with nothing that may go away: they are copied. */
static int copy_lists(struct vmi_snapshot *memory, struct vmi_policy_stats *stats)
{
	const struct vmi_page_list **lists = vmi_snapshot_alloc(memory, stats->list_count * sizeof(*lists));
	size_t i;

	if (!lists)
		return -ENOMEM;
	for (i = 0; i < stats->list_count; i++) {
		size_t length = strlen(stats->list[i]->name) + 1;
		struct vmi_page_list *list = vmi_snapshot_alloc(memory, sizeof(*list));
		char *name = vmi_snapshot_alloc(memory, length);

		if (!list || !name)
			return -ENOMEM;
		*list = *stats->list[i];
		list->name = memcpy(name, stats->list[i]->name, length);
		lists[i] = list;
	}
	stats->list = lists;
	return 0;
}

static int subtract_policies(struct vmi_snapshot *memory, const struct vmi_stats *before, struct vmi_stats *stats)
{
	const struct vmi_policy_stats **policies = vmi_snapshot_alloc(memory, stats->policy_count * sizeof(*policies));
	size_t i;

	if (!policies)
		return -ENOMEM;
	for (i = 0; i < stats->policy_count; i++) {
		struct vmi_policy_stats *policy = vmi_snapshot_alloc(memory, sizeof(*policy));

		if (!policy)
			return -ENOMEM;
		subtract_policy(stats->policy[i], find_policy(before, stats->policy[i]->policy), policy);
		policies[i] = policy;
		if (copy_lists(memory, policy))
			return -ENOMEM;
	}
	stats->policy = policies;
	return 0;
}

static int subtract_watch(struct vmi_snapshot *memory, const struct vmi_stats *now, const struct vmi_stats *before)
{
	struct vmi_stats *ret = vmi_snapshot_alloc(memory, sizeof(*ret));

	if (!ret)
		return -ENOMEM;
	*ret = *now;
	ret->time = before ? now->time - before->time : 0;
	if (before) {
		VMI_STATS_COUNTS(SUBTRACT)
	}
	if (subtract_policies(memory, before, ret))
		return -ENOMEM;
	return vmi_snapshot_add(memory, ret);
}

int vmi_stats_list_subtract(const struct vmi_stats_list *now, const struct vmi_stats_list *before,
			    struct vmi_stats_list *ret)
{
	struct vmi_snapshot *memory = vmi_snapshot_create();
	int err = memory ? 0 : -ENOMEM;
	size_t i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; !err && i < now->count; i++)
		err = subtract_watch(memory, now->items[i], find_watch(before, now->items[i]->watch));
	if (err)
		vmi_snapshot_destroy(memory);
	else
		*ret = (struct vmi_stats_list){ memory->count, (const struct vmi_stats *const *)memory->items, memory };
	return err;
}
