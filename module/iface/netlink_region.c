// SPDX-License-Identifier: GPL-2.0
/* Attributes of regions, and lists of them as maps has them. */
#include "iface/netlink_region.h"

#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/vminspect.h>

#include "compat/genetlink.h"
#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"
#include "mm/region_list.h"

/* What a message needs beside a region's name; most of it for what five policies think of the region. */
#define ROOM_BESIDE_NAME 3072

#define MAPS_ROOM_BESIDE_NAME (4 * VMI_ROOM_U64 + 3 * VMI_ROOM_U32)

static u8 *write_file(u8 *at, const struct vmi_region *region)
{
	at = vmi_write_u64(at, VMI_A_REGION_OFFSET, region->file_offset);
	at = vmi_write_u64(at, VMI_A_REGION_INODE, region->inode);
	at = vmi_write_u32(at, VMI_A_REGION_DEV_MAJOR, region->dev_major);
	return vmi_write_u32(at, VMI_A_REGION_DEV_MINOR, region->dev_minor);
}

void vmi_put_region_maps(struct vmi_message *message, const struct vmi_region_set *set, const struct vmi_region *region)
{
	u8 *at = message->at;

	if (!vmi_message_has_room(message, MAPS_ROOM_BESIDE_NAME))
		return;
	at = vmi_write_u64(at, VMI_A_REGION_START, region->start);
	at = vmi_write_u64(at, VMI_A_REGION_END, region->end);
	at = vmi_write_u32(at, VMI_A_REGION_FLAGS, region->flags);
	message->at = region->flags & VMI_REGION_FILE ? write_file(at, region) : at;
	if (region->name != VMI_NAME_NONE)
		vmi_put_string(message, VMI_A_REGION_NAME, vmi_region_set_string(set, region->name));
}

void vmi_put_counts(struct vmi_message *message, u16 type, const struct vmi_page_counts *counts)
{
	struct nlattr *nest = vmi_put_nest(message, type);

	vmi_put_u64(message, VMI_A_COUNTS_PRESENT, counts->present);
	vmi_put_u64(message, VMI_A_COUNTS_ZERO, counts->zero);
	vmi_put_u64(message, VMI_A_COUNTS_SPECIAL, counts->special);
	vmi_put_u64(message, VMI_A_COUNTS_HUGETLB, counts->hugetlb);
	vmi_put_u64(message, VMI_A_COUNTS_ANON, counts->anon);
	vmi_put_u64(message, VMI_A_COUNTS_SHMEM, counts->shmem);
	vmi_put_u64(message, VMI_A_COUNTS_SWAPPED, counts->swapped);
	vmi_put_u64(message, VMI_A_COUNTS_UNTOUCHED, counts->untouched);
	vmi_put_u64(message, VMI_A_COUNTS_UNMAPPED_FILE, counts->unmapped_file);
	vmi_put_u64(message, VMI_A_COUNTS_MIGRATING, counts->migrating);
	vmi_put_u64(message, VMI_A_COUNTS_MARKER, counts->marker);
	vmi_put_u64(message, VMI_A_COUNTS_DEVICE, counts->device);
	vmi_put_u64(message, VMI_A_COUNTS_YOUNG, counts->young);
	vmi_put_u64(message, VMI_A_COUNTS_DIRTY, counts->dirty);
	vmi_put_u64(message, VMI_A_COUNTS_COW, counts->cow);
	vmi_put_u64(message, VMI_A_COUNTS_SHARED, counts->shared);
	vmi_put_u64(message, VMI_A_COUNTS_HUGE_2M, counts->huge2m);
	vmi_put_u64(message, VMI_A_COUNTS_HUGE_1G, counts->huge1g);
	vmi_put_u64(message, VMI_A_COUNTS_DEPOSITED, counts->deposited);
	vmi_put_nest_end(message, nest);
}

void vmi_region_ask_for_room(struct netlink_callback *cb, const struct vmi_region_set *set)
{
	size_t longest = 0, i;

	for (i = 0; i < set->count; i++) {
		const char *name = vmi_region_set_string(set, set->regions[i].name);

		/* Neighbours mostly have the same one. */
		if (name && (!i || set->regions[i].name != set->regions[i - 1].name))
			longest = max(longest, strlen(name));
	}
	if (longest + ROOM_BESIDE_NAME > NLMSG_GOODSIZE)
		cb->min_dump_alloc = longest + ROOM_BESIDE_NAME;
}

struct maps_dump {
	struct vmi_region_list list;
	size_t told;			/* regions of the list's set */
};

static int open_list(struct vmi_region_list *list, struct nlattr **attributes, struct netlink_ext_ack *extack,
		     u64 start, u64 end)
{
	struct pid *process;
	int ret = vmi_netlink_find_process(attributes, VMI_A_REGION_PID, extack, &process);

	if (ret)
		return ret;
	ret = vmi_region_list_open(list, process, start, end);
	put_pid(process);
	return ret;
}

static int open_maps(struct netlink_callback *cb, struct nlattr **attributes, void **ret)
{
	struct maps_dump *dump;
	u64 start, end;
	int error;

	error = vmi_netlink_get_range(attributes, VMI_A_REGION_START, VMI_A_REGION_END, cb->extack, &start, &end);
	if (error)
		return error;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	error = open_list(&dump->list, attributes, cb->extack, start, end);
	if (error)
		kfree(dump);
	else
		*ret = dump;
	return error;
}

static void close_maps(void *opaque)
{
	struct maps_dump *dump = opaque;

	vmi_region_list_close(&dump->list);
	kfree(dump);
}

static int read_maps(void *opaque, struct netlink_callback *cb)
{
	struct maps_dump *dump = opaque;
	int ret = vmi_region_list_next(&dump->list);

	dump->told = 0;
	cb->seq = dump->list.stamp;
	if (ret > 0)
		vmi_region_ask_for_room(cb, &dump->list.set);
	return ret;
}

/* One region more in the message; false, and the message is as it was, when it does not fit. */
static bool put_item(struct vmi_message *message, const struct vmi_region_set *set, const struct vmi_region *region)
{
	u8 *before = message->at;
	struct nlattr *item = vmi_put_nest(message, VMI_A_REGION_ITEM);

	vmi_put_region_maps(message, set, region);
	vmi_put_nest_end(message, item);
	if (!message->overflow)
		return true;
	message->at = before;
	return false;
}

/* As many regions as fit, in one message: a message for each would take longer than what is in it. */
static int tell_maps(void *opaque, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct maps_dump *dump = opaque;
	const struct vmi_region_set *set = &dump->list.set;
	struct vmi_message message;
	size_t first = dump->told;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_REGION_GET);
	while (dump->told < set->count && put_item(&message, set, &set->regions[dump->told]))
		dump->told++;
	/* What did not fit has been taken back. */
	if (dump->told > first)
		message.overflow = false;
	return vmi_message_end(&message) || dump->told < set->count ? -EMSGSIZE : 0;
}

static const struct vmi_dump_ops maps_ops = {
	.open = open_maps,
	.close = close_maps,
	.read = read_maps,
	.tell = tell_maps,
};

int vmi_netlink_start_regions(struct netlink_callback *cb)
{
	struct nlattr **attributes = vmi_dump_attributes(cb);
	bool detail = attributes[VMI_A_REGION_DETAIL] || attributes[VMI_A_REGION_STATES];

	return vmi_netlink_dump_start(cb, detail ? &vmi_region_detail_ops : &maps_ops);
}
