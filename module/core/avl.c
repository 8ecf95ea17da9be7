// SPDX-License-Identifier: GPL-2.0
/*
 * The AVL tree: textbook insertion and deletion, with the path from the root kept in an array of links.
 *
 * A change unbalances only nodes on that path, so it is retraced from the bottom; as soon as a subtree has the
 * height it had before, everything above it is right already.
 */
#include "avl.h"

/* The links passed on the way down, the root's own first. */
struct avl_path {
	struct vmi_avl_node **link[VMI_AVL_MAX_HEIGHT];
	u32 used;
};

static u32 height_of(const struct vmi_avl_node *node)
{
	return node ? node->height : 0;
}

static void update_height(struct vmi_avl_node *node)
{
	node->height = 1 + max_t(u32, height_of(node->left), height_of(node->right));
}

static void rotate_left(struct vmi_avl_node **link)
{
	struct vmi_avl_node *down = *link;
	struct vmi_avl_node *up = down->right;

	down->right = up->left;
	up->left = down;
	*link = up;
	update_height(down);
	update_height(up);
}

static void rotate_right(struct vmi_avl_node **link)
{
	struct vmi_avl_node *down = *link;
	struct vmi_avl_node *up = down->left;

	down->left = up->right;
	up->right = down;
	*link = up;
	update_height(down);
	update_height(up);
}

/* Restores the balance of one node whose subtrees are balanced and differ by at most two. */
static void rebalance(struct vmi_avl_node **link)
{
	struct vmi_avl_node *node = *link;
	u32 left = height_of(node->left);
	u32 right = height_of(node->right);

	if (left > right + 1) {
		if (height_of(node->left->left) < height_of(node->left->right))
			rotate_left(&node->left);
		rotate_right(link);
	} else if (right > left + 1) {
		if (height_of(node->right->right) < height_of(node->right->left))
			rotate_right(&node->right);
		rotate_left(link);
	} else {
		update_height(node);
	}
}

static void retrace(struct avl_path *path)
{
	while (path->used) {
		struct vmi_avl_node **link = path->link[--path->used];
		u32 before = (*link)->height;

		rebalance(link);
		if ((*link)->height == before)
			return;
	}
}

/* Goes down to the node with an equal key, or to the empty link where one would hang. */
static struct vmi_avl_node **descend(struct vmi_avl_tree *tree, const struct vmi_avl_node *node,
				     vmi_avl_compare_fn compare, struct avl_path *path)
{
	struct vmi_avl_node **link = &tree->root;

	path->used = 0;
	while (*link) {
		int order = compare(node, *link);

		if (!order)
			break;
		path->link[path->used++] = link;
		link = order < 0 ? &(*link)->left : &(*link)->right;
	}
	return link;
}

void vmi_avl_init(struct vmi_avl_tree *tree)
{
	tree->root = NULL;
	tree->count = 0;
}

/*
 * The middle node becomes the root, so sibling subtrees differ by at most one node: recursion is log2(count) deep.
 * `count` is not 0.
 */
static struct vmi_avl_node *build_subtree(char *first, size_t stride, size_t count)
{
	size_t left = count / 2, right = count - left - 1;
	struct vmi_avl_node *node = (struct vmi_avl_node *)(void *)(first + left * stride);

	node->left = left ? build_subtree(first, stride, left) : NULL;
	node->right = right ? build_subtree(first + (left + 1) * stride, stride, right) : NULL;
	update_height(node);
	return node;
}

void vmi_avl_build(struct vmi_avl_tree *tree, struct vmi_avl_node *first, size_t stride, size_t count)
{
	tree->root = count ? build_subtree((char *)first, stride, count) : NULL;
	tree->count = count;
}

int vmi_avl_insert(struct vmi_avl_tree *tree, struct vmi_avl_node *node, vmi_avl_compare_fn compare)
{
	struct avl_path path;
	struct vmi_avl_node **link = descend(tree, node, compare, &path);

	if (*link)
		return -EEXIST;
	node->left = NULL;
	node->right = NULL;
	node->height = 1;
	*link = node;
	tree->count++;
	retrace(&path);
	return 0;
}

