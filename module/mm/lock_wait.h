/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting for a mmap lock within bounds. Somebody may keep one for as long as a disk or a server does not answer, with
 * a writer queued behind; a thread that looks at many processes must not stand there with all others' work undone.
 *
 * No function of the kernel that waits for this lock takes a time limit. Trying again and again would not do, either:
 * whoever is not in the queue finds the lock of a busy process never free. So the wait is one that SIGKILL ends, and a
 * timer sends that when time is up. A kernel thread can live through it; no other task is to come here.
 */
#ifndef VMI_MM_LOCK_WAIT_H
#define VMI_MM_LOCK_WAIT_H

#include <linux/types.h>

struct mm_struct;

/* Readies the calling kernel thread for vmi_mmap_lock_within(). */
void vmi_lock_wait_prepare(void);

/* Forgets a SIGKILL that came from elsewhere: to the calling thread it means nothing. */
void vmi_lock_wait_calm(void);

/*
 * Takes the mmap lock for read. 0, or -EBUSY when it was not to be had for `wait_ms` milliseconds, which are exceeded
 * by as much as a timer is late; also if somebody sent the thread a SIGKILL. May sleep.
 */
int vmi_mmap_lock_within(struct mm_struct *mm, unsigned int wait_ms);

/*
 * Takes the mmap lock for read if it is found free at one of a few looks within two milliseconds: true then. Who queues
 * for it has it from the moment on at which it is woken, and a process that wants to change its layout waits until it
 * runs: among many tasks that could, as long as a time slice of each. Who finds it free runs. May sleep.
 */
bool vmi_mmap_lock_if_soon_free(struct mm_struct *mm);

#endif /* VMI_MM_LOCK_WAIT_H */
