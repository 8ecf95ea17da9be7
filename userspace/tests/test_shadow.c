// SPDX-License-Identifier: GPL-2.0
/*
 * The shadow as the sampler uses it: random address spaces walked pass by pass, against a table of what each page
 * mapped; all counts of the shadow recomputed by its audit after every step.
 */
#include "bits.h"
#include "shadow.h"
#include "unit.h"
#include "watch_options.h"

#define MIRRORS		4
#define BLOCKS		6		/* of 2 MiB, from ADDRESS on, in each address space */
#define PAGES		(BLOCKS * 512)
#define ADDRESS		0x7f0000000000ULL
#define BLOCK		0x200000ULL
#define FRAMES		3000		/* small ones; fewer than pages, so that many are shared */
#define HUGE_FRAMES	4

/* A page of an address space as it is now, and what the shadow was told last. */
struct page {
	u8 state;			/* enum vmi_page_state */
	bool huge;			/* in this block a huge leaf, which its first page stands for */
	bool accessed;
	u32 frame;			/* number of a small or of a huge frame */
};

/* What the shadow holds of it after the last pass. */
struct seen {
	u32 frame;
	bool present;
	bool huge;
	bool evicted;			/* by the kernel, and not seen since */
};

struct frame {
	u16 identity;
	u16 told;			/* the identity that the shadow was told last, by any address space */
	u8 standing;
};

struct world {
	struct rng rng;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror[MIRRORS];
	struct page page[MIRRORS][PAGES];
	struct seen seen[MIRRORS][PAGES];
	struct frame small[FRAMES];
	struct frame huge[HUGE_FRAMES];
	struct vmi_pass_stats expected;	/* of the pass that runs */
	u64 evicted;			/* of all passes */
	u64 refaulted;
};

static const u32 all_policies = VMI_POLICIES_ALL;

static u32 small_pfn(u32 frame)
{
	return frame % 3 * 0x200000 + frame;
}

static u32 huge_pfn(u32 frame)
{
	return 0x40000000 + frame * 512;
}

static void assert_sound(const struct vmi_shadow *shadow)
{
	const char *what = NULL;
	int err = vmi_shadow_audit(shadow, &what);

	if (err)
		fail_msg("the audit says %d: %s", err, what ? what : "");
}

static struct world *begin_world(const struct vmi_shadow_config *config)
{
	struct world *world = calloc(1, sizeof(*world));
	u32 i, page;

	rng_init(&world->rng);
	assert_int_equal(vmi_shadow_create(config, &world->shadow), 0);
	for (i = 0; i < MIRRORS; i++) {
		assert_int_equal(vmi_mirror_create(world->shadow, &world->mirror[i]), 0);
		for (page = 0; page < PAGES; page++)
			world->page[i][page].state = VMI_PAGE_UNTOUCHED;
	}
	return world;
}

static struct vmi_shadow_config config_of_all(void)
{
	struct vmi_shadow_config config;

	vmi_shadow_config_init(&config);
	config.policies = all_policies;
	return config;
}

static void end_world(struct world *world)
{
	struct vmi_shadow_stats stats;
	u32 i;

	for (i = 0; i < MIRRORS; i++) {
		vmi_mirror_destroy(world->mirror[i]);
		if (world->mirror[i])
			assert_sound(world->shadow);
	}
	vmi_shadow_get_stats(world->shadow, &stats);
	assert_int_equal(stats.frames, 0);
	assert_int_equal(stats.pages, 0);
	assert_int_equal(stats.mappings, 0);
	assert_int_equal(stats.sections, 0);
	assert_int_equal(stats.mirrors, 0);
	vmi_shadow_destroy(world->shadow);
	assert_int_equal(alloc_live(), 0);
	free(world);
}

/* What happens to address spaces between passes. */

static void free_and_reuse_frame(struct world *world)
{
	struct frame *frame = rng_once_in(&world->rng, 50) ? &world->huge[rng_below(&world->rng, HUGE_FRAMES)] :
							      &world->small[rng_below(&world->rng, FRAMES)];

	frame->identity++;
}

static void change_standing(struct world *world)
{
	struct frame *frame = &world->small[rng_below(&world->rng, FRAMES)];
	u32 seen = rng_once_in(&world->rng, 2) ? VMI_SEEN_DIRTY : 0;

	if (rng_once_in(&world->rng, 9))
		seen |= VMI_SEEN_MLOCKED;
	frame->standing = vmi_standing(rng_below(&world->rng, 8), seen);
}

static void map_run(struct world *world, u32 space, u32 first, u32 count)
{
	u32 frame = rng_below(&world->rng, FRAMES - count);
	u32 i;

	for (i = 0; i < count; i++)
		world->page[space][first + i] = (struct page){
			.state = VMI_PAGE_PRESENT,
			.accessed = rng_once_in(&world->rng, 2),
			.frame = frame + i,
		};
}

static void set_state(struct world *world, u32 space, u32 first, u32 count, u8 state)
{
	u32 i;

	for (i = 0; i < count; i++)
		world->page[space][first + i] = (struct page){ .state = state };
}

static void touch_run(struct world *world, u32 space, u32 first, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		world->page[space][first + i].accessed = true;
}

/* The child maps what the parent maps. */
static void fork_space(struct world *world, u32 parent)
{
	u32 child = rng_below(&world->rng, MIRRORS);

	memcpy(world->page[child], world->page[parent], sizeof(world->page[child]));
}

static void collapse_block(struct world *world, u32 space, u32 block)
{
	u32 frame = rng_below(&world->rng, HUGE_FRAMES);
	u32 i;

	for (i = 0; i < 512; i++)
		world->page[space][block * 512 + i] = (struct page){
			.state = VMI_PAGE_PRESENT, .huge = true, .frame = frame, .accessed = true,
		};
}

/* Whatever is to happen to a part of a huge leaf splits it first, into frames that were not watched as such before. */
static void split_block(struct world *world, u32 space, u32 block)
{
	if (world->page[space][block * 512].huge)
		map_run(world, space, block * 512, 512);
}

