// SPDX-License-Identifier: GPL-2.0
/* The steps of a watch: open a window, close it, let the shadow reclaim, rest. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "watch/watch.h"

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "mm/access_pass.h"
#include "watch/members.h"
#include "watch/process_table.h"
#include "watch/process_tracker.h"
#include "watch/reclaim_watch.h"
#include "watch/watch_events.h"

/* Lists are scanned whole: a period is long against the time that a kernel takes for one priority. */
#define SCAN_PRIORITY 0

struct vmi_pool vmi_watch_memory;

/*
 * What the kernel's LRU holds an untouched page for is looked at again once in so many passes; a page that was touched,
 * or came, or changed its frame, at every pass.
 */
#define PASSES_A_FULL_LOOK 12

/* How long after somebody kept a lock it is asked for again, and for how long at the end of a watch. */
#define RETRY_NS	NSEC_PER_SEC
#define LAST_TRY_NS	(10 * NSEC_PER_SEC)

int vmi_watch_create(struct vmi_process *root, const struct vmi_watch_options *options, u32 slot,
		     struct vmi_watch **ret)
{
	struct vmi_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	struct vmi_shadow_config config;
	int error;

	if (!watch)
		return -ENOMEM;
	vmi_shadow_config_init(&config);
	config.policies = options->policies;
	config.params = options->params;
	config.rss_limit = options->rss.bytes >> VMI_PAGE_SHIFT;
	config.rss_basis_points = options->rss.basis_points;
	config.memory_limit = options->memory.bytes;
	config.pool = &vmi_watch_memory;
	error = vmi_shadow_create(&config, &watch->shadow);
	if (error) {
		kfree(watch);
		return error;
	}
	watch->retry_ns = U64_MAX;
	refcount_set(&watch->references, 1);
	mutex_init(&watch->lock);
	INIT_LIST_HEAD(&watch->link);
	INIT_LIST_HEAD(&watch->members);
	watch->options = *options;
	watch->slot = slot;
	watch->deaths_seen = vmi_process_table_member_deaths();
	watch->reclaims_seen = vmi_reclaim_watch_count();
	watch->root = root;
	vmi_process_get(root);
	*ret = watch;
	return 0;
}

void vmi_watch_get(struct vmi_watch *watch)
{
	refcount_inc(&watch->references);
}

void vmi_watch_put(struct vmi_watch *watch)
{
	if (!refcount_dec_and_test(&watch->references))
		return;
	vmi_shadow_destroy(watch->shadow);
	vmi_process_put(watch->root);
	kfree(watch);
}

static void add_cost(struct vmi_watch *watch, const struct vmi_access_result *result)
{
	struct vmi_watch_cost *cost = &watch->cost;

	cost->entries += result->entries;
	cost->bits_cleared += result->cleared;
	cost->bits_returned += result->returned;
	cost->bits_lost += result->unreturned;
	vmi_watch_add_holds(watch, &result->holds);
}

static void add_seen(struct vmi_pass_stats *seen, const struct vmi_pass_stats *pass)
{
	seen->pages += pass->pages;
	seen->accessed += pass->accessed;
	seen->mapped += pass->mapped;
	seen->unmapped += pass->unmapped;
	seen->evicted += pass->evicted;
	seen->refaulted += pass->refaulted;
	seen->refused += pass->refused;
}

/* Bits that could not be given back are no longer overdue once the next window, or pass, has taken them in. */
static void note_lock(struct vmi_watch *watch, struct vmi_watch_member *member, enum vmi_access_action action,
		      bool kept)
{
	member->locked_out = kept ? member->locked_out + 1 : 0;
	watch->hurried |= kept;
	watch->cost.locked_out += kept;
	member->overdue = kept && (member->overdue || action == VMI_ACCESS_RETURN);
	if (member->overdue)
		WRITE_ONCE(watch->retry_ns, ktime_get_ns() + RETRY_NS);
}

/*
 * An address space that members share is looked at once, for the one that it belongs to: bits that are given back there
 * would look like accesses of the others. What is owed is given back in any case.
 */
static bool is_looked_at_elsewhere(const struct vmi_watch *watch, const struct vmi_watch_member *member)
{
	const struct vmi_watch_member *other;
	bool found = false;
	struct pid *owner;

	if (watch->member_count < 2 || member->ledger.borrowed)
		return false;
	owner = vmi_target_owner(member->process->pid);
	if (!owner)
		return false;
	list_for_each_entry(other, &watch->members, link)
		found = found || other->process->pid == owner;
	put_pid(owner);
	return found;
}

