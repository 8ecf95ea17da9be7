// SPDX-License-Identifier: GPL-2.0
/*
 * The AVL tree against a sorted array of keys, on small universes so that equal keys, misses and every kind of
 * rotation are frequent.
 */
#include <math.h>

#include "avl.h"
#include "unit.h"

#define UNIVERSE 4096			/* keys 0 .. UNIVERSE - 1 */

struct item {
	u64 padding;			/* so that the node is not at the head of its item */
	struct vmi_avl_node node;
	u32 key;
};

/* Sorted keys: what the tree must hold. */
struct model {
	u32 key[UNIVERSE];
	size_t count;
};

static struct item items[UNIVERSE];

static const struct item *item_of(const struct vmi_avl_node *node)
{
	return container_of(node, struct item, node);
}

static int compare_items(const struct vmi_avl_node *a, const struct vmi_avl_node *b)
{
	return (item_of(a)->key > item_of(b)->key) - (item_of(a)->key < item_of(b)->key);
}

static int order_key(const void *key, const struct vmi_avl_node *node)
{
	u32 wanted = *(const u32 *)key;

	return (wanted > item_of(node)->key) - (wanted < item_of(node)->key);
}

static struct vmi_avl_node *node_of(u32 key)
{
	items[key].key = key;
	return &items[key].node;
}