static void change_space(struct world *world, u32 space)
{
	static const u8 gone[] = {
		VMI_PAGE_UNTOUCHED, VMI_PAGE_SWAPPED, VMI_PAGE_SWAPPED, VMI_PAGE_UNMAPPED_FILE, VMI_PAGE_MIGRATING,
		VMI_PAGE_MARKER_GUARD, VMI_PAGE_DEVICE,
	};
	u32 block = rng_below(&world->rng, BLOCKS);
	u32 start = rng_below(&world->rng, 512);
	u32 count = 1 + rng_below(&world->rng, rng_once_in(&world->rng, 4) ? 512 - start : 8);
	u32 what = rng_below(&world->rng, 100);

	if (start + count > 512)
		count = 512 - start;
	if (what < 3) {
		fork_space(world, space);
	} else if (what < 8) {
		collapse_block(world, space, block);
	} else if (what < 10) {
		split_block(world, space, block);
		set_state(world, space, block * 512, 512, VMI_PAGE_UNTOUCHED);
	} else {
		split_block(world, space, block);
		start += block * 512;
		if (what < 45)
			map_run(world, space, start, count);
		else if (what < 70)
			set_state(world, space, start, count, gone[rng_below(&world->rng, ARRAY_SIZE(gone))]);
		else
			touch_run(world, space, start, count);
	}
}

/* What the shadow is told, and what it must make of it. */

static struct vmi_observation observe(const struct world *world, const struct page *page)
{
	const struct frame *frame = page->huge ? &world->huge[page->frame] : &world->small[page->frame];
	struct vmi_observation seen = { .state = page->state };

	if (page->state != VMI_PAGE_PRESENT)
		return seen;
	seen.pfn = page->huge ? huge_pfn(page->frame) : small_pfn(page->frame);
	seen.identity = frame->identity;
	seen.standing = frame->standing;
	seen.flags = VMI_SEEN_ANON | (page->accessed ? VMI_SEEN_ACCESSED : 0);
	seen.zone = page->huge ? 9 : page->frame % 3;
	return seen;
}

/* A frame that was reused is new to the first address space that shows it, and then known. */
static bool same_frame(const struct frame *frame, const struct seen *before, const struct page *page)
{
	return before->present && before->huge == page->huge && before->frame == page->frame &&
	       frame->told == frame->identity;
}

static void expect_present(struct world *world, struct seen *before, const struct page *page, bool same)
{
	world->expected.pages++;
	world->expected.accessed += page->accessed;
	if (!same) {
		world->expected.mapped++;
		world->expected.unmapped += before->present;
		world->expected.refaulted += before->evicted && !page->huge;
	}
	*before = (struct seen){ .present = true, .huge = page->huge, .frame = page->frame };
}

static void expect_gone(struct world *world, struct seen *before, const struct page *page)
{
	bool evicted = page->state == VMI_PAGE_SWAPPED || page->state == VMI_PAGE_UNMAPPED_FILE;

	if (page->state == VMI_PAGE_MIGRATING && !before->huge)
		return;
	world->expected.evicted += before->present && evicted;
	world->expected.unmapped += before->present && !evicted;
	*before = (struct seen){ .evicted = evicted && (before->present || before->evicted) };
}

static void pass_pages(struct world *world, u32 space, u32 block, u32 first, u32 count)
{
	struct vmi_observation told[512];
	u32 i;

	for (i = 0; i < count; i++) {
		struct page *page = &world->page[space][block * 512 + first + i];
		struct seen *before = &world->seen[space][block * 512 + first + i];

		told[i] = observe(world, page);
		if (page->state == VMI_PAGE_PRESENT) {
			struct frame *frame = &world->small[page->frame];

			expect_present(world, before, page, same_frame(frame, before, page));
			frame->told = frame->identity;
		} else {
			expect_gone(world, before, page);
		}
		page->accessed = false;
	}
	if (rng_once_in(&world->rng, 2))
		vmi_pass_gone(world->mirror[space], ADDRESS + block * BLOCK, told, first, count);
	assert_int_equal(vmi_pass_block(world->mirror[space], ADDRESS + block * BLOCK, told, first, count), 0);
}


static void pass_huge(struct world *world, u32 space, u32 block)
{
	struct vmi_observation told = observe(world, &world->page[space][block * 512]);
	struct page *pages = &world->page[space][block * 512];
	struct seen *before = &world->seen[space][block * 512];
	struct frame *frame = &world->huge[pages[0].frame];
	bool same = same_frame(frame, before, pages);
	u32 i;

	for (i = 0; i < 512; i++) {
		pages[i].accessed = pages[0].accessed;
		expect_present(world, &before[i], &pages[i], same);
	}
	for (i = 0; i < 512; i++)
		pages[i].accessed = false;
	frame->told = frame->identity;
	assert_int_equal(vmi_pass_huge(world->mirror[space], ADDRESS + block * BLOCK, 512, &told), 0);
}

static bool is_untouched(const struct world *world, u32 space, u32 block)
{
	u32 i;

	for (i = 0; i < 512; i++)
		if (world->page[space][block * 512 + i].state != VMI_PAGE_UNTOUCHED)
			return false;
	return true;
}

/* A block is told whole, in parts, as a huge leaf, or as nothing at all. */
static void pass_block(struct world *world, u32 space, u32 block)
{
	bool was_huge = world->seen[space][block * 512].huge;
	u32 cut = rng_below(&world->rng, 512);
	u32 i;

	if (world->page[space][block * 512].huge) {
		pass_huge(world, space, block);
	} else if (is_untouched(world, space, block) && rng_once_in(&world->rng, 2)) {
		for (i = 0; i < 512; i++)
			expect_gone(world, &world->seen[space][block * 512 + i], &world->page[space][block * 512 + i]);
		vmi_pass_absent(world->mirror[space], ADDRESS + block * BLOCK, ADDRESS + (block + 1) * BLOCK);
	} else if (cut && !was_huge) {
		pass_pages(world, space, block, 0, cut);
		pass_pages(world, space, block, cut, 512 - cut);
	} else {
		pass_pages(world, space, block, 0, 512);
	}
}

