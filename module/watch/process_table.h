/* SPDX-License-Identifier: GPL-2.0 */
/* The table of tracked processes, by number: who is in, who is dying. Its lock may be taken in atomic context. */
#ifndef VMI_WATCH_PROCESS_TABLE_H
#define VMI_WATCH_PROCESS_TABLE_H

#include "watch/process_tracker.h"

int vmi_process_table_init(void);
void vmi_process_table_deinit(void);

/*
 * Makes a process for `pid` and puts it into the table, with one reference for the table and one for the caller. An
 * earlier bearer of the same number that is still in becomes its predecessor. NULL when there is no memory, or,
 * with *ret_known set, when `pid` is in already. Atomic context is allowed with GFP_ATOMIC.
 */
struct vmi_process *vmi_process_table_add(struct pid *pid, gfp_t gfp, bool *ret_known);

/*
 * Marks the process dying. Returns it, with the table's reference handed to the caller, the first time; NULL when
 * it is not in the table or was marked before. It stays in the table until vmi_process_table_remove(). Atomic
 * context allowed.
 */
struct vmi_process *vmi_process_table_mark_dying(struct pid *pid);

/* Takes a process marked dying out of the table. */
void vmi_process_table_remove(struct vmi_process *process);

/* The predecessor, if any, with its reference handed to the caller; it is told only once. */
struct vmi_process *vmi_process_table_take_predecessor(struct vmi_process *process);

/* Some process that is in the table and not dying, with its reference for the caller; NULL when there is none. */
struct vmi_process *vmi_process_table_first_living(void);

/* Likewise, but one that has not been shown; for repairs after an allocation failed. */
struct vmi_process *vmi_process_table_first_unshown(void);

#endif /* VMI_WATCH_PROCESS_TABLE_H */
