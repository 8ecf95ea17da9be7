/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who shares what with whom: page frames of several processes, brought together.
 *
 * Each process gives the runs of frames that it maps, with a name for what they belong to. All runs are sorted by frame
 * and swept over from the lowest: between two borders the same processes map every frame, so each such stretch adds its
 * pages to the group of exactly those processes and that name. Linear in the runs but for the sort.
 */
#ifndef VMI_VMINSPECT_SHARING_H
#define VMI_VMINSPECT_SHARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sharing;

/* Pages that the same processes map, and that belong to the same. */
struct sharing_group {
	const char *name;
	const uint32_t *members;	/* rising numbers of processes, as given to sharing_add() */
	size_t member_count;		/* at least 2 */
	uint64_t pages;
};

/* NULL: no memory. */
struct sharing *sharing_create(void);

/* NULL is allowed. */
void sharing_destroy(struct sharing *sharing);

/* Process number `member` maps these frames; `name` is kept, not copied. False: no memory. */
bool sharing_add(struct sharing *sharing, uint32_t member, uint64_t frame, uint64_t pages, const char *name);

/* Finds the groups, once all has been added. False: no memory. */
bool sharing_sweep(struct sharing *sharing);

/* The groups, most pages first. */
const struct sharing_group *sharing_groups(const struct sharing *sharing, size_t *ret_count);

#endif /* VMI_VMINSPECT_SHARING_H */
