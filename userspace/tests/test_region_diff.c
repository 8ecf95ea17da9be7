// SPDX-License-Identifier: GPL-2.0
/*
 * The difference of two captures, against an array that says for each page of a small address space what is mapped
 * there before and after: applying the events to the older array must give the newer one, and each page must have
 * got the kind of event that the definitions in region_diff.h give it.
 */
#include "region_diff.h"
#include "unit.h"

#define PAGES 64
#define PAGE 4096ULL
#define MAX_EVENTS (2 * PAGES)

/* One page of a layout; all zero when nothing is mapped. */
struct page {
	u32 flags;			/* VMI_REGION_* */
	u32 region;			/* 1, 2, …: neighbours of one region have equal numbers */
	u64 inode;
	u64 file_base;			/* file offset of address 0 by this mapping, modulo 2^64 */
};

struct layout {
	struct page page[PAGES];
};

/* What the events said, in the order they came. */
struct record {
	struct vmi_region_event event[MAX_EVENTS];
	u32 count;
};

static bool mapped(const struct page *page)
{
	return page->region;
}

/* Fills [start, end) with one region's pages, of few kinds so that neighbours are often alike. */
static void map_pages(struct rng *rng, struct layout *layout, u32 start, u32 end, u32 region)
{
	struct page page = { .region = region, .flags = VMI_REGION_READ | rng_below(rng, 2) * VMI_REGION_WRITE };

	page.flags |= rng_once_in(rng, 4) ? VMI_REGION_LOCKED : 0;
	if (rng_once_in(rng, 2)) {
		page.flags |= VMI_REGION_FILE;
		page.inode = 10 + rng_below(rng, 2);
		page.file_base = rng_below(rng, 2) * PAGES * PAGE;
	} else {
		page.flags |= VMI_REGION_ANON;
	}
	while (start < end)
		layout->page[start++] = page;
}

static void change_pages(struct rng *rng, struct layout *layout, u32 region)
{
	u32 start = rng_below(rng, PAGES);
	u32 end = start + 1 + rng_below(rng, min_t(u32, 16, PAGES - start));
	u32 what = rng_below(rng, 4);

	if (what == 0) {
		map_pages(rng, layout, start, end, region);
		return;
	}
	for (; start < end; start++) {
		struct page *page = &layout->page[start];

		if (what == 1)
			*page = (struct page){ 0 };
		else if (what == 2 && mapped(page))
			page->flags ^= VMI_REGION_WRITE, page->region += 1000;
		else if (what == 3 && !mapped(page) && start && mapped(page - 1))
			*page = page[-1];		/* the region before grows */
	}
}

/* Two pages belong to one region if they were made so and nothing has torn them apart. */
static bool one_region(const struct page *a, const struct page *b)
{
	return mapped(a) && a->region == b->region && a->flags == b->flags && a->inode == b->inode &&
	       a->file_base == b->file_base;
}

static void set_from_layout(struct vmi_region_set *set, const struct layout *layout)
{
	u32 page = 0;

	vmi_region_set_init(set);
	assert_int_equal(vmi_region_set_reserve(set, PAGES, 0), 0);
	while (page < PAGES) {
		const struct page *first = &layout->page[page];
		u32 start = page++;
		struct vmi_region *region;

		if (!mapped(first))
			continue;
		while (page < PAGES && one_region(first, &layout->page[page]))
			page++;
		region = vmi_region_set_append(set, start * PAGE, page * PAGE);
		assert_non_null(region);
		region->flags = first->flags;
		region->inode = first->inode;
		region->dev_major = 8;
		region->file_offset = first->flags & VMI_REGION_FILE ? first->file_base + start * PAGE : 0;
	}
	vmi_region_set_seal(set);
}

static int record_event(void *context, const struct vmi_region_event *event)
{
	struct record *record = context;

	assert_true(record->count < MAX_EVENTS);
	record->event[record->count++] = *event;
	return 0;
}

/* What a page is, whatever region it is said to belong to. */
static bool same_page(const struct page *a, const struct page *b)
{
	return a->flags == b->flags && a->inode == b->inode && a->file_base == b->file_base;
}

