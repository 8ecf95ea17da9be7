// SPDX-License-Identifier: GPL-2.0
/* The scores against what their definitions say, worked out over single pages and pairs of pages in floating point. */
#include <math.h>

#include "score.h"
#include "unit.h"

#define PAGES		120		/* of a ranking; pairs are compared one by one */
#define TOLERANCE	5		/* ppm, for one rounding a page */

/* A ranking page by page. */
struct pages {
	u32 count;
	u8 class[PAGES];
	bool evicted[PAGES];
};

static void assert_near(double expected_ppm, s64 ppm, double tolerance)
{
	if (fabs(expected_ppm - ppm) > tolerance)
		fail_msg("expected %.1f ppm, got %lld", expected_ppm, (long long)ppm);
}

static void random_pages(struct rng *rng, struct pages *pages)
{
	u32 classes = 1 + rng_below(rng, rng_once_in(rng, 2) ? 4 : 256);
	u32 i;

	pages->count = 1 + rng_below(rng, PAGES);
	for (i = 0; i < pages->count; i++) {
		pages->class[i] = rng_below(rng, classes);
		pages->evicted[i] = rng_once_in(rng, 3);
	}
}

static void make_ranks(const struct pages *pages, struct vmi_rank *all, struct vmi_rank *evicted)
{
	u32 i;

	memset(all, 0, sizeof(*all));
	memset(evicted, 0, sizeof(*evicted));
	for (i = 0; i < pages->count; i++) {
		all->pages[pages->class[i]]++;
		all->total++;
		evicted->pages[pages->class[i]] += pages->evicted[i];
		evicted->total += pages->evicted[i];
	}
}

/* How many of the others a page ranks above, ties half; -1 class for those colder. */
static double place_of(const struct pages *pages, u32 page)
{
	double place = 0;
	u32 i;

	for (i = 0; i < pages->count; i++)
		place += pages->class[i] < pages->class[page] ? 1 : pages->class[i] == pages->class[page] ? 0.5 : 0;
	return place;
}

/* The chance that a page is among the `first` coldest when ties are broken by lot. */
static double chance_below(const struct pages *pages, u32 page, double first)
{
	double colder = 0, same = 0;
	u32 i;

	for (i = 0; i < pages->count; i++) {
		colder += pages->class[i] < pages->class[page];
		same += pages->class[i] == pages->class[page];
	}
	return fmin(1, fmax(0, (first - colder) / same));
}

static u32 count_evicted(const struct pages *pages)
{
	u32 evicted = 0;
	u32 i;

	for (i = 0; i < pages->count; i++)
		evicted += pages->evicted[i];
	return evicted;
}

/* Over pairs of an evicted page and one that stayed: wins, and how many there are. */
static double count_wins(const struct pages *pages, double *ret_pairs)
{
	double wins = 0;
	u32 i, j;

	*ret_pairs = 0;
	for (i = 0; i < pages->count; i++) {
		for (j = 0; j < pages->count; j++) {
			if (!pages->evicted[i] || pages->evicted[j])
				continue;
			*ret_pairs += 1;
			wins += pages->class[i] < pages->class[j] ? 1 : pages->class[i] == pages->class[j] ? 0.5 : 0;
		}
	}
	return wins;
}

struct sums {
	double evicted, percentile, colder, hits, wins, pairs;
};

static void add_naively(struct sums *sums, const struct pages *pages)
{
	u32 evicted = count_evicted(pages);
	double pairs;
	u32 i;

	for (i = 0; i < pages->count; i++) {
		if (!pages->evicted[i])
			continue;
		sums->percentile += place_of(pages, i) / pages->count;
		sums->colder += chance_below(pages, i, pages->count / 2.0);
		sums->hits += chance_below(pages, i, evicted);
	}
	sums->evicted += evicted;
	sums->wins += count_wins(pages, &pairs);
	sums->pairs += pairs;
}