/* Index of the first key that is not below `key`. */
static size_t model_index(const struct model *model, u32 key)
{
	size_t low = 0;
	size_t high = model->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (model->key[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool model_has(const struct model *model, u32 key)
{
	size_t i = model_index(model, key);

	return i < model->count && model->key[i] == key;
}

static void model_insert(struct model *model, u32 key)
{
	size_t i = model_index(model, key);

	memmove(&model->key[i + 1], &model->key[i], (model->count - i) * sizeof(model->key[0]));
	model->key[i] = key;
	model->count++;
}

static void model_erase(struct model *model, u32 key)
{
	size_t i = model_index(model, key);

	memmove(&model->key[i], &model->key[i + 1], (model->count - i - 1) * sizeof(model->key[0]));
	model->count--;
}

/* Height by looking, not by the heights that the nodes claim. */
static u32 measured_height(const struct vmi_avl_node *node)
{
	u32 left, right;

	if (!node)
		return 0;
	left = measured_height(node->left);
	right = measured_height(node->right);
	assert_true(left <= right + 1 && right <= left + 1);
	assert_int_equal(node->height, 1 + (left > right ? left : right));
	return node->height;
}

static void assert_sound(const struct vmi_avl_tree *tree)
{
	assert_int_equal(vmi_avl_height(tree), measured_height(tree->root));
	assert_true(vmi_avl_height(tree) <= 1.4405 * log2(tree->count + 2.0));
	assert_true(vmi_avl_valid(tree, compare_items));
}

/* Depth of a key by descending from the root. */
static u32 measured_depth(const struct vmi_avl_tree *tree, u32 key)
{
	const struct vmi_avl_node *node = tree->root;
	u32 depth = 0;

	for (; item_of(node)->key != key; depth++)
		node = key < item_of(node)->key ? node->left : node->right;
	return depth;
}

static void assert_same_order(const struct vmi_avl_tree *tree, const struct model *model)
{
	struct vmi_avl_cursor cursor;
	struct vmi_avl_node *node = vmi_avl_first(tree, &cursor);
	size_t i;

	assert_int_equal(tree->count, model->count);
	for (i = 0; i < model->count; i++) {
		assert_ptr_equal(node, &items[model->key[i]].node);
		assert_int_equal(vmi_avl_cursor_depth(&cursor), measured_depth(tree, model->key[i]));
		node = vmi_avl_next(&cursor);
	}
	assert_null(node);
	assert_null(vmi_avl_next(&cursor));
}

static void insert_both(struct vmi_avl_tree *tree, struct model *model, u32 key)
{
	bool there = model_has(model, key);
	struct item other = { .key = key };

	if (there) {
		assert_int_equal(vmi_avl_insert(tree, &other.node, compare_items), -EEXIST);
		return;
	}
	assert_int_equal(vmi_avl_insert(tree, node_of(key), compare_items), 0);
	model_insert(model, key);
}

static void erase_both(struct vmi_avl_tree *tree, struct model *model, u32 key)
{
	struct item same = { .key = key };
	struct vmi_avl_node *expected = model_has(model, key) ? &items[key].node : NULL;

	assert_ptr_equal(vmi_avl_erase(tree, &same.node, compare_items), expected);
	if (!expected)
		return;
	memset(expected, 0xa5, sizeof(*expected));	/* the tree must have forgotten it */
	model_erase(model, key);
}

static void find_both(const struct vmi_avl_tree *tree, const struct model *model, u32 key)
{
	size_t i = model_index(model, key);
	struct vmi_avl_node *next = i < model->count ? &items[model->key[i]].node : NULL;

	assert_ptr_equal(vmi_avl_find_next(tree, &key, order_key), next);
	assert_ptr_equal(vmi_avl_find(tree, &key, order_key), model_has(model, key) ? next : NULL);
}

/* `rising` of 8 operations insert and `falling` erase; the others look up. */
static void churn(struct vmi_avl_tree *tree, struct model *model, struct rng *rng, u32 universe, u32 rising,
		  u32 falling)
{
	u32 key = rng_below(rng, universe);
	u32 what = rng_below(rng, 8);

	if (what < rising)
		insert_both(tree, model, key);
	else if (what < rising + falling)
		erase_both(tree, model, key);
	else
		find_both(tree, model, key);
}

static void random_operations_agree_with_a_sorted_array(void **state)
{
	static struct model model;
	struct vmi_avl_tree tree;
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	vmi_avl_init(&tree);
	model.count = 0;
	for (i = 0; i < 3000000; i++) {
		bool growing = i / 100000 % 2 == 0;

		churn(&tree, &model, &rng, UNIVERSE, growing ? 4 : 1, growing ? 1 : 4);
		if (i % 1000 == 0) {
			assert_sound(&tree);
			assert_same_order(&tree, &model);
		}
	}
}

static void small_trees_are_sound_after_every_operation(void **state)
{
	static struct model model;
	struct vmi_avl_tree tree;
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	vmi_avl_init(&tree);
	model.count = 0;
	for (i = 0; i < 300000; i++) {
		churn(&tree, &model, &rng, 40, 3, 3);
		assert_sound(&tree);
		if (i % 16 == 0)
			assert_same_order(&tree, &model);
	}
}

static bool next_permutation(u32 *key, u32 count)
{
	u32 i = count - 1;
	u32 j = count - 1;
	u32 swap;

	while (i && key[i - 1] > key[i])
		i--;
	if (!i)
		return false;
	while (key[j] < key[i - 1])
		j--;
	swap = key[i - 1], key[i - 1] = key[j], key[j] = swap;
	for (j = count - 1; i < j; i++, j--)
		swap = key[i], key[i] = key[j], key[j] = swap;
	return true;
}

static void every_order_of_insertion_and_every_erasure_of_seven_keys_is_sound(void **state)
{
	u32 order[7] = { 0, 1, 2, 3, 4, 5, 6 };
	static struct model model;
	u32 erased, i;

	(void)state;
	do {
		for (erased = 0; erased < ARRAY_SIZE(order); erased++) {
			struct vmi_avl_tree tree;

			vmi_avl_init(&tree);
			model.count = 0;
			for (i = 0; i < ARRAY_SIZE(order); i++)
				insert_both(&tree, &model, order[i]);
			erase_both(&tree, &model, erased);
			assert_sound(&tree);
			assert_same_order(&tree, &model);
		}
	} while (next_permutation(order, ARRAY_SIZE(order)));
}

static void rising_and_falling_insertion_stay_balanced(void **state)
{
	struct vmi_avl_tree rising, falling;
	u32 i;

	(void)state;
	vmi_avl_init(&rising);
	for (i = 0; i < UNIVERSE; i++)
		assert_int_equal(vmi_avl_insert(&rising, node_of(i), compare_items), 0);
	assert_sound(&rising);
	vmi_avl_init(&falling);
	for (i = UNIVERSE; i-- > 0;)
		assert_int_equal(vmi_avl_insert(&falling, node_of(i), compare_items), 0);
	assert_sound(&falling);
}

/* The sparsest tree of its height, the one that comes nearest to the bound. */
static u32 insert_sparsest(struct vmi_avl_tree *tree, u32 height, u32 first)
{
	struct vmi_avl_tree left, right;
	u32 root, next;

	vmi_avl_init(tree);
	if (!height)
		return first;
	root = insert_sparsest(&left, height - 1, first);
	next = insert_sparsest(&right, height > 1 ? height - 2 : 0, root + 1);
	tree->root = node_of(root);
	*tree->root = (struct vmi_avl_node){ left.root, right.root, height };
	tree->count = left.count + right.count + 1;
	return next;
}

static void erasing_from_the_sparsest_tree_stays_balanced(void **state)
{
	struct vmi_avl_tree tree;
	u32 count, victim;

	(void)state;
	count = insert_sparsest(&tree, 10, 0);
	for (victim = 0; victim < count; victim++) {
		insert_sparsest(&tree, 10, 0);
		assert_sound(&tree);
		assert_ptr_equal(vmi_avl_erase(&tree, node_of(victim), compare_items), &items[victim].node);
		assert_int_equal(tree.count, count - 1);
		assert_sound(&tree);
	}
}

static void build_makes_a_tree_of_minimal_height_of_any_count(void **state)
{
	struct vmi_avl_tree tree;
	static struct model model;
	u32 count, i;

	(void)state;
	for (i = 0; i < UNIVERSE; i++)
		node_of(i);
	model.count = 0;
	for (count = 0; count <= 1100; count++) {
		vmi_avl_build(&tree, &items[0].node, sizeof(items[0]), count);
		assert_sound(&tree);
		assert_int_equal(vmi_avl_height(&tree), count ? (u32)log2(count) + 1 : 0);
		assert_same_order(&tree, &model);
		model.key[model.count++] = count;
	}
}

static void built_trees_can_be_changed(void **state)
{
	struct vmi_avl_tree tree;
	static struct model model;
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 1000; i++) {
		node_of(i);
		model.key[i] = i;
	}
	model.count = 1000;
	vmi_avl_build(&tree, &items[0].node, sizeof(items[0]), model.count);
	for (i = 0; i < 20000; i++)
		churn(&tree, &model, &rng, 2000, 3, 4);
	assert_sound(&tree);
	assert_same_order(&tree, &model);
}

static void an_empty_tree_holds_nothing(void **state)
{
	struct vmi_avl_tree tree;
	struct vmi_avl_cursor cursor;
	u32 key = 7;

	(void)state;
	vmi_avl_init(&tree);
	assert_int_equal(vmi_avl_height(&tree), 0);
	assert_null(vmi_avl_find(&tree, &key, order_key));
	assert_null(vmi_avl_find_next(&tree, &key, order_key));
	assert_null(vmi_avl_erase(&tree, node_of(key), compare_items));
	assert_null(vmi_avl_first(&tree, &cursor));
	assert_null(vmi_avl_next(&cursor));
	assert_int_equal(vmi_avl_cursor_depth(&cursor), 0);
	assert_true(vmi_avl_valid(&tree, compare_items));
}

/* Seven nodes 0..6, the root being 3. */
static void build_seven(struct vmi_avl_tree *tree)
{
	u32 i;

	for (i = 0; i < 7; i++)
		node_of(i);
	vmi_avl_build(tree, &items[0].node, sizeof(items[0]), 7);
	assert_true(vmi_avl_valid(tree, compare_items));
}

static void valid_rejects_a_wrong_count(void **state)
{
	struct vmi_avl_tree tree;

	(void)state;
	build_seven(&tree);
	tree.count = 8;
	assert_false(vmi_avl_valid(&tree, compare_items));
	tree.count = 6;
	assert_false(vmi_avl_valid(&tree, compare_items));
}

static void valid_rejects_a_wrong_height(void **state)
{
	struct vmi_avl_tree tree;

	(void)state;
	build_seven(&tree);
	items[0].node.height = 2;
	assert_false(vmi_avl_valid(&tree, compare_items));
	build_seven(&tree);
	items[3].node.height = 4;
	assert_false(vmi_avl_valid(&tree, compare_items));
}

static void valid_rejects_keys_out_of_order(void **state)
{
	struct vmi_avl_tree tree;

	(void)state;
	build_seven(&tree);
	items[2].key = 4;
	assert_false(vmi_avl_valid(&tree, compare_items));
	build_seven(&tree);
	items[2].key = 1;
	assert_false(vmi_avl_valid(&tree, compare_items));
}

static void valid_rejects_imbalance(void **state)
{
	struct vmi_avl_tree tree;

	(void)state;
	build_seven(&tree);
	items[3].node.left = NULL;
	tree.count = 4;
	assert_false(vmi_avl_valid(&tree, compare_items));
}

static void valid_rejects_a_cycle(void **state)
{
	struct vmi_avl_tree tree;

	(void)state;
	build_seven(&tree);
	items[0].node.left = &items[3].node;
	assert_false(vmi_avl_valid(&tree, compare_items));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_tree_holds_nothing),
		cmocka_unit_test(every_order_of_insertion_and_every_erasure_of_seven_keys_is_sound),
		cmocka_unit_test(small_trees_are_sound_after_every_operation),
		cmocka_unit_test(random_operations_agree_with_a_sorted_array),
		cmocka_unit_test(rising_and_falling_insertion_stay_balanced),
		cmocka_unit_test(erasing_from_the_sparsest_tree_stays_balanced),
		cmocka_unit_test(build_makes_a_tree_of_minimal_height_of_any_count),
		cmocka_unit_test(built_trees_can_be_changed),
		cmocka_unit_test(valid_rejects_a_wrong_count),
		cmocka_unit_test(valid_rejects_a_wrong_height),
		cmocka_unit_test(valid_rejects_keys_out_of_order),
		cmocka_unit_test(valid_rejects_imbalance),
		cmocka_unit_test(valid_rejects_a_cycle),
	};

	rng_announce();
	return cmocka_run_group_tests_name("avl", tests, NULL, NULL);
}
