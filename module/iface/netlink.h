/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family; uapi/linux/vminspect.h is its manual. */
#ifndef VMI_IFACE_NETLINK_H
#define VMI_IFACE_NETLINK_H

struct genl_family;

/* Registers the family; requests may come before it returns. */
int vmi_netlink_init(void);

/* Unregisters it; no request is under way any more when it returns. */
void vmi_netlink_deinit(void);

extern struct genl_family vmi_netlink_family;

#endif /* VMI_IFACE_NETLINK_H */
