// SPDX-License-Identifier: GPL-2.0
/* The table of tracked processes. */
#include "watch/process_table.h"

#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/* Looked at without a break: nobody forks or exits meanwhile, and interrupts wait. */
#define BUCKETS_A_HOLD 256

static DEFINE_HASHTABLE(table, ilog2(VMI_PROCESS_BUCKETS));	/* table_lock */
static DEFINE_SPINLOCK(table_lock);
static u64 handed_on_slots;	/* table_lock; read without it as a hint */
static u64 clearing_slots;	/* table_lock; read without it as a hint */
static u64 generation;		/* table_lock; read without it as a hint */
static u64 member_deaths;	/* table_lock; read without it as a hint */
static struct kmem_cache *process_cache;

int __init vmi_process_table_init(void)
{
	process_cache = KMEM_CACHE(vmi_process, 0);
	return process_cache ? 0 : -ENOMEM;
}

void vmi_process_table_deinit(void)
{
	kmem_cache_destroy(process_cache);
}

void vmi_process_get(struct vmi_process *process)
{
	refcount_inc(&process->references);
}

void vmi_process_put(struct vmi_process *process)
{
	if (!refcount_dec_and_test(&process->references))
		return;
	if (process->predecessor)
		vmi_process_put(process->predecessor);
	put_pid(process->pid);
	kmem_cache_free(process_cache, process);
}

static struct vmi_process *create_process(struct pid *pid, gfp_t gfp)
{
	struct vmi_process *process = kmem_cache_zalloc(process_cache, gfp | __GFP_NOWARN);

	if (!process)
		return NULL;
	process->pid = get_pid(pid);
	process->number = pid_nr(pid);
	refcount_set(&process->references, 2);
	mutex_init(&process->lock);
	init_completion(&process->gone);
	INIT_WORK(&process->reap, vmi_process_reap);
	return process;
}

/* The latest bearer of a number is first in its bucket. */
static struct vmi_process *find_number(pid_t number)
{
	struct vmi_process *process;

	lockdep_assert_held(&table_lock);
	hash_for_each_possible(table, process, link, number)
		if (process->number == number)
			return process;
	return NULL;
}

static struct vmi_process *find_pid(const struct pid *pid)
{
	struct vmi_process *process;

	lockdep_assert_held(&table_lock);
	hash_for_each_possible(table, process, link, pid_nr((struct pid *)pid))
		if (process->pid == pid)
			return process;
	return NULL;
}

/* The process with this pid, unless it is dying. */
static struct vmi_process *find_living(const struct pid *pid)
{
	struct vmi_process *process = find_pid(pid);

	return process && !process->dying ? process : NULL;
}

/* What a new process belongs to because its parent does. Nobody looks while no slot is handed on. */
static u64 inherited_families(struct pid *parent)
{
	struct vmi_process *process;

	lockdep_assert_held(&table_lock);
	if (!handed_on_slots || !parent)
		return 0;
	process = find_pid(parent);
	return process ? process->families & handed_on_slots : 0;
}

/* Puts a new process in, unless its pid is in already: then that one is returned, with a reference. */
static struct vmi_process *enter(struct vmi_process *process, struct pid *parent)
{
	struct vmi_process *known = find_pid(process->pid);

	if (known) {
		vmi_process_get(known);
		return known;
	}
	process->predecessor = find_number(process->number);
	if (process->predecessor)
		vmi_process_get(process->predecessor);
	process->families = inherited_families(parent);
	WRITE_ONCE(generation, generation + 1);
	hash_add(table, &process->link, process->number);
	return process;
}

struct vmi_process *vmi_process_table_add(struct pid *pid, struct pid *parent, gfp_t gfp, bool *ret_known)
{
	struct vmi_process *process = create_process(pid, gfp);
	struct vmi_process *entered;
	unsigned long flags;

	*ret_known = false;
	if (!process)
		return NULL;
	spin_lock_irqsave(&table_lock, flags);
	entered = enter(process, parent);
	spin_unlock_irqrestore(&table_lock, flags);
	if (entered != process) {
		*ret_known = true;
		vmi_process_put(process);
		vmi_process_put(process);
	}
	return entered;
}

void vmi_process_table_inherit(struct vmi_process *process, struct pid *parent)
{
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	process->families |= inherited_families(parent);
	WRITE_ONCE(generation, generation + 1);
	spin_unlock_irqrestore(&table_lock, flags);
}

struct vmi_process *vmi_process_table_mark_dying(struct pid *pid)
{
	struct vmi_process *process;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	process = find_living(pid);
	if (process) {
		process->dying = true;
		WRITE_ONCE(member_deaths, member_deaths + !!process->member_of);
	}
	spin_unlock_irqrestore(&table_lock, flags);
	return process;
}

void vmi_process_table_remove(struct vmi_process *process)
{
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	hash_del(&process->link);
	spin_unlock_irqrestore(&table_lock, flags);
}

struct vmi_process *vmi_process_table_next_living(u32 *bucket, bool unshown_only)
{
	struct vmi_process *process, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	for (; *bucket < HASH_SIZE(table) && !found; *bucket += !found) {
		hlist_for_each_entry(process, &table[*bucket], link) {
			/* A stale look at the state costs a wasted or a later repair, no more. */
			if (process->dying || (unshown_only && READ_ONCE(process->state) != VMI_PROCESS_NEW))
				continue;
			vmi_process_get(process);
			found = process;
			break;
		}
	}
	spin_unlock_irqrestore(&table_lock, flags);
	return found;
}