static bool same_identity(const struct page *a, const struct page *b)
{
	const u32 changeable = VMI_REGION_READ | VMI_REGION_WRITE | VMI_REGION_LOCKED;

	return mapped(a) && mapped(b) && !((a->flags ^ b->flags) & ~changeable) && a->inode == b->inode &&
	       a->file_base == b->file_base;
}

static void apply_event(struct layout *layout, const struct vmi_region_event *event)
{
	bool goes = event->kind == VMI_REGION_UNMAPPED || event->kind == VMI_REGION_SHRUNK;
	u64 page;

	for (page = event->start / PAGE; page < event->end / PAGE; page++) {
		struct page now = { 0 };

		if (!goes) {
			now.flags = event->after->flags;
			now.inode = event->after->inode;
			if (now.flags & VMI_REGION_FILE)
				now.file_base = event->after->file_offset - event->after->start;
		}
		layout->page[page] = now;
	}
}

static void assert_events_make_after_of_before(const struct layout *before, const struct layout *after,
					       const struct record *record)
{
	struct layout layout = *before;
	u32 i;

	for (i = 0; i < record->count; i++)
		apply_event(&layout, &record->event[i]);
	for (i = 0; i < PAGES; i++)
		assert_true(same_page(&layout.page[i], &after->page[i]));
}

static bool covers(const struct vmi_region *region, const struct vmi_region_event *event)
{
	return region && region->start <= event->start && region->end >= event->end;
}

static bool adjoins(const struct vmi_region *region, const struct vmi_region_event *event)
{
	return region && (region->end == event->start || region->start == event->end);
}

static void assert_regions_fit(const struct vmi_region_event *event)
{
	switch (event->kind) {
	case VMI_REGION_MAPPED:
		assert_true(!event->before && covers(event->after, event));
		break;
	case VMI_REGION_UNMAPPED:
		assert_true(!event->after && covers(event->before, event));
		break;
	case VMI_REGION_GROWN:
		assert_true(adjoins(event->before, event) && covers(event->after, event));
		break;
	case VMI_REGION_SHRUNK:
		assert_true(adjoins(event->after, event) && covers(event->before, event));
		break;
	case VMI_REGION_PROTECTED:
		assert_true(covers(event->before, event) && covers(event->after, event));
		break;
	}
}

static bool goes_then_comes(const struct vmi_region_event *first, const struct vmi_region_event *second)
{
	return first->start == second->start && first->end == second->end && first->kind == VMI_REGION_UNMAPPED &&
	       second->kind == VMI_REGION_MAPPED;
}

static bool is_boundary(const struct vmi_region_set *set, u64 address)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (set->regions[i].start == address || set->regions[i].end == address)
			return true;
	return false;
}

static void assert_events_are_in_order(const struct vmi_region_set *old, const struct vmi_region_set *new,
				       const struct record *record)
{
	u32 i;

	for (i = 0; i < record->count; i++) {
		const struct vmi_region_event *event = &record->event[i];
		const struct vmi_region_event *last = event - 1;

		assert_true(event->start < event->end);
		assert_regions_fit(event);
		assert_true(is_boundary(old, event->start) || is_boundary(new, event->start));
		assert_true(is_boundary(old, event->end) || is_boundary(new, event->end));
		assert_true(!i || last->end <= event->start || goes_then_comes(last, event));
	}
}

/*
 * True when the region that `whole` has at `page`, where `other` has nothing, goes on in `direction` into a page
 * that both have with one identity.
 */
static bool goes_on(const struct layout *whole, const struct layout *other, s64 page, int direction)
{
	s64 next = page;

	while (next >= 0 && next < PAGES && one_region(&whole->page[page], &whole->page[next]) &&
	       !mapped(&other->page[next]))
		next += direction;
	return next >= 0 && next < PAGES && one_region(&whole->page[page], &whole->page[next]) &&
	       same_identity(&whole->page[next], &other->page[next]);
}

