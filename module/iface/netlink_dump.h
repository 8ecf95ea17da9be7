/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dumps of one process: read some, tell it, read on when there is room again.
 *
 * What was read is told whole before more is read, so a dump needs memory for one read only. More is read as soon as
 * all has been told, while the message buffer still holds something: so the kind of dump can ask for a larger buffer,
 * by cb->min_dump_alloc, before an object comes up that the usual one has no room for.
 */
#ifndef VMI_IFACE_NETLINK_DUMP_H
#define VMI_IFACE_NETLINK_DUMP_H

#include <net/genetlink.h>

struct pid;

/* A kind of dump. */
struct vmi_dump_ops {
	/* Makes its state, from the request's attributes; refusals go to cb->extack. */
	int (*open)(struct netlink_callback *cb, struct nlattr **attributes, void **ret);
	void (*close)(void *dump);
	/*
	 * Reads more, and sets cb->seq to the stamp of the layout it was read from: 1, 0 at the end, or an error;
	 * -ESRCH: the process died, which ends a dump as well.
	 */
	int (*read)(void *dump, struct netlink_callback *cb);
	/*
	 * Tells what was read and was not told yet: 0 when that is all of it. -EMSGSIZE when there was no room for the
	 * next; what was told stays told.
	 */
	int (*tell)(void *dump, struct sk_buff *skb, struct netlink_callback *cb);
};

/* start() of a kind of dump. */
int vmi_netlink_dump_start(struct netlink_callback *cb, const struct vmi_dump_ops *ops);

/* dumpit() and done(). */
int vmi_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vmi_netlink_dump_done(struct netlink_callback *cb);

/*
 * The process that a pid attribute names, referenced: -EINVAL when the attribute is missing, -ESRCH when there is no
 * such process; the text is in *extack. `type` is the attribute's number.
 */
int vmi_netlink_find_process(struct nlattr **attributes, int type, struct netlink_ext_ack *extack, struct pid **ret);

/* A range from two u64 attributes, either of which may be missing: -EINVAL and a text when it is empty. */
int vmi_netlink_get_range(struct nlattr **attributes, int start_type, int end_type, struct netlink_ext_ack *extack,
			  u64 *ret_start, u64 *ret_end);

#endif /* VMI_IFACE_NETLINK_DUMP_H */