static void assert_same_stats(const struct vmi_pass_stats *got, const struct vmi_pass_stats *expected)
{
	assert_int_equal(got->pages, expected->pages);
	assert_int_equal(got->accessed, expected->accessed);
	assert_int_equal(got->mapped, expected->mapped);
	assert_int_equal(got->unmapped, expected->unmapped);
	assert_int_equal(got->evicted, expected->evicted);
	assert_int_equal(got->refaulted, expected->refaulted);
	assert_int_equal(got->refused, expected->refused);
}

static void pass_space(struct world *world, u32 space)
{
	struct vmi_pass_stats stats;
	u32 block;

	memset(&world->expected, 0, sizeof(world->expected));
	vmi_pass_begin(world->mirror[space]);
	for (block = 0; block < BLOCKS; block++)
		if (!rng_once_in(&world->rng, 20))	/* else the pass was broken off there */
			pass_block(world, space, block);
	vmi_pass_end(world->mirror[space], &stats);
	assert_same_stats(&stats, &world->expected);
	world->evicted += stats.evicted;
	world->refaulted += stats.refaulted;
}

/* Frames, pages and mappings as the table of what was seen has them. */
static void assert_totals(const struct world *world)
{
	static u32 small[FRAMES], huge[HUGE_FRAMES];
	struct vmi_shadow_stats stats;
	u64 frames = 0, pages = 0, mappings = 0;
	u32 space, page;

	memset(small, 0, sizeof(small));
	memset(huge, 0, sizeof(huge));
	for (space = 0; space < MIRRORS; space++) {
		for (page = 0; page < PAGES; page++) {
			const struct seen *seen = &world->seen[space][page];
			u32 *sharers = seen->huge ? &huge[seen->frame] : &small[seen->frame];

			if (!seen->present || (seen->huge && page % 512))
				continue;
			frames += !*sharers;
			pages += *sharers ? 0 : seen->huge ? 512 : 1;
			++*sharers;
			mappings++;
		}
	}
	vmi_shadow_get_stats(world->shadow, &stats);
	assert_int_equal(stats.frames, frames);
	assert_int_equal(stats.pages, pages);
	assert_int_equal(stats.mappings, mappings);
	assert_int_equal(stats.evicted, world->evicted);
	assert_int_equal(stats.refaulted, world->refaulted);
}

static void assert_lists_hold_all_pages(const struct world *world)
{
	struct vmi_shadow_stats stats;
	struct vmi_policy_report report;
	u32 policy, list;

	vmi_shadow_get_stats(world->shadow, &stats);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		u64 pages = 0;

		assert_int_equal(vmi_shadow_report(world->shadow, policy, VMI_ZONE_ALL, &report), 0);
		for (list = VMI_LIST_EVICTED; list < VMI_LISTS_MAX; list++)
			pages += report.list_pages[list];
		assert_int_equal(pages, stats.pages);
		assert_int_equal(report.list_pages[VMI_LIST_NONE], 0);
	}
}

static void random_address_spaces_are_followed_exactly(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct world *world;
	u32 period, space, changes;

	(void)state;
	config.rss_basis_points = 7000;
	world = begin_world(&config);
	for (period = 0; period < 150; period++) {
		for (changes = rng_below(&world->rng, 60); changes; changes--) {
			change_space(world, rng_below(&world->rng, MIRRORS));
			free_and_reuse_frame(world);
			change_standing(world);
		}
		for (space = 0; space < MIRRORS; space++) {
			pass_space(world, space);
			assert_sound(world->shadow);
		}
		assert_totals(world);
		vmi_shadow_scan(world->shadow, rng_below(&world->rng, 3));
		assert_sound(world->shadow);
		assert_lists_hold_all_pages(world);
	}
	end_world(world);
}

static void a_space_that_goes_takes_only_its_own_frames(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct world *world = begin_world(&config);
	u32 i;

	(void)state;
	for (i = 0; i < 200; i++)
		change_space(world, rng_below(&world->rng, MIRRORS));
	for (i = 0; i < MIRRORS; i++)
		pass_space(world, i);
	vmi_mirror_destroy(world->mirror[1]);
	world->mirror[1] = NULL;
	memset(world->seen[1], 0, sizeof(world->seen[1]));
	assert_sound(world->shadow);
	assert_totals(world);
	end_world(world);
}

/* The tests below tell single pages. */

static struct vmi_observation page_at(u32 pfn, u32 flags)
{
	return (struct vmi_observation){
		.pfn = pfn, .identity = pfn, .flags = flags, .state = VMI_PAGE_PRESENT,
		.standing = vmi_standing(VMI_LRU_INACTIVE, flags),
	};
}

static struct vmi_shadow *begin_shadow(const struct vmi_shadow_config *config)
{
	struct vmi_shadow *shadow;

	assert_int_equal(vmi_shadow_create(config, &shadow), 0);
	return shadow;
}

static struct vmi_mirror *begin_mirror(struct vmi_shadow *shadow)
{
	struct vmi_mirror *mirror;

	assert_int_equal(vmi_mirror_create(shadow, &mirror), 0);
	return mirror;
}

static struct vmi_pass_stats pass_one(struct vmi_mirror *mirror, u32 index, const struct vmi_observation *seen)
{
	struct vmi_pass_stats stats;

	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_block(mirror, ADDRESS, seen, index, 1), 0);
	vmi_pass_end(mirror, &stats);
	return stats;
}

static struct vmi_frame_facts facts_of(const struct vmi_shadow *shadow, u32 pfn)
{
	struct vmi_frame_facts facts;

	assert_int_equal(vmi_shadow_frame(shadow, pfn, &facts), 0);
	return facts;
}

static void end_shadow(struct vmi_shadow *shadow)
{
	vmi_shadow_destroy(shadow);
	assert_int_equal(alloc_live(), 0);
}

