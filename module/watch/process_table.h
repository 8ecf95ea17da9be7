/* SPDX-License-Identifier: GPL-2.0 */
/* The table of tracked processes, by number: who is in, who is dying. Its lock may be taken in atomic context. */
#ifndef VMI_WATCH_PROCESS_TABLE_H
#define VMI_WATCH_PROCESS_TABLE_H

#include "watch/process_tracker.h"

int vmi_process_table_init(void);
void vmi_process_table_deinit(void);

/* Watches have slots in this table, so that belonging to one is a bit, which a fork can hand on. */
#define VMI_WATCH_SLOTS 64

/*
 * Makes a process for `pid` and puts it into the table, with one reference for the table and one for the caller. An
 * earlier bearer of the same number that is still in becomes its predecessor. When `pid` is in already, *ret_known is
 * set and the one that is in is returned, with a reference for the caller. NULL when there is no memory. It inherits
 * from the process `parent` (NULL: from none) what slots hand on. Atomic context is allowed with GFP_ATOMIC.
 */
struct vmi_process *vmi_process_table_add(struct pid *pid, struct pid *parent, gfp_t gfp, bool *ret_known);

/*
 * Marks the process dying. Returns it, with the table's reference handed to the caller, the first time; NULL when
 * it is not in the table or was marked before. It stays in the table until vmi_process_table_remove(). Atomic
 * context allowed.
 */
struct vmi_process *vmi_process_table_mark_dying(struct pid *pid);

/*
 * What a process inherits that was in the table before its fork could be noted: by a scan, which may have known no
 * parent. Atomic context allowed.
 */
void vmi_process_table_inherit(struct vmi_process *process, struct pid *parent);

/* Takes a process marked dying out of the table. */
void vmi_process_table_remove(struct vmi_process *process);

/*
 * The next process that is in the table and not dying, at or after *bucket, with a reference for the caller; with
 * `unshown_only`, one that has not been shown. NULL at the end. *bucket begins with 0 and keeps the place; a process
 * that stays as it is in the same bucket is returned again.
 */
struct vmi_process *vmi_process_table_next_living(u32 *bucket, bool unshown_only);

/* The process with this pid that is not dying, with a reference; NULL when there is none. */
struct vmi_process *vmi_process_table_find(struct pid *pid);

/* Changes whenever a process is added or joins a slot. */
u64 vmi_process_table_generation(void);

/* Changes whenever a member of any slot dies. */
u64 vmi_process_table_member_deaths(void);

/* Makes the process belong to a slot. False when it did before, or is dying. */
bool vmi_process_table_join(struct pid *pid, u32 slot);

/* From now on, children of those who belong to the slot belong to it too (or no more). */
void vmi_process_table_hand_on(u32 slot, bool hand_on);

/*
 * Members of the slot have their accessed bits cleared. No process can be a member of two such slots: to each, bits
 * that the other gives back would look like accesses. Holds until the slot is nobody's.
 */
void vmi_process_table_clears_bits(u32 slot);

/* True when the process is a member of such a slot, or belongs to one and may be its member before long. */
bool vmi_process_table_has_bits_cleared(struct pid *pid);

/* Buckets of the table. */
#define VMI_PROCESS_BUCKETS 4096

/*
 * Finds processes at and after *bucket that belong to a slot (`every`: all), may be its members and are not yet, makes
 * them members and returns them with a reference each: their number, at most `max`, which may be 0 before the end.
 * *bucket begins with 0 and is VMI_PROCESS_BUCKETS at the end.
 */
u32 vmi_process_table_collect(u32 slot, bool every, u32 *bucket, struct vmi_process **ret, u32 max);

/* Undoes vmi_process_table_collect() for one process that could not be taken in after all. */
void vmi_process_table_uncollect(struct vmi_process *process, u32 slot);

/* The slots that a process is a member of, as bits. */
u64 vmi_process_table_memberships(struct pid *pid);

/* Makes a slot nobody's; its members may be those of others. */
void vmi_process_table_clear_slot(u32 slot);

/* What the work item of each process does; in process_tracker.c. */
void vmi_process_reap(struct work_struct *work);

#endif /* VMI_WATCH_PROCESS_TABLE_H */
