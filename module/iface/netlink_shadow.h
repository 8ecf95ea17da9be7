/* SPDX-License-Identifier: GPL-2.0 */
/* What watches know of the objects that processes are made of. */
#ifndef VMI_IFACE_NETLINK_SHADOW_H
#define VMI_IFACE_NETLINK_SHADOW_H

#include "iface/netlink_message.h"
#include "watch/watch_list.h"

/* A process as the watch that it is in knows it. */
struct vmi_watched {
	struct vmi_watch *watch;	/* referenced; NULL: it is not watched */
	struct vmi_process *process;	/* referenced; NULL likewise */
};

void vmi_watched_open(struct vmi_watched *watched, struct pid *process);
void vmi_watched_close(struct vmi_watched *watched);

/*
 * The member, its watch locked until vmi_watched_unlock(); NULL, and nothing locked, when it is none (any more, or not
 * yet). May wait for a pass.
 */
struct vmi_watch_member *vmi_watched_lock(struct vmi_watched *watched);
void vmi_watched_unlock(struct vmi_watched *watched);

/* VMI_A_REGION_SHADOW nests, one a policy. Lock: vmi_watched_lock(). */
void vmi_put_region_shadow(struct vmi_message *message, const struct vmi_watch_member *member, u64 start, u64 end);

/* VMI_A_EXPLAIN_OPINION and _SHARER nests about a frame, by all watches. Takes their locks. */
void vmi_put_opinions(struct vmi_message *message, struct pid *process, u64 frame);
void vmi_put_sharers(struct vmi_message *message, u64 frame);

#endif /* VMI_IFACE_NETLINK_SHADOW_H */