struct vmi_process *vmi_process_table_find(struct pid *pid)
{
	struct vmi_process *process;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	process = find_living(pid);
	if (process)
		vmi_process_get(process);
	spin_unlock_irqrestore(&table_lock, flags);
	return process;
}

u64 vmi_process_table_generation(void)
{
	return READ_ONCE(generation);
}

u64 vmi_process_table_member_deaths(void)
{
	return READ_ONCE(member_deaths);
}

bool vmi_process_table_join(struct pid *pid, u32 slot)
{
	struct vmi_process *process;
	unsigned long flags;
	bool joined = false;

	spin_lock_irqsave(&table_lock, flags);
	process = find_living(pid);
	if (process && !(process->families & BIT_ULL(slot))) {
		process->families |= BIT_ULL(slot);
		WRITE_ONCE(generation, generation + 1);
		joined = true;
	}
	spin_unlock_irqrestore(&table_lock, flags);
	return joined;
}

void vmi_process_table_hand_on(u32 slot, bool hand_on)
{
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	if (hand_on)
		handed_on_slots |= BIT_ULL(slot);
	else
		handed_on_slots &= ~BIT_ULL(slot);
	spin_unlock_irqrestore(&table_lock, flags);
}

void vmi_process_table_clears_bits(u32 slot)
{
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	WRITE_ONCE(clearing_slots, clearing_slots | BIT_ULL(slot));
	spin_unlock_irqrestore(&table_lock, flags);
}

/* Whether a process is to become a member of a slot. */
static bool is_wanted(const struct vmi_process *process, u32 slot, bool every)
{
	u64 excluding = BIT_ULL(slot) | (clearing_slots & BIT_ULL(slot) ? clearing_slots : 0);

	lockdep_assert_held(&table_lock);
	return !process->dying && (every || (process->families & BIT_ULL(slot))) && !(process->member_of & excluding);
}

static u32 collect_bucket(u32 bucket, u32 slot, bool every, struct vmi_process **ret, u32 max)
{
	struct vmi_process *process;
	u32 count = 0;

	hlist_for_each_entry(process, &table[bucket], link) {
		if (count == max)
			break;
		if (!is_wanted(process, slot, every))
			continue;
		process->member_of |= BIT_ULL(slot);
		vmi_process_get(process);
		ret[count++] = process;
	}
	return count;
}

u32 vmi_process_table_collect(u32 slot, bool every, u32 *bucket, struct vmi_process **ret, u32 max)
{
	u32 until = min_t(u32, *bucket + BUCKETS_A_HOLD, VMI_PROCESS_BUCKETS);
	unsigned long flags;
	u32 count = 0;

	spin_lock_irqsave(&table_lock, flags);
	for (; *bucket < until; ++*bucket) {
		count += collect_bucket(*bucket, slot, every, ret + count, max - count);
		/* There may be more in this one. */
		if (count == max)
			break;
	}
	spin_unlock_irqrestore(&table_lock, flags);
	return count;
}

void vmi_process_table_uncollect(struct vmi_process *process, u32 slot)
{
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	process->member_of &= ~BIT_ULL(slot);
	WRITE_ONCE(generation, generation + 1);
	spin_unlock_irqrestore(&table_lock, flags);
}

static void clear_slot_in(u32 from, u32 until, u32 slot)
{
	struct vmi_process *process;
	unsigned long flags;
	u32 bucket;

	spin_lock_irqsave(&table_lock, flags);
	for (bucket = from; bucket < until; bucket++) {
		hlist_for_each_entry(process, &table[bucket], link) {
			process->families &= ~BIT_ULL(slot);
			process->member_of &= ~BIT_ULL(slot);
		}
	}
	spin_unlock_irqrestore(&table_lock, flags);
}

/* Nobody joins a slot that is not handed on, and nobody has it before it has been cleared everywhere. */
void vmi_process_table_clear_slot(u32 slot)
{
	unsigned long flags;
	u32 bucket;

	spin_lock_irqsave(&table_lock, flags);
	handed_on_slots &= ~BIT_ULL(slot);
	if (clearing_slots & BIT_ULL(slot))
		WRITE_ONCE(generation, generation + 1);
	WRITE_ONCE(clearing_slots, clearing_slots & ~BIT_ULL(slot));
	spin_unlock_irqrestore(&table_lock, flags);
	for (bucket = 0; bucket < VMI_PROCESS_BUCKETS; bucket += BUCKETS_A_HOLD)
		clear_slot_in(bucket, bucket + BUCKETS_A_HOLD, slot);
}

u64 vmi_process_table_memberships(struct pid *pid)
{
	struct vmi_process *process;
	unsigned long flags;
	u64 slots;

	spin_lock_irqsave(&table_lock, flags);
	process = find_living(pid);
	slots = process ? process->member_of : 0;
	spin_unlock_irqrestore(&table_lock, flags);
	return slots;
}

bool vmi_process_table_has_bits_cleared(struct pid *pid)
{
	struct vmi_process *process;
	unsigned long flags;
	bool cleared;

	spin_lock_irqsave(&table_lock, flags);
	process = find_living(pid);
	cleared = process && (process->families | process->member_of) & clearing_slots;
	spin_unlock_irqrestore(&table_lock, flags);
	return cleared;
}