/*
 * One pass over one member. False if its address space has gone in the middle of it: if the process lives, it runs
 * another program by now, and is looked at again next time; if not, its death has been noted, or will be in a moment.
 */
static bool pass_member(struct vmi_watch *watch, struct vmi_access_pass *pass, struct vmi_watch_member *member,
			enum vmi_access_action action, bool tell_mirror)
{
	const struct vmi_access_request request = {
		.process = member->process->pid,
		.action = action,
		.wait_ms = vmi_watch_patience_ms(watch, member),
		.all_pages = watch->cost.passes % PASSES_A_FULL_LOOK == 0,
		.flush_tlb = watch->options.flush,
		.ledger = &member->ledger,
		.mirror = tell_mirror ? member->mirror : NULL,
	};
	struct vmi_access_result result;
	int ret = vmi_access_pass_run(pass, &request, &result);

	add_cost(watch, &result);
	note_lock(watch, member, action, ret == -EBUSY);
	if (member->ledger.borrowed && !member->overdue)
		WRITE_ONCE(watch->owes, true);
	if (ret == -ESRCH) {
		vmi_watch_forget_borrowed(watch, member);
	} else if (!ret && tell_mirror) {
		member->last = result.pass;
		add_seen(&watch->seen, &result.pass);
	}
	return ret != -ESRCH;
}

/* The time since a stretch of work began, but for what it waited for locks of members. */
struct stretch {
	u64 started_ns;
	u64 waited_ns;
};

static struct stretch begin_stretch(const struct vmi_watch *watch)
{
	return (struct stretch){ .started_ns = ktime_get_ns(), .waited_ns = watch->cost.waited_ns };
}

static void end_stretch(struct vmi_watch *watch, const struct stretch *stretch)
{
	u64 waited_ns = watch->cost.waited_ns - stretch->waited_ns;
	u64 busy_ns = ktime_get_ns() - stretch->started_ns - waited_ns;

	watch->cost.last_busy_ns += busy_ns;
	watch->cost.busy_ns += busy_ns;
}

/*
 * Tells the mirrors, if at all, of those members only whose accesses of this period have not been told yet: bits that
 * were given back are all set, which says nothing.
 */
static void pass_all(struct vmi_watch *watch, struct vmi_access_pass *pass, enum vmi_access_action action,
		     bool tell_mirror)
{
	struct stretch stretch = begin_stretch(watch);
	struct vmi_watch_member *member;

	list_for_each_entry(member, &watch->members, link) {
		if (!is_looked_at_elsewhere(watch, member))
			pass_member(watch, pass, member, action, tell_mirror && !member->told_early);
		/* Bits that nobody could clear since they were given back still say nothing. */
		member->told_early = member->told_early && member->locked_out;
	}
	end_stretch(watch, &stretch);
}

/* Memory that the shadow may take, when it is a share of what the members have resident. */
static void limit_memory(struct vmi_watch *watch)
{
	struct vmi_watch_member *member;
	u64 pages = 0;

	if (!watch->options.memory.basis_points)
		return;
	list_for_each_entry(member, &watch->members, link)
		pages += vmi_target_resident_pages(member->process->pid);
	/* A share of nothing would keep a process that is about to grow from ever being seen. */
	vmi_shadow_limit_memory(watch->shadow,
				VMI_SHADOW_BYTES_MIN +
				div_u64((pages << VMI_PAGE_SHIFT) * watch->options.memory.basis_points, 10000));
}

/* A watch ends when nobody is left whom it could look at. */
static void look_for_members(struct vmi_watch *watch)
{
	if (vmi_watch_update_members(watch) && list_empty(&watch->members))
		watch->phase = VMI_WATCH_ENDED;
}

static void begin_period(struct vmi_watch *watch, u64 now_ns)
{
	struct stretch stretch = begin_stretch(watch);

	if (watch->started_ns) {
		watch->cost.period_ns = now_ns - watch->started_ns;
		watch->cost.period_busy_ns = watch->cost.last_busy_ns;
	}
	watch->started_ns = now_ns;
	watch->hurried = false;
	watch->cost.last_busy_ns = 0;
	look_for_members(watch);
	limit_memory(watch);
	end_stretch(watch, &stretch);
}

