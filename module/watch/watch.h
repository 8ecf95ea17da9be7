/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watch: one shadow, the processes that are looked at for it, and how often.
 *
 * Members are the root process and, as the `tree` option says, its descendants or every process. Each has a mirror
 * in the watch's shadow and a ledger of the accessed bits that are borrowed from it now. A watch is made and ended
 * by watch_list.h and moved on by sampler.h; what is here is its state and one step of it.
 *
 * Locking: vmi_watch.lock guards everything in a watch but what is marked init-only, and is held over a whole pass.
 * It is taken after the list's lock and before a target's mmap lock; never in atomic context.
 */
#ifndef VMI_WATCH_WATCH_H
#define VMI_WATCH_WATCH_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>

#include "core/ledger.h"
#include "core/pool.h"
#include "core/shadow.h"
#include "core/watch_options.h"

struct vmi_access_pass;
struct vmi_eviction_set;
struct vmi_process;
struct vmi_region_set;

struct vmi_watch_member {
	struct list_head link;
	struct vmi_process *process;	/* referenced */
	struct vmi_mirror *mirror;
	struct vmi_ledger ledger;
	bool told_early;		/* what it touched this period was told when bits were given back, or is not */
	u32 locked_out;			/* times in a row that somebody kept its mmap lock when it was its turn */
	bool overdue;			/* likewise when its bits were to be given back, which is tried again */
	struct vmi_pass_stats last;	/* of the last complete pass */
	struct vmi_region_set *layout;	/* its regions at the last pass; NULL while nobody asks for changes */
	u32 layout_stamp;		/* of that */
	struct vmi_eviction_set *evictions[VMI_POLICY_COUNT];	/* of each policy at the last pass; NULL likewise */
};

enum vmi_watch_phase {
	VMI_WATCH_RESTING,		/* between two passes; no bit is borrowed but in exact mode, and overdue ones */
	VMI_WATCH_IN_WINDOW,		/* bits are borrowed */
	VMI_WATCH_ENDED,		/* all processes have gone, or the watch was taken off the list */
};

/*
 * What a watch did and cost. Times in nanoseconds by the clock, of the sampler at work: an upper bound of its CPU
 * time.
 */
struct vmi_watch_cost {
	u64 passes;			/* complete ones */
	u64 locked_out;			/* passes over a member that were cut short, as somebody kept its mmap lock */
	u64 entries;			/* page-table entries gone through, in all passes */
	u64 busy_ns;			/* in all passes, scans of the shadow and bits given back in between included */
	u64 scan_ns;			/* in those scans alone */
	u64 last_busy_ns;		/* since the last period has begun */
	u64 waited_ns;			/* for the mmap locks of members, which is no part of the others */
	u64 period_ns;			/* the last whole period: how long it was, rest included ... */
	u64 period_busy_ns;		/* ... and what it cost */
	u64 window_ns;			/* how long the last window was open */
	u64 hold_max_ns;		/* longest hold of a member's mmap lock */
	u64 bits_cleared;		/* accessed bits cleared ... */
	u64 bits_returned;		/* ... set again ... */
	u64 bits_lost;			/* ... and with nowhere to go back to: the page, or its process, has gone */
	u64 reclaim_returns;		/* exact mode: times that all bits were given back because reclaim had woken */
};

/* What the shadows of all watches may take together. */
extern struct vmi_pool vmi_watch_memory;

struct vmi_watch {
	u32 id;				/* from 1, never reused; init-only */
	u32 slot;			/* in the process table; init-only */
	u32 owner;			/* the netlink port whose end it shares; 0: it has none; init-only */
	refcount_t references;
	struct list_head link;		/* in the list; the list's lock */
	struct mutex lock;
	struct vmi_process *root;	/* referenced; init-only */
	struct vmi_watch_options options;	/* init-only */
	struct vmi_shadow *shadow;
	struct list_head members;
	u32 member_count;
	u64 table_generation;		/* of the process table when members were last brought up to date */
	u64 deaths_seen;		/* vmi_process_table_member_deaths() when dead members were last taken out */
	enum vmi_watch_phase phase;
	u64 due_ns;			/* next step; read by the sampler without the lock as a hint */
	u64 started_ns;			/* of the current period */
	struct vmi_watch_cost cost;
	struct vmi_pass_stats seen;	/* summed over all complete passes of all members */
	bool hurried;			/* a member has been waited for in vain in this period */
	u64 retry_ns;			/* when bits that are overdue are tried again; U64_MAX: none are */
	bool owes;			/* exact mode: members may be owed bits that are not overdue; read as due_ns */
	u64 reclaims_seen;		/* exact mode: vmi_reclaim_watch_count() when no bits were owed the last time */
};

/* Makes a watch of a process with one reference, resting, its first step due at once. -ENOMEM. May sleep. */
int vmi_watch_create(struct vmi_process *root, const struct vmi_watch_options *options, u32 slot,
		     struct vmi_watch **ret);
void vmi_watch_get(struct vmi_watch *watch);
void vmi_watch_put(struct vmi_watch *watch);

/*
 * True when a step is due, members may have died, or bits are to be given back since reclaim has woken or a kept lock
 * was in the way. Takes no lock.
 */
bool vmi_watch_is_due(const struct vmi_watch *watch, u64 now_ns);

/* Does what is due and sets the next time. For the sampler's thread. Lock: vmi_watch.lock. */
void vmi_watch_step(struct vmi_watch *watch, struct vmi_access_pass *pass, u64 now_ns);

/*
 * Ends a watch: returns every borrowed bit and frees members and shadow. Where somebody goes on keeping a member's mmap
 * lock, what is owed there is given up after ten seconds in all, which the kernel's log tells. For the sampler's
 * thread. Lock: vmi_watch.lock. The structure stays until the last reference goes.
 */
void vmi_watch_end(struct vmi_watch *watch, struct vmi_access_pass *pass);

/* The member for a process, or NULL. Lock: vmi_watch.lock. */
struct vmi_watch_member *vmi_watch_find_member(struct vmi_watch *watch, const struct vmi_process *process);

/* Page-table entries gone through in a second of work; 0 at first. Lock: vmi_watch.lock. */
u64 vmi_watch_entries_a_second(const struct vmi_watch *watch);

/* Share of one CPU that the last whole period cost, in hundredths of a percent; 0 at first. Lock: vmi_watch.lock. */
u32 vmi_watch_cpu_basis_points(const struct vmi_watch *watch);

#endif /* VMI_WATCH_WATCH_H */
