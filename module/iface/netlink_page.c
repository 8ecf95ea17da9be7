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
#include "watch/watch_list.h"

#define ALL_STATES U32_MAX

struct page_dump {
	struct vmi_page_dump *pages;
	const struct vmi_page_run *runs;	/* of the last read */
	u32 count;
	u32 told;
	u64 told_pages;			/* of the run after those */
	struct vmi_watch *watch;	/* referenced; NULL unless a policy was asked for */
	u32 policy;
};

void vmi_put_run(struct vmi_message *message, u16 type, const struct vmi_page_run *run,
		 const struct vmi_run_place *place)
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
	if (place) {
		vmi_put_u32(message, VMI_A_RUN_AGE, place->age);
		vmi_put_u32(message, VMI_A_RUN_LIST, place->list);
	}
	vmi_put_nest_end(message, nest);
}

/* The watch whose policy is asked for. */
static int open_policy(struct page_dump *dump, struct pid *process, const struct nlattr *policy,
		       struct netlink_ext_ack *extack)
{
	if (!policy)
		return 0;
	dump->policy = nla_get_u32(policy);
	dump->watch = vmi_watch_list_of(process);
	if (dump->watch && dump->watch->options.policies & 1U << dump->policy)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, policy, "that process is not watched with this policy");
	return -ENOENT;
}

static void free_dump(struct page_dump *dump)
{
	if (dump->watch)
		vmi_watch_put(dump->watch);
	kfree(dump);
}

static int open_pages(struct netlink_callback *cb, struct nlattr **attributes, void **ret)
{
	const struct nlattr *states = attributes[VMI_A_PAGE_STATES];
	struct page_dump *dump;
	struct pid *process;
	u64 start, end;
	int error;

	error = vmi_netlink_get_range(attributes, VMI_A_PAGE_START, VMI_A_PAGE_END, cb->extack, &start, &end);
	if (!error)
		error = vmi_netlink_find_process(attributes, VMI_A_PAGE_PID, cb->extack, &process);
	if (error)
		return error;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	error = dump ? open_policy(dump, process, attributes[VMI_A_PAGE_POLICY], cb->extack) : -ENOMEM;
	if (!error)
		error = vmi_page_dump_open(process, start, end, states ? nla_get_u32(states) : ALL_STATES,
					   &dump->pages);
	put_pid(process);
	if (!error)
		*ret = dump;
	else if (dump)
		free_dump(dump);
	return error;
}

static void close_pages(void *opaque)
{
	struct page_dump *dump = opaque;

	vmi_page_dump_close(dump->pages);
	free_dump(dump);
}

static int read_pages(void *opaque, struct netlink_callback *cb)
{
	struct page_dump *dump = opaque;

	dump->told = 0;
	dump->told_pages = 0;
	return vmi_page_dump_next(dump->pages, &dump->runs, &dump->count, &cb->seq);
}

/* Where the policy has the page; on no list, if it does not know it. Lock: vmi_watch.lock. */
static struct vmi_run_place place_of(const struct page_dump *dump, u64 frame)
{
	struct vmi_frame_facts facts;

	if (frame > U32_MAX || vmi_shadow_frame(dump->watch->shadow, frame, &facts))
		return (struct vmi_run_place){ 0 };
	return (struct vmi_run_place){
		.age = facts.policy[dump->policy].age, .list = facts.policy[dump->policy].list,
	};
}

/*
 * The next part of the run to tell: all that is left of it, unless it is known page by page where a policy has it; then
 * as much as is in one place.
 */
static void next_part(const struct page_dump *dump, struct vmi_page_run *ret, struct vmi_run_place *ret_place)
{
	bool apart;
	u64 pages;

	*ret = dump->runs[dump->told];
	apart = ret->state == VMI_PAGE_PRESENT && !(ret->flags & VMINSPECT_PAGE_FLAGS_ZERO);
	ret->start += dump->told_pages << VMI_PAGE_SHIFT;
	ret->frame += ret->flags & VMINSPECT_PAGE_FLAGS_ZERO ? 0 : dump->told_pages;
	ret->pages -= dump->told_pages;
	*ret_place = (struct vmi_run_place){ 0 };
	if (!dump->watch || !apart)
		return;
	*ret_place = place_of(dump, ret->frame);
	for (pages = 1; pages < ret->pages; pages++) {
		struct vmi_run_place place = place_of(dump, ret->frame + pages);

		if (place.age != ret_place->age || place.list != ret_place->list)
			break;
	}
	ret->pages = pages;
}

static void note_told(struct page_dump *dump, const struct vmi_page_run *part)
{
	dump->told_pages += part->pages;
	if (dump->told_pages < dump->runs[dump->told].pages)
		return;
	dump->told++;
	dump->told_pages = 0;
}

/* As many runs as there is room for; what does not fit any more is taken back. Returns how many. */
static u32 put_runs(struct page_dump *dump, struct vmi_message *message)
{
	struct vmi_run_place place;
	struct vmi_page_run part;
	u32 count = 0;

	for (; dump->told < dump->count; count++) {
		u8 *before = message->at;

		next_part(dump, &part, &place);
		vmi_put_run(message, VMI_A_PAGE_RUN, &part, &place);
		if (message->overflow) {
			message->at = before;
			break;
		}
		note_told(dump, &part);
	}
	return count;
}

/* One message: -EMSGSIZE when there is no room for even one run. */
static int tell_some(struct page_dump *dump, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vmi_message message;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_PAGE_GET);
	if (message.header && put_runs(dump, &message))
		message.overflow = false;
	return vmi_message_end(&message);
}

static int tell_pages(void *opaque, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct page_dump *dump = opaque;
	int ret = 0;

	if (dump->watch)
		mutex_lock(&dump->watch->lock);
	while (!ret && dump->told < dump->count)
		ret = tell_some(dump, skb, cb);
	if (dump->watch)
		mutex_unlock(&dump->watch->lock);
	return ret;
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
