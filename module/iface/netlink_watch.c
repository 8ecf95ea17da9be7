// SPDX-License-Identifier: GPL-2.0
/* Watches: begun, ended, told. One that a socket owns ends with the socket. */
#include "iface/netlink_watch.h"

#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/pid.h>
#include <linux/vminspect.h>

#include "compat/genetlink.h"
#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"

#define PPM_A_BASIS_POINT 100

struct vmi_watch *vmi_netlink_find_watch(u32 id)
{
	struct vmi_watch *watch = vmi_watch_list_next(id);

	if (!watch || watch->id == id)
		return watch;
	vmi_watch_put(watch);
	return NULL;
}

static void put_amount(struct vmi_message *message, u16 bytes_type, u16 share_type, const struct vmi_amount *amount)
{
	vmi_put_u64(message, bytes_type, amount->bytes);
	vmi_put_u32(message, share_type, amount->basis_points * PPM_A_BASIS_POINT);
}

static void put_options(struct vmi_message *message, const struct vmi_watch_options *options)
{
	bool has_window = options->mode == VMI_MODE_WINDOW;

	vmi_put_u32(message, VMI_A_WATCH_SCOPE, options->tree);
	vmi_put_u32(message, VMI_A_WATCH_MODE, options->mode);
	vmi_put_u32(message, VMI_A_WATCH_POLICIES, options->policies);
	vmi_put_u64(message, VMI_A_WATCH_PERIOD, (u64)options->period_ms * NSEC_PER_MSEC);
	vmi_put_u64(message, VMI_A_WATCH_WINDOW, has_window ? (u64)options->window_ms * NSEC_PER_MSEC : 0);
	vmi_put_u32(message, VMI_A_WATCH_BUDGET, options->budget_basis_points * PPM_A_BASIS_POINT);
	put_amount(message, VMI_A_WATCH_MEMORY_LIMIT, VMI_A_WATCH_MEMORY_SHARE, &options->memory);
	put_amount(message, VMI_A_WATCH_RSS_LIMIT, VMI_A_WATCH_RSS_SHARE, &options->rss);
}

/* While a window is open, window_ns is when it was opened. */
static void put_cost(struct vmi_message *message, const struct vmi_watch *watch)
{
	const struct vmi_watch_cost *cost = &watch->cost;

	vmi_put_u64(message, VMI_A_WATCH_EFFECTIVE_PERIOD, cost->period_ns);
	vmi_put_u64(message, VMI_A_WATCH_EFFECTIVE_WINDOW, watch->phase == VMI_WATCH_IN_WINDOW ? 0 : cost->window_ns);
	vmi_put_u32(message, VMI_A_WATCH_CPU, vmi_watch_cpu_basis_points(watch) * PPM_A_BASIS_POINT);
	vmi_put_u64(message, VMI_A_WATCH_PAGES_A_SECOND, vmi_watch_entries_a_second(watch));
}

static void put_watch(struct vmi_message *message, struct vmi_watch *watch)
{
	struct vmi_shadow_stats stats;

	mutex_lock(&watch->lock);
	vmi_shadow_get_stats(watch->shadow, &stats);
	vmi_put_u32(message, VMI_A_WATCH_ID, watch->id);
	vmi_put_u32(message, VMI_A_WATCH_PID, watch->root->number);
	put_options(message, &watch->options);
	vmi_put_u32(message, VMI_A_WATCH_PROCESSES, watch->member_count);
	put_cost(message, watch);
	vmi_put_u64(message, VMI_A_WATCH_MEMORY, stats.bytes);
	vmi_put_u64(message, VMI_A_WATCH_FRAMES, stats.frames);
	vmi_put_u32(message, VMI_A_WATCH_OWNER, watch->owner);
	vmi_put_parameters(message, VMI_A_WATCH_PARAMETER, watch->options.policies, &watch->options.params);
	mutex_unlock(&watch->lock);
}

static int reply_watch(struct genl_info *info, struct vmi_watch *watch, u8 command)
{
	struct sk_buff *reply = vmi_netlink_new_reply();
	struct vmi_message message;

	if (!reply)
		return -ENOMEM;
	vmi_message_begin_reply(&message, reply, info, command);
	put_watch(&message, watch);
	vmi_message_end(&message);
	return genlmsg_reply(reply, info);
}

int vmi_netlink_get_watch(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VMI_A_WATCH_ID];
	struct vmi_watch *watch;
	int ret;

	if (!vmi_netlink_may(request, info->extack))
		return -EPERM;
	if (GENL_REQ_ATTR_CHECK(info, VMI_A_WATCH_ID)) {
		NL_SET_ERR_MSG(info->extack, "which watch? the id attribute is missing");
		return -EINVAL;
	}
	watch = vmi_netlink_find_watch(nla_get_u32(id));
	if (!watch) {
		NL_SET_ERR_MSG_ATTR(info->extack, id, "no watch has that id");
		return -ENOENT;
	}
	ret = reply_watch(info, watch, VMI_CMD_WATCH_GET);
	vmi_watch_put(watch);
	return ret;
}

static int tell_watch(struct sk_buff *skb, struct netlink_callback *cb, struct vmi_watch *watch)
{
	struct vmi_message message;

	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_WATCH_GET);
	put_watch(&message, watch);
	return vmi_message_end(&message);
}

int vmi_netlink_dump_watches(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr *id = vmi_dump_attributes(cb)[VMI_A_WATCH_ID];

	if (id) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id, "a dump tells all watches; ask for one without NLM_F_DUMP");
		return -EINVAL;
	}
	return vmi_netlink_each_watch(skb, cb, NULL, tell_watch);
}

