// SPDX-License-Identifier: GPL-2.0
/* Noticing that reclaim has woken. */
#include "watch/reclaim_watch.h"

#include <linux/atomic.h>
#include <linux/mutex.h>

#include "compat/tracepoints.h"
#include "watch/sampler.h"

static atomic64_t reclaims = ATOMIC64_INIT(0);
static DEFINE_MUTEX(users_mutex);
static u32 users;			/* users_mutex */

/* Atomic context, in whoever is about to reclaim. */
static void note_reclaim(void)
{
	atomic64_inc(&reclaims);
	vmi_sampler_kick();
}

int vmi_reclaim_watch_get(void)
{
	int ret = 0;

	mutex_lock(&users_mutex);
	if (!users)
		ret = vmi_reclaim_tracepoints_attach(note_reclaim);
	users += !ret;
	mutex_unlock(&users_mutex);
	return ret;
}

void vmi_reclaim_watch_put(void)
{
	mutex_lock(&users_mutex);
	if (!--users)
		vmi_reclaim_tracepoints_detach();
	mutex_unlock(&users_mutex);
}

u64 vmi_reclaim_watch_count(void)
{
	return atomic64_read(&reclaims);
}
