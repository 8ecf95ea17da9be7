// SPDX-License-Identifier: GPL-2.0
/* The explanation of one address. */
#include <linux/pid.h>
#include <linux/vminspect.h>

#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "iface/netlink_page.h"
#include "iface/netlink_region.h"
#include "iface/netlink_shadow.h"
#include "mm/explain.h"
#include "mm/table_walk.h"

/* All names of bits together. */
#define BITS_TEXT_MAX 256

/* A region with what maps shows of it, and its vm_ops. */
static void put_region_facts(struct vmi_message *message, u16 type, const struct vmi_region_set *set,
		       const struct vmi_region *region)
{
	struct nlattr *nest = vmi_put_nest(message, type);

	vmi_put_region_maps(message, set, region);
	vmi_put_string(message, VMI_A_REGION_OPS_NAME, vmi_region_set_string(set, region->ops_name));
	vmi_put_nest_end(message, nest);
}

static void put_hole(struct vmi_message *message, const struct vmi_explanation *explanation)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_EXPLAIN_HOLE);
	const struct vmi_region_set *set = &explanation->regions;
	size_t i;

	vmi_put_u64(message, VMI_A_HOLE_START, explanation->hole.start);
	vmi_put_u64(message, VMI_A_HOLE_END, explanation->hole.end);
	for (i = 0; i < set->count; i++) {
		bool before = set->regions[i].start < explanation->address;

		put_region_facts(message, before ? VMI_A_HOLE_BEFORE : VMI_A_HOLE_AFTER, set, &set->regions[i]);
	}
	vmi_put_nest_end(message, nest);
}

static void put_step(struct vmi_message *message, const struct vmi_table_step *step)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_EXPLAIN_LEVEL);
	char text[BITS_TEXT_MAX];

	vmi_put_u32(message, VMI_A_ENTRY_LEVEL, step->level);
	vmi_put_string(message, VMI_A_ENTRY_NAME, vmi_table_name(step->level, vmi_table_levels()));
	vmi_put_u32(message, VMI_A_ENTRY_INDEX, step->index);
	vmi_put_u64(message, VMI_A_ENTRY_ADDRESS, step->entry_address);
	vmi_put_u64(message, VMI_A_ENTRY_VALUE, step->value);
	if (step->leaf || vmi_entry_table(step->value, step->level)) {
		vmi_entry_describe(step->value, step->level, step->leaf, text, sizeof(text));
		vmi_put_string(message, VMI_A_ENTRY_TEXT, text);
	}
	vmi_put_flag(message, VMI_A_ENTRY_LEAF, step->leaf);
	vmi_put_nest_end(message, nest);
}

static void put_frame(struct vmi_message *message, const struct vmi_frame_detail *frame)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_EXPLAIN_FRAME);

	vmi_put_u64(message, VMI_A_FRAME_FRAME, frame->frame);
	vmi_put_u64(message, VMI_A_FRAME_FOLIO, frame->folio);
	vmi_put_u32(message, VMI_A_FRAME_ORDER, frame->order);
	vmi_put_u32(message, VMI_A_FRAME_NODE, frame->node);
	vmi_put_string(message, VMI_A_FRAME_ZONE, frame->zone);
	vmi_put_u32(message, VMI_A_FRAME_REFERENCES, frame->references);
	vmi_put_u32(message, VMI_A_FRAME_MAPCOUNT, frame->mapcount);
	vmi_put_u64(message, VMI_A_FRAME_MEMCG, frame->memcg);
	vmi_put_nest_end(message, nest);
}

static void put_file_place(struct vmi_message *message, const struct vmi_explanation *explanation)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_EXPLAIN_FILE);
	const struct vmi_region *region = &explanation->regions.regions[0];

	vmi_put_string(message, VMI_A_FILE_NAME, vmi_region_set_string(&explanation->regions, region->name));
	vmi_put_u64(message, VMI_A_FILE_INODE, region->inode);
	vmi_put_u32(message, VMI_A_FILE_DEV_MAJOR, region->dev_major);
	vmi_put_u32(message, VMI_A_FILE_DEV_MINOR, region->dev_minor);
	vmi_put_u64(message, VMI_A_FILE_OFFSET, explanation->file_offset);
	vmi_put_u64(message, VMI_A_FILE_SIZE, explanation->file_size);
	vmi_put_nest_end(message, nest);
}

