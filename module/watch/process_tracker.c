// SPDX-License-Identifier: GPL-2.0
/* Follows processes from fork to exit; the header tells the life of a struct vmi_process. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "watch/process_tracker.h"

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "compat/tracepoints.h"
#include "watch/process_table.h"
#include "watch/watch_events.h"

/* How long a new process waits for the entry of a dead one with its number to go, before it is shown late. */
#define PREDECESSOR_WAIT	(2 * HZ)

/* How long to wait before trying again to show what there was no memory for. */
#define REPAIR_DELAY		(HZ / 10)

static const struct vmi_process_listener *listener;	/* init-only */
static struct workqueue_struct *reapers;
static LLIST_HEAD(dead_processes);	/* lock-free, each with a reference; emptied by the reaper */

static void reap_dead(struct work_struct *work);
static void repair(struct work_struct *work);
static DECLARE_WORK(reap_work, reap_dead);
static DECLARE_DELAYED_WORK(repair_work, repair);

static bool is_dead(const struct task_struct *task)
{
	return atomic_read(&task->signal->live) == 0;
}

/* Has a dying process vanish, unless somebody is at it. From a worker, since vanish() waits for readers inside. */
static void force_out(struct vmi_process *process)
{
	if (READ_ONCE(process->dying) && !test_and_set_bit(0, &process->reaping))
		queue_work(reapers, &process->reap);
}

/*
 * Waits, within reason, until the entry of an earlier process with our number is gone. False when it is not: then a
 * reader of it is stuck, and the new process is shown late. Lock: process->lock.
 */
static bool predecessor_is_gone(struct vmi_process *process)
{
	if (!process->predecessor)
		return true;
	force_out(process->predecessor);
	if (!wait_for_completion_timeout(&process->predecessor->gone, PREDECESSOR_WAIT))
		return false;
	vmi_process_put(process->predecessor);
	process->predecessor = NULL;
	return true;
}

static void show_new_process(struct vmi_process *process)
{
	lockdep_assert_held(&process->lock);
	if (process->state != VMI_PROCESS_NEW || !predecessor_is_gone(process))
		return;
	process->shown = listener->appear(process);
	if (!process->shown)
		return;
	/* Pairs with show_process(): who sees it shown sees what it is shown by. */
	smp_store_release(&process->state, VMI_PROCESS_SHOWN);
}

/* Calls appear() if nobody has yet, and it is not too late. False when it could not be done now. */
static bool show_process(struct vmi_process *process)
{
	/* Pairs with show_new_process(). */
	if (smp_load_acquire(&process->state) != VMI_PROCESS_NEW || READ_ONCE(process->dying))
		return true;
	mutex_lock(&process->lock);
	show_new_process(process);
	mutex_unlock(&process->lock);
	return READ_ONCE(process->state) != VMI_PROCESS_NEW;
}

/* Whoever has set `reaping` calls this, once. Drops the table's reference. */
static void hide_process(struct vmi_process *process)
{
	mutex_lock(&process->lock);
	if (process->state == VMI_PROCESS_SHOWN)
		listener->vanish(process->shown);
	WRITE_ONCE(process->state, VMI_PROCESS_GONE);
	mutex_unlock(&process->lock);
	vmi_process_table_remove(process);
	complete_all(&process->gone);
	vmi_process_put(process);
}

void vmi_process_reap(struct work_struct *work)
{
	hide_process(container_of(work, struct vmi_process, reap));
}

void vmi_process_closed(struct vmi_process *process)
{
	force_out(process);
}

static void show_or_repair(struct vmi_process *process)
{
	if (!show_process(process))
		mod_delayed_work(reapers, &repair_work, REPAIR_DELAY);
}

/* The end of a queued task work. The module may go right after; vmi_process_tracker_deinit() waits for our return. */
static void finish_task_work(struct vmi_process *process)
{
	show_or_repair(process);
	vmi_process_put(process);
	module_put(THIS_MODULE);
}

static void child_work(struct callback_head *work)
{
	finish_task_work(container_of(work, struct vmi_process, child_work));
}

static void parent_work(struct callback_head *work)
{
	finish_task_work(container_of(work, struct vmi_process, parent_work));
}

/* Atomic context. Takes a reference and the module for the work; gives them back when it cannot be queued. */
static void queue_task_work(struct task_struct *task, struct vmi_process *process, struct callback_head *work,
			    task_work_func_t function)
{
	if (!try_module_get(THIS_MODULE))
		return;
	vmi_process_get(process);
	init_task_work(work, function);
	if (task_work_add(task, work, TWA_RESUME)) {
		vmi_process_put(process);
		module_put(THIS_MODULE);
	}
}

/* The fork tracepoint; atomic context. */
static void note_new_task(struct task_struct *task, u64 clone_flags)
{
	struct vmi_process *process;
	bool known;

	if ((clone_flags & CLONE_THREAD) || (task->flags & PF_KTHREAD))
		return;
	process = vmi_process_table_add(task_pid(task), task_tgid(current), GFP_ATOMIC, &known);
	if (!process) {
		mod_delayed_work(reapers, &repair_work, REPAIR_DELAY);
		return;
	}
	/* Known: a scan was quicker than this tracepoint. The promise holds for it all the same. */
	if (known)
		vmi_process_table_inherit(process, task_tgid(current));
	queue_task_work(task, process, &process->child_work, child_work);
	if (!(clone_flags & CLONE_VFORK) && !(current->flags & PF_KTHREAD))
		queue_task_work(current, process, &process->parent_work, parent_work);
	vmi_process_put(process);
}

