// SPDX-License-Identifier: GPL-2.0
/* Waiting for a mmap lock within bounds. */
#include "mm/lock_wait.h"

#include <linux/jiffies.h>
#include <linux/mmap_lock.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>

struct wait_limit {
	struct delayed_work work;
	struct task_struct *waiter;
};

static void end_wait(struct work_struct *work)
{
	struct wait_limit *limit = container_of(to_delayed_work(work), struct wait_limit, work);

	send_sig(SIGKILL, limit->waiter, 1);
}

void vmi_lock_wait_prepare(void)
{
	allow_signal(SIGKILL);
}

void vmi_lock_wait_calm(void)
{
	if (signal_pending(current))
		flush_signals(current);
}

int vmi_mmap_lock_within(struct mm_struct *mm, unsigned int wait_ms)
{
	struct wait_limit limit = { .waiter = current };
	int ret;

	if (mmap_read_trylock(mm))
		return 0;
	INIT_DELAYED_WORK_ONSTACK(&limit.work, end_wait);
	schedule_delayed_work(&limit.work, msecs_to_jiffies(wait_ms));
	ret = mmap_read_lock_killable(mm);
	cancel_delayed_work_sync(&limit.work);
	destroy_delayed_work_on_stack(&limit.work);
	/* The lock may have come when time was up. */
	vmi_lock_wait_calm();
	return ret ? -EBUSY : 0;
}
