/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The watches there are: made and ended here, moved on by one kernel thread, the sampler. It is started with the
 * first watch, and sleeps without a timer while nothing is watched.
 */
#ifndef VMI_WATCH_WATCH_LIST_H
#define VMI_WATCH_WATCH_LIST_H

#include "watch/watch.h"

/* At most as many watches as there are slots in the process table; vmi_watches_max may be less. */
#define VMI_WATCHES_MAX 64

/* How many watches there may be, 1..VMI_WATCHES_MAX; set when the module is loaded. */
extern unsigned int vmi_watches_max;

/* Ends all watches and the sampler; every borrowed bit is back when it returns, as vmi_watch_end() has it. */
void vmi_watch_list_deinit(void);

/*
 * Starts watching a process; with an `owner` that is not 0, until vmi_watch_list_remove_owned() at the latest. 0, and
 * the id in *ret_id; -EEXIST when it is the root of a watch already; -EBUSY when another watch clears its accessed
 * bits, which one alone can do, and it is not to be watched with all others; -ESRCH when it has died; -ENOSPC when
 * there are vmi_watches_max, or their memory has no room for one more; -ENOMEM. May sleep.
 */
int vmi_watch_list_add(struct pid *process, const struct vmi_watch_options *options, u32 owner, u32 *ret_id);

/* Ends the watch whose root is `process`: -ENOENT when there is none. Its bits are back on return. May sleep. */
int vmi_watch_list_remove(struct pid *process);

/* Likewise, by id. */
int vmi_watch_list_remove_id(u32 id);

/* Ends all watches of an owner. May sleep. */
void vmi_watch_list_remove_owned(u32 owner);

/*
 * Takes a watch off the list that has ended by itself. False when somebody is about to begin or end a watch: to be
 * tried again. For the sampler, which others wait for with the list's lock held.
 */
bool vmi_watch_list_retire(struct vmi_watch *watch);

/* The watch with the lowest id of at least `id`, referenced; NULL when there is none. */
struct vmi_watch *vmi_watch_list_next(u32 id);

/* The watch that a process is a member of (the one it is root of first), referenced; NULL when it is not watched. */
struct vmi_watch *vmi_watch_list_of(struct pid *process);

/*
 * The id of a watch that a process belongs to, which may just have ended; 0 when there is none. Takes no lock, so that
 * nobody on its way out waits for a pass.
 */
u32 vmi_watch_list_id_of(const struct vmi_process *process);

/*
 * Counts again what the shadow of every watch keeps step by step (vmi_shadow_audit()). 0; -EUCLEAN, the id of the watch
 * and what is wrong with it; -ENOMEM. May sleep.
 */
int vmi_watch_list_audit(u32 *ret_id, const char **ret_what);

#endif /* VMI_WATCH_WATCH_LIST_H */
