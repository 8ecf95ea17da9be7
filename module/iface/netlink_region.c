// SPDX-License-Identifier: GPL-2.0
/* Attributes of regions, and lists of them as maps has them. */
#include "iface/netlink_region.h"

#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vminspect.h>

#include "compat/genetlink.h"
#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"
#include "mm/region_cursor.h"

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

/* All but the name; takes up to MAPS_ROOM_BESIDE_NAME bytes. */
static u8 *write_maps(u8 *at, const struct vmi_region *region)
{
	at = vmi_write_u64(at, VMI_A_REGION_START, region->start);
	at = vmi_write_u64(at, VMI_A_REGION_END, region->end);
	at = vmi_write_u32(at, VMI_A_REGION_FLAGS, region->flags);
	return region->flags & VMI_REGION_FILE ? write_file(at, region) : at;
}

void vmi_put_region_maps(struct vmi_message *message, const struct vmi_region_set *set, const struct vmi_region *region)
{
	if (!vmi_message_has_room(message, MAPS_ROOM_BESIDE_NAME))
		return;
	message->at = write_maps(message->at, region);
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

static void ask_for_room(struct netlink_callback *cb, size_t name_length)
{
	if (name_length + ROOM_BESIDE_NAME > NLMSG_GOODSIZE)
		cb->min_dump_alloc = name_length + ROOM_BESIDE_NAME;
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
	ask_for_room(cb, longest);
}

/* --- the dump without detail -------------------------------------------------------------------------------------- */

static int open_cursor(struct vmi_region_cursor *cursor, struct nlattr **attributes, struct netlink_ext_ack *extack)
{
	struct pid *process;
	u64 start, end;
	int ret = vmi_netlink_get_range(attributes, VMI_A_REGION_START, VMI_A_REGION_END, extack, &start, &end);

	if (!ret)
		ret = vmi_netlink_find_process(attributes, VMI_A_REGION_PID, extack, &process);
	if (ret)
		return ret;
	ret = vmi_region_cursor_open_reader(cursor, process, start, end);
	put_pid(process);
	return ret;
}

static int open_maps(struct netlink_callback *cb, struct nlattr **attributes, void **ret)
{
	struct vmi_region_cursor *cursor = kmalloc(sizeof(*cursor), GFP_KERNEL);
	int error;

	if (!cursor)
		return -ENOMEM;
	error = open_cursor(cursor, attributes, cb->extack);
	if (error)
		kfree(cursor);
	else
		*ret = cursor;
	return error;
}

static void close_maps(void *cursor)
{
	vmi_region_cursor_close(cursor);
	kfree(cursor);
}

/* Nothing is read ahead: tell_maps() writes each region into the message while it stands before it. */
static int read_maps(void *opaque, struct netlink_callback *cb)
{
	struct vmi_region_cursor *cursor = opaque;

	return !cursor->done;
}

/* An item that holds the region; false, and the message is as it was, when there is no room for it. */
static bool put_item(struct vmi_message *message, const struct vmi_region_cursor *cursor)
{
	u32 room = NLA_HDRLEN + MAPS_ROOM_BESIDE_NAME + nla_total_size(cursor->name_length + 1);
	struct nlattr *item = (struct nlattr *)message->at;
	u8 *at = message->at + NLA_HDRLEN;

	if (unlikely((size_t)(message->end - message->at) < room))
		return false;
	at = write_maps(at, &cursor->region);
	if (cursor->name)
		at = vmi_write_string(at, VMI_A_REGION_NAME, cursor->name, cursor->name_length);
	*item = (struct nlattr){ .nla_type = VMI_A_REGION_ITEM | NLA_F_NESTED, .nla_len = at - message->at };
	message->at = at;
	return true;
}

/* While the target may be held: 1 and there is more to come, 0 at the end, -EMSGSIZE when the message is full. */
static int tell_one_hold(struct vmi_region_cursor *cursor, struct vmi_message *message, struct netlink_callback *cb)
{
	int ret = vmi_region_cursor_hold(cursor);

	if (ret)
		return ret;
	while (!ret && vmi_region_cursor_next(cursor))
		if (!put_item(message, cursor))
			ret = -EMSGSIZE;
	if (ret)
		vmi_region_cursor_take_back(cursor);
	vmi_region_cursor_release(cursor);
	cb->seq = cursor->stamp;
	genl_dump_check_consistent(cb, message->header);
	cond_resched();
	return ret ?: !cursor->done;
}

/* As many regions as fit, in one message: a message for each would take longer than what is in it. */
static int tell_maps(void *opaque, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vmi_region_cursor *cursor = opaque;
	struct vmi_message message;
	const u8 *begin;
	int ret, error;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_REGION_GET);
	if (message.overflow)
		return vmi_message_end(&message);
	begin = message.at;
	cb->min_dump_alloc = 0;
	do {
		ret = fatal_signal_pending(current) ? -EINTR : tell_one_hold(cursor, &message, cb);
	} while (ret > 0);
	/* The next message has room for the name that this one had none for, though it is empty perhaps. */
	if (ret == -EMSGSIZE)
		ask_for_room(cb, cursor->name_length);
	/* It died on the way, which ends a list as well. */
	if (ret == -ESRCH && cursor->stamp) {
		cursor->done = true;
		ret = 0;
	}
	if (message.at == begin && ret != -EMSGSIZE) {
		genlmsg_cancel(skb, message.header);
		return ret;
	}
	error = vmi_message_end(&message);
	return ret ?: error;
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
