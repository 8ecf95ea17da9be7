/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes there are: every live thread group with a user address space, from load on.
 *
 * A listener (the procfs file of each process) is told when one appears and when it has died. The promise is that
 * `appear` has returned before the parent's fork() returns and before the child runs user code. The fork tracepoint
 * runs in atomic context, so it only notes the new process and queues task work to both child and parent; whichever
 * gets to user mode first does the work and the other one waits for it. A vfork() parent needs no work of its own:
 * it stays in the kernel until the child has run.
 *
 * Life of a struct vmi_process, and who holds a reference:
 *  1. new: made by the tracepoint (or by the scan at load), in the table (one reference), with one reference for
 *     each queued task work. A queued work also holds the module, so rmmod says EBUSY rather than wait for a task
 *     that somebody has stopped.
 *  2. shown: the listener's appear() has returned 0.
 *  3. dying: the exit tracepoint saw the last thread go and queued task work to it, which runs before its parent is
 *     told: waking a worker would cost each process more than all the rest. It calls retire(): from then on nobody
 *     can open it. Who has it open may go on reading; the last one to close it says vmi_process_closed().
 *  4. gone: nobody has it open any more, vanish() has returned and it is out of the table. A new process with the
 *     same number, which could not be shown before, does not wait for readers: it has the old one vanish at once.
 * Whoever still has a reference then keeps only the memory and the struct pid.
 */
#ifndef VMI_WATCH_PROCESS_TRACKER_H
#define VMI_WATCH_PROCESS_TRACKER_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>

enum vmi_process_state {
	VMI_PROCESS_NEW,
	VMI_PROCESS_SHOWN,
	VMI_PROCESS_GONE,
};

struct vmi_process {
	struct pid *pid;		/* of the thread group; init-only */
	pid_t number;			/* in the init pid namespace; init-only */
	struct hlist_node link;		/* in the table; table_lock */
	refcount_t references;
	struct mutex lock;		/* serialises appear and vanish; guards state and shown */
	enum vmi_process_state state;	/* lock; read without it where noted */
	void *shown;			/* lock; what appear() returned */
	bool dying;			/* table_lock */
	u64 families;			/* table_lock; bit N: belongs to the watch in slot N */
	u64 member_of;			/* table_lock; bit N: is a member there already */
	struct vmi_process *predecessor; /* lock; earlier bearer of the number until it has gone, referenced, or NULL */
	struct completion gone;		/* done when vanish() has returned */
	struct callback_head child_work;
	struct callback_head parent_work;
	struct callback_head exit_work;
	struct llist_node dead_link;	/* in the list for the reaper, when no thread was there to do its work */
	struct work_struct reap;	/* calls vanish() where it must not be waited for */
	unsigned long reaping;		/* bit 0: somebody has taken it on to call vanish() */
};

struct vmi_process_listener {
	/* Makes the process visible. Returns what to hand to vanish(), or NULL when there is no memory. May sleep. */
	void *(*appear)(struct vmi_process *process);
	/* Takes it away again; waits for readers that are inside. May sleep. */
	void (*vanish)(void *shown);
	/* Keeps others from opening it from now on. True when nobody has it open. Must not sleep for long. */
	bool (*retire)(void *shown);
};

/*
 * Starts tracking; appear() has been called for every live process when it returns, but for those that there was no
 * memory for: these come later, and a warning says so. -ENOENT when the kernel lacks the tracepoints, -ENOMEM. One
 * listener, which stays until vmi_process_tracker_deinit().
 *
 * After this has succeeded loading the module must not fail any more: task works may be queued that only the module's
 * reference count keeps from running in freed memory, and a failing load does not look at it.
 */
int vmi_process_tracker_init(const struct vmi_process_listener *listener);

/* Stops tracking; vanish() has been called for every process and no callback runs any more when it returns. */
void vmi_process_tracker_deinit(void);

/* The last one who had a retired process open has closed it. Does not sleep. */
void vmi_process_closed(struct vmi_process *process);

void vmi_process_get(struct vmi_process *process);
void vmi_process_put(struct vmi_process *process);

#endif /* VMI_WATCH_PROCESS_TRACKER_H */