/* The budget is kept by resting longer: a period lasts at least as long as its cost allows. */
static void rest(struct vmi_watch *watch)
{
	u64 period_ns = (u64)watch->options.period_ms * NSEC_PER_MSEC;
	u64 affordable_ns = div_u64(watch->cost.last_busy_ns * 10000, watch->options.budget_basis_points);

	WRITE_ONCE(watch->due_ns, watch->started_ns + max(period_ns, affordable_ns));
	watch->phase = VMI_WATCH_RESTING;
}

static void end_period(struct vmi_watch *watch)
{
	struct stretch stretch = begin_stretch(watch);

	vmi_shadow_scan(watch->shadow, SCAN_PRIORITY);
	watch->cost.scan_ns += ktime_get_ns() - stretch.started_ns;
	watch->cost.passes++;
	vmi_watch_tell_passed(watch);
	end_stretch(watch, &stretch);
	rest(watch);
	if (list_empty(&watch->members))
		look_for_members(watch);
}

static void open_window(struct vmi_watch *watch, struct vmi_access_pass *pass)
{
	pass_all(watch, pass, VMI_ACCESS_BORROW, false);
	watch->cost.window_ns = ktime_get_ns();
	watch->phase = VMI_WATCH_IN_WINDOW;
	WRITE_ONCE(watch->due_ns, watch->cost.window_ns + (u64)watch->options.window_ms * NSEC_PER_MSEC);
}

static void close_window(struct vmi_watch *watch, struct vmi_access_pass *pass)
{
	watch->cost.window_ns = ktime_get_ns() - watch->cost.window_ns;
	pass_all(watch, pass, VMI_ACCESS_RETURN, true);
	end_period(watch);
}

/* In exact mode bits stay away for long, which reclaim must not suffer from. Where none do there is nothing to do. */
static bool reclaim_has_woken(const struct vmi_watch *watch)
{
	return watch->options.mode == VMI_MODE_EXACT && READ_ONCE(watch->owes) &&
	       READ_ONCE(watch->reclaims_seen) != vmi_reclaim_watch_count();
}

/*
 * What has been touched is told now: when all bits are set again it cannot be seen any more, nor what is touched from
 * now on to the next pass.
 */
static void give_back_all(struct vmi_watch *watch, struct vmi_access_pass *pass)
{
	struct stretch stretch = begin_stretch(watch);
	struct vmi_watch_member *member;
	bool given = false;

	WRITE_ONCE(watch->reclaims_seen, vmi_reclaim_watch_count());
	WRITE_ONCE(watch->owes, false);
	list_for_each_entry(member, &watch->members, link) {
		if (!member->ledger.borrowed || member->overdue)
			continue;
		/* All that another program has touched by the next pass is news. */
		member->told_early = pass_member(watch, pass, member, VMI_ACCESS_RETURN, true);
		given = true;
	}
	watch->cost.reclaim_returns += given;
	end_stretch(watch, &stretch);
}

/*
 * All bits that are given back are set, in a window that has opened meanwhile, too: what its end sees there says
 * nothing.
 */
static void return_overdue(struct vmi_watch *watch, struct vmi_access_pass *pass)
{
	struct stretch stretch = begin_stretch(watch);
	struct vmi_watch_member *member;

	WRITE_ONCE(watch->retry_ns, U64_MAX);
	list_for_each_entry(member, &watch->members, link) {
		if (!member->overdue)
			continue;
		pass_member(watch, pass, member, VMI_ACCESS_RETURN, false);
		member->told_early = true;
	}
	end_stretch(watch, &stretch);
}

static bool members_have_died(const struct vmi_watch *watch)
{
	return READ_ONCE(watch->deaths_seen) != vmi_process_table_member_deaths();
}

/* Not only at the next pass, which may be far away. */
static void bury_dead(struct vmi_watch *watch)
{
	struct vmi_watch_member *member, *next;

	WRITE_ONCE(watch->deaths_seen, vmi_process_table_member_deaths());
	list_for_each_entry_safe(member, next, &watch->members, link)
		if (READ_ONCE(member->process->dying))
			vmi_watch_remove_member(watch, member);
	if (list_empty(&watch->members))
		look_for_members(watch);
}

bool vmi_watch_is_due(const struct vmi_watch *watch, u64 now_ns)
{
	return READ_ONCE(watch->due_ns) <= now_ns || READ_ONCE(watch->retry_ns) <= now_ns || members_have_died(watch) ||
	       reclaim_has_woken(watch);
}

