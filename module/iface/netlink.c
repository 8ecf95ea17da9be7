// SPDX-License-Identifier: GPL-2.0
/* The family "vminspect": its operations, groups and permissions. */
#include "iface/netlink.h"

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/vminspect.h>

#include "iface/netlink_dump.h"
#include "iface/netlink_events.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_policy.h"
#include "iface/netlink_watch.h"

/* A reply is one object; the largest is an explanation with a long path. */
#define REPLY_BYTES (32 * 1024)

bool vmi_netlink_may(const struct sk_buff *request, struct netlink_ext_ack *extack)
{
	if (netlink_capable(request, CAP_SYS_ADMIN))
		return true;
	NL_SET_ERR_MSG(extack, "CAP_SYS_ADMIN in the initial user namespace is needed");
	return false;
}

struct sk_buff *vmi_netlink_new_reply(void)
{
	return genlmsg_new(REPLY_BYTES, GFP_KERNEL);
}

#define ATTRIBUTES(table) .policy = (table), .maxattr = ARRAY_SIZE(table) - 1

static const struct genl_ops operations[] = {
	{
		.cmd = VMI_CMD_MODULE_GET,
		.flags = GENL_ADMIN_PERM,
		.doit = vmi_netlink_get_module,
	}, {
		.cmd = VMI_CMD_PROCESS_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_process_get_policy),
		.doit = vmi_netlink_get_process,
		.start = vmi_netlink_start_processes,
		.dumpit = vmi_netlink_dump_processes,
	}, {
		.cmd = VMI_CMD_REGION_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_region_get_policy),
		.start = vmi_netlink_start_regions,
		.dumpit = vmi_netlink_dump,
		.done = vmi_netlink_dump_done,
	}, {
		.cmd = VMI_CMD_TABLE_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_table_get_policy),
		.start = vmi_netlink_start_tables,
		.dumpit = vmi_netlink_dump,
		.done = vmi_netlink_dump_done,
	}, {
		.cmd = VMI_CMD_PAGE_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_page_get_policy),
		.start = vmi_netlink_start_pages,
		.dumpit = vmi_netlink_dump,
		.done = vmi_netlink_dump_done,
	}, {
		.cmd = VMI_CMD_EXPLAIN_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_explain_get_policy),
		.doit = vmi_netlink_explain,
	}, {
		.cmd = VMI_CMD_WATCH_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_watch_get_policy),
		.doit = vmi_netlink_get_watch,
		.dumpit = vmi_netlink_dump_watches,
	}, {
		.cmd = VMI_CMD_WATCH_NEW,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_watch_new_policy),
		.doit = vmi_netlink_new_watch,
	}, {
		.cmd = VMI_CMD_WATCH_DEL,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_watch_del_policy),
		.doit = vmi_netlink_del_watch,
	}, {
		.cmd = VMI_CMD_POLICY_GET,
		.flags = GENL_ADMIN_PERM,
		.dumpit = vmi_netlink_dump_policies,
	}, {
		.cmd = VMI_CMD_STATS_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_stats_get_policy),
		.dumpit = vmi_netlink_dump_stats,
	}, {
		.cmd = VMI_CMD_SCORE_GET,
		.flags = GENL_ADMIN_PERM,
		ATTRIBUTES(vmi_score_get_policy),
		.dumpit = vmi_netlink_dump_scores,
	},
};

/* Without the flag any user could join. */
static const struct genl_multicast_group groups[VMI_GROUP_COUNT] = {
	[VMI_GROUP_STATS] = { .name = VMINSPECT_MCGRP_STATS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
	[VMI_GROUP_REGION] = { .name = VMINSPECT_MCGRP_REGION, .flags = GENL_MCAST_CAP_SYS_ADMIN },
	[VMI_GROUP_RECLAIM] = { .name = VMINSPECT_MCGRP_RECLAIM, .flags = GENL_MCAST_CAP_SYS_ADMIN },
	[VMI_GROUP_PROCESS] = { .name = VMINSPECT_MCGRP_PROCESS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

/*
 * netnsok stays false: a network namespace of one's own brings all capabilities over it. parallel_ops: a long walk must
 * not hold up every other generic netlink user. resv_start_op stays zero: every command gets the strict checks.
 */
struct genl_family vmi_netlink_family __ro_after_init = {
	.name = VMINSPECT_FAMILY_NAME,
	.version = VMINSPECT_FAMILY_VERSION,
	.module = THIS_MODULE,
	.parallel_ops = true,
	.ops = operations,
	.n_ops = ARRAY_SIZE(operations),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static bool registered;

int __init vmi_netlink_init(void)
{
	int ret = vmi_netlink_owners_init();

	if (ret)
		return ret;
	ret = genl_register_family(&vmi_netlink_family);
	if (ret) {
		vmi_netlink_owners_deinit();
		return ret;
	}
	vmi_netlink_events_init();
	registered = true;
	return 0;
}

void vmi_netlink_deinit(void)
{
	if (!registered)
		return;
	vmi_netlink_events_deinit();
	genl_unregister_family(&vmi_netlink_family);
	vmi_netlink_owners_deinit();
}
