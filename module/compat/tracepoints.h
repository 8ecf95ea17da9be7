/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scheduler's and fork's tracepoints, which are not exported by name: found in the table of tracepoints and
 * hooked through the generic call.
 */
#ifndef VMI_COMPAT_TRACEPOINTS_H
#define VMI_COMPAT_TRACEPOINTS_H

#include <linux/sched.h>
#include <linux/types.h>

struct vmi_process_hooks {
	/*
	 * A task was made by `current`, is on the task list and has not run yet. Called for threads and kernel threads
	 * too. Atomic context: no sleeping.
	 */
	void (*new_task)(struct task_struct *task, u64 clone_flags);
	/*
	 * A task is exiting; its signal->live has been lowered. Called for each thread. task->mm may be gone. Atomic
	 * context: no sleeping.
	 */
	void (*task_exit)(struct task_struct *task);
};

/*
 * Attaches both hooks; -ENOENT when this kernel lacks a tracepoint. May sleep. One set of hooks at a time; the
 * caller keeps it until detached.
 */
int vmi_tracepoints_attach(const struct vmi_process_hooks *hooks);

/* Detaches the hooks and waits until none is running any more. May sleep. */
void vmi_tracepoints_detach(void);

/*
 * Calls `woken` whenever reclaim starts: kswapd, direct or for a memory cgroup's limit. Atomic context. One at a time;
 * -ENOENT when the kernel lacks the tracepoints. May sleep.
 */
int vmi_reclaim_tracepoints_attach(void (*woken)(void));

/* Waits until no call is under way. May sleep. */
void vmi_reclaim_tracepoints_detach(void);

#endif /* VMI_COMPAT_TRACEPOINTS_H */
