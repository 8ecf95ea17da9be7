// SPDX-License-Identifier: GPL-2.0
/*
 * What each policy has to make of plain lives of pages, whatever its mechanism is: the models of test_policy.c say that
 * a policy does what it is written to do, these say that it is what people expect of a reclaim policy.
 */
#include "shadow.h"
#include "unit.h"

#define ADDRESS		0x7f0000000000ULL
#define PAGES		200
#define FIRST_PFN	1000

struct life {
	struct rng rng;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u32 seen[PAGES];		/* VMI_SEEN_* of each page in the next period */
};

static void begin_life(struct life *life, const struct vmi_policy_params *params)
{
	struct vmi_shadow_config config;

	memset(life, 0, sizeof(*life));
	rng_init(&life->rng);
	vmi_shadow_config_init(&config);
	config.policies = VMI_POLICIES_ALL;
	if (params)
		config.params = *params;
	assert_int_equal(vmi_shadow_create(&config, &life->shadow), 0);
	assert_int_equal(vmi_mirror_create(life->shadow, &life->mirror), 0);
}

static void end_life(struct life *life)
{
	vmi_mirror_destroy(life->mirror);
	vmi_shadow_destroy(life->shadow);
	assert_int_equal(alloc_live(), 0);
}

/* The pages first .. end - 1 are seen so from now on. */
static void live(struct life *life, u32 first, u32 end, u32 seen)
{
	while (first < end)
		life->seen[first++] = seen;
}

static void periods(struct life *life, u32 count)
{
	struct vmi_observation told[PAGES];
	struct vmi_pass_stats stats;
	u32 page;

	while (count--) {
		for (page = 0; page < PAGES; page++)
			told[page] = (struct vmi_observation){
				.pfn = FIRST_PFN + page, .identity = page, .flags = VMI_SEEN_ANON | life->seen[page],
				.state = VMI_PAGE_PRESENT,
				.standing = vmi_standing(life->seen[page] & VMI_SEEN_ACCESSED ? VMI_LRU_ACTIVE :
							 VMI_LRU_INACTIVE, life->seen[page]),
			};
		vmi_pass_begin(life->mirror);
		assert_int_equal(vmi_pass_block(life->mirror, ADDRESS, told, 0, PAGES), 0);
		vmi_pass_end(life->mirror, &stats);
		vmi_shadow_scan(life->shadow, 0);
	}
}

static struct vmi_policy_report report_of(const struct life *life, u32 policy)
{
	struct vmi_policy_report report;

	assert_int_equal(vmi_shadow_report(life->shadow, policy, VMI_ZONE_ALL, &report), 0);
	return report;
}

static struct vmi_frame_facts facts_of(const struct life *life, u32 page)
{
	struct vmi_frame_facts facts;

	assert_int_equal(vmi_shadow_frame(life->shadow, FIRST_PFN + page, &facts), 0);
	return facts;
}

static void assert_all_hot_pages_are_active(struct life *life)
{
	struct vmi_policy_report before[VMI_POLICY_COUNT];
	u32 policy;

	live(life, 0, PAGES, 0);
	periods(life, 10);
	live(life, 0, PAGES, VMI_SEEN_ACCESSED);
	periods(life, 10);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		before[policy] = report_of(life, policy);
	periods(life, 10);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		struct vmi_policy_report after = report_of(life, policy);

		assert_int_equal(after.agreement_rate, 1000000);
		assert_int_equal(after.counts.promoted, before[policy].counts.promoted);
		assert_int_equal(after.counts.demoted, before[policy].counts.demoted);
	}
}

static void pages_that_are_touched_again_become_active_and_stay_so(void **state)
{
	struct vmi_policy_params params;
	struct life life;
	u32 i;

	(void)state;
	for (i = 0; i < 4 * 2; i++) {
		static const u8 starts[] = { 0, 1, 2, 64 };

		vmi_policy_params_init(&params);
		params.age_start = starts[i / 2];
		params.age_halving = i % 2;
		begin_life(&life, &params);
		assert_all_hot_pages_are_active(&life);
		end_life(&life);
	}
}

static void a_page_that_is_touched_while_inactive_is_as_old_as_a_new_one_that_is_touched(void **state)
{
	struct vmi_policy_params params;
	struct life life;
	u32 page;

	(void)state;
	vmi_policy_params_init(&params);
	begin_life(&life, &params);
	periods(&life, 10);
	assert_int_not_equal(report_of(&life, VMI_POLICY_AGING24).counts.demoted, 0);
	live(&life, 0, PAGES, VMI_SEEN_ACCESSED);
	periods(&life, 1);
	for (page = 0; page < PAGES; page++) {
		struct vmi_frame_facts facts = facts_of(&life, page);

		/* Those that had stayed active had come down to 0. */
		assert_in_range(facts.policy[VMI_POLICY_AGING24].age, params.age_advance,
				params.age_start + params.age_advance);
		assert_int_equal(facts.policy[VMI_POLICY_AGING24].list, VMI_LIST_FIRST_OWN);
	}
	end_life(&life);
}

