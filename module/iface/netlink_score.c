// SPDX-License-Identifier: GPL-2.0
/* Policies compared to the kernel's own reclaim: for each watch each policy, and for each of those each zone. */
#include <linux/vminspect.h>

#include "compat/genetlink.h"
#include "compat/lru.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "iface/netlink_watch.h"
#include "mm/lru_state.h"

static void put_agreement(struct vmi_message *message, const struct vmi_policy_report *report)
{
	const struct vmi_agreement *agreement = &report->agreement;

	vmi_put_u64(message, VMI_A_SCORE_BOTH_ACTIVE, agreement->pages[1][1]);
	vmi_put_u64(message, VMI_A_SCORE_SHADOW_ACTIVE, agreement->pages[1][0]);
	vmi_put_u64(message, VMI_A_SCORE_KERNEL_ACTIVE, agreement->pages[0][1]);
	vmi_put_u64(message, VMI_A_SCORE_BOTH_INACTIVE, agreement->pages[0][0]);
	vmi_put_u32(message, VMI_A_SCORE_AGREEMENT, report->agreement_rate);
	vmi_put_u32(message, VMI_A_SCORE_KAPPA, report->agreement_kappa);
}

static void put_audit(struct vmi_message *message, const struct vmi_audit_result *audit)
{
	vmi_put_u64(message, VMI_A_SCORE_EVICTED, audit->pages);
	vmi_put_u32(message, VMI_A_SCORE_PERCENTILE, audit->percentile);
	vmi_put_u32(message, VMI_A_SCORE_AUC, audit->auc);
	vmi_put_u32(message, VMI_A_SCORE_PRECISION, audit->precision);
	vmi_put_u32(message, VMI_A_SCORE_COLDER_HALF, audit->colder_half);
}

static void put_score(struct vmi_message *message, const struct vmi_watch *watch, u32 zone,
		      const struct vmi_policy_report *report)
{
	struct vmi_shadow_stats stats;

	vmi_shadow_get_stats(watch->shadow, &stats);
	vmi_put_u32(message, VMI_A_SCORE_WATCH, watch->id);
	vmi_put_u32(message, VMI_A_SCORE_POLICY, report->ops->id);
	vmi_put_u32(message, VMI_A_SCORE_NODE, vmi_zone_node(zone));
	vmi_put_string(message, VMI_A_SCORE_ZONE, vmi_zone_name(zone));
	vmi_put_u32(message, VMI_A_SCORE_LRU_KIND,
		    vmi_lru_is_generational() ? VMINSPECT_LRU_KIND_MGLRU : VMINSPECT_LRU_KIND_CLASSIC);
	put_agreement(message, report);
	put_audit(message, &report->audit);
	vmi_put_u64(message, VMI_A_SCORE_KERNEL_REFAULTED, stats.refaulted);
	vmi_put_u64(message, VMI_A_SCORE_SHADOW_REFAULTED, report->counts.refaulted);
}

/* The zones of one policy, from the cursor on. Lock: vmi_watch.lock. */
static int tell_zones(struct sk_buff *skb, struct netlink_callback *cb, const struct vmi_watch *watch)
{
	struct vmi_watch_cursor *cursor = vmi_netlink_watch_cursor(cb);
	struct vmi_policy_report report;
	struct vmi_message message;
	u32 zone;

	while ((zone = vmi_shadow_next_zone(watch->shadow, cursor->zone)) < VMI_ZONE_ALL) {
		if (!vmi_shadow_report(watch->shadow, cursor->policy, zone, &report)) {
			vmi_message_begin_dump(&message, skb, cb, VMI_CMD_SCORE_GET);
			put_score(&message, watch, zone, &report);
			if (vmi_message_end(&message))
				return -EMSGSIZE;
		}
		cursor->zone = zone + 1;
	}
	cursor->zone = 0;
	return 0;
}

static int tell_scores(struct sk_buff *skb, struct netlink_callback *cb, struct vmi_watch *watch)
{
	struct vmi_watch_cursor *cursor = vmi_netlink_watch_cursor(cb);
	int ret = 0;

	/* The one that stopped half-way may have ended since. */
	if (cursor->next != watch->id)
		*cursor = (struct vmi_watch_cursor){ .next = watch->id };
	mutex_lock(&watch->lock);
	for (; !ret && cursor->policy < VMI_POLICY_COUNT; cursor->policy += !ret)
		ret = tell_zones(skb, cb, watch);
	mutex_unlock(&watch->lock);
	return ret;
}

int vmi_netlink_dump_scores(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vmi_netlink_each_watch(skb, cb, vmi_dump_attributes(cb)[VMI_A_SCORE_WATCH], tell_scores);
}
