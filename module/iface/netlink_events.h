/* SPDX-License-Identifier: GPL-2.0 */
/* Notifications: what watches have to tell, as messages to the multicast groups. */
#ifndef VMI_IFACE_NETLINK_EVENTS_H
#define VMI_IFACE_NETLINK_EVENTS_H

/* Begins to notify; the family is registered. */
void vmi_netlink_events_init(void);

/* Stops to; nothing is being sent any more when it returns. */
void vmi_netlink_events_deinit(void);

#endif /* VMI_IFACE_NETLINK_EVENTS_H */
