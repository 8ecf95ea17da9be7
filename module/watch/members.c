// SPDX-License-Identifier: GPL-2.0
/* Members of watches. */
#include "watch/members.h"

#include <linux/slab.h>

#include "watch/eviction_watch.h"
#include "watch/layout_watch.h"
#include "watch/process_table.h"

/* Processes taken out of the table at a time. */
#define COLLECT_BATCH 32

/* A busy process has its lock free for readers many times in a second, if they queue for it. */
#define PATIENCE_MS		1000
#define PATIENCE_AGAIN_MS	10
#define TRIES_A_LONG_WAIT	64

static void free_member(struct vmi_watch_member *member)
{
	vmi_pool_give(&vmi_watch_memory, sizeof(*member));
	kfree(member);
}

/* One that watches nothing yet. NULL: there is no memory, or the watches may have no more. */
static struct vmi_watch_member *new_member(struct vmi_watch *watch)
{
	struct vmi_watch_member *member;

	if (!vmi_pool_take(&vmi_watch_memory, sizeof(*member)))
		return NULL;
	member = kzalloc(sizeof(*member), GFP_KERNEL);
	if (member && !vmi_mirror_create(watch->shadow, &member->mirror))
		return member;
	free_member(member);
	return NULL;
}

/* Takes over the reference to the process. False when there is no memory, and it is no member then. */
static bool add_member(struct vmi_watch *watch, struct vmi_process *process)
{
	struct vmi_watch_member *member = new_member(watch);

	if (member) {
		member->process = process;
		vmi_ledger_init(&member->ledger, vmi_shadow_budget(watch->shadow));
		list_add_tail(&member->link, &watch->members);
		watch->member_count++;
		return true;
	}
	vmi_process_table_uncollect(process, watch->slot);
	vmi_process_put(process);
	return false;
}

bool vmi_watch_update_members(struct vmi_watch *watch)
{
	struct vmi_process *found[COLLECT_BATCH];
	u64 generation = vmi_process_table_generation();
	bool every = watch->options.tree == VMI_TREE_ALL;
	u32 bucket = 0, count, i;
	bool complete = true;

	lockdep_assert_held(&watch->lock);
	if (watch->table_generation == generation)
		return true;
	while (bucket < VMI_PROCESS_BUCKETS && complete) {
		count = vmi_process_table_collect(watch->slot, every, &bucket, found, COLLECT_BATCH);
		for (i = 0; i < count; i++)
			complete = add_member(watch, found[i]) && complete;
		cond_resched();
	}
	if (complete)
		watch->table_generation = generation;
	return complete;
}

unsigned int vmi_watch_patience_ms(const struct vmi_watch *watch, const struct vmi_watch_member *member)
{
	return watch->hurried || member->locked_out % TRIES_A_LONG_WAIT ? PATIENCE_AGAIN_MS : PATIENCE_MS;
}

void vmi_watch_add_holds(struct vmi_watch *watch, const struct vmi_hold_stats *holds)
{
	lockdep_assert_held(&watch->lock);
	watch->cost.waited_ns += holds->waited_ns;
	watch->cost.hold_max_ns = max(watch->cost.hold_max_ns, holds->max_ns);
}

void vmi_watch_forget_borrowed(struct vmi_watch *watch, struct vmi_watch_member *member)
{
	lockdep_assert_held(&watch->lock);
	watch->cost.bits_lost += member->ledger.borrowed;
	vmi_ledger_clear(&member->ledger);
	member->overdue = false;
}

void vmi_watch_remove_member(struct vmi_watch *watch, struct vmi_watch_member *member)
{
	lockdep_assert_held(&watch->lock);
	list_del(&member->link);
	watch->member_count--;
	vmi_watch_forget_layout(member);
	vmi_watch_forget_evictions(member);
	vmi_mirror_destroy(member->mirror);
	vmi_watch_forget_borrowed(watch, member);
	vmi_process_put(member->process);
	free_member(member);
}