static void assert_audit_is(const struct vmi_audit *audit, const struct sums *sums)
{
	struct vmi_audit_result result;

	vmi_audit_get(audit, &result);
	assert_int_equal(result.pages, sums->evicted);
	if (!sums->evicted)
		return;
	assert_near(1e6 * sums->percentile / sums->evicted, result.percentile, TOLERANCE);
	assert_near(1e6 * sums->colder / sums->evicted, result.colder_half, TOLERANCE);
	assert_near(1e6 * sums->hits / sums->evicted, result.precision, TOLERANCE);
	assert_near(sums->pairs ? 1e6 * sums->wins / sums->pairs : 5e5, result.auc, TOLERANCE);
}

static void audit_of_a_period_is_what_pages_and_pairs_say(void **state)
{
	struct vmi_rank all, evicted;
	struct pages pages;
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 3000; i++) {
		struct vmi_audit audit = { 0 };
		struct sums sums = { 0 };

		random_pages(&rng, &pages);
		make_ranks(&pages, &all, &evicted);
		vmi_audit_add(&audit, &all, &evicted);
		add_naively(&sums, &pages);
		assert_audit_is(&audit, &sums);
	}
}

static void audits_of_periods_and_zones_add_up(void **state)
{
	struct vmi_audit merged = { 0 };
	struct vmi_rank all, evicted;
	struct sums sums = { 0 };
	struct pages pages;
	struct rng rng;
	u32 zone, i;

	(void)state;
	rng_init(&rng);
	for (zone = 0; zone < 4; zone++) {
		struct vmi_audit audit = { 0 };

		for (i = 0; i < 50; i++) {
			random_pages(&rng, &pages);
			make_ranks(&pages, &all, &evicted);
			vmi_audit_add(&audit, &all, &evicted);
			add_naively(&sums, &pages);
		}
		vmi_audit_merge(&merged, &audit);
	}
	assert_audit_is(&merged, &sums);
}

static void percentile_is_the_share_of_colder_pages(void **state)
{
	struct vmi_rank all, evicted;
	struct pages pages;
	struct rng rng;
	u32 i, page;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 500; i++) {
		random_pages(&rng, &pages);
		make_ranks(&pages, &all, &evicted);
		for (page = 0; page < pages.count; page++)
			assert_near(1e6 * place_of(&pages, page) / pages.count,
				    vmi_rank_percentile(&all, pages.class[page]), 1);
	}
	memset(&all, 0, sizeof(all));
	assert_int_equal(vmi_rank_percentile(&all, 255), 0);
}

/* One class for everybody is no opinion, and must not look like a good one. */
static void a_policy_without_opinion_scores_as_a_guess(void **state)
{
	struct vmi_rank all = { .total = 1000, .pages = { [7] = 1000 } };
	struct vmi_rank evicted = { .total = 100, .pages = { [7] = 100 } };
	struct vmi_audit audit = { 0 };
	struct vmi_audit_result result;

	(void)state;
	vmi_audit_add(&audit, &all, &evicted);
	vmi_audit_get(&audit, &result);
	assert_int_equal(result.auc, 500000);
	assert_int_equal(result.colder_half, 500000);
	assert_int_equal(result.percentile, 500000);
	assert_int_equal(result.precision, 100000);
}

static void a_policy_that_foresaw_all_scores_full(void **state)
{
	struct vmi_rank all = { .total = 1000, .pages = { [0] = 100, [9] = 900 } };
	struct vmi_rank evicted = { .total = 100, .pages = { [0] = 100 } };
	struct vmi_audit audit = { 0 };
	struct vmi_audit_result result;

	(void)state;
	vmi_audit_add(&audit, &all, &evicted);
	vmi_audit_get(&audit, &result);
	assert_int_equal(result.auc, 1000000);
	assert_int_equal(result.colder_half, 1000000);
	assert_int_equal(result.percentile, 50000);
	assert_int_equal(result.precision, 1000000);
}

/* A page touched by a second address space and then evicted can be in a class that had no page at the last sweep. */
static void pages_evicted_from_a_class_that_had_none_count_as_if_it_had(void **state)
{
	struct vmi_rank all = { .total = 10, .pages = { [3] = 10 } };
	struct vmi_rank evicted = { .total = 2, .pages = { [200] = 2 } };
	struct vmi_audit audit = { 0 };
	struct vmi_audit_result result;

	(void)state;
	vmi_audit_add(&audit, &all, &evicted);
	vmi_audit_get(&audit, &result);
	assert_int_equal(result.pages, 2);
	assert_int_equal(result.auc, 0);
	assert_int_equal(result.colder_half, 0);
}

