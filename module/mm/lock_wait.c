// SPDX-License-Identifier: GPL-2.0
/* Waiting for a mmap lock within bounds. */
#include "mm/lock_wait.h"

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mmap_lock.h>
#include <linux/sched/signal.h>

#include "compat/timer.h"

/* Few: a process of many threads may have a writer in the queue at all times, and then the lock is never free. */
#define LOOKS		16
#define PAUSE_US	50

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

bool vmi_mmap_lock_if_soon_free(struct mm_struct *mm)
{
	unsigned int looks;

	for (looks = 1; !mmap_read_trylock(mm); looks++) {
		if (looks == LOOKS)
			return false;
		usleep_range(PAUSE_US, 2 * PAUSE_US);
	}
	return true;
}

int vmi_mmap_lock_within(struct mm_struct *mm, unsigned int wait_ms)
{
	struct wait_limit limit = { .waiter = current };
	int ret;

	timer_setup_on_stack(&limit.timer, end_wait, 0);
	mod_timer(&limit.timer, jiffies + msecs_to_jiffies(wait_ms));
	ret = mmap_read_lock_killable(mm);
	timer_delete_sync(&limit.timer);
	vmi_timer_destroy_on_stack(&limit.timer);
	/* The lock may have come when time was up. */
	vmi_lock_wait_calm();
	return ret ? -EBUSY : 0;
}
