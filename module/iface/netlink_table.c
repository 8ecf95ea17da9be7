// SPDX-License-Identifier: GPL-2.0
/* The page tables of a process: merged runs, table pages, or sums by level. */
#include "iface/netlink_table.h"

#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/vminspect.h>

#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"
#include "mm/table_dump.h"
#include "mm/table_walk.h"

/* All names of bits together. */
#define BITS_TEXT_MAX 256

struct table_dump {
	struct vmi_table_dump *tables;
	enum vmi_table_dump_mode mode;
	const struct vmi_table_item *items;	/* of the last read */
	u32 count;
	u32 told;
	u32 next_level;			/* to tell when all has been read; VMI_MAX_LEVELS + 1: none */
};

void vmi_put_level(struct vmi_message *message, const struct vmi_table_census *census, u32 level, u64 cost)
{
	vmi_put_u32(message, VMI_A_TABLE_LEVEL, level);
	if (level <= census->levels)
		vmi_put_string(message, VMI_A_TABLE_NAME, vmi_table_name(level, census->levels));
	vmi_put_u64(message, VMI_A_TABLE_TABLES, census->level[level].tables);
	vmi_put_u64(message, VMI_A_TABLE_USED, census->level[level].used);
	vmi_put_u64(message, VMI_A_TABLE_LEAVES, census->level[level].leaves);
	vmi_put_u64(message, VMI_A_TABLE_COST, cost);
}

static int open_tables(struct netlink_callback *cb, struct nlattr **attributes, void **ret)
{
	struct table_dump *dump;
	struct pid *process;
	u64 start, end;
	int error;

	if (!attributes[VMI_A_TABLE_MODE]) {
		NL_SET_ERR_MSG(cb->extack, "runs, tables or levels? the mode attribute is missing");
		return -EINVAL;
	}
	error = vmi_netlink_get_range(attributes, VMI_A_TABLE_START, VMI_A_TABLE_END, cb->extack, &start, &end);
	if (!error)
		error = vmi_netlink_find_process(attributes, VMI_A_TABLE_PID, cb->extack, &process);
	if (error)
		return error;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (dump)
		dump->mode = nla_get_u32(attributes[VMI_A_TABLE_MODE]);
	error = dump ? vmi_table_dump_open(process, start, end, dump->mode, &dump->tables) : -ENOMEM;
	put_pid(process);
	if (error) {
		kfree(dump);
		return error;
	}
	dump->next_level = dump->mode == VMI_TABLE_DUMP_CENSUS ? 1 : VMI_MAX_LEVELS + 1;
	*ret = dump;
	return 0;
}

static void close_tables(void *opaque)
{
	struct table_dump *dump = opaque;

	vmi_table_dump_close(dump->tables);
	kfree(dump);
}

static int read_tables(void *opaque, struct netlink_callback *cb)
{
	struct table_dump *dump = opaque;

	dump->told = 0;
	return vmi_table_dump_next(dump->tables, &dump->items, &dump->count, &cb->seq);
}

static void put_item(struct vmi_message *message, enum vmi_table_dump_mode mode, const struct vmi_table_item *item)
{
	char text[BITS_TEXT_MAX];

	vmi_put_u64(message, VMI_A_TABLE_START, item->start);
	vmi_put_u64(message, VMI_A_TABLE_END, item->end);
	vmi_put_u32(message, VMI_A_TABLE_LEVEL, item->level);
	if (mode == VMI_TABLE_DUMP_RUNS) {
		vmi_entry_describe(item->bits, item->level, true, text, sizeof(text));
		vmi_put_u64(message, VMI_A_TABLE_BITS, item->bits);
		vmi_put_string(message, VMI_A_TABLE_TEXT, text);
		return;
	}
	vmi_put_string(message, VMI_A_TABLE_NAME, vmi_table_name(item->level, vmi_table_levels()));
	vmi_put_u64(message, VMI_A_TABLE_FRAME, item->frame);
	vmi_put_u64(message, VMI_A_TABLE_USED, item->used);
	vmi_put_u64(message, VMI_A_TABLE_LEAVES, item->leaves);
}

static int tell_levels(struct table_dump *dump, struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct vmi_table_census *census = vmi_table_dump_census(dump->tables);
	u64 cost[VMI_MAX_LEVELS + 1];
	struct vmi_message message;

	vmi_table_census_cost(census, cost);
	for (; dump->next_level <= VMI_MAX_LEVELS; dump->next_level++) {
		vmi_message_begin_dump(&message, skb, cb, VMI_CMD_TABLE_GET);
		vmi_put_level(&message, census, dump->next_level, cost[dump->next_level]);
		if (vmi_message_end(&message))
			return -EMSGSIZE;
	}
	return 0;
}

static int tell_tables(void *opaque, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct table_dump *dump = opaque;
	struct vmi_message message;

	for (; dump->told < dump->count; dump->told++) {
		vmi_message_begin_dump(&message, skb, cb, VMI_CMD_TABLE_GET);
		put_item(&message, dump->mode, &dump->items[dump->told]);
		if (vmi_message_end(&message))
			return -EMSGSIZE;
	}
	/* The levels come when all has been read. */
	return vmi_table_dump_is_over(dump->tables) ? tell_levels(dump, skb, cb) : 0;
}

static const struct vmi_dump_ops table_ops = {
	.open = open_tables,
	.close = close_tables,
	.read = read_tables,
	.tell = tell_tables,
};

int vmi_netlink_start_tables(struct netlink_callback *cb)
{
	return vmi_netlink_dump_start(cb, &table_ops);
}
