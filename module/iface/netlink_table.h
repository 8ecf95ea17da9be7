/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of page-table levels, as several objects have them. */
#ifndef VMI_IFACE_NETLINK_TABLE_H
#define VMI_IFACE_NETLINK_TABLE_H

#include "core/table_census.h"
#include "iface/netlink_message.h"

/* VMI_A_TABLE_* of one level, 1 to 5, into the nest or message that is open. */
void vmi_put_level(struct vmi_message *message, const struct vmi_table_census *census, u32 level, u64 cost);

#endif /* VMI_IFACE_NETLINK_TABLE_H */
