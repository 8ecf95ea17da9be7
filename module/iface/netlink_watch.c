// SPDX-License-Identifier: GPL-2.0
/* Watches, policies, statistics and scores. */
#include "iface/netlink_handlers.h"

static int refuse(const struct sk_buff *request, struct netlink_ext_ack *extack)
{
	if (!vmi_netlink_may(request, extack))
		return -EPERM;
	NL_SET_ERR_MSG(extack, "this module cannot watch processes by netlink");
	return -EOPNOTSUPP;
}

int vmi_netlink_get_watch(struct sk_buff *request, struct genl_info *info)
{
	return refuse(request, info->extack);
}

int vmi_netlink_dump_watches(struct sk_buff *skb, struct netlink_callback *cb)
{
	return refuse(cb->skb, cb->extack);
}

int vmi_netlink_new_watch(struct sk_buff *request, struct genl_info *info)
{
	return refuse(request, info->extack);
}

int vmi_netlink_del_watch(struct sk_buff *request, struct genl_info *info)
{
	return refuse(request, info->extack);
}

int vmi_netlink_dump_policies(struct sk_buff *skb, struct netlink_callback *cb)
{
	return refuse(cb->skb, cb->extack);
}

int vmi_netlink_dump_stats(struct sk_buff *skb, struct netlink_callback *cb)
{
	return refuse(cb->skb, cb->extack);
}

int vmi_netlink_dump_scores(struct sk_buff *skb, struct netlink_callback *cb)
{
	return refuse(cb->skb, cb->extack);
}
