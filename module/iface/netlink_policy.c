// SPDX-License-Identifier: GPL-2.0
/* What each command accepts: an attribute that is not here is refused. A command without a table takes none. */
#include "iface/netlink_policy.h"

/* Bits of enum vminspect_page_states. */
#define PAGE_STATES_MASK 0x1ff

const struct nla_policy vmi_process_get_policy[] = {
	[VMI_A_PROCESS_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_PROCESS_DETAIL] = { .type = NLA_FLAG },
};

const struct nla_policy vmi_region_get_policy[] = {
	[VMI_A_REGION_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_REGION_START] = { .type = NLA_U64 },
	[VMI_A_REGION_END] = { .type = NLA_U64 },
	[VMI_A_REGION_STATES] = NLA_POLICY_MASK(NLA_U32, PAGE_STATES_MASK),
	[VMI_A_REGION_DETAIL] = { .type = NLA_FLAG },
};

const struct nla_policy vmi_table_get_policy[] = {
	[VMI_A_TABLE_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_TABLE_START] = { .type = NLA_U64 },
	[VMI_A_TABLE_END] = { .type = NLA_U64 },
	[VMI_A_TABLE_MODE] = NLA_POLICY_RANGE(NLA_U32, VMINSPECT_TABLE_MODE_RUNS, VMINSPECT_TABLE_MODE_LEVELS),
};

const struct nla_policy vmi_page_get_policy[] = {
	[VMI_A_PAGE_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_PAGE_START] = { .type = NLA_U64 },
	[VMI_A_PAGE_END] = { .type = NLA_U64 },
	[VMI_A_PAGE_STATES] = NLA_POLICY_MASK(NLA_U32, PAGE_STATES_MASK),
	[VMI_A_PAGE_POLICY] = NLA_POLICY_MAX(NLA_U32, VMINSPECT_POLICY_ID_GEN),
};

const struct nla_policy vmi_explain_get_policy[] = {
	[VMI_A_EXPLAIN_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_EXPLAIN_ADDRESS] = { .type = NLA_U64 },
};

const struct nla_policy vmi_watch_get_policy[] = {
	[VMI_A_WATCH_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy vmi_watch_new_policy[] = {
	[VMI_A_WATCH_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_WATCH_OPTIONS] = { .type = NLA_NUL_STRING, .len = 255 },
	[VMI_A_WATCH_OWNED] = { .type = NLA_FLAG },
};

const struct nla_policy vmi_watch_del_policy[] = {
	[VMI_A_WATCH_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[VMI_A_WATCH_PID] = NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy vmi_stats_get_policy[] = {
	[VMI_A_STATS_WATCH] = NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy vmi_score_get_policy[] = {
	[VMI_A_SCORE_WATCH] = NLA_POLICY_MIN(NLA_U32, 1),
};