/*
 * Puts the next node in order in the place of *link, which has two children. It takes over the height as well:
 * retracing compares with what stood there before.
 */
static void replace_by_next(struct vmi_avl_node **link, struct avl_path *path)
{
	struct vmi_avl_node *node = *link;
	struct vmi_avl_node **lowest = &node->right;
	struct vmi_avl_node *next;
	u32 below;

	path->link[path->used++] = link;
	below = path->used;
	while ((*lowest)->left) {
		path->link[path->used++] = lowest;
		lowest = &(*lowest)->left;
	}
	next = *lowest;
	*lowest = next->right;
	*next = *node;
	*link = next;
	if (path->used > below)
		path->link[below] = &next->right;
}

struct vmi_avl_node *vmi_avl_erase(struct vmi_avl_tree *tree, const struct vmi_avl_node *node,
				   vmi_avl_compare_fn compare)
{
	struct avl_path path;
	struct vmi_avl_node **link = descend(tree, node, compare, &path);
	struct vmi_avl_node *found = *link;

	if (!found)
		return NULL;
	if (found->left && found->right)
		replace_by_next(link, &path);
	else
		*link = found->left ? found->left : found->right;
	tree->count--;
	retrace(&path);
	return found;
}

struct vmi_avl_node *vmi_avl_find(const struct vmi_avl_tree *tree, const void *key, vmi_avl_key_fn order)
{
	struct vmi_avl_node *node = tree->root;

	while (node) {
		int place = order(key, node);

		if (!place)
			return node;
		node = place < 0 ? node->left : node->right;
	}
	return NULL;
}

struct vmi_avl_node *vmi_avl_find_next(const struct vmi_avl_tree *tree, const void *key, vmi_avl_key_fn order)
{
	struct vmi_avl_node *node = tree->root;
	struct vmi_avl_node *next = NULL;

	while (node) {
		int place = order(key, node);

		if (!place)
			return node;
		if (place < 0)
			next = node;
		node = place < 0 ? node->left : node->right;
	}
	return next;
}

/* The path of a cursor holds the nodes still to be returned, the current one on top. */
static struct vmi_avl_node *push_lowest(struct vmi_avl_cursor *cursor, struct vmi_avl_node *node, u32 depth)
{
	for (; node; node = node->left) {
		cursor->path[cursor->used] = node;
		cursor->depth[cursor->used++] = depth++;
	}
	return cursor->used ? cursor->path[cursor->used - 1] : NULL;
}

struct vmi_avl_node *vmi_avl_first(const struct vmi_avl_tree *tree, struct vmi_avl_cursor *cursor)
{
	cursor->used = 0;
	return push_lowest(cursor, tree->root, 0);
}

struct vmi_avl_node *vmi_avl_next(struct vmi_avl_cursor *cursor)
{
	u32 top;

	if (!cursor->used)
		return NULL;
	top = --cursor->used;
	return push_lowest(cursor, cursor->path[top]->right, cursor->depth[top] + 1);
}

/*
 * Heights that fall from parent to child rule out cycles and bound the recursion, so they are looked at before
 * any child is entered.
 */
static bool balanced(const struct vmi_avl_node *node)
{
	u32 left, right;

	if (!node)
		return true;
	left = height_of(node->left);
	right = height_of(node->right);
	if (node->height != 1 + max_t(u32, left, right) || left > right + 1 || right > left + 1)
		return false;
	return balanced(node->left) && balanced(node->right);
}

static bool ordered(const struct vmi_avl_tree *tree, vmi_avl_compare_fn compare)
{
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node = vmi_avl_first(tree, &cursor);
	struct vmi_avl_node *before = NULL;
	size_t count = 0;

	for (; node; node = vmi_avl_next(&cursor)) {
		if (before && compare(before, node) >= 0)
			return false;
		before = node;
		count++;
	}
	return count == tree->count;
}

bool vmi_avl_valid(const struct vmi_avl_tree *tree, vmi_avl_compare_fn compare)
{
	return height_of(tree->root) <= VMI_AVL_MAX_HEIGHT && balanced(tree->root) && ordered(tree, compare);
}