static void a_frame_is_referenced_if_any_space_touched_it(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *one = begin_mirror(shadow);
	struct vmi_mirror *other = begin_mirror(shadow);
	struct vmi_observation idle = page_at(42, 0);
	struct vmi_observation touched = page_at(42, VMI_SEEN_ACCESSED);
	u32 age;

	(void)state;
	pass_one(one, 0, &idle);
	pass_one(other, 9, &idle);
	vmi_shadow_scan(shadow, 0);
	age = facts_of(shadow, 42).policy[VMI_POLICY_AGING24].age;
	pass_one(one, 0, &idle);
	pass_one(other, 9, &touched);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(facts_of(shadow, 42).sharers, 2);
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_AGING24].age, age + 3);
	pass_one(one, 0, &touched);
	pass_one(other, 9, &touched);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_AGING24].age, age + 6);
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_NBIT].value, 0xc0);
	vmi_mirror_destroy(one);
	vmi_mirror_destroy(other);
	end_shadow(shadow);
}

static void a_reused_frame_does_not_inherit_an_age(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, VMI_SEEN_ACCESSED);
	struct vmi_pass_stats stats;
	u32 i;

	(void)state;
	for (i = 0; i < 5; i++) {
		pass_one(mirror, 0, &page);
		vmi_shadow_scan(shadow, 0);
	}
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_AGING24].age, 17);
	page.identity++;
	page.flags = 0;
	stats = pass_one(mirror, 0, &page);
	assert_int_equal(stats.mapped, 1);
	assert_int_equal(stats.unmapped, 1);
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_AGING24].age, 2);
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_NBIT].value, 0);
	assert_int_equal(facts_of(shadow, 42).identity, page.identity);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void the_touch_of_a_reused_frame_is_not_taken_for_its_predecessors(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *one = begin_mirror(shadow);
	struct vmi_mirror *other = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, VMI_SEEN_ACCESSED);

	(void)state;
	pass_one(one, 0, &page);
	pass_one(other, 0, &page);
	page.identity++;
	pass_one(other, 0, &page);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(facts_of(shadow, 42).policy[VMI_POLICY_AGING24].age, 2 + 3);
	vmi_mirror_destroy(one);
	vmi_mirror_destroy(other);
	end_shadow(shadow);
}

static u64 shadow_refaults_of_first_page(const struct vmi_mirror *mirror, u32 policy)
{
	struct vmi_region_shadow region;

	assert_int_equal(vmi_mirror_region_stats(mirror, ADDRESS, ADDRESS + 4096, policy, &region), 0);
	return region.shadow_refaulted;
}

static void a_shadow_evicted_page_that_is_touched_is_a_refault(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	struct vmi_observation idle = page_at(42, 0);
	struct vmi_observation touched = page_at(42, VMI_SEEN_ACCESSED);
	struct vmi_policy_report report;
	u32 policy, i;

	(void)state;
	config.rss_limit = 1;
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	for (i = 0; i < 8; i++) {
		struct vmi_observation hot = page_at(43, VMI_SEEN_ACCESSED);

		pass_one(mirror, 0, &idle);
		pass_one(mirror, 1, &hot);
		vmi_shadow_scan(shadow, 0);
	}
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		assert_int_equal(facts_of(shadow, 42).policy[policy].list, VMI_LIST_EVICTED);
		assert_int_not_equal(facts_of(shadow, 43).policy[policy].list, VMI_LIST_EVICTED);
		assert_int_equal(vmi_shadow_report(shadow, policy, VMI_ZONE_ALL, &report), 0);
		assert_int_equal(report.counts.evicted, 1);
		assert_int_equal(report.counts.refaulted, 0);
		assert_int_equal(shadow_refaults_of_first_page(mirror, policy), 0);
	}
	pass_one(mirror, 0, &touched);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		assert_int_not_equal(facts_of(shadow, 42).policy[policy].list, VMI_LIST_EVICTED);
		assert_int_equal(vmi_shadow_report(shadow, policy, VMI_ZONE_ALL, &report), 0);
		assert_int_equal(report.counts.refaulted, 1);
		assert_int_equal(shadow_refaults_of_first_page(mirror, policy), 1);
	}
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

/* A region's refaults are those of the pages that it has, as the policy sees them now. */
static void a_refault_of_a_region_is_told_until_the_page_is_evicted_again_or_gone(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_observation idle = page_at(42, 0), touched = page_at(42, VMI_SEEN_ACCESSED);
	struct vmi_observation other = page_at(44, 0), hot = page_at(43, VMI_SEEN_ACCESSED);
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u32 policy, round, i;

	(void)state;
	config.rss_limit = 1;
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 20; i++) {
			pass_one(mirror, 0, &idle);
			pass_one(mirror, 1, &hot);
			vmi_shadow_scan(shadow, 0);
		}
		for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
			assert_int_equal(shadow_refaults_of_first_page(mirror, policy), 0);
		pass_one(mirror, 0, &touched);
		pass_one(mirror, 0, &idle);
		for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
			assert_int_equal(shadow_refaults_of_first_page(mirror, policy), 1);
	}
	pass_one(mirror, 0, &other);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		assert_int_equal(shadow_refaults_of_first_page(mirror, policy), 0);
	pass_one(mirror, 0, &idle);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		assert_int_equal(shadow_refaults_of_first_page(mirror, policy), 0);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

