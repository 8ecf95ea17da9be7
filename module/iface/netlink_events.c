// SPDX-License-Identifier: GPL-2.0
/*
 * Notifications. None is made while nobody has joined its group. Sending never waits: a reader that is behind loses the
 * message, which its socket counts (SO_MEMINFO) and its next recv() says (ENOBUFS).
 */
#include "iface/netlink_events.h"

#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/vminspect.h>

#include "iface/netlink.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "iface/netlink_process.h"
#include "iface/netlink_region.h"
#include "iface/netlink_watch.h"
#include "watch/eviction_watch.h"
#include "watch/layout_watch.h"
#include "watch/process_tracker.h"
#include "watch/watch_events.h"

static bool open;			/* RCU: the family is registered */

struct event {
	struct vmi_message message;
	enum vmi_netlink_group group;
};

static bool somebody_listens(enum vmi_netlink_group group)
{
	return READ_ONCE(open) && genl_has_listeners(&vmi_netlink_family, &init_net, group);
}

/* False when there is no memory. */
static bool begin_event(struct event *event, enum vmi_netlink_group group, u8 command)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE + PATH_MAX, GFP_KERNEL);

	if (!skb)
		return false;
	event->group = group;
	vmi_message_begin_event(&event->message, skb, command);
	return true;
}

/* The group's number is good while the family is registered. */
static void send_event(struct event *event)
{
	struct sk_buff *skb = event->message.skb;

	if (vmi_message_end(&event->message)) {
		nlmsg_free(skb);
		return;
	}
	rcu_read_lock();
	if (READ_ONCE(open))
		genlmsg_multicast(&vmi_netlink_family, skb, 0, event->group, GFP_ATOMIC);
	else
		nlmsg_free(skb);
	rcu_read_unlock();
}

/* Lock: vmi_watch.lock. */
static void tell_stats(struct vmi_watch *watch)
{
	struct event event;

	if (!begin_event(&event, VMI_GROUP_STATS, VMI_CMD_STATS_NTF))
		return;
	vmi_put_stats(&event.message, watch);
	send_event(&event);
}

static void tell_region(const struct vmi_watch_member *member, const struct vmi_region_set *set,
			const struct vmi_region_event *change)
{
	struct vmi_region region = change->after ? *change->after : *change->before;
	struct event event;

	/* The stretch that changed, and where in the file that is. */
	if (region.flags & VMI_REGION_FILE && change->start > region.start)
		region.file_offset += change->start - region.start;
	region.start = change->start;
	region.end = change->end;
	if (!begin_event(&event, VMI_GROUP_REGION, VMI_CMD_REGION_NTF))
		return;
	vmi_put_u32(&event.message, VMI_A_REGION_PID, member->process->number);
	vmi_put_u32(&event.message, VMI_A_REGION_EVENT, change->kind);
	if (change->kind == VMI_REGION_PROTECTED)
		vmi_put_u32(&event.message, VMI_A_REGION_OLD_FLAGS, change->before->flags);
	vmi_put_region_maps(&event.message, set, &region);
	send_event(&event);
}

static void tell_regions(struct vmi_watch *watch)
{
	bool asked = somebody_listens(VMI_GROUP_REGION);
	struct vmi_watch_member *member;

	list_for_each_entry(member, &watch->members, link) {
		if (asked)
			vmi_watch_compare_layout(watch, member, tell_region);
		else
			vmi_watch_forget_layout(member);
	}
}

/* Runs of one member and policy being told; by `evicted`, a message each. */
struct eviction_batch {
	u32 watch;
	u32 pid;
	u32 policy;
	bool begun[2];
	struct event events[2];
};

