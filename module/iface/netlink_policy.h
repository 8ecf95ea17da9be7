/* SPDX-License-Identifier: GPL-2.0 */
/* What each command accepts. scripts/check-uapi compares this with uapi/vminspect.yaml. */
#ifndef VMI_IFACE_NETLINK_POLICY_H
#define VMI_IFACE_NETLINK_POLICY_H

#include <linux/vminspect.h>
#include <net/netlink.h>

extern const struct nla_policy vmi_process_get_policy[VMI_A_PROCESS_DETAIL + 1];
extern const struct nla_policy vmi_region_get_policy[VMI_A_REGION_DETAIL + 1];
extern const struct nla_policy vmi_table_get_policy[VMI_A_TABLE_MODE + 1];
extern const struct nla_policy vmi_page_get_policy[VMI_A_PAGE_POLICY + 1];
extern const struct nla_policy vmi_explain_get_policy[VMI_A_EXPLAIN_ADDRESS + 1];
extern const struct nla_policy vmi_watch_get_policy[VMI_A_WATCH_ID + 1];
extern const struct nla_policy vmi_watch_new_policy[VMI_A_WATCH_OWNED + 1];
extern const struct nla_policy vmi_watch_del_policy[VMI_A_WATCH_PID + 1];
extern const struct nla_policy vmi_stats_get_policy[VMI_A_STATS_WATCH + 1];
extern const struct nla_policy vmi_score_get_policy[VMI_A_SCORE_WATCH + 1];

#endif /* VMI_IFACE_NETLINK_POLICY_H */