/* The kinds that must be reported for a page, as bits. */
static u32 expected_kinds(const struct layout *before, const struct layout *after, u32 page)
{
	const struct page *old = &before->page[page];
	const struct page *new = &after->page[page];

	if (!mapped(old) && !mapped(new))
		return 0;
	if (!mapped(old))
		return goes_on(after, before, page, -1) || goes_on(after, before, page, 1) ? 1 << VMI_REGION_GROWN :
											     1 << VMI_REGION_MAPPED;
	if (!mapped(new))
		return goes_on(before, after, page, -1) || goes_on(before, after, page, 1) ? 1 << VMI_REGION_SHRUNK :
											     1 << VMI_REGION_UNMAPPED;
	if (!same_identity(old, new))
		return 1 << VMI_REGION_UNMAPPED | 1 << VMI_REGION_MAPPED;
	return old->flags == new->flags ? 0 : 1 << VMI_REGION_PROTECTED;
}

static void assert_kinds(const struct layout *before, const struct layout *after, const struct record *record)
{
	u32 page, i;

	for (page = 0; page < PAGES; page++) {
		u32 kinds = 0;

		for (i = 0; i < record->count; i++)
			if (record->event[i].start <= page * PAGE && page * PAGE < record->event[i].end)
				kinds |= 1 << record->event[i].kind;
		assert_int_equal(kinds, expected_kinds(before, after, page));
	}
}

static void check_pair(const struct layout *before, const struct layout *after)
{
	struct vmi_region_set old, new;
	struct record record = { .count = 0 };

	set_from_layout(&old, before);
	set_from_layout(&new, after);
	assert_int_equal(vmi_region_diff(&old, &new, record_event, &record), 0);
	assert_events_make_after_of_before(before, after, &record);
	assert_events_are_in_order(&old, &new, &record);
	assert_kinds(before, after, &record);
	vmi_region_set_deinit(&old);
	vmi_region_set_deinit(&new);
}

static void events_of_random_changes_make_the_newer_layout_of_the_older(void **state)
{
	struct rng rng;
	u32 i, changes;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 30000; i++) {
		struct layout before = { 0 };
		struct layout after;
		u32 region = 1;

		for (changes = rng_below(&rng, 20); changes; changes--)
			change_pages(&rng, &before, region++);
		after = before;
		for (changes = rng_below(&rng, 8); changes; changes--)
			change_pages(&rng, &after, region++);
		check_pair(&before, &after);
	}
}

static void events_between_unrelated_layouts_are_right_too(void **state)
{
	struct rng rng;
	u32 i, changes;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 10000; i++) {
		struct layout before = { 0 };
		struct layout after = { 0 };

		for (changes = 1; changes < 12; changes++) {
			change_pages(&rng, &before, changes);
			change_pages(&rng, &after, changes);
		}
		check_pair(&before, &after);
	}
}

/* A set of one region [start, end) in pages, or of none. */
static void make_single(struct vmi_region_set *set, u32 start, u32 end, u32 flags)
{
	struct vmi_region *region;

	vmi_region_set_init(set);
	assert_int_equal(vmi_region_set_reserve(set, 1, 0), 0);
	region = vmi_region_set_append(set, start * PAGE, end * PAGE);
	if (region)
		region->flags = flags;
	vmi_region_set_seal(set);
}

static void assert_single_event(u32 old_start, u32 old_end, u32 new_start, u32 new_end, u32 old_flags, u32 new_flags,
				enum vmi_region_event_kind kind, u32 start, u32 end)
{
	struct vmi_region_set old, new;
	struct record record = { .count = 0 };

	make_single(&old, old_start, old_end, old_flags);
	make_single(&new, new_start, new_end, new_flags);
	assert_int_equal(vmi_region_diff(&old, &new, record_event, &record), 0);
	assert_int_equal(record.count, kind ? 1 : 0);
	if (kind) {
		assert_int_equal(record.event[0].kind, kind);
		assert_int_equal(record.event[0].start, start * PAGE);
		assert_int_equal(record.event[0].end, end * PAGE);
	}
	vmi_region_set_deinit(&old);
	vmi_region_set_deinit(&new);
}