/* Ten pages, one of them untouched; the kernel takes it, then a hot one. */
static void what_the_kernel_evicts_is_held_against_the_ranks_of_the_last_period(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation gone = { .state = VMI_PAGE_SWAPPED };
	struct vmi_policy_report report;
	struct vmi_pass_stats stats;
	u32 policy, i, page;

	(void)state;
	for (i = 0; i < 8; i++) {
		for (page = 0; page < 10; page++) {
			struct vmi_observation seen = page_at(100 + page, page ? VMI_SEEN_ACCESSED : 0);

			pass_one(mirror, page, &seen);
		}
		vmi_shadow_scan(shadow, 0);
	}
	stats = pass_one(mirror, 0, &gone);
	assert_int_equal(stats.evicted, 1);
	vmi_shadow_scan(shadow, 0);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		assert_int_equal(vmi_shadow_report(shadow, policy, VMI_ZONE_ALL, &report), 0);
		assert_int_equal(report.audit.pages, 1);
		assert_int_equal(report.audit.auc, 1000000);
		assert_int_equal(report.audit.precision, 1000000);
		assert_int_equal(report.audit.percentile, 50000);
	}
	pass_one(mirror, 5, &gone);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_AGING24, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.audit.pages, 2);
	assert_true(report.audit.auc < 1000000);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void a_page_that_comes_back_after_eviction_is_a_kernel_refault(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, 0);
	struct vmi_observation back = page_at(4242, 0);
	struct vmi_observation swapped = { .state = VMI_PAGE_SWAPPED };
	struct vmi_observation untouched = { .state = VMI_PAGE_UNTOUCHED };
	struct vmi_region_shadow region;

	(void)state;
	pass_one(mirror, 3, &page);
	pass_one(mirror, 3, &swapped);
	pass_one(mirror, 3, &swapped);
	assert_int_equal(vmi_mirror_region_stats(mirror, ADDRESS, ADDRESS + BLOCK, VMI_POLICY_GEN, &region), 0);
	assert_int_equal(region.evicted, 1);
	assert_int_equal(pass_one(mirror, 3, &back).refaulted, 1);
	assert_int_equal(vmi_mirror_region_stats(mirror, ADDRESS, ADDRESS + BLOCK, VMI_POLICY_GEN, &region), 0);
	assert_int_equal(region.evicted, 0);
	assert_int_equal(region.refaulted, 1);
	back.standing = vmi_standing(VMI_LRU_ACTIVE, VMI_SEEN_DIRTY);
	assert_int_equal(pass_one(mirror, 3, &back).refaulted, 0);
	assert_int_equal(vmi_mirror_region_stats(mirror, ADDRESS, ADDRESS + BLOCK, VMI_POLICY_GEN, &region), 0);
	assert_int_equal(region.refaulted, 1);
	pass_one(mirror, 3, &swapped);
	pass_one(mirror, 3, &untouched);
	assert_int_equal(pass_one(mirror, 3, &back).refaulted, 0);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

/* Reclaim took the frame from page 5, and page 0 has it by now: both are seen in one pass. */
static void what_was_evicted_is_known_though_its_frame_is_in_use_again(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, 0), now[6] = { 0 };
	struct vmi_policy_report report;
	struct vmi_pass_stats pass;
	struct vmi_shadow_stats stats;
	u32 i;

	(void)state;
	pass_one(mirror, 5, &page);
	vmi_shadow_scan(shadow, 0);
	for (i = 1; i < 5; i++)
		now[i].state = VMI_PAGE_UNTOUCHED;
	now[0] = page;
	now[0].identity++;
	now[5].state = VMI_PAGE_SWAPPED;
	vmi_pass_begin(mirror);
	vmi_pass_gone(mirror, ADDRESS, now, 0, 6);
	assert_int_equal(vmi_pass_block(mirror, ADDRESS, now, 0, 6), 0);
	vmi_pass_end(mirror, &pass);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(pass.evicted, 1);
	assert_int_equal(pass.unmapped, 0);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.evicted, 1);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.audit.pages, 1);
	assert_int_equal(facts_of(shadow, 42).sharers, 1);
	assert_sound(shadow);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

/* The same where the place that the frame went to is seen first, and by whom does not matter. */
static void what_was_evicted_is_known_though_its_frame_was_seen_elsewhere_before(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *one = begin_mirror(shadow);
	struct vmi_mirror *other = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, 0), reused = page_at(42, 0);
	struct vmi_observation swapped = { .state = VMI_PAGE_SWAPPED };
	struct vmi_policy_report report;
	struct vmi_shadow_stats stats;

	(void)state;
	reused.identity++;
	pass_one(one, 5, &page);
	vmi_shadow_scan(shadow, 0);
	pass_one(other, 0, &reused);
	assert_int_equal(pass_one(one, 5, &swapped).evicted, 1);
	vmi_shadow_scan(shadow, 0);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.evicted, 1);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.audit.pages, 1);
	assert_int_equal(facts_of(shadow, 42).sharers, 1);
	assert_sound(shadow);
	vmi_mirror_destroy(one);
	vmi_mirror_destroy(other);
	end_shadow(shadow);
}

/* Given up rather than evicted, or looked at in a later period only: then nobody knows any more. */
static void a_frame_that_was_given_up_and_seen_elsewhere_was_not_evicted(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *one = begin_mirror(shadow);
	struct vmi_mirror *other = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, 0), reused = page_at(42, 0);
	struct vmi_observation gone = { .state = VMI_PAGE_UNTOUCHED }, swapped = { .state = VMI_PAGE_SWAPPED };
	struct vmi_policy_report report;

	(void)state;
	reused.identity++;
	pass_one(one, 5, &page);
	vmi_shadow_scan(shadow, 0);
	pass_one(other, 0, &reused);
	pass_one(one, 5, &gone);
	vmi_shadow_scan(shadow, 0);
	page.identity = reused.identity + 1;
	pass_one(one, 5, &page);
	vmi_shadow_scan(shadow, 0);
	pass_one(one, 5, &swapped);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.audit.pages, 0);
	assert_int_equal(facts_of(shadow, 42).sharers, 1);
	assert_sound(shadow);
	vmi_mirror_destroy(one);
	vmi_mirror_destroy(other);
	end_shadow(shadow);
}

/* To the audit it is one page; where evictions and refaults are told, each process had it and gets it back. */
static void a_page_shared_by_two_is_audited_once_and_refaults_as_often_as_it_was_evicted(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *one = begin_mirror(shadow);
	struct vmi_mirror *other = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, 0), back = page_at(43, 0);
	struct vmi_observation swapped = { .state = VMI_PAGE_SWAPPED };
	struct vmi_policy_report report;
	struct vmi_shadow_stats stats;

	(void)state;
	pass_one(one, 0, &page);
	pass_one(other, 0, &page);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(pass_one(one, 0, &swapped).evicted, 1);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.audit.pages, 0);
	assert_int_equal(pass_one(other, 0, &swapped).evicted, 1);
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.audit.pages, 1);
	pass_one(one, 0, &back);
	pass_one(other, 0, &back);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.evicted, 2);
	assert_int_equal(stats.refaulted, 2);
	vmi_mirror_destroy(one);
	vmi_mirror_destroy(other);
	end_shadow(shadow);
}

