// SPDX-License-Identifier: GPL-2.0
/* The policies of the shadow reclaim, with what can be told to them. */
#include <linux/bits.h>
#include <linux/vminspect.h>

#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "iface/netlink_watch.h"

static void put_parameter(struct vmi_message *message, u16 type, u32 index, u8 value)
{
	const struct vmi_policy_parameter *parameter = &vmi_policy_parameters[index];
	struct nlattr *nest = vmi_put_nest(message, type);
	struct vmi_policy_params defaults;

	vmi_policy_params_init(&defaults);
	vmi_put_string(message, VMI_A_PARAMETER_NAME, parameter->name);
	vmi_put_u64(message, VMI_A_PARAMETER_VALUE, value);
	vmi_put_u64(message, VMI_A_PARAMETER_DEFAULT, vmi_policy_params_get(&defaults, index));
	vmi_put_u64(message, VMI_A_PARAMETER_LEAST, parameter->least);
	vmi_put_u64(message, VMI_A_PARAMETER_MOST, parameter->most);
	vmi_put_nest_end(message, nest);
}

void vmi_put_parameters(struct vmi_message *message, u16 type, u32 policies, const struct vmi_policy_params *params)
{
	u32 i;

	for (i = 0; i < VMI_PARAMETER_COUNT; i++)
		if (vmi_policy_parameters[i].policies & policies)
			put_parameter(message, type, i, vmi_policy_params_get(params, i));
}

static u32 watches_with(u32 policy)
{
	struct vmi_watch *watch;
	u32 count = 0, id = 0;

	while ((watch = vmi_watch_list_next(id))) {
		count += (watch->options.policies & BIT(policy)) != 0;
		id = watch->id + 1;
		vmi_watch_put(watch);
	}
	return count;
}

/*
 * Own lists are numbered from the warmest on. The values of parameters are each watch's own: told here are those of a
 * watch that is told nothing.
 */
static void put_policy(struct vmi_message *message, const struct vmi_policy_ops *ops)
{
	struct vmi_policy_params defaults;
	u32 list;

	vmi_policy_params_init(&defaults);
	vmi_put_u32(message, VMI_A_POLICY_ID, ops->id);
	vmi_put_string(message, VMI_A_POLICY_NAME, ops->name);
	vmi_put_string(message, VMI_A_POLICY_SOURCE, ops->source);
	vmi_put_list(message, VMI_A_POLICY_LIST, ops, VMI_LIST_EVICTED, 0);
	for (list = VMI_LISTS_MAX - 1; list >= VMI_LIST_FIRST_OWN; list--)
		vmi_put_list(message, VMI_A_POLICY_LIST, ops, list, 0);
	vmi_put_parameters(message, VMI_A_POLICY_PARAMETER, BIT(ops->id), &defaults);
	vmi_put_u32(message, VMI_A_POLICY_WATCHES, watches_with(ops->id));
}

int vmi_netlink_dump_policies(struct sk_buff *skb, struct netlink_callback *cb)
{
	u32 *next = (u32 *)cb->ctx;	/* policy to tell */
	struct vmi_message message;

	if (!vmi_netlink_may(cb->skb, cb->extack))
		return -EPERM;
	for (; *next < VMI_POLICY_COUNT; ++*next) {
		vmi_message_begin_dump(&message, skb, cb, VMI_CMD_POLICY_GET);
		put_policy(&message, vmi_policy_by_id(*next));
		if (vmi_message_end(&message))
			return skb->len ? skb->len : -EMSGSIZE;
	}
	return skb->len;
}
