/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of processes, as several objects have them. */
#ifndef VMI_IFACE_NETLINK_PROCESS_H
#define VMI_IFACE_NETLINK_PROCESS_H

#include "iface/netlink_message.h"

/* VMI_A_PROCESS_START_TIME and _COMM, unless it has been reaped. */
void vmi_put_process_name(struct vmi_message *message, struct pid *process);

#endif /* VMI_IFACE_NETLINK_PROCESS_H */
