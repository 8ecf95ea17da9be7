// SPDX-License-Identifier: GPL-2.0
/* The sampler thread. */
#include "watch/sampler.h"

#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "mm/access_pass.h"
#include "watch/watch_list.h"

/* While there are watches it looks this often whether their processes have died: a wake-up for each would cost more. */
#define LONGEST_SLEEP_NS NSEC_PER_SEC

static struct task_struct *thread;	/* watch_list's lock */
static struct vmi_access_pass *buffers;	/* pass_mutex */
static DEFINE_MUTEX(pass_mutex);	/* one pass at a time; taken inside vmi_watch.lock */
static DECLARE_WAIT_QUEUE_HEAD(kicks);
static bool kicked;

void vmi_sampler_kick(void)
{
	WRITE_ONCE(kicked, true);
	wake_up(&kicks);
}

static void step_watch(struct vmi_watch *watch)
{
	mutex_lock(&watch->lock);
	mutex_lock(&pass_mutex);
	vmi_watch_step(watch, buffers, ktime_get_ns());
	mutex_unlock(&pass_mutex);
	mutex_unlock(&watch->lock);
}

void vmi_sampler_end_watch(struct vmi_watch *watch)
{
	mutex_lock(&watch->lock);
	mutex_lock(&pass_mutex);
	vmi_watch_end(watch, buffers);
	mutex_unlock(&pass_mutex);
	mutex_unlock(&watch->lock);
}

/* Steps every watch that is due; returns when the next one is, U64_MAX when there is none. */
static u64 step_all(void)
{
	u64 next_ns = U64_MAX;
	struct vmi_watch *watch;
	u32 id = 0;

	while (!kthread_should_stop() && (watch = vmi_watch_list_next(id))) {
		id = watch->id + 1;
		if (vmi_watch_is_due(watch, ktime_get_ns()))
			step_watch(watch);
		if (READ_ONCE(watch->phase) == VMI_WATCH_ENDED)
			vmi_watch_list_retire(watch);
		else
			next_ns = min(next_ns, READ_ONCE(watch->due_ns));
		vmi_watch_put(watch);
	}
	return next_ns;
}

static void sleep_until(u64 when_ns)
{
	u64 now_ns = ktime_get_ns();

	if (when_ns == U64_MAX)
		wait_event_interruptible(kicks, READ_ONCE(kicked) || kthread_should_stop());
	else if (when_ns > now_ns)
		wait_event_interruptible_hrtimeout(kicks, READ_ONCE(kicked) || kthread_should_stop(),
						   ns_to_ktime(min_t(u64, when_ns - now_ns, LONGEST_SLEEP_NS)));
}

static int sample(void *unused)
{
	while (!kthread_should_stop()) {
		u64 next_ns;

		WRITE_ONCE(kicked, false);
		next_ns = step_all();
		sleep_until(next_ns);
	}
	return 0;
}

int vmi_sampler_start(void)
{
	if (thread)
		return 0;
	buffers = vmi_access_pass_create();
	if (!buffers)
		return -ENOMEM;
	thread = kthread_run(sample, NULL, "vminspect");
	if (!IS_ERR(thread))
		return 0;
	vmi_access_pass_destroy(buffers);
	buffers = NULL;
	thread = NULL;
	return -ENOMEM;
}

void vmi_sampler_stop(void)
{
	if (!thread)
		return;
	kthread_stop(thread);
	thread = NULL;
	vmi_access_pass_destroy(buffers);
	buffers = NULL;
}
