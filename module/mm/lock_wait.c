// SPDX-License-Identifier: GPL-2.0
/* Waiting for a mmap lock within bounds. */
#include "mm/lock_wait.h"

#include <linux/jiffies.h>
#include <linux/mmap_lock.h>
#include <linux/sched/signal.h>

#include "compat/timer.h"

struct wait_limit {
	struct timer_list timer;
	struct task_struct *waiter;
};

static void end_wait(struct timer_list *timer)
{
	struct wait_limit *limit = container_of(timer, struct wait_limit, timer);

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
	timer_setup_on_stack(&limit.timer, end_wait, 0);
	mod_timer(&limit.timer, jiffies + msecs_to_jiffies(wait_ms));
	ret = mmap_read_lock_killable(mm);
	timer_delete_sync(&limit.timer);
	vmi_timer_destroy_on_stack(&limit.timer);
	/* The lock may have come when time was up. */
	vmi_lock_wait_calm();
	return ret ? -EBUSY : 0;
}