/* True when nobody has it open, so that vanish() will not have to wait. */
static bool retire_process(struct vmi_process *process)
{
	bool idle = true;

	mutex_lock(&process->lock);
	if (process->state == VMI_PROCESS_SHOWN)
		idle = listener->retire(process->shown);
	mutex_unlock(&process->lock);
	return idle;
}

/* Has a dying process vanish, or leaves that to the last one who has it open. Drops the caller's reference. */
static void reap_process(struct vmi_process *process)
{
	vmi_watch_tell_exited(process);
	if (retire_process(process) && !test_and_set_bit(0, &process->reaping))
		hide_process(process);
	vmi_process_put(process);
}

static void exit_work(struct callback_head *work)
{
	reap_process(container_of(work, struct vmi_process, exit_work));
	module_put(THIS_MODULE);
}

/* Has the last thread of a process reap it on its way out; its parent's wait() returns later. False when it cannot. */
static bool queue_exit_work(struct task_struct *task, struct vmi_process *process)
{
	if (!try_module_get(THIS_MODULE))
		return false;
	init_task_work(&process->exit_work, exit_work);
	if (!task_work_add(task, &process->exit_work, TWA_NONE))
		return true;
	module_put(THIS_MODULE);
	return false;
}

/* Atomic context allowed. `task` is the thread that is exiting, or NULL for a worker to do the work. */
static void note_dead_process(struct pid *pid, struct task_struct *task)
{
	struct vmi_process *process = vmi_process_table_mark_dying(pid);

	if (!process)
		return;
	vmi_process_get(process);
	if (task && queue_exit_work(task, process))
		return;
	if (llist_add(&process->dead_link, &dead_processes))
		queue_work(reapers, &reap_work);
}

/* The exit tracepoint; atomic context. Two threads that exit at once can both see the group dead. */
static void note_task_exit(struct task_struct *task)
{
	if (!(task->flags & PF_KTHREAD) && is_dead(task))
		note_dead_process(task_tgid(task), task);
}

static const struct vmi_process_hooks hooks = {
	.new_task = note_new_task,
	.task_exit = note_task_exit,
};

/* In the order of their deaths, since a process may wait for one with its number that died before. */
static void reap_dead(struct work_struct *work)
{
	struct llist_node *dead = llist_reverse_order(llist_del_all(&dead_processes));
	struct vmi_process *process, *next;

	llist_for_each_entry_safe(process, next, dead, dead_link) {
		reap_process(process);
		cond_resched();
	}
}

/*
 * Puts every live process into the table that is not there yet, as a child of who is its parent now: after its parent,
 * which is before it in the list. The fork tracepoint may be at work on the same one; the table keeps the first. One
 * that dies before it is in the table was not seen by the exit tracepoint, hence the second look. False when memory ran
 * out.
 */
static bool scan_tasks(void)
{
	struct task_struct *task;
	bool complete = true;

	rcu_read_lock();
	for_each_process(task) {
		struct pid *pid = task_tgid(task);
		struct vmi_process *process;
		bool known;

		if (!pid || (task->flags & PF_KTHREAD) || is_dead(task))
			continue;
		process = vmi_process_table_add(pid, task_tgid(rcu_dereference(task->real_parent)), GFP_ATOMIC, &known);
		if (!process) {
			complete = false;
			continue;
		}
		if (is_dead(task))
			note_dead_process(pid, NULL);
		vmi_process_put(process);
	}
	rcu_read_unlock();
	return complete;
}

/* Shows all that are in the table and not shown. False when one could not be. */
static bool show_all(void)
{
	struct vmi_process *process;
	bool shown = true;
	u32 bucket = 0;

	while (shown && (process = vmi_process_table_next_living(&bucket, true))) {
		shown = show_process(process);
		vmi_process_put(process);
		cond_resched();
	}
	return shown;
}

/* After memory had run out: finds and shows what was missed, and tries again until nothing is. */
static void repair(struct work_struct *work)
{
	bool complete = scan_tasks();

	if (!show_all() || !complete)
		queue_delayed_work(reapers, &repair_work, REPAIR_DELAY);
}

int __init vmi_process_tracker_init(const struct vmi_process_listener *new_listener)
{
	int ret = vmi_process_table_init();

	if (ret)
		return ret;
	listener = new_listener;
	reapers = alloc_workqueue("vminspect", WQ_UNBOUND, 0);
	if (!reapers) {
		ret = -ENOMEM;
		goto out_table;
	}
	ret = vmi_tracepoints_attach(&hooks);
	if (ret) {
		pr_err("cannot follow processes: no fork or exit tracepoint (%d)\n", ret);
		goto out_reapers;
	}
	if (!scan_tasks() || !show_all()) {
		pr_warn("short of memory: some processes will appear late\n");
		mod_delayed_work(reapers, &repair_work, REPAIR_DELAY);
	}
	return 0;

out_reapers:
	destroy_workqueue(reapers);
out_table:
	vmi_process_table_deinit();
	return ret;
}

void vmi_process_tracker_deinit(void)
{
	struct vmi_process *process;
	u32 bucket = 0;

	vmi_tracepoints_detach();
	/* A task work drops the module before it returns: wait until the last one is out of our text. */
	synchronize_rcu_tasks();
	cancel_delayed_work_sync(&repair_work);
	while ((process = vmi_process_table_next_living(&bucket, false))) {
		note_dead_process(process->pid, NULL);
		vmi_process_put(process);
		cond_resched();
	}
	flush_work(&reap_work);
	destroy_workqueue(reapers);
	vmi_process_table_deinit();
}
