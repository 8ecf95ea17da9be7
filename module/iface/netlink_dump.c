// SPDX-License-Identifier: GPL-2.0
/* What all dumps of one process have in common. */
#include "iface/netlink_dump.h"

#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "compat/genetlink.h"
#include "iface/netlink_handlers.h"

/* What is kept from one dumpit() to the next; in cb->ctx. */
struct dump_cursor {
	const struct vmi_dump_ops *ops;
	void *dump;			/* NULL: not open yet */
	bool more;			/* something was read and not told yet */
	bool ended;			/* nothing more to read */
};

static_assert(sizeof(struct dump_cursor) <= sizeof_field(struct netlink_callback, ctx));

static struct dump_cursor *cursor_of(struct netlink_callback *cb)
{
	return (struct dump_cursor *)cb->ctx;
}

/* The end of a dump by the death of its process is not an error. */
static int read_more(struct dump_cursor *cursor, struct netlink_callback *cb)
{
	int ret = cursor->ops->read(cursor->dump, cb);

	cursor->more = ret > 0;
	cursor->ended = ret == 0 || ret == -ESRCH;
	return cursor->ended ? 0 : ret;
}

/* Unless something more precise has been said. */
static void say_no_address_space(struct netlink_ext_ack *extack)
{
	if (extack && !extack->_msg)
		NL_SET_ERR_MSG(extack, "that process has no address space");
}

static int open_dump(struct netlink_callback *cb)
{
	struct dump_cursor *cursor = cursor_of(cb);
	int ret;

	if (!vmi_netlink_may(cb->skb, cb->extack))
		return -EPERM;
	ret = cursor->ops->open(cb, vmi_dump_attributes(cb), &cursor->dump);
	if (ret) {
		if (ret == -ESRCH)
			say_no_address_space(cb->extack);
		return ret;
	}
	ret = cursor->ops->read(cursor->dump, cb);
	if (ret == -ESRCH)
		say_no_address_space(cb->extack);
	cursor->more = ret > 0;
	cursor->ended = ret == 0;
	if (ret < 0) {
		cursor->ops->close(cursor->dump);
		cursor->dump = NULL;
	}
	return min(ret, 0);
}

/* Older kernels give start() no extended ack: then a refusal waits for the first dumpit(), which gets one. */
int vmi_netlink_dump_start(struct netlink_callback *cb, const struct vmi_dump_ops *ops)
{
	int ret;

	cursor_of(cb)->ops = ops;
	ret = open_dump(cb);
	return cb->extack ? ret : 0;
}

int vmi_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump_cursor *cursor = cursor_of(cb);
	int ret = cursor->dump ? 0 : open_dump(cb);

	while (!ret && !cursor->ended) {
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = cursor->more ? cursor->ops->tell(cursor->dump, skb, cb) : 0;
		if (!ret)
			ret = read_more(cursor, cb);
		ret = min(ret, 0);
	}
	if (ret == -ESRCH)
		say_no_address_space(cb->extack);
	return ret == -EMSGSIZE && skb->len ? skb->len : ret ?: skb->len;
}

int vmi_netlink_dump_done(struct netlink_callback *cb)
{
	struct dump_cursor *cursor = cursor_of(cb);

	if (cursor->dump)
		cursor->ops->close(cursor->dump);
	return 0;
}

int vmi_netlink_find_process(struct nlattr **attributes, int type, struct netlink_ext_ack *extack, struct pid **ret)
{
	struct pid *process;

	if (NL_REQ_ATTR_CHECK(extack, NULL, attributes, type)) {
		NL_SET_ERR_MSG(extack, "which process? the pid attribute is missing");
		return -EINVAL;
	}
	rcu_read_lock();
	process = find_pid_ns(nla_get_u32(attributes[type]), &init_pid_ns);
	if (process && !pid_task(process, PIDTYPE_TGID))
		process = NULL;
	get_pid(process);
	rcu_read_unlock();
	if (!process) {
		NL_SET_ERR_MSG_ATTR(extack, attributes[type], "no process has that pid");
		return -ESRCH;
	}
	*ret = process;
	return 0;
}

int vmi_netlink_get_range(struct nlattr **attributes, int start_type, int end_type, struct netlink_ext_ack *extack,
			  u64 *ret_start, u64 *ret_end)
{
	*ret_start = attributes[start_type] ? nla_get_u64(attributes[start_type]) : 0;
	*ret_end = attributes[end_type] ? nla_get_u64(attributes[end_type]) : U64_MAX;
	if (*ret_start < *ret_end)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attributes[end_type] ?: attributes[start_type],
			    "the range is empty: its end is not above its start");
	return -EINVAL;
}
