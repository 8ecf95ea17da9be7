// SPDX-License-Identifier: GPL-2.0
/* The pages of a process, many runs in a message. */
#include "iface/netlink_page.h"

#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/vminspect.h>

#include "core/page_count.h"
#include "core/shadow.h"
#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"

#define ALL_STATES U32_MAX

struct page_dump {
	struct vmi_page_dump *pages;
	const struct vmi_page_run *runs;	/* of the last read */
	u32 count;
	u32 told;
};

void vmi_put_run(struct vmi_message *message, u16 type, const struct vmi_page_run *run)
{
	struct nlattr *nest = vmi_put_nest(message, type);

	vmi_put_u64(message, VMI_A_RUN_START, run->start);
	vmi_put_u64(message, VMI_A_RUN_PAGES, run->pages);
	vmi_put_u32(message, VMI_A_RUN_STATE, run->state);
	vmi_put_u64(message, VMI_A_RUN_FLAGS, run->flags);
	if (run->state == VMI_PAGE_PRESENT) {
		vmi_put_u64(message, VMI_A_RUN_FRAME, run->frame);
		vmi_put_u32(message, VMI_A_RUN_MAPCOUNT, run->mapcount);
		vmi_put_u32(message, VMI_A_RUN_LRU, run->lru);
	} else if (run->state == VMI_PAGE_SWAPPED && run->swap_type != VMI_NO_SWAP_SLOT) {
		vmi_put_u32(message, VMI_A_RUN_SWAP_TYPE, run->swap_type);
		vmi_put_u64(message, VMI_A_RUN_SWAP_OFFSET, run->frame);
	}
	vmi_put_nest_end(message, nest);
}

static int open_pages(struct netlink_callback *cb, struct nlattr **attributes, void **ret)
{
	const struct nlattr *states = attributes[VMI_A_PAGE_STATES];
	struct page_dump *dump;
	struct pid *process;
	u64 start, end;
	int error;

	if (attributes[VMI_A_PAGE_POLICY]) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attributes[VMI_A_PAGE_POLICY],
				    "this module cannot watch processes by netlink");
		return -EOPNOTSUPP;
	}
	error = vmi_netlink_get_range(attributes, VMI_A_PAGE_START, VMI_A_PAGE_END, cb->extack, &start, &end);
	if (!error)
		error = vmi_netlink_find_process(attributes, VMI_A_PAGE_PID, cb->extack, &process);
	if (error)
		return error;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	error = dump ? vmi_page_dump_open(process, start, end, states ? nla_get_u32(states) : ALL_STATES,
					  &dump->pages) :
		       -ENOMEM;
	put_pid(process);
	if (error)
		kfree(dump);
	else
		*ret = dump;
	return error;
}

static void close_pages(void *opaque)
{
	struct page_dump *dump = opaque;

	vmi_page_dump_close(dump->pages);
	kfree(dump);
}

static int read_pages(void *opaque, struct netlink_callback *cb)
{
	struct page_dump *dump = opaque;

	dump->told = 0;
	return vmi_page_dump_next(dump->pages, &dump->runs, &dump->count, &cb->seq);
}

/* One message, with as many runs as there is room for: -EMSGSIZE when that is not even one. */
static int tell_some(struct page_dump *dump, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vmi_message message;
	u32 told = dump->told;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_PAGE_GET);
	while (told < dump->count) {
		u8 *before = message.at;

		vmi_put_run(&message, VMI_A_PAGE_RUN, &dump->runs[told]);
		if (message.overflow) {
			if (told == dump->told)
				break;
			message.at = before;
			message.overflow = false;
			break;
		}
		told++;
	}
	if (vmi_message_end(&message))
		return -EMSGSIZE;
	dump->told = told;
	return 0;
}

static int tell_pages(void *opaque, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct page_dump *dump = opaque;

	while (dump->told < dump->count) {
		if (tell_some(dump, skb, cb))
			return -EMSGSIZE;
	}
	return 0;
}

static const struct vmi_dump_ops page_ops = {
	.open = open_pages,
	.close = close_pages,
	.read = read_pages,
	.tell = tell_pages,
};

int vmi_netlink_start_pages(struct netlink_callback *cb)
{
	return vmi_netlink_dump_start(cb, &page_ops);
}
