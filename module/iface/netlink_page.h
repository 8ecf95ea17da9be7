/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of page runs, as several objects have them. */
#ifndef VMI_IFACE_NETLINK_PAGE_H
#define VMI_IFACE_NETLINK_PAGE_H

#include "iface/netlink_message.h"
#include "mm/page_dump.h"

/* Where a policy has the pages of a run. */
struct vmi_run_place {
	u32 age;
	u32 list;
};

/* VMI_A_RUN_* in a nest of that type; `place` may be NULL. */
void vmi_put_run(struct vmi_message *message, u16 type, const struct vmi_page_run *run,
		 const struct vmi_run_place *place);

#endif /* VMI_IFACE_NETLINK_PAGE_H */
