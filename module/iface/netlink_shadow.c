// SPDX-License-Identifier: GPL-2.0
/* What watches know of regions and frames. */
#include "iface/netlink_shadow.h"

#include <linux/slab.h>
#include <linux/vminspect.h>

#include "iface/netlink_watch.h"
#include "watch/process_table.h"

/* A reply has room for so many sharers; that there are more shows in the frame's mapcount. */
#define SHARERS_MAX 256

void vmi_watched_open(struct vmi_watched *watched, struct pid *process)
{
	watched->process = vmi_process_table_find(process);
	watched->watch = watched->process ? vmi_watch_list_of(process) : NULL;
}

void vmi_watched_close(struct vmi_watched *watched)
{
	if (watched->watch)
		vmi_watch_put(watched->watch);
	if (watched->process)
		vmi_process_put(watched->process);
}

struct vmi_watch_member *vmi_watched_lock(struct vmi_watched *watched)
{
	struct vmi_watch_member *member;

	if (!watched->watch)
		return NULL;
	mutex_lock(&watched->watch->lock);
	member = vmi_watch_find_member(watched->watch, watched->process);
	if (!member)
		mutex_unlock(&watched->watch->lock);
	return member;
}

void vmi_watched_unlock(struct vmi_watched *watched)
{
	mutex_unlock(&watched->watch->lock);
}

/* Buckets begin at 0, 1, 2, 4, 8 ...: see VMI_AGE_BUCKETS. */
static void put_ages(struct vmi_message *message, const u64 *ages)
{
	u32 bucket;

	for (bucket = 0; bucket < VMI_AGE_BUCKETS; bucket++) {
		struct nlattr *nest = vmi_put_nest(message, VMI_A_SHADOW_BUCKET);

		vmi_put_u32(message, VMI_A_BUCKET_AGE, bucket ? 1U << (bucket - 1) : 0);
		vmi_put_u64(message, VMI_A_BUCKET_PAGES, ages[bucket]);
		vmi_put_nest_end(message, nest);
	}
}

static void put_shadow(struct vmi_message *message, u32 policy, const struct vmi_region_shadow *shadow)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_REGION_SHADOW);
	u32 list;

	vmi_put_u32(message, VMI_A_SHADOW_POLICY, policy);
	put_ages(message, shadow->ages);
	for (list = VMI_LIST_EVICTED; list < VMI_LISTS_MAX; list++)
		vmi_put_list(message, VMI_A_SHADOW_LIST, vmi_policy_by_id(policy), list, shadow->list_pages[list]);
	vmi_put_u64(message, VMI_A_SHADOW_EVICTED, shadow->evicted);
	vmi_put_u64(message, VMI_A_SHADOW_REFAULTED, shadow->refaulted);
	vmi_put_u64(message, VMI_A_SHADOW_SHADOW_REFAULTED, shadow->shadow_refaulted);
	vmi_put_nest_end(message, nest);
}

void vmi_put_region_shadow(struct vmi_message *message, const struct vmi_watch_member *member, u64 start, u64 end)
{
	struct vmi_region_shadow shadow;
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		if (!vmi_mirror_region_stats(member->mirror, start, end, policy, &shadow))
			put_shadow(message, policy, &shadow);
}

static void put_opinion(struct vmi_message *message, u32 policy, const struct vmi_frame_facts *facts)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_EXPLAIN_OPINION);

	vmi_put_u32(message, VMI_A_OPINION_POLICY, policy);
	vmi_put_u32(message, VMI_A_OPINION_AGE, facts->policy[policy].age);
	vmi_put_u32(message, VMI_A_OPINION_LIST, facts->policy[policy].list);
	vmi_put_u32(message, VMI_A_OPINION_COLDER, facts->policy[policy].percentile);
	vmi_put_nest_end(message, nest);
}

void vmi_put_opinions(struct vmi_message *message, struct pid *process, u64 frame)
{
	struct vmi_frame_facts facts;
	struct vmi_watched watched;
	u32 policy;

	vmi_watched_open(&watched, process);
	if (vmi_watched_lock(&watched)) {
		if (frame <= U32_MAX && !vmi_shadow_frame(watched.watch->shadow, frame, &facts))
			for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
				if (facts.policy[policy].list != VMI_LIST_NONE)
					put_opinion(message, policy, &facts);
		vmi_watched_unlock(&watched);
	}
	vmi_watched_close(&watched);
}

struct sharers {
	struct vmi_message *message;
	u32 frame;
	u32 count;
	u32 told[SHARERS_MAX];		/* pids: a process may be in several watches */
};

static bool was_told(const struct sharers *sharers, u32 pid)
{
	u32 i;

	for (i = 0; i < sharers->count; i++)
		if (sharers->told[i] == pid)
			return true;
	return false;
}

static void put_sharer(struct sharers *sharers, u32 pid, u64 address)
{
	struct nlattr *nest = vmi_put_nest(sharers->message, VMI_A_EXPLAIN_SHARER);

	vmi_put_u32(sharers->message, VMI_A_SHARER_PID, pid);
	vmi_put_u64(sharers->message, VMI_A_SHARER_ADDRESS, address);
	vmi_put_nest_end(sharers->message, nest);
	sharers->told[sharers->count++] = pid;
}

/* Lock: vmi_watch.lock. */
static void put_sharers_of(struct sharers *sharers, struct vmi_watch *watch)
{
	struct vmi_watch_member *member;
	u64 address;

	list_for_each_entry(member, &watch->members, link) {
		if (sharers->count < SHARERS_MAX && !was_told(sharers, member->process->number) &&
		    vmi_mirror_find_frame(member->mirror, sharers->frame, &address))
			put_sharer(sharers, member->process->number, address);
		cond_resched();
	}
}

void vmi_put_sharers(struct vmi_message *message, u64 frame)
{
	struct sharers *sharers = kzalloc(sizeof(*sharers), GFP_KERNEL);
	struct vmi_watch *watch;
	u32 id = 0;

	if (!sharers || frame > U32_MAX)
		goto out;
	sharers->message = message;
	sharers->frame = frame;
	while ((watch = vmi_watch_list_next(id))) {
		id = watch->id + 1;
		mutex_lock(&watch->lock);
		put_sharers_of(sharers, watch);
		mutex_unlock(&watch->lock);
		vmi_watch_put(watch);
	}
out:
	kfree(sharers);
}
