/* SPDX-License-Identifier: GPL-2.0 */
/* Which processes belong to a watch, kept up to date as they come and go. Lock for all: vmi_watch.lock. */
#ifndef VMI_WATCH_MEMBERS_H
#define VMI_WATCH_MEMBERS_H

#include "mm/target.h"
#include "watch/watch.h"

/* Shadow memory that a limit given as a share always leaves: enough for the tables of a small process. */
#define VMI_SHADOW_BYTES_MIN (256ULL * 1024)

/*
 * Adds processes that belong to the watch and are not members yet. False when there was no memory for some: they are
 * tried again the next time.
 */
bool vmi_watch_update_members(struct vmi_watch *watch);

/*
 * How long each hold waits for a member's mmap lock, in milliseconds: a second, until that has been in vain once in a
 * period; and where it has been, only as long as it takes to see whether it still is, but for each 64th try.
 */
unsigned int vmi_watch_patience_ms(const struct vmi_watch *watch, const struct vmi_watch_member *member);

/* Counts holds of a member's mmap lock among what the watch cost. */
void vmi_watch_add_holds(struct vmi_watch *watch, const struct vmi_hold_stats *holds);

/* What is still in a member's ledger has nowhere to go back to: it is counted as lost, and forgotten. */
void vmi_watch_forget_borrowed(struct vmi_watch *watch, struct vmi_watch_member *member);

/* Takes a member out; bits still in its ledger are forgotten, as its address space is gone or has been settled. */
void vmi_watch_remove_member(struct vmi_watch *watch, struct vmi_watch_member *member);

#endif /* VMI_WATCH_MEMBERS_H */
