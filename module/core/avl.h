/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An intrusive AVL tree, as Linux kept its memory areas in until 2.4 (mm/mmap_avl.c): left = lower key,
 * right = higher key, and the heights of two siblings never differ by more than one.
 *
 * No parent pointers and no allocation: the path from the root is kept on the stack of whoever changes or
 * walks the tree (VMI_AVL_MAX_HEIGHT levels hold more nodes than any address space can have). The tree does
 * no locking; the owner of the nodes does.
 */
#ifndef VMI_CORE_AVL_H
#define VMI_CORE_AVL_H

#include "port.h"

/* 1.4405 log2(2^32 + 2) = 46.1: enough for 2^32 nodes. */
#define VMI_AVL_MAX_HEIGHT 48

struct vmi_avl_node {
	struct vmi_avl_node *left;	/* all keys lower than ours, or NULL */
	struct vmi_avl_node *right;	/* all keys higher than ours, or NULL */
	u32 height;			/* of the subtree below and including us: a leaf has 1 */
};

struct vmi_avl_tree {
	struct vmi_avl_node *root;	/* NULL when empty */
	size_t count;			/* nodes in the tree */
};

/* Order of two nodes: negative, 0 or positive as `a` sorts before, equals or sorts after `b`. */
typedef int (*vmi_avl_compare_fn)(const struct vmi_avl_node *a, const struct vmi_avl_node *b);

/* Order of a key and a node: negative, 0 or positive as the key lies before, in or after the node. */
typedef int (*vmi_avl_key_fn)(const void *key, const struct vmi_avl_node *node);

/* A place in an in-order walk; holds the path, so it is void after any change of the tree. */
struct vmi_avl_cursor {
	struct vmi_avl_node *path[VMI_AVL_MAX_HEIGHT];
	u32 depth[VMI_AVL_MAX_HEIGHT];	/* of each node on the path; the root has 0 */
	u32 used;
};

void vmi_avl_init(struct vmi_avl_tree *tree);

/*
 * Makes a tree of minimal height out of `count` nodes that lie `stride` bytes apart, the first at `first`,
 * already sorted by rising key; linear time, replaces whatever the tree held.
 */
void vmi_avl_build(struct vmi_avl_tree *tree, struct vmi_avl_node *first, size_t stride, size_t count);

/* Adds a node. -EEXIST when one with an equal key is there already (the tree is unchanged), else 0. */
int vmi_avl_insert(struct vmi_avl_tree *tree, struct vmi_avl_node *node, vmi_avl_compare_fn compare);

/* Takes out the node with a key equal to `node`'s and returns it, or NULL when there is none. */
struct vmi_avl_node *vmi_avl_erase(struct vmi_avl_tree *tree, const struct vmi_avl_node *node,
				   vmi_avl_compare_fn compare);

/* The node that the key lies in, or NULL. */
struct vmi_avl_node *vmi_avl_find(const struct vmi_avl_tree *tree, const void *key, vmi_avl_key_fn order);

/* The node that the key lies in, else the lowest one after it, else NULL. */
struct vmi_avl_node *vmi_avl_find_next(const struct vmi_avl_tree *tree, const void *key, vmi_avl_key_fn order);

/* In-order walk: the first node, then the next ones, NULL at the end. */
struct vmi_avl_node *vmi_avl_first(const struct vmi_avl_tree *tree, struct vmi_avl_cursor *cursor);
struct vmi_avl_node *vmi_avl_next(struct vmi_avl_cursor *cursor);

/* Depth of the node that the cursor last returned; the root has 0. */
static inline u32 vmi_avl_cursor_depth(const struct vmi_avl_cursor *cursor)
{
	return cursor->used ? cursor->depth[cursor->used - 1] : 0;
}

/* Levels of the tree: 0 when empty, 1 for a lone root. At most 1.4405 log2(count + 2). */
static inline u32 vmi_avl_height(const struct vmi_avl_tree *tree)
{
	return tree->root ? tree->root->height : 0;
}

/*
 * True when every height is right, siblings differ by at most one, keys rise in order and `count` is exact.
 * For tests and the audit mode: visits every node.
 */
bool vmi_avl_valid(const struct vmi_avl_tree *tree, vmi_avl_compare_fn compare);

#endif /* VMI_CORE_AVL_H */
