/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink dumps. */
#ifndef VMI_COMPAT_GENETLINK_H
#define VMI_COMPAT_GENETLINK_H

#include <net/genetlink.h>

/* The attributes of the request: "genetlink: add genl_info_dump()" (v6.6) moved them. */
static inline struct nlattr **vmi_dump_attributes(struct netlink_callback *cb)
{
#ifdef VMI_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* VMI_COMPAT_GENETLINK_H */
