/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory behind a list: an array of items that grows, and chunks from which items, nested objects and strings are
 * cut. Nothing is freed one by one; all of it goes at once.
 */
#ifndef VMI_LIB_SNAPSHOT_H
#define VMI_LIB_SNAPSHOT_H

#include <stddef.h>

struct vmi_snapshot_chunk;

struct vmi_snapshot {
	struct vmi_snapshot_chunk *chunks;	/* the one that is being filled first */
	void **items;
	size_t count;
	size_t capacity;		/* of items */
};

/* Empty; NULL: no memory. */
struct vmi_snapshot *vmi_snapshot_create(void);

/* NULL is allowed. */
void vmi_snapshot_destroy(struct vmi_snapshot *snapshot);

/* Empties it, and keeps one chunk for the next filling. */
void vmi_snapshot_reset(struct vmi_snapshot *snapshot);

/* Zeroed memory, aligned for any object; NULL: no memory. */
void *vmi_snapshot_alloc(struct vmi_snapshot *snapshot, size_t size);

/* Adds an item. 0 or -ENOMEM. */
int vmi_snapshot_add(struct vmi_snapshot *snapshot, void *item);

#endif /* VMI_LIB_SNAPSHOT_H */
