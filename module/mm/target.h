/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A target: the address space of one process while it is being captured. The only place that takes references
 * on an mm_struct and, with lock_wait.c, the only one that takes its mmap lock.
 *
 * Lifetime: opening takes mm_count (mmgrab), which keeps the structure but not the address space. Each hold takes
 * mm_users as well, so a process that dies between two holds frees its memory at once and the next hold says
 * -ESRCH. Within a hold the mmap lock is held for read.
 */
#ifndef VMI_MM_TARGET_H
#define VMI_MM_TARGET_H

#include <linux/types.h>

struct mm_struct;
struct pid;
struct vmi_mm_facts;
struct vmi_turns;

/* How long the mmap lock was held, over all holds. */
struct vmi_hold_stats {
	u64 holds;
	u64 max_ns;
	u64 total_ns;
	u64 waited_ns;			/* for the lock; not for other readers' turns */
};

struct vmi_target {
	struct mm_struct *mm;
	struct vmi_turns *turns;	/* of readers; NULL: one who waits for nobody but the lock */
	bool in_turn;			/* between vmi_target_begin_turn() and the end of it */
	unsigned int wait_ms;		/* the caller's to set: see vmi_target_hold(); 0 after vmi_target_open() */
	u64 held_since_ns;		/* start of the current hold; void without stats */
	u64 held_since_clock;		/* the same by sched_clock() */
	struct vmi_hold_stats *stats;	/* the caller's, to add to; NULL after vmi_target_open() */
};

/*
 * Finds the address space of a process, also of one whose leader has exited while other threads live. 0, or
 * -ESRCH: dead, or without one (a kernel thread, a zombie). May sleep.
 */
int vmi_target_open(struct vmi_target *target, struct pid *process);

/* Likewise, for one of possibly many: takes turns with other readers of the process. Or -ENOMEM. */
int vmi_target_open_reader(struct vmi_target *target, struct pid *process);
void vmi_target_close(struct vmi_target *target);

/*
 * A reader's turn, in which it holds as often as it likes: what takes several holds is over sooner, and who waits for
 * its turn does not compete for a processor with who has one. Without it each hold waits for a turn of its own. 0, or
 * -EINTR when a fatal signal came first. May sleep.
 */
int vmi_target_begin_turn(struct vmi_target *target);
void vmi_target_end_turn(struct vmi_target *target);

/*
 * Takes the mmap lock for read, a reader when it is its turn. 0; -ESRCH when the address space is gone; -EINTR when a
 * fatal signal came first; for a kernel thread that has set `wait_ms`, -EBUSY when it had waited for so long. May
 * sleep; takes nothing when it fails.
 */
int vmi_target_hold(struct vmi_target *target);

/* Drops the mmap lock. When the address space's last user has gone meanwhile, a worker tears it down. */
void vmi_target_release(struct vmi_target *target);

/* True when the hold should end soon: somebody waits for the lock, or it was held for vmi_hold_limit_us. */
bool vmi_target_should_yield(const struct vmi_target *target);

/* Resident pages of a process by the kernel's own counters; 0 when it has no address space. May sleep. */
u64 vmi_target_resident_pages(struct pid *process);

/*
 * The process that the address space of `process` belongs to, if that is another one: a child of vfork() lives in its
 * parent's. Referenced; NULL otherwise, and where the kernel cannot tell. May sleep.
 */
struct pid *vmi_target_owner(struct pid *process);

/*
 * The facts that stand in a process's mm_struct, read without the mmap lock, so that nobody waits for anybody. 0, or
 * -ESRCH when it has no address space. May sleep.
 */
int vmi_target_mm_facts(struct pid *process, struct vmi_mm_facts *ret);

/* Longest stretch for which the mmap lock is held, in microseconds; a module parameter, init-only. */
extern unsigned int vmi_hold_limit_us;

#endif /* VMI_MM_TARGET_H */
