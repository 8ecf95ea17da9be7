// SPDX-License-Identifier: GPL-2.0
/* The AVL tree driven by bytes, against a table of 256 flags: which keys are there. */
#include "avl.h"
#include "input.h"

struct item {
	struct vmi_avl_node node;
	u8 key;
};

static int order_key(const void *key, const struct vmi_avl_node *node)
{
	return *(const u8 *)key - container_of(node, struct item, node)->key;
}

static int compare_items(const struct vmi_avl_node *a, const struct vmi_avl_node *b)
{
	return order_key(&container_of(a, struct item, node)->key, b);
}

static struct vmi_avl_node *next_there(struct item *items, const bool *there, u32 key)
{
	while (key < 256 && !there[key])
		key++;
	return key < 256 ? &items[key].node : NULL;
}

static void check_walk(const struct vmi_avl_tree *tree, struct item *items, const bool *there)
{
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node = vmi_avl_first(tree, &cursor);
	u32 key;

	for (key = 0; key < 256; key++) {
		if (!there[key])
			continue;
		REQUIRE(node == &items[key].node);
		REQUIRE(vmi_avl_cursor_depth(&cursor) < vmi_avl_height(tree));
		node = vmi_avl_next(&cursor);
	}
	REQUIRE(!node);
}

static void step(struct vmi_avl_tree *tree, struct item *items, bool *there, u8 what, u8 key)
{
	struct item other = { .key = key };
	struct vmi_avl_node *here = there[key] ? &items[key].node : NULL;

	REQUIRE(vmi_avl_find(tree, &key, order_key) == here);
	REQUIRE(vmi_avl_find_next(tree, &key, order_key) == next_there(items, there, key));
	if (what % 2) {
		REQUIRE(vmi_avl_erase(tree, &other.node, compare_items) == here);
		there[key] = false;
	} else {
		REQUIRE(vmi_avl_insert(tree, here ? &other.node : &items[key].node, compare_items) ==
			(here ? -EEXIST : 0));
		there[key] = true;
	}
	REQUIRE(vmi_avl_valid(tree, compare_items));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct vmi_avl_tree tree;
	struct item items[256];
	bool there[256] = { false };
	u32 i, built = input_u8(&input);

	for (i = 0; i < 256; i++)
		items[i].key = i;
	for (i = 0; i < built; i++)
		there[i] = true;
	vmi_avl_build(&tree, &items[0].node, sizeof(items[0]), built);
	while (input.left) {
		u8 what = input_u8(&input);

		step(&tree, items, there, what, input_u8(&input));
	}
	check_walk(&tree, items, there);
	return 0;
}