static void start_period(struct vmi_watch *watch, struct vmi_access_pass *pass, u64 now_ns)
{
	begin_period(watch, now_ns);
	if (watch->phase == VMI_WATCH_ENDED)
		return;
	if (watch->options.mode == VMI_MODE_WINDOW) {
		open_window(watch, pass);
		return;
	}
	/* Before bits are taken: reclaim that wakes meanwhile has to have them back. */
	if (!watch->owes)
		WRITE_ONCE(watch->reclaims_seen, vmi_reclaim_watch_count());
	pass_all(watch, pass, watch->options.mode == VMI_MODE_EXACT ? VMI_ACCESS_TAKE : VMI_ACCESS_LOOK, true);
	end_period(watch);
}

void vmi_watch_step(struct vmi_watch *watch, struct vmi_access_pass *pass, u64 now_ns)
{
	lockdep_assert_held(&watch->lock);
	/* One that has been ended on request may have given its slot away: members would be another watch's. */
	if (watch->phase == VMI_WATCH_ENDED)
		return;
	if (members_have_died(watch))
		bury_dead(watch);
	if (watch->phase == VMI_WATCH_ENDED)
		return;
	if (reclaim_has_woken(watch))
		give_back_all(watch, pass);
	if (watch->retry_ns <= now_ns)
		return_overdue(watch, pass);
	/* What was given back between two passes has been paid for out of the same budget. */
	if (watch->phase == VMI_WATCH_RESTING && watch->started_ns)
		rest(watch);
	if (now_ns < watch->due_ns)
		return;
	if (watch->phase == VMI_WATCH_IN_WINDOW)
		close_window(watch, pass);
	else
		start_period(watch, pass, now_ns);
}

/* Tries each member that is owed bits once; true when none is any more. */
static bool give_back_rest(struct vmi_watch *watch, struct vmi_access_pass *pass)
{
	struct vmi_watch_member *member;
	bool done = true;

	watch->hurried = false;
	list_for_each_entry(member, &watch->members, link) {
		if (!member->ledger.borrowed && !member->overdue)
			continue;
		pass_member(watch, pass, member, VMI_ACCESS_RETURN, false);
		done = done && !member->ledger.borrowed && !member->overdue;
	}
	return done;
}

static void tell_unreturned(const struct vmi_watch *watch)
{
	const struct vmi_watch_member *member;

	list_for_each_entry(member, &watch->members, link)
		if (member->ledger.borrowed)
			pr_warn("somebody keeps the mmap lock of process %d: %llu of its accessed bits stay cleared\n",
				pid_nr(member->process->pid), member->ledger.borrowed);
}

void vmi_watch_end(struct vmi_watch *watch, struct vmi_access_pass *pass)
{
	u64 until_ns = ktime_get_ns() + LAST_TRY_NS;
	struct vmi_watch_member *member, *next;

	lockdep_assert_held(&watch->lock);
	/* Not for ever: whoever ends the watch waits, and who keeps the lock may do so for good. */
	while (!give_back_rest(watch, pass)) {
		if (ktime_get_ns() < until_ns)
			continue;
		tell_unreturned(watch);
		break;
	}
	list_for_each_entry_safe(member, next, &watch->members, link)
		vmi_watch_remove_member(watch, member);
	watch->phase = VMI_WATCH_ENDED;
}

struct vmi_watch_member *vmi_watch_find_member(struct vmi_watch *watch, const struct vmi_process *process)
{
	struct vmi_watch_member *member;

	lockdep_assert_held(&watch->lock);
	list_for_each_entry(member, &watch->members, link)
		if (member->process == process)
			return member;
	return NULL;
}

u64 vmi_watch_entries_a_second(const struct vmi_watch *watch)
{
	const struct vmi_watch_cost *cost = &watch->cost;

	/* The product is of more than 64 bits before long; the quotient is not, as no entry takes less than 0.1 ns. */
	return cost->busy_ns ? mul_u64_u64_div_u64(cost->entries, NSEC_PER_SEC, cost->busy_ns) : 0;
}

u32 vmi_watch_cpu_basis_points(const struct vmi_watch *watch)
{
	const struct vmi_watch_cost *cost = &watch->cost;

	return cost->period_ns ? div64_u64(cost->period_busy_ns * 10000, cost->period_ns) : 0;
}
