// SPDX-License-Identifier: GPL-2.0
/* What watches have seen and done. */
#include <linux/ktime.h>
#include <linux/vminspect.h>

#include "compat/genetlink.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "iface/netlink_watch.h"

void vmi_put_list(struct vmi_message *message, u16 type, const struct vmi_policy_ops *ops, u32 list, u64 pages)
{
	struct nlattr *nest;

	if (!ops->list_names[list])
		return;
	nest = vmi_put_nest(message, type);
	vmi_put_u32(message, VMI_A_LIST_LIST, list);
	vmi_put_string(message, VMI_A_LIST_NAME, ops->list_names[list]);
	vmi_put_u64(message, VMI_A_LIST_PAGES, pages);
	vmi_put_nest_end(message, nest);
}

static void put_policy(struct vmi_message *message, const struct vmi_policy_report *report)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_STATS_POLICY);
	const struct vmi_policy_counts *counts = &report->counts;
	u32 list;

	vmi_put_u32(message, VMI_A_POLICY_STATS_POLICY, report->ops->id);
	vmi_put_u64(message, VMI_A_POLICY_STATS_SCANNED, counts->scanned);
	vmi_put_u64(message, VMI_A_POLICY_STATS_PROMOTED, counts->promoted);
	vmi_put_u64(message, VMI_A_POLICY_STATS_DEMOTED, counts->demoted);
	vmi_put_u64(message, VMI_A_POLICY_STATS_LAUNDERED, counts->laundered);
	vmi_put_u64(message, VMI_A_POLICY_STATS_EVICTED, counts->evicted);
	vmi_put_u64(message, VMI_A_POLICY_STATS_REFAULTED, counts->refaulted);
	vmi_put_u32(message, VMI_A_POLICY_STATS_AGREEMENT, report->agreement_rate);
	vmi_put_u32(message, VMI_A_POLICY_STATS_KAPPA, report->agreement_kappa);
	for (list = VMI_LIST_EVICTED; list < VMI_LISTS_MAX; list++)
		vmi_put_list(message, VMI_A_POLICY_STATS_LIST, report->ops, list, report->list_pages[list]);
	vmi_put_nest_end(message, nest);
}

static void put_policies(struct vmi_message *message, const struct vmi_watch *watch)
{
	struct vmi_policy_report report;
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		if (!vmi_shadow_report(watch->shadow, policy, VMI_ZONE_ALL, &report))
			put_policy(message, &report);
}

static void put_cost(struct vmi_message *message, const struct vmi_watch_cost *cost)
{
	vmi_put_u64(message, VMI_A_STATS_BORROWED, cost->bits_cleared);
	vmi_put_u64(message, VMI_A_STATS_RETURNED, cost->bits_returned);
	vmi_put_u64(message, VMI_A_STATS_LOST, cost->bits_lost);
	vmi_put_u64(message, VMI_A_STATS_CPU_TIME, cost->busy_ns);
	vmi_put_u64(message, VMI_A_STATS_HOLD_MAX, cost->hold_max_ns);
	vmi_put_u64(message, VMI_A_STATS_LOCKED_OUT, cost->locked_out);
}

/* As of the last pass over each member. */
static void put_now(struct vmi_message *message, const struct vmi_watch *watch)
{
	const struct vmi_watch_member *member;
	u64 pages = 0, accessed = 0;

	list_for_each_entry(member, &watch->members, link) {
		pages += member->last.pages;
		accessed += member->last.accessed;
	}
	vmi_put_u64(message, VMI_A_STATS_RESIDENT, pages);
	vmi_put_u64(message, VMI_A_STATS_WORKING_SET, accessed);
}

void vmi_put_stats(struct vmi_message *message, struct vmi_watch *watch)
{
	struct vmi_shadow_stats stats;

	lockdep_assert_held(&watch->lock);
	vmi_shadow_get_stats(watch->shadow, &stats);
	vmi_put_u32(message, VMI_A_STATS_WATCH, watch->id);
	vmi_put_u32(message, VMI_A_STATS_PID, watch->root->number);
	vmi_put_u64(message, VMI_A_STATS_TIME, ktime_get_boottime_ns());
	vmi_put_u64(message, VMI_A_STATS_PASSES, watch->cost.passes);
	vmi_put_u64(message, VMI_A_STATS_SEEN, watch->seen.pages);
	vmi_put_u64(message, VMI_A_STATS_YOUNG, watch->seen.accessed);
	vmi_put_u64(message, VMI_A_STATS_MAPPED, watch->seen.mapped);
	vmi_put_u64(message, VMI_A_STATS_UNMAPPED, watch->seen.unmapped);
	vmi_put_u64(message, VMI_A_STATS_KERNEL_EVICTED, stats.evicted);
	vmi_put_u64(message, VMI_A_STATS_KERNEL_REFAULTED, stats.refaulted);
	put_now(message, watch);
	vmi_put_u64(message, VMI_A_STATS_REFUSED, stats.refused);
	put_cost(message, &watch->cost);
	put_policies(message, watch);
}

static int tell_stats(struct sk_buff *skb, struct netlink_callback *cb, struct vmi_watch *watch)
{
	struct vmi_message message;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_STATS_GET);
	mutex_lock(&watch->lock);
	vmi_put_stats(&message, watch);
	mutex_unlock(&watch->lock);
	return vmi_message_end(&message);
}

int vmi_netlink_dump_stats(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vmi_netlink_each_watch(skb, cb, vmi_dump_attributes(cb)[VMI_A_STATS_WATCH], tell_stats);
}