/* The next watch that is asked for, referenced; the cursor stands at an id that it does not exceed. */
static struct vmi_watch *next_watch(const struct vmi_watch_cursor *cursor, const struct nlattr *only)
{
	if (!only)
		return vmi_watch_list_next(cursor->next);
	return cursor->next > nla_get_u32(only) ? NULL : vmi_netlink_find_watch(nla_get_u32(only));
}

int vmi_netlink_each_watch(struct sk_buff *skb, struct netlink_callback *cb, struct nlattr *only,
			   int (*tell)(struct sk_buff *skb, struct netlink_callback *cb, struct vmi_watch *watch))
{
	struct vmi_watch_cursor *cursor = vmi_netlink_watch_cursor(cb);
	struct vmi_watch *watch;
	int ret = 0;

	if (!vmi_netlink_may(cb->skb, cb->extack))
		return -EPERM;
	while (!ret && (watch = next_watch(cursor, only))) {
		ret = tell(skb, cb, watch);
		if (!ret)
			*cursor = (struct vmi_watch_cursor){ .next = watch->id + 1 };
		vmi_watch_put(watch);
	}
	if (!ret && only && !cursor->next) {
		NL_SET_ERR_MSG_ATTR(cb->extack, only, "no watch has that id");
		return -ENOENT;
	}
	return ret == -EMSGSIZE && skb->len ? skb->len : ret ?: skb->len;
}

/* The texts of the parser are static, as this one has to be. */
static int parse_options(struct genl_info *info, struct vmi_watch_options *ret)
{
	const struct nlattr *text = info->attrs[VMI_A_WATCH_OPTIONS];
	struct vmi_option_error error;
	int err;

	if (!text) {
		vmi_watch_options_init(ret);
		return 0;
	}
	err = vmi_watch_options_parse(nla_data(text), strnlen(nla_data(text), nla_len(text)), ret, &error);
	if (err && info->extack) {
		info->extack->_msg = error.text;
		NL_SET_BAD_ATTR(info->extack, text);
	}
	return err;
}

static void explain_refusal(struct genl_info *info, int error)
{
	struct nlattr *pid = info->attrs[VMI_A_WATCH_PID];

	switch (error) {
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(info->extack, pid, "that process has a watch already");
		break;
	case -EBUSY:
		NL_SET_ERR_MSG_ATTR(info->extack, pid,
				    "another watch clears its accessed bits; mode=passive goes beside it");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG(info->extack, "there are as many watches, or they take as much, as can be; end one");
		break;
	case -ESRCH:
		NL_SET_ERR_MSG_ATTR(info->extack, pid, "that process has died, or is a kernel thread");
		break;
	}
}

static int begin_watch(struct genl_info *info, const struct vmi_watch_options *options, u32 *ret_id)
{
	u32 owner = info->attrs[VMI_A_WATCH_OWNED] ? info->snd_portid : 0;
	struct pid *process;
	int ret;

	ret = vmi_netlink_find_process(info->attrs, VMI_A_WATCH_PID, info->extack, &process);
	if (ret)
		return ret;
	ret = vmi_watch_list_add(process, options, owner, ret_id);
	put_pid(process);
	explain_refusal(info, ret);
	return ret;
}

int vmi_netlink_new_watch(struct sk_buff *request, struct genl_info *info)
{
	struct vmi_watch_options options;
	struct vmi_watch *watch;
	int ret;
	u32 id;

	if (!vmi_netlink_may(request, info->extack))
		return -EPERM;
	ret = parse_options(info, &options);
	if (!ret)
		ret = begin_watch(info, &options, &id);
	if (ret)
		return ret;
	watch = vmi_netlink_find_watch(id);
	if (!watch) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VMI_A_WATCH_PID], "that process has died");
		return -ESRCH;
	}
	ret = reply_watch(info, watch, VMI_CMD_WATCH_NEW);
	/* Whoever is told that it failed has to find nothing. */
	if (ret)
		vmi_watch_list_remove_id(id);
	vmi_watch_put(watch);
	return ret;
}

static int end_watch_of(struct genl_info *info)
{
	struct pid *process;
	int ret = vmi_netlink_find_process(info->attrs, VMI_A_WATCH_PID, info->extack, &process);

	if (ret)
		return ret;
	ret = vmi_watch_list_remove(process);
	put_pid(process);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VMI_A_WATCH_PID], "that process has no watch of its own");
	return ret;
}

int vmi_netlink_del_watch(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VMI_A_WATCH_ID];
	int ret;

	if (!vmi_netlink_may(request, info->extack))
		return -EPERM;
	if (!id == !info->attrs[VMI_A_WATCH_PID]) {
		NL_SET_ERR_MSG(info->extack, "which watch? either its id or its pid is to be given");
		return -EINVAL;
	}
	if (!id)
		return end_watch_of(info);
	ret = vmi_watch_list_remove_id(nla_get_u32(id));
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, id, "no watch has that id");
	return ret;
}

/* The socket's last file has been closed: in its process's own time, for as long as ending its watches takes. */
static int note_release(struct notifier_block *block, unsigned long state, void *data)
{
	const struct netlink_notify *notify = data;

	if (state == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC && notify->portid &&
	    net_eq(notify->net, &init_net))
		vmi_watch_list_remove_owned(notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block release_notifier = { .notifier_call = note_release };

int __init vmi_netlink_owners_init(void)
{
	return netlink_register_notifier(&release_notifier);
}

void vmi_netlink_owners_deinit(void)
{
	netlink_unregister_notifier(&release_notifier);
}