static bool begin_batch(struct eviction_batch *batch, bool evicted)
{
	struct event *event = &batch->events[evicted];

	if (batch->begun[evicted])
		return true;
	batch->begun[evicted] = begin_event(event, VMI_GROUP_RECLAIM, VMI_CMD_RECLAIM_NTF);
	if (!batch->begun[evicted])
		return false;
	vmi_put_u32(&event->message, VMI_A_RECLAIM_WATCH, batch->watch);
	vmi_put_u32(&event->message, VMI_A_RECLAIM_PID, batch->pid);
	vmi_put_u32(&event->message, VMI_A_RECLAIM_POLICY, batch->policy);
	vmi_put_u32(&event->message, VMI_A_RECLAIM_EVENT,
		    evicted ? VMINSPECT_RECLAIM_EVENT_EVICTED : VMINSPECT_RECLAIM_EVENT_REFAULTED);
	return true;
}

static void end_batch(struct eviction_batch *batch, bool evicted)
{
	if (batch->begun[evicted])
		send_event(&batch->events[evicted]);
	batch->begun[evicted] = false;
}

/* False, and the message as it was, when there was no room. */
static bool put_range(struct vmi_message *message, u64 start, u64 pages)
{
	u8 *before = message->at;
	struct nlattr *nest = vmi_put_nest(message, VMI_A_RECLAIM_RUN);

	vmi_put_u64(message, VMI_A_RUN_START, start);
	vmi_put_u64(message, VMI_A_RUN_PAGES, pages);
	vmi_put_nest_end(message, nest);
	if (!message->overflow)
		return true;
	message->at = before;
	message->overflow = false;
	return false;
}

static void tell_eviction(void *context, bool evicted, u64 start, u64 pages)
{
	struct eviction_batch *batch = context;

	if (!begin_batch(batch, evicted) || put_range(&batch->events[evicted].message, start, pages))
		return;
	end_batch(batch, evicted);
	if (begin_batch(batch, evicted))
		put_range(&batch->events[evicted].message, start, pages);
}

static void tell_evictions_of(struct vmi_watch *watch, struct vmi_watch_member *member)
{
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		struct eviction_batch batch = {
			.watch = watch->id, .pid = member->process->number, .policy = policy,
		};

		if (!(watch->options.policies & 1U << policy))
			continue;
		vmi_watch_compare_evictions(member, policy, tell_eviction, &batch);
		end_batch(&batch, false);
		end_batch(&batch, true);
	}
}

static void tell_evictions(struct vmi_watch *watch)
{
	bool asked = somebody_listens(VMI_GROUP_RECLAIM);
	struct vmi_watch_member *member;

	list_for_each_entry(member, &watch->members, link) {
		if (asked)
			tell_evictions_of(watch, member);
		else
			vmi_watch_forget_evictions(member);
	}
}

static void tell_passed(struct vmi_watch *watch)
{
	if (somebody_listens(VMI_GROUP_STATS))
		tell_stats(watch);
	tell_regions(watch);
	tell_evictions(watch);
}

static void tell_exited(const struct vmi_process *process)
{
	struct event event;

	if (!somebody_listens(VMI_GROUP_PROCESS) ||
	    !begin_event(&event, VMI_GROUP_PROCESS, VMI_CMD_PROCESS_NTF))
		return;
	vmi_put_u32(&event.message, VMI_A_PROCESS_EVENT, VMINSPECT_PROCESS_EVENT_EXITED);
	vmi_put_u32(&event.message, VMI_A_PROCESS_PID, process->number);
	vmi_put_process_name(&event.message, process->pid);
	vmi_put_u32(&event.message, VMI_A_PROCESS_WATCH, vmi_watch_list_id_of(process));
	send_event(&event);
}

static const struct vmi_watch_listener listener = {
	.passed = tell_passed,
	.exited = tell_exited,
};

void __init vmi_netlink_events_init(void)
{
	WRITE_ONCE(open, true);
	vmi_watch_listen(&listener);
}

void vmi_netlink_events_deinit(void)
{
	WRITE_ONCE(open, false);
	synchronize_rcu();
}