/* A fifth of the pages became inactive, and was locked into memory then. */
static void locked_pages_do_not_keep_others_from_being_evicted(void **state)
{
	struct vmi_policy_report report;
	struct life life;
	u32 policy;

	(void)state;
	begin_life(&life, NULL);
	live(&life, 40, PAGES, VMI_SEEN_ACCESSED);
	periods(&life, 30);
	live(&life, 0, 40, VMI_SEEN_MLOCKED);
	vmi_shadow_limit_rss(life.shadow, 170, 0);
	periods(&life, 10);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		report = report_of(&life, policy);
		assert_int_equal(report.list_pages[VMI_LIST_EVICTED] + report.counts.refaulted, report.counts.evicted);
		assert_true(report.counts.evicted >= 30);
		assert_int_not_equal(facts_of(&life, 0).policy[policy].list, VMI_LIST_EVICTED);
	}
	end_life(&life);
}

/* Pages have been touched at random, the lower the more often. */
static void live_at_random(struct life *life, u32 count)
{
	u32 page;

	while (count--) {
		for (page = 0; page < PAGES; page++)
			life->seen[page] = rng_below(&life->rng, PAGES) > page ? VMI_SEEN_ACCESSED : 0;
		periods(life, 1);
	}
}

/*
 * The ranks of the last period are what the audit goes by; a policy that then takes others would be held to a lie. But
 * for the clock, whose ranks say what its hand found, and whose ring, which they do not tell, says who goes first.
 */
static void what_is_evicted_next_was_ranked_coldest(void **state)
{
	u32 rank[VMI_POLICY_COUNT][PAGES], coldest[VMI_POLICY_COUNT];
	struct life life;
	u32 policy, page;

	(void)state;
	begin_life(&life, NULL);
	live_at_random(&life, 40);
	memset(coldest, 0xff, sizeof(coldest));
	for (page = 0; page < PAGES; page++) {
		struct vmi_frame_facts facts = facts_of(&life, page);

		for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
			rank[policy][page] = facts.policy[policy].percentile;
			coldest[policy] = min_t(u32, coldest[policy], rank[policy][page]);
		}
	}
	live(&life, 0, PAGES, 0);
	vmi_shadow_limit_rss(life.shadow, PAGES - 1, 0);
	periods(&life, 1);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		assert_int_equal(report_of(&life, policy).list_pages[VMI_LIST_EVICTED], 1);
	for (page = 0; page < PAGES; page++) {
		struct vmi_frame_facts facts = facts_of(&life, page);

		for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
			if (facts.policy[policy].list == VMI_LIST_EVICTED && policy != VMI_POLICY_CLOCK)
				assert_int_equal(rank[policy][page], coldest[policy]);
	}
	end_life(&life);
}

/* What users see of a policy's ages is a histogram: in it evicted pages are beside the oldest, not the youngest. */
static void an_evicted_page_is_shown_no_younger_than_others(void **state)
{
	struct life life;
	u32 policy;

	(void)state;
	begin_life(&life, NULL);
	live(&life, 100, PAGES, VMI_SEEN_ACCESSED);
	vmi_shadow_limit_rss(life.shadow, 150, 0);
	periods(&life, 20);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		u32 hot = facts_of(&life, PAGES - 1).policy[policy].age;
		u32 evicted, page;

		for (page = 0; page < 100 && facts_of(&life, page).policy[policy].list != VMI_LIST_EVICTED;)
			page++;
		assert_true(page < 100);
		evicted = facts_of(&life, page).policy[policy].age;
		for (page = 0; page < PAGES; page++) {
			u32 age = facts_of(&life, page).policy[policy].age;

			assert_true(hot > evicted ? age >= evicted : age <= evicted);
		}
		assert_int_not_equal(vmi_age_bucket(hot), vmi_age_bucket(evicted));
	}
	end_life(&life);
}

static void a_scan_that_has_nothing_to_evict_looks_at_each_page_once(void **state)
{
	struct vmi_policy_report before[VMI_POLICY_COUNT];
	struct life life;
	u32 policy;

	(void)state;
	begin_life(&life, NULL);
	periods(&life, 10);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		before[policy] = report_of(&life, policy);
	periods(&life, 10);
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		assert_in_range(report_of(&life, policy).counts.scanned - before[policy].counts.scanned, 0, 10 * PAGES);
	end_life(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_that_are_touched_again_become_active_and_stay_so),
		cmocka_unit_test(a_page_that_is_touched_while_inactive_is_as_old_as_a_new_one_that_is_touched),
		cmocka_unit_test(locked_pages_do_not_keep_others_from_being_evicted),
		cmocka_unit_test(what_is_evicted_next_was_ranked_coldest),
		cmocka_unit_test(an_evicted_page_is_shown_no_younger_than_others),
		cmocka_unit_test(a_scan_that_has_nothing_to_evict_looks_at_each_page_once),
	};

	rng_announce();
	return cmocka_run_group_tests_name("reclaim", tests, NULL, NULL);
}
