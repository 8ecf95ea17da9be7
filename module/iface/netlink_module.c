// SPDX-License-Identifier: GPL-2.0
/* What the module and the kernel that it runs on offer. */
#include <linux/module.h>
#include <linux/vminspect.h>

#include "compat/leaf_entry.h"
#include "compat/lru.h"
#include "compat/mm_layout.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "mm/reader_memory.h"
#include "mm/table_walk.h"
#include "mm/target.h"
#include "watch/watch_list.h"

static u64 features(void)
{
	u64 bits = VMINSPECT_FEATURES_WATCHES;

	if (IS_ENABLED(CONFIG_PAGE_IDLE_FLAG))
		bits |= VMINSPECT_FEATURES_PAGE_YOUNG;
	if (IS_ENABLED(CONFIG_LRU_GEN))
		bits |= VMINSPECT_FEATURES_MGLRU;
	if (vmi_table_levels() == 5)
		bits |= VMINSPECT_FEATURES_FIVE_LEVELS;
	if (vmi_has_guard_regions())
		bits |= VMINSPECT_FEATURES_GUARD_REGIONS;
	if (vmi_mm_layout_stamp_is_exact())
		bits |= VMINSPECT_FEATURES_EXACT_CHANGE;
	return bits;
}

static u32 count_watches(void)
{
	struct vmi_watch *watch;
	u32 count = 0, id = 0;

	while ((watch = vmi_watch_list_next(id))) {
		id = watch->id + 1;
		count++;
		vmi_watch_put(watch);
	}
	return count;
}

int vmi_netlink_get_module(struct sk_buff *request, struct genl_info *info)
{
	struct vmi_message message;
	struct sk_buff *reply;

	if (!vmi_netlink_may(request, info->extack))
		return -EPERM;
	reply = vmi_netlink_new_reply();
	if (!reply)
		return -ENOMEM;
	vmi_message_begin_reply(&message, reply, info, VMI_CMD_MODULE_GET);
	vmi_put_string(&message, VMI_A_MODULE_VERSION, THIS_MODULE->version);
	vmi_put_u64(&message, VMI_A_MODULE_FEATURES, features());
	vmi_put_u32(&message, VMI_A_MODULE_LRU_KIND, vmi_lru_is_generational() ? VMINSPECT_LRU_KIND_MGLRU :
										 VMINSPECT_LRU_KIND_CLASSIC);
	vmi_put_u32(&message, VMI_A_MODULE_TABLE_LEVELS, vmi_table_levels());
	vmi_put_u32(&message, VMI_A_MODULE_HOLD_LIMIT, vmi_hold_limit_us);
	vmi_put_u32(&message, VMI_A_MODULE_WATCHES_MAX, vmi_watches_max);
	vmi_put_u32(&message, VMI_A_MODULE_WATCHES, count_watches());
	vmi_put_u64(&message, VMI_A_MODULE_WATCH_MEMORY_MAX, vmi_watch_memory.limit);
	vmi_put_u64(&message, VMI_A_MODULE_WATCH_MEMORY, vmi_pool_used(&vmi_watch_memory));
	vmi_put_u64(&message, VMI_A_MODULE_CAPTURE_MEMORY_MAX, vmi_reader_memory.limit);
	vmi_put_u64(&message, VMI_A_MODULE_CAPTURE_MEMORY, vmi_pool_used(&vmi_reader_memory));
	vmi_message_end(&message);
	return genlmsg_reply(reply, info);
}
