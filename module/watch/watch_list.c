// SPDX-License-Identifier: GPL-2.0
/* Making, finding and ending watches. */
#include "watch/watch_list.h"

#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "watch/process_table.h"
#include "watch/process_tracker.h"
#include "watch/reclaim_watch.h"
#include "watch/sampler.h"

unsigned int vmi_watches_max = VMI_WATCHES_MAX;

static LIST_HEAD(watches);	/* by rising id; list_mutex and list_lock to write, either to read */
static u64 slots_in_use;	/* list_mutex */
static u32 last_id;		/* list_mutex */
static u32 slot_ids[VMI_WATCHES_MAX];	/* ids of the watches by slot, 0: none; list_mutex to write */
static u32 slot_owners[VMI_WATCHES_MAX];	/* likewise their owners */
static DEFINE_MUTEX(list_mutex);	/* who begins or ends watches; outside of vmi_watch.lock */
static DEFINE_SPINLOCK(list_lock);	/* for readers, whom the end of a watch does not hold up */

/* Lock: list_mutex or list_lock. */
static struct vmi_watch *find_root(const struct pid *process)
{
	struct vmi_watch *watch;

	list_for_each_entry(watch, &watches, link)
		if (watch->root->pid == process)
			return watch;
	return NULL;
}

/* True when `task` descends from `ancestor`. Lock: RCU. */
static bool descends_from(struct task_struct *task, const struct task_struct *ancestor)
{
	while (task->pid > 1) {
		task = rcu_dereference(task->real_parent)->group_leader;
		if (task == ancestor)
			return true;
	}
	return false;
}

/* One look at all processes; true when one joined that had not. */
static bool join_descendants(struct pid *root, u32 slot)
{
	struct task_struct *ancestor, *task;
	bool joined = false;

	rcu_read_lock();
	ancestor = pid_task(root, PIDTYPE_TGID);
	if (ancestor) {
		for_each_process(task)
			if (descends_from(task, ancestor))
				joined |= vmi_process_table_join(task_tgid(task), slot);
	}
	rcu_read_unlock();
	return joined;
}

/* Descendants forked meanwhile inherit from a parent that has joined; the others are found by looking again. */
static void join_family(struct pid *root, const struct vmi_watch_options *options, u32 slot)
{
	vmi_process_table_join(root, slot);
	if (options->tree != VMI_TREE_DESCENDANTS)
		return;
	vmi_process_table_hand_on(slot, true);
	while (join_descendants(root, slot))
		cond_resched();
}

static void unlink_watch(struct vmi_watch *watch)
{
	lockdep_assert_held(&list_mutex);
	spin_lock(&list_lock);
	list_del_init(&watch->link);
	spin_unlock(&list_lock);
	vmi_process_table_clear_slot(watch->slot);
	slots_in_use &= ~BIT_ULL(watch->slot);
	WRITE_ONCE(slot_ids[watch->slot], 0);
	WRITE_ONCE(slot_owners[watch->slot], 0);
	if (watch->options.mode == VMI_MODE_EXACT)
		vmi_reclaim_watch_put();
}

/* Everything that can fail, before anybody sees the watch. Lock: list_mutex. */
static int create_watch(struct vmi_process *root, const struct vmi_watch_options *options, struct vmi_watch **ret)
{
	u32 slot = slots_in_use == U64_MAX ? VMI_WATCH_SLOTS : __ffs64(~slots_in_use);
	int error;

	if (slot >= vmi_watches_max)
		return -ENOSPC;
	error = vmi_sampler_start();
	if (error)
		return error;
	error = vmi_watch_create(root, options, slot, ret);
	if (!error && options->mode == VMI_MODE_EXACT) {
		error = vmi_reclaim_watch_get();
		if (error)
			vmi_watch_put(*ret);
	}
	return error;
}

/* Also those that have begun since its last pass. Lock: list_mutex. */
static bool all_have_bits_cleared(void)
{
	const struct vmi_watch *watch;

	list_for_each_entry(watch, &watches, link)
		if (watch->options.tree == VMI_TREE_ALL && watch->options.mode != VMI_MODE_PASSIVE)
			return true;
	return false;
}

/* Of a process and its family little would be left, if another watch clears its accessed bits. */
static bool is_taken(struct pid *root, const struct vmi_watch_options *options)
{
	return options->tree != VMI_TREE_ALL && options->mode != VMI_MODE_PASSIVE &&
	       (all_have_bits_cleared() || vmi_process_table_has_bits_cleared(root));
}