static void agreement_compares_with_the_kernels_lists(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	static const u8 lru[8] = {
		VMI_LRU_ACTIVE, VMI_LRU_INACTIVE, VMI_LRU_GEN0, VMI_LRU_GEN1, VMI_LRU_GEN2, VMI_LRU_GEN3,
		VMI_LRU_UNKNOWN, VMI_LRU_UNEVICTABLE,
	};
	struct vmi_policy_report report;
	u32 i;

	(void)state;
	for (i = 0; i < 8; i++) {
		struct vmi_observation seen = page_at(100 + i, VMI_SEEN_ACCESSED);

		seen.standing = vmi_standing(lru[i], 0);
		seen.zone = i % 2 ? 5 : 2;
		seen.pfn += seen.zone << 20;
		pass_one(mirror, i, &seen);
	}
	vmi_shadow_scan(shadow, 0);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, VMI_ZONE_ALL, &report), 0);
	assert_int_equal(report.agreement.pages[1][1], 3);
	assert_int_equal(report.agreement.pages[1][0], 3);
	assert_int_equal(report.agreement.pages[0][0] + report.agreement.pages[0][1], 0);
	assert_int_equal(report.agreement_rate, 500000);
	assert_int_equal(vmi_shadow_next_zone(shadow, 0), 2);
	assert_int_equal(vmi_shadow_next_zone(shadow, 3), 5);
	assert_int_equal(vmi_shadow_next_zone(shadow, 6), VMI_ZONE_ALL);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, 5, &report), 0);
	assert_int_equal(report.agreement.pages[1][1], 1);
	assert_int_equal(vmi_shadow_report(shadow, VMI_POLICY_GEN, 4, &report), -ENOENT);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void a_huge_leaf_counts_all_its_pages(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation leaf = page_at(512 * 512, VMI_SEEN_ACCESSED);
	struct vmi_observation small = page_at(77, 0);
	struct vmi_region_shadow region;
	struct vmi_shadow_stats stats;
	struct vmi_pass_stats pass;

	(void)state;
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_huge(mirror, 0x40000000, 512 * 512, &leaf), 0);
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.pages, 512 * 512);
	assert_int_equal(pass.accessed, 512 * 512);
	assert_int_equal(facts_of(shadow, 512 * 512 + 1000).pages, 512 * 512);
	assert_int_equal(vmi_mirror_region_stats(mirror, 0x40000000 - 4096, 0x40000000 + 3 * 4096, VMI_POLICY_AGING24,
						 &region), 0);
	assert_int_equal(region.pages, 3);
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_block(mirror, 0x40200000, &small, 5, 1), 0);
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.unmapped, 512 * 512);
	assert_int_equal(pass.mapped, 1);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.pages, 1);
	assert_sound(shadow);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void pages_of_a_huge_leaf_that_is_swapped_are_evicted_and_come_back(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation leaf = page_at(512, 0);
	struct vmi_observation seen[512];
	struct vmi_shadow_stats stats;
	struct vmi_pass_stats pass;
	u32 i;

	(void)state;
	for (i = 0; i < 512; i++)
		seen[i] = (struct vmi_observation){ .state = i < 500 ? VMI_PAGE_SWAPPED : VMI_PAGE_UNTOUCHED };
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_huge(mirror, ADDRESS, 512, &leaf), 0);
	vmi_pass_end(mirror, &pass);
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_block(mirror, ADDRESS, seen, 0, 512), 0);
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.evicted, 500);
	assert_int_equal(pass.unmapped, 12);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.evicted, 500);
	assert_sound(shadow);
	for (i = 0; i < 512; i++)
		seen[i] = page_at(5000 + i, 0);
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_block(mirror, ADDRESS, seen, 0, 512), 0);
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.refaulted, 500);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void the_bitmap_of_a_block_has_the_pages_that_had_a_frame_or_were_evicted(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation page = page_at(42, 0);
	struct vmi_observation swapped = { .state = VMI_PAGE_SWAPPED };
	struct vmi_observation untouched = { .state = VMI_PAGE_UNTOUCHED };
	struct vmi_observation leaf = page_at(512, 0);
	struct vmi_known_pages bits;
	u32 i;

	(void)state;
	assert_false(vmi_mirror_known(mirror, ADDRESS, &bits));
	pass_one(mirror, 3, &page);
	pass_one(mirror, 130, &page);
	assert_true(vmi_mirror_known(mirror, ADDRESS, &bits));
	for (i = 0; i < 512; i++) {
		assert_int_equal(vmi_bit_is_set(bits.known, i), i == 3 || i == 130);
		assert_int_equal(vmi_bit_is_set(bits.evicted, i), 0);
	}
	assert_false(vmi_mirror_known(mirror, ADDRESS - BLOCK, &bits));
	pass_one(mirror, 3, &swapped);
	assert_true(vmi_mirror_known(mirror, ADDRESS, &bits));
	for (i = 0; i < 512; i++) {
		assert_int_equal(vmi_bit_is_set(bits.known, i), i == 3 || i == 130);
		assert_int_equal(vmi_bit_is_set(bits.evicted, i), i == 3);
	}
	pass_one(mirror, 3, &untouched);
	pass_one(mirror, 130, &untouched);
	assert_false(vmi_mirror_known(mirror, ADDRESS, &bits));
	assert_int_equal(vmi_pass_huge(mirror, ADDRESS, 512, &leaf), 0);
	assert_true(vmi_mirror_known(mirror, ADDRESS, &bits));
	for (i = 0; i < 8; i++)
		assert_true(bits.known[i] == ~0ULL && !bits.evicted[i]);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void a_leaf_in_migration_is_neither_here_nor_gone(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow = begin_shadow(&config);
	struct vmi_mirror *mirror = begin_mirror(shadow);
	struct vmi_observation leaf = page_at(512, 0);
	struct vmi_observation migrating = { .state = VMI_PAGE_MIGRATING };
	struct vmi_pass_stats pass;

	(void)state;
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_huge(mirror, ADDRESS, 512, &leaf), 0);
	vmi_pass_end(mirror, &pass);
	vmi_pass_begin(mirror);
	assert_int_equal(vmi_pass_huge(mirror, ADDRESS, 512, &migrating), 0);
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.pages + pass.unmapped + pass.evicted, 0);
	assert_int_equal(facts_of(shadow, 512).sharers, 1);
	vmi_pass_begin(mirror);
	migrating.state = VMI_PAGE_UNTOUCHED;
	assert_int_equal(vmi_pass_huge(mirror, ADDRESS, 512, &migrating), 0);
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.unmapped, 512);
	assert_sound(shadow);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void sharers_are_exact_for_a_frame_in_4096_spaces(void **state)
{
	struct vmi_mirror **mirrors = malloc(4096 * sizeof(*mirrors));
	struct vmi_shadow_config config;
	struct vmi_observation page = page_at(42, 0);
	struct vmi_shadow *shadow;
	u32 i;

	(void)state;
	vmi_shadow_config_init(&config);
	shadow = begin_shadow(&config);
	for (i = 0; i < 4096; i++) {
		mirrors[i] = begin_mirror(shadow);
		pass_one(mirrors[i], i % 512, &page);
		assert_int_equal(facts_of(shadow, 42).sharers, i + 1);
	}
	assert_sound(shadow);
	while (i-- > 0) {
		assert_int_equal(facts_of(shadow, 42).sharers, i + 1);
		vmi_mirror_destroy(mirrors[i]);
	}
	free(mirrors);
	end_shadow(shadow);
}

