// SPDX-License-Identifier: GPL-2.0
/* Turns at address spaces: a semaphore for each that is being read, found by its mm_struct. */
#include "mm/turns.h"

#include <linux/cpumask.h>
#include <linux/hashtable.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct vmi_turns {
	struct hlist_node node;
	struct mm_struct *mm;
	unsigned int users;		/* Lock: table_lock */
	struct semaphore free;
};

static DEFINE_HASHTABLE(table, 6);
static DEFINE_SPINLOCK(table_lock);

/* Lock: table_lock. */
static struct vmi_turns *find(const struct mm_struct *mm)
{
	struct vmi_turns *turns;

	hash_for_each_possible(table, turns, node, (unsigned long)mm)
		if (turns->mm == mm)
			return turns;
	return NULL;
}

struct vmi_turns *vmi_turns_get(struct mm_struct *mm)
{
	struct vmi_turns *added = kmalloc(sizeof(*added), GFP_KERNEL), *turns;

	if (!added)
		return NULL;
	added->mm = mm;
	added->users = 0;
	sema_init(&added->free, num_online_cpus());
	spin_lock(&table_lock);
	turns = find(mm);
	if (!turns) {
		turns = added;
		hash_add(table, &turns->node, (unsigned long)mm);
	}
	turns->users++;
	spin_unlock(&table_lock);
	if (turns != added)
		kfree(added);
	return turns;
}

void vmi_turns_put(struct vmi_turns *turns)
{
	bool last;

	spin_lock(&table_lock);
	last = !--turns->users;
	if (last)
		hash_del(&turns->node);
	spin_unlock(&table_lock);
	if (last)
		kfree(turns);
}

int vmi_turns_take(struct vmi_turns *turns)
{
	return down_killable(&turns->free);
}

void vmi_turns_give(struct vmi_turns *turns)
{
	up(&turns->free);
}