static void put_place(struct vmi_message *message, const struct vmi_explanation *explanation)
{
	const struct vmi_region_set *set = &explanation->regions;

	if (explanation->in_region)
		put_region_facts(message, VMI_A_EXPLAIN_REGION, set, &set->regions[0]);
	else if (explanation->in_hole)
		put_hole(message, explanation);
}

static void put_page_facts(struct vmi_message *message, const struct vmi_explanation *explanation)
{
	u32 i;

	for (i = 0; i < explanation->step_count; i++)
		put_step(message, &explanation->steps[i]);
	if (explanation->page.pages)
		vmi_put_run(message, VMI_A_EXPLAIN_PAGE, &explanation->page, NULL);
	if (explanation->has_frame)
		put_frame(message, &explanation->frame);
	if (explanation->in_region && (explanation->regions.regions[0].flags & VMI_REGION_FILE))
		put_file_place(message, explanation);
}

static void put_explanation(struct vmi_message *message, struct pid *process,
			    const struct vmi_explanation *explanation)
{
	const struct vmi_fault_facts *facts = &explanation->facts;

	vmi_put_u32(message, VMI_A_EXPLAIN_PID, pid_nr(process));
	vmi_put_u64(message, VMI_A_EXPLAIN_ADDRESS, explanation->address);
	put_place(message, explanation);
	put_page_facts(message, explanation);
	vmi_put_u32(message, VMI_A_EXPLAIN_READ, vmi_fault_forecast(facts, VMI_ACCESS_READ));
	vmi_put_u32(message, VMI_A_EXPLAIN_WRITE, vmi_fault_forecast(facts, VMI_ACCESS_WRITE));
	vmi_put_u32(message, VMI_A_EXPLAIN_EXECUTE, vmi_fault_forecast(facts, VMI_ACCESS_EXECUTE));
	if (!explanation->has_frame)
		return;
	vmi_put_opinions(message, process, explanation->frame.frame);
	vmi_put_sharers(message, explanation->frame.frame);
}

static int reply_explanation(struct genl_info *info, struct pid *process, const struct vmi_explanation *explanation)
{
	struct sk_buff *reply = vmi_netlink_new_reply();
	struct vmi_message message;
	int ret;

	if (!reply)
		return -ENOMEM;
	vmi_message_begin_reply(&message, reply, info, VMI_CMD_EXPLAIN_GET);
	put_explanation(&message, process, explanation);
	ret = vmi_message_end(&message);
	if (ret) {
		nlmsg_free(reply);
		return ret;
	}
	return genlmsg_reply(reply, info);
}

int vmi_netlink_explain(struct sk_buff *request, struct genl_info *info)
{
	struct vmi_explanation *explanation;
	struct nlattr **attributes = info->attrs;
	struct pid *process;
	int ret;

	if (!vmi_netlink_may(request, info->extack))
		return -EPERM;
	if (GENL_REQ_ATTR_CHECK(info, VMI_A_EXPLAIN_ADDRESS)) {
		NL_SET_ERR_MSG(info->extack, "which address? the address attribute is missing");
		return -EINVAL;
	}
	ret = vmi_netlink_find_process(attributes, VMI_A_EXPLAIN_PID, info->extack, &process);
	if (ret)
		return ret;
	ret = vmi_explain(process, nla_get_u64(attributes[VMI_A_EXPLAIN_ADDRESS]), &explanation);
	if (ret == -ESRCH)
		NL_SET_ERR_MSG_ATTR(info->extack, attributes[VMI_A_EXPLAIN_PID], "that process has no address space");
	if (!ret) {
		ret = reply_explanation(info, process, explanation);
		vmi_explain_free(explanation);
	}
	put_pid(process);
	return ret;
}
