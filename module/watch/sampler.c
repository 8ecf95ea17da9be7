// SPDX-License-Identifier: GPL-2.0
/* The sampler thread. */
#include "watch/sampler.h"

#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "mm/access_pass.h"
#include "mm/lock_wait.h"
#include "watch/watch_list.h"

/* While there are watches it looks this often whether their processes have died: a wake-up for each would cost more. */
#define LONGEST_SLEEP_NS NSEC_PER_SEC

/* A dead watch that could not be taken off the list, since somebody was at it, is tried again so soon. */
#define RETIRE_AGAIN_NS	(10 * NSEC_PER_MSEC)

/* A watch that somebody wants ended, and waits for. */
struct end_request {
	struct list_head link;		/* requests_lock */
	struct vmi_watch *watch;
	struct completion done;
};

static struct task_struct *thread;	/* watch_list's lock */
static struct vmi_access_pass *buffers;	/* the thread's, while there is one */
static LIST_HEAD(end_requests);		/* requests_lock */
static DEFINE_SPINLOCK(requests_lock);
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
	vmi_watch_step(watch, buffers, ktime_get_ns());
	mutex_unlock(&watch->lock);
}

static struct end_request *take_request(void)
{
	struct end_request *request;

	spin_lock(&requests_lock);
	request = list_first_entry_or_null(&end_requests, struct end_request, link);
	if (request)
		list_del(&request->link);
	spin_unlock(&requests_lock);
	return request;
}

/* A request is gone as soon as it is done: it stands on the stack of the one who waits. */
static void end_requested(void)
{
	struct end_request *request;

	while ((request = take_request())) {
		mutex_lock(&request->watch->lock);
		vmi_watch_end(request->watch, buffers);
		mutex_unlock(&request->watch->lock);
		complete(&request->done);
	}
}

void vmi_sampler_end_watch(struct vmi_watch *watch)
{
	struct end_request request = { .watch = watch, .done = COMPLETION_INITIALIZER_ONSTACK(request.done) };

	spin_lock(&requests_lock);
	list_add_tail(&request.link, &end_requests);
	spin_unlock(&requests_lock);
	vmi_sampler_kick();
	wait_for_completion(&request.done);
}

/* Steps a watch that is due, and takes it off the list if it has ended; when the next step is, U64_MAX: never. */
static u64 attend_to(struct vmi_watch *watch)
{
	if (vmi_watch_is_due(watch, ktime_get_ns()))
		step_watch(watch);
	if (READ_ONCE(watch->phase) != VMI_WATCH_ENDED)
		return READ_ONCE(watch->due_ns);
	return vmi_watch_list_retire(watch) ? U64_MAX : ktime_get_ns() + RETIRE_AGAIN_NS;
}

/*
 * Steps every watch that is due; returns when the next one is, U64_MAX when there is none. Who wants a watch ended need
 * not wait for the passes of the others.
 */
static u64 step_all(void)
{
	u64 next_ns = U64_MAX;
	struct vmi_watch *watch;
	u32 id = 0;

	while (!kthread_should_stop() && (watch = vmi_watch_list_next(id))) {
		id = watch->id + 1;
		next_ns = min(next_ns, attend_to(watch));
		vmi_watch_put(watch);
		end_requested();
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
	vmi_lock_wait_prepare();
	while (!kthread_should_stop()) {
		u64 next_ns;

		/* A signal that somebody sends would end every sleep at once. */
		vmi_lock_wait_calm();
		/* Pairs with the wake-up: what was asked for before a kick is seen after its sign was taken down. */
		smp_store_mb(kicked, false);
		end_requested();
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
