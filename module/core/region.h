/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The region set: one capture of a process's memory areas.
 *
 * A sorted array always (the list), and an AVL tree over the same elements once there are more than
 * VMI_AVL_MIN_REGIONS of them, as Linux 2.4 did (AVL_MIN_MAP_COUNT; it built its tree with the 32nd). Regions never
 * overlap. A set is built once, by appending in rising address order, then sealed; a sealed set is read-only and needs
 * no lock.
 */
#ifndef VMI_CORE_REGION_H
#define VMI_CORE_REGION_H

#include "avl.h"
#include "page_count.h"
#include "pool.h"

/* A list of this many regions or fewer gets no tree. */
#define VMI_AVL_MIN_REGIONS 32

#define VMI_REGION_READ		0x0001
#define VMI_REGION_WRITE	0x0002
#define VMI_REGION_EXEC		0x0004
#define VMI_REGION_MAYSHARE	0x0008	/* MAP_SHARED: maps shows `s` */
#define VMI_REGION_GROWSDOWN	0x0010
#define VMI_REGION_LOCKED	0x0020	/* mlocked: pinned against reclaim */
#define VMI_REGION_HUGETLB	0x0040
#define VMI_REGION_PFNMAP	0x0080	/* VM_PFNMAP or VM_MIXEDMAP */
#define VMI_REGION_IO		0x0100
#define VMI_REGION_ANON		0x0200	/* no vm_ops: private anonymous memory */
#define VMI_REGION_FILE		0x0400	/* has a backing file */
#define VMI_REGION_SHMEM	0x0800	/* backing file lives in shmem/tmpfs */
#define VMI_REGION_UFFD		0x1000	/* registered with a userfaultfd */
#define VMI_REGION_DONTDUMP	0x2000
#define VMI_REGION_GATE		0x4000	/* [vsyscall]: not a VMA of the process */
#define VMI_REGION_SEALED	0x8000	/* mseal()ed (6.12 and later) */

/* No name, no vm_ops. */
#define VMI_NAME_NONE ((u32)-1)

struct vmi_region {
	struct vmi_avl_node node;	/* void unless the set has a tree */
	u32 flags;			/* VMI_REGION_* */
	u64 start;			/* bytes, half-open [start, end) */
	u64 end;
	u64 file_offset;		/* bytes; 0 without a file */
	u64 inode;			/* 0 without a file */
	u32 dev_major;			/* of the inode's file system */
	u32 dev_minor;
	u32 name;			/* offset into the set's strings, as maps prints it, or VMI_NAME_NONE */
	u32 ops_name;			/* likewise: symbol name of its vm_operations_struct */
	struct vmi_page_counts counts;
};

/*
 * The tree once more, laid out for look-ups. Spread over the regions, a large set's nodes lie a cache line, and mostly
 * a page, apart at every level. Here they stand close together, in van Emde Boas order (one step of it): first the
 * upper VMI_INDEX_TOP_LEVELS, which fill two pages, then each subtree below those by itself. A descent through 65,000
 * regions so touches four pages or so rather than one a level.
 */
struct vmi_region_index_node {
	u64 end;			/* of the region */
	u32 left;			/* the same children as in the tree, by their place in the index; 0 = none */
	u32 right;
	u32 region;			/* which one of the set's */
};

#define VMI_INDEX_TOP_LEVELS 8

struct vmi_region_set {
	struct vmi_region *regions;	/* sorted by start */
	size_t count;
	size_t capacity;
	char *strings;			/* names, each ended by NUL */
	size_t strings_used;
	size_t strings_capacity;
	struct vmi_pool *pool;		/* that the arrays are taken from, NULL for none; set while the set is empty */
	struct vmi_avl_tree tree;	/* empty unless sealed with more than VMI_AVL_MIN_REGIONS */
	struct vmi_region_index_node *index;	/* [capacity + 1]: [0] unused, [1] the root; void without a tree */
};

void vmi_region_set_init(struct vmi_region_set *set);
void vmi_region_set_deinit(struct vmi_region_set *set);

/*
 * Makes room for `regions` more regions and `string_bytes` more of names, so that appending that much cannot
 * fail. May sleep. -ENOMEM, also when its pool has no more, leaves the set as it was.
 */
int vmi_region_set_reserve(struct vmi_region_set *set, size_t regions, size_t string_bytes);

/*
 * Appends a region with zero counts and no names and returns it for filling in; NULL when no room was reserved
 * or [start, end) is empty or begins below the end of the last one. Never allocates, never sleeps.
 */
struct vmi_region *vmi_region_set_append(struct vmi_region_set *set, u64 start, u64 end);

/* The same without counts: those are void then. */
struct vmi_region *vmi_region_set_append_uncounted(struct vmi_region_set *set, u64 start, u64 end);

/* Copies what maps shows of a region besides its place and its name. */
void vmi_region_copy_facts(struct vmi_region *to, const struct vmi_region *from);

/* Copies a name of `length` bytes (no NUL in it) and returns its offset; VMI_NAME_NONE when no room was reserved. */
u32 vmi_region_set_add_string(struct vmi_region_set *set, const char *text, size_t length);

/* The string at an offset that the set gave out; NULL for VMI_NAME_NONE. */
static inline const char *vmi_region_set_string(const struct vmi_region_set *set, u32 offset)
{
	return offset == VMI_NAME_NONE ? NULL : set->strings + offset;
}

/* Ends the building: makes the tree when there are enough regions. Linear time, no allocation. */
void vmi_region_set_seal(struct vmi_region_set *set);

/* True when the set has a tree. */
static inline bool vmi_region_set_has_tree(const struct vmi_region_set *set)
{
	return set->tree.root != NULL;
}

/* The region that `address` lies in, or NULL. Sealed sets only; by tree, else by walking the list. */
struct vmi_region *vmi_region_find(const struct vmi_region_set *set, u64 address);

/* The first region that ends above `address` (find_vma's meaning), or NULL. Sealed sets only. */
struct vmi_region *vmi_region_find_next(const struct vmi_region_set *set, u64 address);

/* A stretch of address space that no region covers: half-open [start, end). */
struct vmi_hole {
	u64 start;
	u64 end;
};

/*
 * The hole that `address` lies in, within [floor, ceiling); -ENOENT when a region covers it, -ERANGE when it is
 * outside those bounds. Sealed sets only.
 */
int vmi_region_hole_at(const struct vmi_region_set *set, u64 floor, u64 ceiling, u64 address, struct vmi_hole *ret);

/* How many holes there are between the first and the last region. A linear pass. */
size_t vmi_region_hole_count(const struct vmi_region_set *set);

/* The largest hole within [floor, ceiling), the lowest of equals; an empty one when there is none. */
struct vmi_hole vmi_region_largest_hole(const struct vmi_region_set *set, u64 floor, u64 ceiling);

/*
 * The lowest hole of at least `length` bytes within [floor, ceiling): -ENOMEM when there is none, as mmap() says.
 * A linear pass.
 */
int vmi_region_find_hole(const struct vmi_region_set *set, u64 floor, u64 ceiling, u64 length, struct vmi_hole *ret);

/* Depth of a region in the tree (the root has 0); 0 when the set has none. O(log n). */
u32 vmi_region_depth(const struct vmi_region_set *set, const struct vmi_region *region);

#endif /* VMI_CORE_REGION_H */