static void simple_changes_have_their_plain_names(void **state)
{
	const u32 stack = VMI_REGION_READ | VMI_REGION_WRITE | VMI_REGION_ANON | VMI_REGION_GROWSDOWN;

	(void)state;
	assert_single_event(4, 8, 4, 8, stack, stack, 0, 0, 0);
	assert_single_event(0, 0, 4, 8, stack, stack, VMI_REGION_MAPPED, 4, 8);
	assert_single_event(4, 8, 0, 0, stack, stack, VMI_REGION_UNMAPPED, 4, 8);
	assert_single_event(4, 8, 2, 8, stack, stack, VMI_REGION_GROWN, 2, 4);
	assert_single_event(4, 8, 4, 9, stack, stack, VMI_REGION_GROWN, 8, 9);
	assert_single_event(4, 8, 6, 8, stack, stack, VMI_REGION_SHRUNK, 4, 6);
	assert_single_event(4, 8, 4, 7, stack, stack, VMI_REGION_SHRUNK, 7, 8);
	assert_single_event(4, 8, 4, 8, stack, stack & ~VMI_REGION_WRITE, VMI_REGION_PROTECTED, 4, 8);
	assert_single_event(4, 8, 4, 8, stack, stack | VMI_REGION_LOCKED, VMI_REGION_PROTECTED, 4, 8);
}

static void another_file_at_the_same_place_is_unmapped_and_mapped(void **state)
{
	static const struct {
		u64 inode;
		u32 dev_major;
		u32 dev_minor;
		u64 file_offset;
		u32 events;
	} other[] = {
		{ 7, 8, 1, PAGE, 0 }, { 6, 8, 1, PAGE, 2 }, { 7, 9, 1, PAGE, 2 },
		{ 7, 8, 2, PAGE, 2 }, { 7, 8, 1, 0, 2 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		struct vmi_region_set old, new;
		struct record record = { .count = 0 };
		struct vmi_region *region;

		make_single(&old, 4, 8, VMI_REGION_READ | VMI_REGION_FILE);
		make_single(&new, 4, 8, VMI_REGION_READ | VMI_REGION_FILE);
		region = old.regions;
		region->inode = 7;
		region->dev_major = 8;
		region->dev_minor = 1;
		region->file_offset = PAGE;
		region = new.regions;
		region->inode = other[i].inode;
		region->dev_major = other[i].dev_major;
		region->dev_minor = other[i].dev_minor;
		region->file_offset = other[i].file_offset;
		assert_int_equal(vmi_region_diff(&old, &new, record_event, &record), 0);
		assert_int_equal(record.count, other[i].events);
		if (record.count) {
			assert_int_equal(record.event[0].kind, VMI_REGION_UNMAPPED);
			assert_int_equal(record.event[1].kind, VMI_REGION_MAPPED);
		}
		vmi_region_set_deinit(&old);
		vmi_region_set_deinit(&new);
	}
}

static int stop_at_second(void *context, const struct vmi_region_event *event)
{
	u32 *seen = context;

	(void)event;
	return ++*seen == 2 ? -ECANCELED : 0;
}

static void a_callback_that_returns_non_zero_stops_the_comparison(void **state)
{
	struct layout before = { 0 };
	struct layout after = { 0 };
	struct vmi_region_set old, new;
	struct rng rng;
	u32 seen = 0;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 5; i++)
		map_pages(&rng, &after, i * 10, i * 10 + 5, i + 1);
	set_from_layout(&old, &before);
	set_from_layout(&new, &after);
	assert_int_equal(vmi_region_diff(&old, &new, stop_at_second, &seen), -ECANCELED);
	assert_int_equal(seen, 2);
	vmi_region_set_deinit(&old);
	vmi_region_set_deinit(&new);
}

static void two_empty_captures_do_not_differ(void **state)
{
	struct layout none = { 0 };

	(void)state;
	check_pair(&none, &none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_changes_have_their_plain_names),
		cmocka_unit_test(another_file_at_the_same_place_is_unmapped_and_mapped),
		cmocka_unit_test(two_empty_captures_do_not_differ),
		cmocka_unit_test(events_of_random_changes_make_the_newer_layout_of_the_older),
		cmocka_unit_test(events_between_unrelated_layouts_are_right_too),
		cmocka_unit_test(a_callback_that_returns_non_zero_stops_the_comparison),
	};

	rng_announce();
	return cmocka_run_group_tests_name("region_diff", tests, NULL, NULL);
}
