// SPDX-License-Identifier: GPL-2.0
/* References on address spaces, and bounded holds of their mmap lock. */
#include "mm/target.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pid.h>
#include <linux/sched/clock.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "compat/mm_owner.h"
#include "mm/lock_wait.h"
#include "mm/mm_facts.h"
#include "mm/turns.h"

unsigned int vmi_hold_limit_us = 250;

/* The mm of any living thread: the leader may have exited before the others. */
static struct mm_struct *get_process_mm(struct pid *process)
{
	struct task_struct *leader, *thread;
	struct mm_struct *mm = NULL;

	rcu_read_lock();
	leader = pid_task(process, PIDTYPE_TGID);
	if (leader) {
		for_each_thread(leader, thread) {
			mm = get_task_mm(thread);
			if (mm)
				break;
		}
	}
	rcu_read_unlock();
	return mm;
}

int vmi_target_open(struct vmi_target *target, struct pid *process)
{
	struct mm_struct *mm = get_process_mm(process);

	if (!mm)
		return -ESRCH;
	mmgrab(mm);
	mmput_async(mm);
	*target = (struct vmi_target){ .mm = mm };
	return 0;
}

int vmi_target_open_reader(struct vmi_target *target, struct pid *process)
{
	int ret = vmi_target_open(target, process);

	if (ret)
		return ret;
	target->turns = vmi_turns_get(target->mm);
	if (target->turns)
		return 0;
	vmi_target_close(target);
	return -ENOMEM;
}

void vmi_target_close(struct vmi_target *target)
{
	if (target->turns)
		vmi_turns_put(target->turns);
	target->turns = NULL;
	mmdrop(target->mm);
	target->mm = NULL;
}

static int lock_for_read(const struct vmi_target *target)
{
	if (vmi_mmap_lock_if_soon_free(target->mm))
		return 0;
	return target->wait_ms ? vmi_mmap_lock_within(target->mm, target->wait_ms) :
				 mmap_read_lock_killable(target->mm);
}

int vmi_target_begin_turn(struct vmi_target *target)
{
	int ret = vmi_turns_take(target->turns);

	target->in_turn = !ret;
	return ret;
}

void vmi_target_end_turn(struct vmi_target *target)
{
	target->in_turn = false;
	vmi_turns_give(target->turns);
}

/* Whoever else there is. */
static int hold_alone(struct vmi_target *target)
{
	u64 asked_ns = target->stats ? ktime_get_ns() : 0;
	int ret;

	if (!mmget_not_zero(target->mm))
		return -ESRCH;
	ret = lock_for_read(target);
	if (target->stats) {
		target->held_since_ns = ktime_get_ns();
		target->stats->waited_ns += target->held_since_ns - asked_ns;
	}
	if (ret)
		mmput_async(target->mm);
	target->held_since_clock = sched_clock();
	return ret;
}

/* Each hold is a turn of its own. */
static bool turn_by_turn(const struct vmi_target *target)
{
	return target->turns && !target->in_turn;
}

int vmi_target_hold(struct vmi_target *target)
{
	int ret;

	if (!turn_by_turn(target))
		return hold_alone(target);
	ret = vmi_turns_take(target->turns);
	if (ret)
		return ret;
	ret = hold_alone(target);
	if (ret)
		vmi_turns_give(target->turns);
	return ret;
}

static void count_hold(struct vmi_hold_stats *stats, u64 held_ns)
{
	stats->holds++;
	stats->total_ns += held_ns;
	stats->max_ns = max(stats->max_ns, held_ns);
}

void vmi_target_release(struct vmi_target *target)
{
	if (target->stats)
		count_hold(target->stats, ktime_get_ns() - target->held_since_ns);
	mmap_read_unlock(target->mm);
	if (turn_by_turn(target))
		vmi_turns_give(target->turns);
	/* Not by us: it can take long, and we may hold locks that others wait for. */
	mmput_async(target->mm);
}

/*
 * By the scheduler's clock, which reads the time stamp counter whatever the kernel keeps time by: an HPET is slow to
 * read. Clocks of two processors can differ, so a hold may seem to have begun in the future.
 */
bool vmi_target_should_yield(const struct vmi_target *target)
{
	return mmap_lock_is_contended(target->mm) ||
	       (s64)(sched_clock() - target->held_since_clock) > (s64)vmi_hold_limit_us * NSEC_PER_USEC;
}

u64 vmi_target_resident_pages(struct pid *process)
{
	struct mm_struct *mm = get_process_mm(process);
	u64 pages;

	if (!mm)
		return 0;
	pages = get_mm_rss(mm);
	mmput_async(mm);
	return pages;
}

struct pid *vmi_target_owner(struct pid *process)
{
	struct mm_struct *mm = get_process_mm(process);
	struct task_struct *task;
	struct pid *owner = NULL;

	if (!mm)
		return NULL;
	rcu_read_lock();
	task = vmi_mm_owner(mm);
	if (task && task_tgid(task) != process)
		owner = get_pid(task_tgid(task));
	rcu_read_unlock();
	mmput_async(mm);
	return owner;
}

int vmi_target_mm_facts(struct pid *process, struct vmi_mm_facts *ret)
{
	struct mm_struct *mm = get_process_mm(process);

	if (!mm)
		return -ESRCH;
	vmi_mm_facts(mm, ret);
	mmput_async(mm);
	return 0;
}
