// SPDX-License-Identifier: GPL-2.0
/* The region set: building by appending, look-up by address, and the holes between regions. */
#include "region.h"

/* Regions and places in the index have 32-bit numbers. */
#define MAX_REGIONS ((u32)-2)

void vmi_region_set_init(struct vmi_region_set *set)
{
	memset(set, 0, sizeof(*set));
}

static u64 regions_bytes(size_t capacity)
{
	return capacity ? capacity * (sizeof(struct vmi_region) + sizeof(struct vmi_region_index_node)) +
			  sizeof(struct vmi_region_index_node) : 0;
}

void vmi_region_set_deinit(struct vmi_region_set *set)
{
	vmi_free(set->regions);
	vmi_free(set->index);
	vmi_free(set->strings);
	vmi_pool_give(set->pool, regions_bytes(set->capacity) + set->strings_capacity);
	vmi_region_set_init(set);
}

/* Half as much again at least, so that reserving one by one stays linear; 0 when the sum does not fit. */
static size_t grown_capacity(size_t used, size_t more, size_t capacity)
{
	if (used + more < used)
		return 0;
	return max_t(size_t, used + more, capacity + capacity / 2);
}

/* A copy of `used` elements with room for `capacity`; NULL when there is no memory. */
static void *copy_array(const void *old, size_t used, size_t capacity, size_t size)
{
	void *copy = vmi_alloc_array(capacity, size);

	if (copy && used)
		memcpy(copy, old, used * size);
	return copy;
}

/* The index is made when the set is sealed, which must not fail: its room comes with that of the regions. */
static int reserve_regions(struct vmi_region_set *set, size_t more)
{
	size_t capacity = grown_capacity(set->count, more, set->capacity);
	struct vmi_region_index_node *index;
	struct vmi_region *regions;

	if (set->capacity - set->count >= more)
		return 0;
	if (!capacity || capacity > MAX_REGIONS || !vmi_pool_take(set->pool, regions_bytes(capacity)))
		return -ENOMEM;
	regions = copy_array(set->regions, set->count, capacity, sizeof(*regions));
	index = vmi_alloc_array(capacity + 1, sizeof(*index));
	if (!regions || !index) {
		vmi_free(regions);
		vmi_free(index);
		vmi_pool_give(set->pool, regions_bytes(capacity));
		return -ENOMEM;
	}
	vmi_free(set->regions);
	vmi_free(set->index);
	vmi_pool_give(set->pool, regions_bytes(set->capacity));
	set->regions = regions;
	set->index = index;
	set->capacity = capacity;
	vmi_avl_init(&set->tree);	/* its nodes were in the old array */
	return 0;
}

/* Offsets are 32 bits wide and VMI_NAME_NONE is not one. */
static int reserve_strings(struct vmi_region_set *set, size_t more)
{
	size_t capacity = grown_capacity(set->strings_used, more, set->strings_capacity);
	char *strings;

	if (set->strings_capacity - set->strings_used >= more)
		return 0;
	if (!capacity || set->strings_used + more > VMI_NAME_NONE)
		return -ENOMEM;
	capacity = min_t(size_t, capacity, VMI_NAME_NONE);
	if (!vmi_pool_take(set->pool, capacity))
		return -ENOMEM;
	strings = copy_array(set->strings, set->strings_used, capacity, 1);
	if (!strings) {
		vmi_pool_give(set->pool, capacity);
		return -ENOMEM;
	}
	vmi_free(set->strings);
	vmi_pool_give(set->pool, set->strings_capacity);
	set->strings = strings;
	set->strings_capacity = capacity;
	return 0;
}

int vmi_region_set_reserve(struct vmi_region_set *set, size_t regions, size_t string_bytes)
{
	int ret = reserve_strings(set, string_bytes);

	return ret ? ret : reserve_regions(set, regions);
}

struct vmi_region *vmi_region_set_append_uncounted(struct vmi_region_set *set, u64 start, u64 end)
{
	struct vmi_region *region;

	if (set->count == set->capacity || start >= end)
		return NULL;
	if (set->count && start < set->regions[set->count - 1].end)
		return NULL;
	region = &set->regions[set->count++];
	/* Member by member: a fill by a string instruction takes longer than the rest of a list of regions. */
	region->node = (struct vmi_avl_node){ 0 };
	region->flags = 0;
	region->start = start;
	region->end = end;
	region->file_offset = 0;
	region->inode = 0;
	region->dev_major = 0;
	region->dev_minor = 0;
	region->name = VMI_NAME_NONE;
	region->ops_name = VMI_NAME_NONE;
	return region;
}

struct vmi_region *vmi_region_set_append(struct vmi_region_set *set, u64 start, u64 end)
{
	struct vmi_region *region = vmi_region_set_append_uncounted(set, start, end);

	if (region)
		memset(&region->counts, 0, sizeof(region->counts));
	return region;
}

void vmi_region_copy_facts(struct vmi_region *to, const struct vmi_region *from)
{
	bool has_file = from->flags & VMI_REGION_FILE;

	to->flags = from->flags;
	to->file_offset = has_file ? from->file_offset : 0;
	to->inode = has_file ? from->inode : 0;
	to->dev_major = has_file ? from->dev_major : 0;
	to->dev_minor = has_file ? from->dev_minor : 0;
}

u32 vmi_region_set_add_string(struct vmi_region_set *set, const char *text, size_t length)
{
	u32 offset = set->strings_used;

	if (set->strings_capacity - set->strings_used <= length)
		return VMI_NAME_NONE;
	memcpy(set->strings + offset, text, length);
	set->strings[offset + length] = '\0';
	set->strings_used += length + 1;
	return offset;
}

