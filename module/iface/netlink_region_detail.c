// SPDX-License-Identifier: GPL-2.0
/* Lists of regions with page counts and places in the index, from one capture of the process. */
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/vminspect.h>

#include "iface/netlink_dump.h"
#include "iface/netlink_region.h"
#include "iface/netlink_shadow.h"
#include "mm/capture.h"
#include "mm/vsyscall.h"

struct detail_dump {
	struct pid *process;		/* referenced */
	struct vmi_capture *capture;	/* NULL before the first read */
	u64 start;			/* what is asked for */
	u64 end;
	u32 states;			/* VMINSPECT_PAGE_STATES_*, 0 = all regions */
	size_t next;			/* region to tell; regions.count = the gate */
	struct vmi_watched watched;
};

static int open_details(struct netlink_callback *cb, struct nlattr **attributes, void **ret)
{
	const struct nlattr *states = attributes[VMI_A_REGION_STATES];
	struct detail_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	int error;

	if (!dump)
		return -ENOMEM;
	error = vmi_netlink_get_range(attributes, VMI_A_REGION_START, VMI_A_REGION_END, cb->extack, &dump->start,
				      &dump->end);
	if (!error)
		error = vmi_netlink_find_process(attributes, VMI_A_REGION_PID, cb->extack, &dump->process);
	if (error) {
		kfree(dump);
		return error;
	}
	dump->states = states ? nla_get_u32(states) : 0;
	vmi_watched_open(&dump->watched, dump->process);
	*ret = dump;
	return 0;
}

static void close_details(void *opaque)
{
	struct detail_dump *dump = opaque;

	vmi_watched_close(&dump->watched);
	put_pid(dump->process);
	vmi_capture_free(dump->capture);
	kfree(dump);
}

/* All of it at once; in the holds that it took, the layout may have changed. */
static int read_details(void *opaque, struct netlink_callback *cb)
{
	struct detail_dump *dump = opaque;
	int ret;

	if (dump->capture)
		return 0;
	ret = vmi_capture_process(dump->process, &dump->capture);
	if (ret)
		return ret;
	cb->seq = 1;
	if (dump->capture->layout_changed) {
		cb->prev_seq = 1;
		cb->seq = 2;
	}
	vmi_region_ask_for_room(cb, &dump->capture->regions);
	return 1;
}

/* Of a process that is not watched, `member` is NULL. */
static void put_detail(struct vmi_message *message, const struct vmi_region_set *set, const struct vmi_region *region,
		       const struct vmi_watch_member *member)
{
	vmi_put_region_maps(message, set, region);
	vmi_put_string(message, VMI_A_REGION_OPS_NAME, vmi_region_set_string(set, region->ops_name));
	if (vmi_region_set_has_tree(set)) {
		vmi_put_u32(message, VMI_A_REGION_DEPTH, vmi_region_depth(set, region));
		vmi_put_u32(message, VMI_A_REGION_HEIGHT, region->node.height);
	}
	vmi_put_counts(message, VMI_A_REGION_COUNTS, &region->counts);
	if (member)
		vmi_put_region_shadow(message, member, region->start, region->end);
}

static int tell_gate(struct detail_dump *dump, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vmi_message message;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_REGION_GET);
	vmi_put_u64(&message, VMI_A_REGION_START, VMI_VSYSCALL_START);
	vmi_put_u64(&message, VMI_A_REGION_END, VMI_VSYSCALL_END);
	vmi_put_u32(&message, VMI_A_REGION_FLAGS, dump->capture->vsyscall_protection | VMI_REGION_GATE);
	vmi_put_string(&message, VMI_A_REGION_NAME, "[vsyscall]");
	return vmi_message_end(&message);
}

static bool counts_have_state(const struct vmi_page_counts *counts, u32 states)
{
	const u32 marker_states = VMINSPECT_PAGE_STATES_MARKER_UFFD_WP | VMINSPECT_PAGE_STATES_MARKER_POISON |
				  VMINSPECT_PAGE_STATES_MARKER_GUARD;

	return ((states & VMINSPECT_PAGE_STATES_UNTOUCHED) && counts->untouched) ||
	       ((states & VMINSPECT_PAGE_STATES_PRESENT) && counts->present) ||
	       ((states & VMINSPECT_PAGE_STATES_SWAPPED) && counts->swapped) ||
	       ((states & VMINSPECT_PAGE_STATES_UNMAPPED_FILE) && counts->unmapped_file) ||
	       ((states & VMINSPECT_PAGE_STATES_MIGRATING) && counts->migrating) ||
	       ((states & marker_states) && counts->marker) ||
	       ((states & VMINSPECT_PAGE_STATES_DEVICE) && counts->device);
}

static bool is_asked_for(const struct detail_dump *dump, const struct vmi_region *region)
{
	return region->start < dump->end && region->end > dump->start &&
	       (!dump->states || counts_have_state(&region->counts, dump->states));
}

static bool gate_is_asked_for(const struct detail_dump *dump)
{
	return dump->capture->vsyscall_protection && !dump->states && dump->start < VMI_VSYSCALL_END &&
	       dump->end > VMI_VSYSCALL_START;
}

static int tell_regions(struct detail_dump *dump, struct sk_buff *skb, struct netlink_callback *cb,
			const struct vmi_watch_member *member)
{
	const struct vmi_region_set *set = &dump->capture->regions;
	struct vmi_message message;

	for (; dump->next < set->count; dump->next++) {
		if (!is_asked_for(dump, &set->regions[dump->next]))
			continue;
		vmi_message_begin_dump(&message, skb, cb, VMI_CMD_REGION_GET);
		put_detail(&message, set, &set->regions[dump->next], member);
		if (vmi_message_end(&message))
			return -EMSGSIZE;
	}
	return 0;
}

static int tell_details(void *opaque, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct detail_dump *dump = opaque;
	const struct vmi_region_set *set = &dump->capture->regions;
	const struct vmi_watch_member *member = vmi_watched_lock(&dump->watched);
	int ret = tell_regions(dump, skb, cb, member);

	if (member)
		vmi_watched_unlock(&dump->watched);
	if (ret)
		return ret;
	if (dump->next == set->count && gate_is_asked_for(dump) && tell_gate(dump, skb, cb))
		return -EMSGSIZE;
	dump->next++;
	return 0;
}

const struct vmi_dump_ops vmi_region_detail_ops = {
	.open = open_details,
	.close = close_details,
	.read = read_details,
	.tell = tell_details,
};
