/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Turns at an address space: of those who read it only as many as there are processors are at its mmap lock at a time,
 * the others wait here, in the order of their coming.
 *
 * A writer that finds the lock taken waits for all readers that hold it, and readers who came before it hold it from
 * the moment on at which they are woken, whether they run by then or not. Where hundreds queue at the lock, the target
 * would wait until each of them has had a processor.
 */
#ifndef VMI_MM_TURNS_H
#define VMI_MM_TURNS_H

struct mm_struct;
struct vmi_turns;

/*
 * The turns at an address space, which the caller holds by mm_count until it has put them back. NULL when there is no
 * memory. May sleep.
 */
struct vmi_turns *vmi_turns_get(struct mm_struct *mm);
void vmi_turns_put(struct vmi_turns *turns);

/* Waits for a turn: 0, or -EINTR when a fatal signal came first. May sleep. */
int vmi_turns_take(struct vmi_turns *turns);
void vmi_turns_give(struct vmi_turns *turns);

#endif /* VMI_MM_TURNS_H */
