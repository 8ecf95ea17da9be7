/* SPDX-License-Identifier: GPL-2.0 */
/* The sampler: the one kernel thread that does the steps of all watches when they are due. */
#ifndef VMI_WATCH_SAMPLER_H
#define VMI_WATCH_SAMPLER_H

struct vmi_watch;
struct vmi_access_pass;

/* Starts the thread and makes its buffers. -ENOMEM. Caller: watch_list, under its lock. */
int vmi_sampler_start(void);

/* Ends the thread, waiting for the step it is at. Caller: likewise. */
void vmi_sampler_stop(void);

/* Has it look again at what is due. Any context. */
void vmi_sampler_kick(void);

/*
 * Has the sampler end a watch as soon as the step that it is at is done, and waits until it has.
 * There are buffers, so that giving bits back cannot fail for want of memory. May sleep. Lock: not vmi_watch.lock,
 * which the sampler takes. Not from the sampler's own thread.
 */
void vmi_sampler_end_watch(struct vmi_watch *watch);

#endif /* VMI_WATCH_SAMPLER_H */
