/* SPDX-License-Identifier: GPL-2.0 */
/* One VMA's facts, copied into a region of our own: everything that maps prints, and what it does not. */
#ifndef VMI_MM_VMA_FACTS_H
#define VMI_MM_VMA_FACTS_H

#include <linux/kallsyms.h>
#include <linux/limits.h>
#include <linux/mm_types.h>

#include "core/region.h"

/*
 * Longest name, escapes included. maps itself has no limit but memory; a file whose path is longer, which takes a
 * tree deeper than PATH_MAX, is shown without a name.
 */
#define VMI_VMA_NAME_MAX	(4 * PATH_MAX)

/* Most string bytes that one VMA can add to its set: a name and a symbol, with their NULs. */
#define VMI_VMA_STRING_MAX	(VMI_VMA_NAME_MAX + KSYM_SYMBOL_LEN + 2)

/* A vm_operations_struct and the offset of its symbol in the set. */
struct vmi_known_ops {
	const struct vm_operations_struct *ops;
	u32 name;
};

/*
 * Scratch space and short memory for naming VMAs: neighbours mostly map one file, and there are few kinds of vm_ops.
 * Belongs to one capture into one set; zeroed before.
 */
struct vmi_vma_namer {
	const struct file *last_file;	/* valid within one hold only */
	u32 last_length;		/* of its name, which is in `text`; 0: none, or too long */
	u32 last_name;			/* the same in the set, if `in_set` */
	bool in_set;
	u32 known_ops_count;
	struct vmi_known_ops known_ops[8];
	char symbol[KSYM_SYMBOL_LEN];
	char text[VMI_VMA_NAME_MAX];
};

/* Forgets the file seen last: to be called at the start of each hold, when its address may have been reused. */
void vmi_vma_namer_begin_hold(struct vmi_vma_namer *namer);

/*
 * Fills in a region's flags and, with VMI_REGION_FILE, its file's offset at region->start, inode and device. Lock: the
 * mmap lock, with vma found in this hold.
 */
void vmi_vma_maps_facts(struct vm_area_struct *vma, struct vmi_region *region);

/*
 * The name as maps prints it, of *ret_length bytes and without a NUL at its end; valid until the next one is asked for,
 * and within this hold. NULL: it has none. Lock: likewise.
 */
const char *vmi_vma_name(struct vm_area_struct *vma, struct vmi_vma_namer *namer, u32 *ret_length);

/*
 * Fills a region just appended for the VMA, its names and the symbol of its vm_ops included; the set must have room
 * for VMI_VMA_STRING_MAX bytes. Allocates nothing. Lock: likewise.
 */
void vmi_vma_facts(struct vm_area_struct *vma, struct vmi_region_set *set, struct vmi_region *region,
		   struct vmi_vma_namer *namer);

/* True when a region captured earlier and the VMA agree in flags and file; the caller compares their places. */
bool vmi_vma_continues(struct vm_area_struct *vma, const struct vmi_region *region);

#endif /* VMI_MM_VMA_FACTS_H */
