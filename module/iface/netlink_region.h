/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of regions, as several objects have them. */
#ifndef VMI_IFACE_NETLINK_REGION_H
#define VMI_IFACE_NETLINK_REGION_H

#include "core/region.h"
#include "iface/netlink_message.h"

struct vmi_dump_ops;

/* VMI_A_REGION_* that /proc/PID/maps shows too. */
void vmi_put_region_maps(struct vmi_message *message, const struct vmi_region_set *set,
			 const struct vmi_region *region);

/* VMI_A_COUNTS_* in a nest of that type. */
void vmi_put_counts(struct vmi_message *message, u16 type, const struct vmi_page_counts *counts);

/* Sees to it that the next message buffer of a dump has room for the longest name in the set. */
void vmi_region_ask_for_room(struct netlink_callback *cb, const struct vmi_region_set *set);

/* The dump with VMI_A_REGION_DETAIL or _STATES. */
extern const struct vmi_dump_ops vmi_region_detail_ops;

#endif /* VMI_IFACE_NETLINK_REGION_H */