static void fill(struct vmi_mirror *mirror, u32 pages, struct vmi_pass_stats *ret)
{
	struct vmi_observation seen[512];
	u32 page, i;

	vmi_pass_begin(mirror);
	for (page = 0; page < pages; page += 512) {
		for (i = 0; i < 512; i++) {
			seen[i] = page_at(0x100000 + page + i, i % 10 ? 0 : VMI_SEEN_ACCESSED);
			seen[i].zone = (page + i) / 256 % 3;
		}
		vmi_pass_block(mirror, ADDRESS + page * 4096ULL, seen, 0, 512);
	}
	vmi_pass_end(mirror, ret);
}

static void a_gibibyte_takes_no_more_than_16_bytes_a_frame(void **state)
{
	const u32 pages = 262144;
	struct vmi_shadow_config config;
	struct vmi_shadow_stats stats;
	struct vmi_pass_stats pass;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;

	(void)state;
	vmi_shadow_config_init(&config);
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	fill(mirror, pages, &pass);
	vmi_shadow_scan(shadow, 0);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.frames, pages);
	printf("# %.3f bytes a frame\n", (double)stats.bytes / pages);
	assert_true(stats.bytes <= 16ULL * pages);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void pages_above_the_memory_limit_are_refused_and_counted(void **state)
{
	struct vmi_shadow_config config;
	struct vmi_shadow_stats stats;
	struct vmi_pass_stats pass;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u64 bytes;

	(void)state;
	vmi_shadow_config_init(&config);
	config.memory_limit = 512 << 10;
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	fill(mirror, 65536, &pass);
	assert_true(pass.pages > 10000 && pass.refused > 10000);
	assert_int_equal(pass.pages + pass.refused, 65536);
	vmi_shadow_get_stats(shadow, &stats);
	assert_int_equal(stats.refused, pass.refused);
	assert_int_equal(stats.frames, pass.pages);
	assert_true(stats.bytes <= config.memory_limit);
	assert_sound(shadow);
	bytes = stats.bytes;
	vmi_pass_absent(mirror, ADDRESS, ADDRESS + 65536 * 4096ULL);
	vmi_shadow_get_stats(shadow, &stats);
	assert_true(stats.bytes < bytes / 2);
	vmi_shadow_limit_memory(shadow, 0);
	fill(mirror, 65536, &pass);
	assert_int_equal(pass.refused, 0);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

/* As it is after hours of use: five frames here, five there. The limit is the one that a watch has by default. */
static void fill_scattered(const char *policy)
{
	enum { MANY = 16384, TOGETHER = 5, APART = 128 };
	struct vmi_shadow_config config;
	struct vmi_observation seen[512];
	struct vmi_pass_stats pass;
	struct vmi_watch_options options;
	struct vmi_option_error error;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u32 page;

	assert_int_equal(vmi_watch_options_parse(policy, strlen(policy), &options, &error), 0);
	vmi_shadow_config_init(&config);
	config.policies = options.policies;
	config.memory_limit = (256 << 10) + MANY * 4096ULL * options.memory.basis_points / 10000;
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	vmi_pass_begin(mirror);
	for (page = 0; page < MANY; page++) {
		seen[page % 512] = page_at(0x100000 + page / TOGETHER * APART + page % TOGETHER, 0);
		if (page % 512 == 511)
			vmi_pass_block(mirror, ADDRESS + (page - 511) * 4096ULL, seen, 0, 512);
	}
	vmi_pass_end(mirror, &pass);
	assert_int_equal(pass.refused, 0);
	assert_int_equal(pass.pages, MANY);
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void the_default_limit_has_room_for_memory_that_is_scattered(void **state)
{
	(void)state;
	fill_scattered("policy=aging24");
	fill_scattered("policy=clock,twolist");
	fill_scattered("policy=all");
}

static void the_rss_limit_is_kept_by_every_policy(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_policy_report report;
	struct vmi_pass_stats pass;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u32 policy, period, list;

	(void)state;
	config.rss_basis_points = 3050;
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	for (period = 0; period < 6; period++) {
		fill(mirror, 8192, &pass);
		vmi_shadow_scan(shadow, 0);
	}
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		u64 resident = 0;

		assert_int_equal(vmi_shadow_report(shadow, policy, VMI_ZONE_ALL, &report), 0);
		for (list = VMI_LIST_FIRST_OWN; list < VMI_LISTS_MAX; list++)
			resident += report.list_pages[list];
		assert_int_equal(resident, (8192 * 3050 + 9999) / 10000);
		assert_int_equal(report.list_pages[VMI_LIST_EVICTED], 8192 - resident);
	}
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

static void pinned_pages_are_never_evicted(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u32 policy, period, page;

	(void)state;
	config.rss_limit = 1;
	shadow = begin_shadow(&config);
	mirror = begin_mirror(shadow);
	for (period = 0; period < 8; period++) {
		for (page = 0; page < 20; page++) {
			struct vmi_observation seen = page_at(100 + page, page % 2 ? VMI_SEEN_MLOCKED : 0);

			pass_one(mirror, page, &seen);
		}
		vmi_shadow_scan(shadow, 0);
	}
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		for (page = 0; page < 20; page++) {
			u32 list = facts_of(shadow, 100 + page).policy[policy].list;

			assert_int_equal(list == VMI_LIST_EVICTED, page % 2 == 0);
		}
	}
	vmi_mirror_destroy(mirror);
	end_shadow(shadow);
}

/* One period with every kind of allocation in it; whatever fails, the shadow stays sound. */
static void run_with_failures(struct vmi_shadow *shadow, struct vmi_mirror *const *mirrors, u32 count)
{
	struct vmi_observation leaf = page_at(0x40000000, 0);
	struct vmi_observation page = page_at(42, VMI_SEEN_ACCESSED);
	struct vmi_pass_stats pass;
	u32 i;

	for (i = 0; i < count; i++) {
		vmi_pass_begin(mirrors[i]);
		vmi_pass_block(mirrors[i], ADDRESS, &page, i, 1);
		vmi_pass_huge(mirrors[i], ADDRESS + BLOCK, 512, &leaf);
		vmi_pass_end(mirrors[i], &pass);
		assert_int_equal(pass.pages + pass.refused, 513);
	}
	fill(mirrors[0], 4096, &pass);
	assert_int_equal(pass.pages + pass.refused, 4096);
	vmi_shadow_scan(shadow, 0);
}

static void an_allocation_that_fails_refuses_pages_and_breaks_nothing(void **state)
{
	struct vmi_shadow_config config = config_of_all();
	bool failed = true;
	u32 nth, i;

	(void)state;
	for (nth = 1; failed; nth++) {
		struct vmi_mirror *mirrors[9] = { NULL };
		struct vmi_shadow *shadow = NULL;
		u32 count = 0;

		alloc_fail_nth(nth);
		if (!vmi_shadow_create(&config, &shadow)) {
			while (count < 9 && !vmi_mirror_create(shadow, &mirrors[count]))
				count++;
			if (count)
				run_with_failures(shadow, mirrors, count);
		}
		failed = alloc_has_failed();
		alloc_fail_nth(0);
		if (shadow)
			assert_sound(shadow);
		for (i = 0; i < count; i++)
			vmi_mirror_destroy(mirrors[i]);
		end_shadow(shadow);
	}
	assert_true(nth > 200);
}

static void assert_refused(const struct vmi_shadow_config *config, int expected)
{
	struct vmi_shadow *shadow = NULL;

	assert_int_equal(vmi_shadow_create(config, &shadow), expected);
	assert_null(shadow);
	assert_int_equal(alloc_live(), 0);
}

static void a_config_that_is_none_is_refused(void **state)
{
	struct vmi_shadow_config good, bad;

	(void)state;
	vmi_shadow_config_init(&good);
	bad = good;
	bad.policies = 0;
	assert_refused(&bad, -EINVAL);
	bad.policies = 1 << VMI_POLICY_COUNT;
	assert_refused(&bad, -EINVAL);
	bad = good;
	bad.params.age_max = 0;
	assert_refused(&bad, -EINVAL);
	bad = good;
	bad.rss_basis_points = 10001;
	assert_refused(&bad, -EINVAL);
	bad = good;
	bad.memory_limit = 100;
	assert_refused(&bad, -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_address_spaces_are_followed_exactly),
		cmocka_unit_test(a_space_that_goes_takes_only_its_own_frames),
		cmocka_unit_test(a_frame_is_referenced_if_any_space_touched_it),
		cmocka_unit_test(a_reused_frame_does_not_inherit_an_age),
		cmocka_unit_test(the_touch_of_a_reused_frame_is_not_taken_for_its_predecessors),
		cmocka_unit_test(a_shadow_evicted_page_that_is_touched_is_a_refault),
		cmocka_unit_test(a_refault_of_a_region_is_told_until_the_page_is_evicted_again_or_gone),
		cmocka_unit_test(what_the_kernel_evicts_is_held_against_the_ranks_of_the_last_period),
		cmocka_unit_test(a_page_that_comes_back_after_eviction_is_a_kernel_refault),
		cmocka_unit_test(what_was_evicted_is_known_though_its_frame_is_in_use_again),
		cmocka_unit_test(what_was_evicted_is_known_though_its_frame_was_seen_elsewhere_before),
		cmocka_unit_test(a_frame_that_was_given_up_and_seen_elsewhere_was_not_evicted),
		cmocka_unit_test(a_page_shared_by_two_is_audited_once_and_refaults_as_often_as_it_was_evicted),
		cmocka_unit_test(agreement_compares_with_the_kernels_lists),
		cmocka_unit_test(a_huge_leaf_counts_all_its_pages),
		cmocka_unit_test(pages_of_a_huge_leaf_that_is_swapped_are_evicted_and_come_back),
		cmocka_unit_test(the_bitmap_of_a_block_has_the_pages_that_had_a_frame_or_were_evicted),
		cmocka_unit_test(a_leaf_in_migration_is_neither_here_nor_gone),
		cmocka_unit_test(sharers_are_exact_for_a_frame_in_4096_spaces),
		cmocka_unit_test(a_gibibyte_takes_no_more_than_16_bytes_a_frame),
		cmocka_unit_test(pages_above_the_memory_limit_are_refused_and_counted),
		cmocka_unit_test(the_default_limit_has_room_for_memory_that_is_scattered),
		cmocka_unit_test(the_rss_limit_is_kept_by_every_policy),
		cmocka_unit_test(pinned_pages_are_never_evicted),
		cmocka_unit_test(an_allocation_that_fails_refuses_pages_and_breaks_nothing),
		cmocka_unit_test(a_config_that_is_none_is_refused),
	};

	rng_announce();
	return cmocka_run_group_tests_name("shadow", tests, NULL, NULL);
}