/* Where the next node of the upper levels and of the lower ones goes. */
struct index_builder {
	struct vmi_region_set *set;
	u32 next_top;
	u32 next_low;
};

/* Puts a subtree into the index, each node before those below it, and returns its root's place. */
static u32 index_subtree(struct index_builder *builder, const struct vmi_avl_node *node, u32 depth)
{
	const struct vmi_region *region = container_of(node, struct vmi_region, node);
	struct vmi_region_index_node *copy;
	u32 place;

	place = depth < VMI_INDEX_TOP_LEVELS ? builder->next_top++ : builder->next_low++;
	copy = &builder->set->index[place];
	copy->end = region->end;
	copy->region = region - builder->set->regions;
	copy->left = node->left ? index_subtree(builder, node->left, depth + 1) : 0;
	copy->right = node->right ? index_subtree(builder, node->right, depth + 1) : 0;
	return place;
}

/* A tree of minimal height has all levels full but the last, so it is known how many nodes the upper levels have. */
static void build_index(struct vmi_region_set *set)
{
	struct index_builder builder = {
		.set = set,
		.next_top = 1,
		.next_low = 1 << VMI_INDEX_TOP_LEVELS,
	};

	index_subtree(&builder, set->tree.root, 0);
}

void vmi_region_set_seal(struct vmi_region_set *set)
{
	vmi_avl_init(&set->tree);
	if (set->count <= VMI_AVL_MIN_REGIONS)
		return;
	vmi_avl_build(&set->tree, &set->regions[0].node, sizeof(set->regions[0]), set->count);
	build_index(set);
}

static struct vmi_region *walk_list(const struct vmi_region_set *set, u64 address)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (address < set->regions[i].end)
			return &set->regions[i];
	return NULL;
}

/* Goes on past a region that covers the address: that costs a level at most and saves looking at every start. */
static struct vmi_region *descend(const struct vmi_region_set *set, u64 address)
{
	u32 place = 1;
	u32 next = 0;

	while (place) {
		const struct vmi_region_index_node *node = &set->index[place];
		bool below = address < node->end;

		next = below ? place : next;
		place = below ? node->left : node->right;
	}
	return next ? &set->regions[set->index[next].region] : NULL;
}

static inline struct vmi_region *find_next(const struct vmi_region_set *set, u64 address)
{
	return likely(vmi_region_set_has_tree(set)) ? descend(set, address) : walk_list(set, address);
}

struct vmi_region *vmi_region_find_next(const struct vmi_region_set *set, u64 address)
{
	return find_next(set, address);
}

struct vmi_region *vmi_region_find(const struct vmi_region_set *set, u64 address)
{
	struct vmi_region *region = find_next(set, address);

	return region && region->start <= address ? region : NULL;
}

int vmi_region_hole_at(const struct vmi_region_set *set, u64 floor, u64 ceiling, u64 address, struct vmi_hole *ret)
{
	const struct vmi_region *next;
	size_t before;

	if (address < floor || address >= ceiling)
		return -ERANGE;
	next = vmi_region_find_next(set, address);
	if (next && next->start <= address)
		return -ENOENT;
	before = next ? (size_t)(next - set->regions) : set->count;
	ret->start = before ? max_t(u64, floor, set->regions[before - 1].end) : floor;
	ret->end = next ? min_t(u64, ceiling, next->start) : ceiling;
	return 0;
}

size_t vmi_region_hole_count(const struct vmi_region_set *set)
{
	size_t count = 0;
	size_t i;

	for (i = 1; i < set->count; i++)
		count += set->regions[i].start > set->regions[i - 1].end;
	return count;
}

/* A walk over the holes below a ceiling, in rising order. */
struct hole_walk {
	const struct vmi_region_set *set;
	size_t index;			/* the next region to look at */
	u64 from;			/* no hole below this is still to come */
	u64 ceiling;
};

static bool next_hole(struct hole_walk *walk, struct vmi_hole *ret)
{
	while (walk->from < walk->ceiling) {
		ret->start = walk->from;
		ret->end = walk->ceiling;
		if (walk->index < walk->set->count) {
			const struct vmi_region *region = &walk->set->regions[walk->index++];

			ret->end = min_t(u64, walk->ceiling, region->start);
			walk->from = max_t(u64, walk->from, region->end);
		} else {
			walk->from = walk->ceiling;
		}
		if (ret->start < ret->end)
			return true;
	}
	return false;
}

struct vmi_hole vmi_region_largest_hole(const struct vmi_region_set *set, u64 floor, u64 ceiling)
{
	struct hole_walk walk = { .set = set, .from = floor, .ceiling = ceiling };
	struct vmi_hole largest = { 0, 0 };
	struct vmi_hole hole;

	while (next_hole(&walk, &hole))
		if (hole.end - hole.start > largest.end - largest.start)
			largest = hole;
	return largest;
}

int vmi_region_find_hole(const struct vmi_region_set *set, u64 floor, u64 ceiling, u64 length, struct vmi_hole *ret)
{
	struct hole_walk walk = { .set = set, .from = floor, .ceiling = ceiling };
	struct vmi_hole hole;

	while (next_hole(&walk, &hole)) {
		if (hole.end - hole.start >= length) {
			*ret = hole;
			return 0;
		}
	}
	return -ENOMEM;
}

u32 vmi_region_depth(const struct vmi_region_set *set, const struct vmi_region *region)
{
	const struct vmi_avl_node *node = set->tree.root;
	u32 depth = 0;

	while (node && node != &region->node) {
		node = region->start < container_of(node, struct vmi_region, node)->start ? node->left : node->right;
		depth++;
	}
	return node ? depth : 0;
}
