/* SPDX-License-Identifier: GPL-2.0 */
/* What watches have to tell, to whoever wants to know: the band above sets one listener, which stays. */
#ifndef VMI_WATCH_WATCH_EVENTS_H
#define VMI_WATCH_WATCH_EVENTS_H

struct vmi_process;
struct vmi_watch;

/* None of them may wait for anybody but for memory and, within bounds, for members' mmap locks. */
struct vmi_watch_listener {
	/* A pass over all members has ended, and the shadow has been scanned. Lock: vmi_watch.lock. */
	void (*passed)(struct vmi_watch *watch);
	/* The last thread of a process has gone; called on its way out, or by a worker. */
	void (*exited)(const struct vmi_process *process);
};

/* The listener's functions may be called from now on until the module goes. */
void vmi_watch_listen(const struct vmi_watch_listener *listener);

void vmi_watch_tell_passed(struct vmi_watch *watch);
void vmi_watch_tell_exited(const struct vmi_process *process);

#endif /* VMI_WATCH_WATCH_EVENTS_H */
