/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page tables of a process, a hold of the mmap lock at a time: runs of equal leaves, or table pages. Frames are not
 * looked at.
 */
#ifndef VMI_MM_TABLE_DUMP_H
#define VMI_MM_TABLE_DUMP_H

#include "core/table_census.h"

struct pid;

/* What to make of the entries. */
enum vmi_table_dump_mode {
	VMI_TABLE_DUMP_RUNS = 1,
	VMI_TABLE_DUMP_TABLES = 2,
	VMI_TABLE_DUMP_CENSUS = 3,	/* nothing but the census, which the others have as well */
};

/* Neighbouring present leaves of one size with equal bits, or one table page. */
struct vmi_table_item {
	u64 start;			/* bytes, half-open [start, end); of a table: all that it can map */
	u64 end;
	u32 level;			/* 1 to 5 */
	u64 bits;			/* of a run: the entry without frame number, accessed and dirty bits */
	u64 frame;			/* of a table, as the rest */
	u32 used;			/* entries that are not empty */
	u32 leaves;			/* entries that map a page */
};

struct vmi_table_dump;

/* Prepares a dump of [start, end). 0, -ESRCH, -ENOMEM. May sleep. */
int vmi_table_dump_open(struct pid *process, u64 start, u64 end, enum vmi_table_dump_mode mode,
			struct vmi_table_dump **ret);
void vmi_table_dump_close(struct vmi_table_dump *dump);

/*
 * Reads on, one hold. 1, and the items that are complete, if any, valid until the next call, with the stamp of the
 * layout they were read from; 0 at the end; -ESRCH when the address space is gone, -EINTR. May sleep.
 */
int vmi_table_dump_next(struct vmi_table_dump *dump, const struct vmi_table_item **ret, u32 *ret_count, u32 *ret_stamp);

/* True when all has been read. */
bool vmi_table_dump_is_over(const struct vmi_table_dump *dump);

/* The census of what was read so far. */
const struct vmi_table_census *vmi_table_dump_census(const struct vmi_table_dump *dump);

#endif /* VMI_MM_TABLE_DUMP_H */
