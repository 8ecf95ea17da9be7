/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text of watches: lines of /proc/vminspect/watches and /proc/vminspect/shadow, and what the file of a watched
 * process says more than that of another. Amounts in pages of 4 KiB, shares and rates as decimal fractions of one.
 * Lock for all that is said of a watch: vmi_watch.lock.
 */
#ifndef VMI_IFACE_WATCH_TEXT_H
#define VMI_IFACE_WATCH_TEXT_H

#include "core/text.h"
#include "watch/watch.h"

/*
 * The first line of /proc/vminspect/watches, there are watches or not: accessed bits written since load (passive mode
 * writes none), and whether this kernel can be told of bits that exact mode takes.
 */
void vmi_put_watches_head(struct vmi_text *text);

/* The one line of a watch in /proc/vminspect/watches: options, effective period and window, cost. */
void vmi_put_watch_line(struct vmi_text *text, const struct vmi_watch *watch);

/* The blocks of a watch in /proc/vminspect/shadow: one a policy, and in it one a zone when there are several. */
void vmi_put_watch_policies(struct vmi_text *text, const struct vmi_watch *watch);

/* The '#' lines of one member: "# watch" and a "# policy" each. */
void vmi_put_member_lines(struct vmi_text *text, struct vmi_watch *watch, struct vmi_watch_member *member);

/* The keys that a member's region line has more: ages and lists by the first policy, kernel evictions and refaults. */
void vmi_put_member_region(struct vmi_text *text, const struct vmi_watch *watch,
			   const struct vmi_watch_member *member, u64 start, u64 end);

#endif /* VMI_IFACE_WATCH_TEXT_H */
