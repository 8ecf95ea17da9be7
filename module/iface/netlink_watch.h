/* SPDX-License-Identifier: GPL-2.0 */
/* What the objects that belong to watches have in common. */
#ifndef VMI_IFACE_NETLINK_WATCH_H
#define VMI_IFACE_NETLINK_WATCH_H

#include <net/genetlink.h>

#include "watch/process_tracker.h"
#include "watch/watch_list.h"

struct vmi_message;

/* What a dump over watches keeps from one dumpit() to the next; begins with zeros. */
struct vmi_watch_cursor {
	u32 next;			/* lowest id that was not told whole */
	u32 policy;			/* within that watch, for those who tell it in parts ... */
	u32 zone;			/* ... the next part */
};

static_assert(sizeof(struct vmi_watch_cursor) <= sizeof_field(struct netlink_callback, ctx));

static inline struct vmi_watch_cursor *vmi_netlink_watch_cursor(struct netlink_callback *cb)
{
	return (struct vmi_watch_cursor *)cb->ctx;
}

/* The watch of that id, referenced; NULL. */
struct vmi_watch *vmi_netlink_find_watch(u32 id);

/*
 * A dumpit() that tells each watch by rising id, or the one that the attribute `only` names: -ENOENT when there is
 * none. tell() returns 0, or -EMSGSIZE when it is to be called again for the same watch in the next message buffer.
 */
int vmi_netlink_each_watch(struct sk_buff *skb, struct netlink_callback *cb, struct nlattr *only,
			   int (*tell)(struct sk_buff *skb, struct netlink_callback *cb, struct vmi_watch *watch));

/* VMI_A_STATS_* of a watch. Lock: vmi_watch.lock. */
void vmi_put_stats(struct vmi_message *message, struct vmi_watch *watch);

/* A VMI_A_LIST_* nest of that type; `pages` is left out of a description. */
void vmi_put_list(struct vmi_message *message, u16 type, const struct vmi_policy_ops *ops, u32 list, u64 pages);

/* VMI_A_PARAMETER_* nests of that type: one for each parameter that one of the policies (bits) has. */
void vmi_put_parameters(struct vmi_message *message, u16 type, u32 policies, const struct vmi_policy_params *params);

/* Ending what a socket owns when it is closed. */
int vmi_netlink_owners_init(void);
void vmi_netlink_owners_deinit(void);

#endif /* VMI_IFACE_NETLINK_WATCH_H */