static int add_watch(struct vmi_process *root, const struct vmi_watch_options *options, u32 owner, u32 *ret_id)
{
	struct vmi_watch *watch;
	int ret;

	if (find_root(root->pid))
		return -EEXIST;
	if (is_taken(root->pid, options))
		return -EBUSY;
	ret = create_watch(root, options, &watch);
	if (ret)
		return ret;
	watch->id = ++last_id;
	watch->owner = owner;
	*ret_id = watch->id;
	slots_in_use |= BIT_ULL(watch->slot);
	WRITE_ONCE(slot_ids[watch->slot], watch->id);
	WRITE_ONCE(slot_owners[watch->slot], owner);
	if (options->mode != VMI_MODE_PASSIVE)
		vmi_process_table_clears_bits(watch->slot);
	join_family(root->pid, options, watch->slot);
	spin_lock(&list_lock);
	list_add_tail(&watch->link, &watches);
	spin_unlock(&list_lock);
	vmi_sampler_kick();
	return 0;
}

int vmi_watch_list_add(struct pid *process, const struct vmi_watch_options *options, u32 owner, u32 *ret_id)
{
	struct vmi_process *root = vmi_process_table_find(process);
	int ret;

	if (!root)
		return -ESRCH;
	mutex_lock(&list_mutex);
	ret = add_watch(root, options, owner, ret_id);
	mutex_unlock(&list_mutex);
	vmi_process_put(root);
	return ret;
}

/* Takes a watch off the list and ends it; the list's reference is dropped. Lock: list_mutex. */
static void end_watch(struct vmi_watch *watch)
{
	vmi_sampler_end_watch(watch);
	unlink_watch(watch);
	vmi_watch_put(watch);
}

int vmi_watch_list_remove(struct pid *process)
{
	struct vmi_watch *watch;

	mutex_lock(&list_mutex);
	watch = find_root(process);
	if (watch)
		end_watch(watch);
	mutex_unlock(&list_mutex);
	return watch ? 0 : -ENOENT;
}

int vmi_watch_list_remove_id(u32 id)
{
	struct vmi_watch *watch;
	int ret = -ENOENT;

	mutex_lock(&list_mutex);
	list_for_each_entry(watch, &watches, link) {
		if (watch->id == id) {
			end_watch(watch);
			ret = 0;
			break;
		}
	}
	mutex_unlock(&list_mutex);
	return ret;
}

static bool owns_any(u32 owner)
{
	u32 slot;

	for (slot = 0; slot < VMI_WATCHES_MAX; slot++)
		if (READ_ONCE(slot_owners[slot]) == owner)
			return true;
	return false;
}

/* Nearly all sockets that are closed own none: they have nothing to wait for. */
void vmi_watch_list_remove_owned(u32 owner)
{
	struct vmi_watch *watch, *next;

	if (!owns_any(owner))
		return;
	mutex_lock(&list_mutex);
	list_for_each_entry_safe(watch, next, &watches, link)
		if (watch->owner == owner)
			end_watch(watch);
	mutex_unlock(&list_mutex);
}

bool vmi_watch_list_retire(struct vmi_watch *watch)
{
	if (!mutex_trylock(&list_mutex))
		return false;
	if (!list_empty(&watch->link)) {
		unlink_watch(watch);
		vmi_watch_put(watch);
	}
	mutex_unlock(&list_mutex);
	return true;
}

struct vmi_watch *vmi_watch_list_next(u32 id)
{
	struct vmi_watch *watch, *found = NULL;

	spin_lock(&list_lock);
	list_for_each_entry(watch, &watches, link) {
		if (watch->id >= id) {
			vmi_watch_get(watch);
			found = watch;
			break;
		}
	}
	spin_unlock(&list_lock);
	return found;
}

/* Membership is a bit in the process table; a watch takes its new members in at its next period. */
struct vmi_watch *vmi_watch_list_of(struct pid *process)
{
	struct vmi_watch *watch, *found;
	u64 slots = vmi_process_table_memberships(process);

	spin_lock(&list_lock);
	found = find_root(process);
	list_for_each_entry(watch, &watches, link)
		if (!found && (slots & BIT_ULL(watch->slot)))
			found = watch;
	if (found)
		vmi_watch_get(found);
	spin_unlock(&list_lock);
	return found;
}

u32 vmi_watch_list_id_of(const struct vmi_process *process)
{
	u64 slots = READ_ONCE(process->families) | READ_ONCE(process->member_of);

	return slots ? READ_ONCE(slot_ids[__ffs64(slots)]) : 0;
}

int vmi_watch_list_audit(u32 *ret_id, const char **ret_what)
{
	struct vmi_watch *watch;
	int ret = 0;

	*ret_id = 0;
	while (!ret && (watch = vmi_watch_list_next(*ret_id + 1))) {
		*ret_id = watch->id;
		mutex_lock(&watch->lock);
		ret = vmi_shadow_audit(watch->shadow, ret_what);
		mutex_unlock(&watch->lock);
		vmi_watch_put(watch);
	}
	return ret;
}

void vmi_watch_list_deinit(void)
{
	struct vmi_watch *watch, *next;

	mutex_lock(&list_mutex);
	list_for_each_entry_safe(watch, next, &watches, link)
		end_watch(watch);
	mutex_unlock(&list_mutex);
	vmi_sampler_stop();
}