static void many_periods_of_many_pages_do_not_overflow(void **state)
{
	struct vmi_rank all = { .total = 1ULL << 26, .pages = { [0] = 1U << 25, [1] = 1U << 25 } };
	struct vmi_rank evicted = { .total = 1ULL << 25, .pages = { [0] = 3U << 23, [1] = 1U << 23 } };
	struct vmi_audit audit = { 0 };
	struct vmi_audit_result result;
	u32 i;

	(void)state;
	for (i = 0; i < 20000; i++)
		vmi_audit_add(&audit, &all, &evicted);
	vmi_audit_get(&audit, &result);
	assert_near(750000, result.auc, TOLERANCE);
	assert_near(750000, result.colder_half, TOLERANCE);
}

static void agreement_is_rate_and_cohens_kappa(void **state)
{
	struct rng rng;
	u32 i, cell;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 20000; i++) {
		struct vmi_agreement agreement;
		u64 *pages = &agreement.pages[0][0];
		double n = 0, observed, chance;

		for (cell = 0; cell < 4; cell++) {
			pages[cell] = rng_once_in(&rng, 6) ? 0 : rng_next(&rng) >> (24 + rng_below(&rng, 40));
			n += pages[cell];
		}
		if (!n) {
			assert_int_equal(vmi_agreement_rate(&agreement), 0);
			continue;
		}
		observed = (pages[0] + pages[3]) / n;
		chance = (((double)pages[0] + pages[1]) * ((double)pages[0] + pages[2]) +
			  ((double)pages[2] + pages[3]) * ((double)pages[1] + pages[3])) / n / n;
		assert_near(1e6 * observed, vmi_agreement_rate(&agreement), 1);
		if (chance < 0.99)
			assert_near(1e6 * (observed - chance) / (1 - chance), vmi_agreement_kappa(&agreement),
				    20 / (1 - chance));
	}
}

/* As of 64 GiB of memory of which a few pages are active, here or there. */
static void kappa_is_as_right_when_nearly_all_pages_are_in_one_state(void **state)
{
	struct vmi_agreement agreement = { .pages = { { 1 << 24, 10 }, { 10, 10 } } };

	(void)state;
	assert_near(499999, vmi_agreement_kappa(&agreement), 1);
	agreement.pages[1][1] = 0;
	assert_near(-0.6, vmi_agreement_kappa(&agreement), 1);
	agreement.pages[0][0] = (1 << 30) - 31;
	agreement.pages[1][1] = 10;
	assert_near(500000, vmi_agreement_kappa(&agreement), 1);
}

static void kappa_is_0_where_it_is_not_defined(void **state)
{
	struct vmi_agreement agreement = { .pages = { { 0, 0 }, { 0, 1000 } } };

	(void)state;
	assert_int_equal(vmi_agreement_rate(&agreement), 1000000);
	assert_int_equal(vmi_agreement_kappa(&agreement), 0);
	memset(&agreement, 0, sizeof(agreement));
	assert_int_equal(vmi_agreement_kappa(&agreement), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agreement_is_rate_and_cohens_kappa),
		cmocka_unit_test(kappa_is_as_right_when_nearly_all_pages_are_in_one_state),
		cmocka_unit_test(kappa_is_0_where_it_is_not_defined),
		cmocka_unit_test(percentile_is_the_share_of_colder_pages),
		cmocka_unit_test(audit_of_a_period_is_what_pages_and_pairs_say),
		cmocka_unit_test(audits_of_periods_and_zones_add_up),
		cmocka_unit_test(a_policy_without_opinion_scores_as_a_guess),
		cmocka_unit_test(a_policy_that_foresaw_all_scores_full),
		cmocka_unit_test(pages_evicted_from_a_class_that_had_none_count_as_if_it_had),
		cmocka_unit_test(many_periods_of_many_pages_do_not_overflow),
	};

	rng_announce();
	return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
