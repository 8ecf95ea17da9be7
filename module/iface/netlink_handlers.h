/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handlers behind the family's table of operations, one file an object.
 *
 * A dump keeps a pointer to its own state in the callback's context: made by start(), freed by done(), which also runs
 * when the socket is closed half-way.
 */
#ifndef VMI_IFACE_NETLINK_HANDLERS_H
#define VMI_IFACE_NETLINK_HANDLERS_H

#include <net/genetlink.h>

/* Groups of notifications, by their place in the family's list. */
enum vmi_netlink_group {
	VMI_GROUP_STATS,
	VMI_GROUP_REGION,
	VMI_GROUP_RECLAIM,
	VMI_GROUP_PROCESS,
	VMI_GROUP_COUNT,
};

int vmi_netlink_get_module(struct sk_buff *request, struct genl_info *info);

int vmi_netlink_get_process(struct sk_buff *request, struct genl_info *info);
int vmi_netlink_start_processes(struct netlink_callback *cb);
int vmi_netlink_dump_processes(struct sk_buff *skb, struct netlink_callback *cb);

int vmi_netlink_start_regions(struct netlink_callback *cb);
int vmi_netlink_start_tables(struct netlink_callback *cb);
int vmi_netlink_start_pages(struct netlink_callback *cb);

int vmi_netlink_explain(struct sk_buff *request, struct genl_info *info);

int vmi_netlink_get_watch(struct sk_buff *request, struct genl_info *info);
int vmi_netlink_dump_watches(struct sk_buff *skb, struct netlink_callback *cb);
int vmi_netlink_new_watch(struct sk_buff *request, struct genl_info *info);
int vmi_netlink_del_watch(struct sk_buff *request, struct genl_info *info);
int vmi_netlink_dump_policies(struct sk_buff *skb, struct netlink_callback *cb);
int vmi_netlink_dump_stats(struct sk_buff *skb, struct netlink_callback *cb);
int vmi_netlink_dump_scores(struct sk_buff *skb, struct netlink_callback *cb);

/* True when the sender of a request may ask; else the refusal is in *extack. */
bool vmi_netlink_may(const struct sk_buff *request, struct netlink_ext_ack *extack);

/* An skb with room for a reply, or NULL. */
struct sk_buff *vmi_netlink_new_reply(void);

#endif /* VMI_IFACE_NETLINK_HANDLERS_H */
