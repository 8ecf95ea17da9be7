// SPDX-License-Identifier: GPL-2.0
/*
 * Two region sets made out of bytes: look-ups and holes against a linear search, and their difference, whose events
 * must turn the first into the second.
 */
#include "input.h"
#include "region.h"
#include "region_diff.h"

#define PAGE 4096ULL
#define MAX_REGIONS 80			/* enough for a tree */
#define PAGES (11 * MAX_REGIONS)	/* a gap of 3 and a length of 8 pages each, at most */

/* Two bytes a region: a gap, a length and a few attributes. */
static void make_set(struct input *input, struct vmi_region_set *set)
{
	u32 count = input_u8(input) % MAX_REGIONS;
	u64 end = 0;

	vmi_region_set_init(set);
	REQUIRE(!vmi_region_set_reserve(set, count, 8 * count));
	while (count--) {
		u8 size = input_u8(input);
		u8 kind = input_u8(input);
		u64 start = end + size % 4 * PAGE;
		struct vmi_region *region = vmi_region_set_append(set, start, start + (1 + size / 4 % 8) * PAGE);

		REQUIRE(region);
		REQUIRE(!vmi_region_set_append(set, start, start + PAGE));
		region->flags = kind % 2 ? VMI_REGION_READ : VMI_REGION_READ | VMI_REGION_WRITE;
		region->flags |= kind & 2 ? VMI_REGION_FILE : VMI_REGION_ANON;
		region->inode = kind & 4;
		region->file_offset = kind & 8 ? start : 0;
		region->name = vmi_region_set_add_string(set, "name", kind % 5);
		REQUIRE(strlen(vmi_region_set_string(set, region->name)) == kind % 5);
		end = region->end;
	}
	vmi_region_set_seal(set);
}

static struct vmi_region *linear_find_next(const struct vmi_region_set *set, u64 address)
{
	size_t i = 0;

	while (i < set->count && set->regions[i].end <= address)
		i++;
	return i < set->count ? &set->regions[i] : NULL;
}

static void check_address(const struct vmi_region_set *set, u64 address, u64 floor, u64 ceiling)
{
	struct vmi_region *next = linear_find_next(set, address);
	struct vmi_region *here = next && next->start <= address ? next : NULL;
	struct vmi_hole hole;
	int ret = vmi_region_hole_at(set, floor, ceiling, address, &hole);

	REQUIRE(vmi_region_find_next(set, address) == next);
	REQUIRE(vmi_region_find(set, address) == here);
	REQUIRE(ret == (address < floor || address >= ceiling ? -ERANGE : here ? -ENOENT : 0));
	if (ret)
		return;
	REQUIRE(hole.start <= address && address < hole.end && hole.start >= floor && hole.end <= ceiling);
	REQUIRE(linear_find_next(set, hole.start) == next && (!next || hole.end <= next->start));
	REQUIRE(hole.end == ceiling || hole.end == next->start);
	REQUIRE(hole.start == floor || linear_find_next(set, hole.start - 1) != next);
}

static void check_set(const struct vmi_region_set *set, struct input *input)
{
	u64 floor = input_u8(input) * PAGE;
	u64 ceiling = input_bytes(input, 2) * PAGE;
	struct vmi_hole largest = vmi_region_largest_hole(set, floor, ceiling);
	u64 length = largest.end - largest.start;
	struct vmi_hole found;
	u64 page;

	REQUIRE(vmi_region_find_hole(set, floor, ceiling, length + 1, &found) == -ENOMEM);
	if (length) {
		REQUIRE(!vmi_region_find_hole(set, floor, ceiling, length, &found));
		REQUIRE(found.start == largest.start && found.end == largest.end);
	}
	for (page = 0; page < PAGES; page += 1 + page % 3)
		check_address(set, page * PAGE + page % 7, floor, ceiling);
	check_address(set, input_u64(input), floor, ceiling);
}

/* For each page the newer region's attributes that the events leave there. */
struct replay {
	struct {
		u32 flags;
		u64 inode;
		u64 file_base;
	} page[PAGES];
	u64 last_start;
};

static void replay_range(struct replay *replay, u64 start, u64 end, const struct vmi_region *region)
{
	for (; start < end; start += PAGE) {
		memset(&replay->page[start / PAGE], 0, sizeof(replay->page[0]));
		if (!region)
			continue;
		replay->page[start / PAGE].flags = region->flags;
		if (region->flags & VMI_REGION_FILE) {
			replay->page[start / PAGE].inode = region->inode;
			replay->page[start / PAGE].file_base = region->file_offset - region->start;
		}
	}
}

static void replay_set(struct replay *replay, const struct vmi_region_set *set)
{
	size_t i;

	memset(replay, 0, sizeof(*replay));
	for (i = 0; i < set->count; i++)
		replay_range(replay, set->regions[i].start, set->regions[i].end, &set->regions[i]);
}

static int replay_event(void *context, const struct vmi_region_event *event)
{
	struct replay *replay = context;
	bool goes = event->kind == VMI_REGION_UNMAPPED || event->kind == VMI_REGION_SHRUNK;

	REQUIRE(event->start < event->end && event->start >= replay->last_start);
	replay->last_start = event->start;
	replay_range(replay, event->start, event->end, goes ? NULL : event->after);
	return 0;
}

static void check_difference(const struct vmi_region_set *before, const struct vmi_region_set *after)
{
	static struct replay replay, expected;

	replay_set(&replay, before);
	replay_set(&expected, after);
	REQUIRE(!vmi_region_diff(before, after, replay_event, &replay));
	REQUIRE(!memcmp(replay.page, expected.page, sizeof(replay.page)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct vmi_region_set before, after;

	make_set(&input, &before);
	make_set(&input, &after);
	check_set(&before, &input);
	check_difference(&before, &after);
	check_difference(&after, &before);
	vmi_region_set_deinit(&before);
	vmi_region_set_deinit(&after);
	return 0;
}
