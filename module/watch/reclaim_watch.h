/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the kernel's reclaim has woken, for watches in exact mode: they keep accessed bits for long, and give them
 * back when reclaim is about to ask for them.
 */
#ifndef VMI_WATCH_RECLAIM_WATCH_H
#define VMI_WATCH_RECLAIM_WATCH_H

#include <linux/types.h>

/* Follows reclaim from the first get to the last put. -ENOENT on a kernel without its tracepoints. May sleep. */
int vmi_reclaim_watch_get(void);
void vmi_reclaim_watch_put(void);

/* How often reclaim has started; does not move while nobody follows it. */
u64 vmi_reclaim_watch_count(void);

#endif /* VMI_WATCH_RECLAIM_WATCH_H */
