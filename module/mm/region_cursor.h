/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The regions of a process as /proc/PID/maps has them, one after the other, without a look at the page tables. They are
 * read where they stand: nothing is kept of one when the next comes. The mmap lock is held for as long as a target may
 * be; where that ended, the next hold goes on.
 *
 *	while (!cursor.done && !vmi_region_cursor_hold(&cursor)) {
 *		while (vmi_region_cursor_next(&cursor))
 *			... cursor.region, cursor.name ...
 *		vmi_region_cursor_release(&cursor);
 *	}
 */
#ifndef VMI_MM_REGION_CURSOR_H
#define VMI_MM_REGION_CURSOR_H

#include <linux/mm.h>

#include "core/region.h"
#include "mm/target.h"

struct vmi_vma_namer;

struct vmi_region_cursor {
	struct vmi_target target;
	struct vmi_vma_namer *namer;
	struct vma_iterator vmas;	/* valid within a hold */
	u32 in_hold;			/* regions of this hold */
	unsigned long address;		/* all below is done */
	u64 end;			/* of what is asked for */
	bool gate_due;			/* the [vsyscall] gate comes last */
	bool vmas_done;
	bool done;			/* there are no more */
	u32 stamp;			/* vmi_mm_layout_stamp() of the last hold, never 0; 0 before the first */
	struct vmi_region region;	/* flags, start and end; with VMI_REGION_FILE file_offset, inode and device */
	const char *name;		/* valid until the next one; not NUL-terminated; NULL: none */
	u32 name_length;
};

/* Prepares to read the regions that have a part in [start, end). 0, -ESRCH, -ENOMEM. May sleep. */
int vmi_region_cursor_open(struct vmi_region_cursor *cursor, struct pid *process, u64 start, u64 end);

/* Likewise for one of a crowd of readers, who take turns as vmi_target_open_reader() has it. */
int vmi_region_cursor_open_reader(struct vmi_region_cursor *cursor, struct pid *process, u64 start, u64 end);
void vmi_region_cursor_close(struct vmi_region_cursor *cursor);

/* Takes the mmap lock: 0, -ESRCH when the address space is gone, -EINTR. May sleep; takes nothing when it fails. */
int vmi_region_cursor_hold(struct vmi_region_cursor *cursor);

/* The next region; false at the end, and when the hold should end. Between hold and release only. */
bool vmi_region_cursor_next(struct vmi_region_cursor *cursor);

/* There was no room for the last one: the next hold finds it again. To be followed by the end of this one. */
void vmi_region_cursor_take_back(struct vmi_region_cursor *cursor);

/* Drops the mmap lock. May sleep. */
void vmi_region_cursor_release(struct vmi_region_cursor *cursor);

#endif /* VMI_MM_REGION_CURSOR_H */
