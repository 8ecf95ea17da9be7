// SPDX-License-Identifier: GPL-2.0
/*
 * The scores of any counts of pages: they are in their range, and what has to go with them does. A ranking turned
 * around has what is left of a million; a sum of agreements agrees no more than the best of them and no less than the
 * worst; audits that are merged are as one.
 */
#include "input.h"
#include "score.h"

#define CLASSES		7		/* of a rank */
#define PAGES_BITS	28		/* pages of a class; twice so many classes are less than 16 TiB */
#define TOLERANCE	4		/* ppm, for what is rounded down on the way */

static bool is_near(s64 one, s64 other, s64 tolerance)
{
	return one - other <= tolerance && other - one <= tolerance;
}

/* --- agreement ---------------------------------------------------------------------------------------------------- */

static void input_agreement(struct input *input, struct vmi_agreement *ret)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		u32 cut = 5 + input_u8(input) % 59;

		ret->pages[i / 2][i % 2] = input_u64(input) >> cut;
	}
}

static double kappa_of(const struct vmi_agreement *agreement)
{
	long double a = agreement->pages[0][0], b = agreement->pages[0][1];
	long double c = agreement->pages[1][0], d = agreement->pages[1][1];
	long double below = (a + b) * (b + d) + (a + c) * (c + d);

	return below ? 2 * (a * d - b * c) * VMI_PPM / below : 0;
}

static void check_agreement(const struct vmi_agreement *agreement)
{
	const struct vmi_agreement turned = { .pages = {
		{ agreement->pages[1][1], agreement->pages[0][1] },
		{ agreement->pages[1][0], agreement->pages[0][0] },
	} };
	const u64 (*pages)[2] = agreement->pages;
	int kappa = vmi_agreement_kappa(agreement);
	u64 total = pages[0][0] + pages[0][1] + pages[1][0] + pages[1][1];

	REQUIRE(vmi_agreement_rate(agreement) <= VMI_PPM);
	REQUIRE(kappa <= (int)VMI_PPM && kappa >= -(int)VMI_PPM);
	REQUIRE(vmi_agreement_rate(&turned) == vmi_agreement_rate(agreement));
	REQUIRE(vmi_agreement_kappa(&turned) == kappa);
	REQUIRE(total >> 30 || is_near(kappa, kappa_of(agreement), 1));
}

static bool is_empty(const struct vmi_agreement *agreement)
{
	const u64 (*pages)[2] = agreement->pages;

	return !(pages[0][0] | pages[0][1] | pages[1][0] | pages[1][1]);
}

static void check_sum(const struct vmi_agreement *one, const struct vmi_agreement *other)
{
	s64 first = vmi_agreement_rate(one), second = vmi_agreement_rate(other), rate;
	struct vmi_agreement sum = *one;

	vmi_agreement_add(&sum, other);
	check_agreement(&sum);
	rate = vmi_agreement_rate(&sum);
	REQUIRE(rate <= max_t(s64, first, second) + TOLERANCE);
	REQUIRE(rate >= min_t(s64, is_empty(one) ? second : first, is_empty(other) ? first : second) - TOLERANCE);
}

/* --- audit -------------------------------------------------------------------------------------------------------- */

static void input_rank(struct input *input, struct vmi_rank *ret)
{
	u32 count = input_u8(input) % (CLASSES + 1), bits = input_u8(input) % (PAGES_BITS + 1);

	memset(ret, 0, sizeof(*ret));
	while (count--) {
		u8 class = input_u8(input);
		u32 pages = input_bytes(input, 4) & ((1U << bits) - 1);

		ret->total = ret->total + pages - ret->pages[class];
		ret->pages[class] = pages;
	}
}

static void turn(const struct vmi_rank *rank, struct vmi_rank *ret)
{
	u32 class;

	ret->total = rank->total;
	for (class = 0; class < VMI_RANK_CLASSES; class++)
		ret->pages[class] = rank->pages[VMI_RANK_CLASSES - 1 - class];
}

static void check_percentiles(const struct vmi_rank *rank)
{
	u32 last = 0, class;

	for (class = 0; class < VMI_RANK_CLASSES; class++) {
		u32 percentile = vmi_rank_percentile(rank, class);

		REQUIRE(percentile <= VMI_PPM && percentile >= last);
		last = percentile;
	}
}

static void check_result(const struct vmi_audit *audit, const struct vmi_audit *turned)
{
	struct vmi_audit_result result, other;

	vmi_audit_get(audit, &result);
	vmi_audit_get(turned, &other);
	REQUIRE(result.percentile <= VMI_PPM && result.auc <= VMI_PPM);
	REQUIRE(result.precision <= VMI_PPM && result.colder_half <= VMI_PPM);
	REQUIRE(result.pages == other.pages);
	if (!result.pages) {
		REQUIRE(!result.percentile && !result.auc && !result.precision && !result.colder_half);
		return;
	}
	REQUIRE(is_near(result.percentile + other.percentile, VMI_PPM, TOLERANCE));
	REQUIRE(is_near(result.auc + other.auc, VMI_PPM, TOLERANCE));
	REQUIRE(is_near(result.colder_half + other.colder_half, VMI_PPM, TOLERANCE));
}

/* Pairs are halved when there are too many: what has been merged is then only nearly as one. */
static void check_merged(const struct vmi_audit *all, const struct vmi_audit *halves)
{
	struct vmi_audit merged = halves[0];

	vmi_audit_merge(&merged, &halves[1]);
	REQUIRE(merged.pages == all->pages && merged.percentile_ppm == all->percentile_ppm);
	REQUIRE(merged.colder_ppm == all->colder_ppm && merged.hits_ppm == all->hits_ppm);
	REQUIRE(all->pairs >> 58 || (merged.pairs == all->pairs && merged.wins2 == all->wins2));
}

static void check_audits(struct input *input)
{
	struct vmi_audit all = { 0 }, turned = { 0 }, halves[2] = { { 0 } };
	struct vmi_rank ranked, evicted, turned_ranked, turned_evicted;
	u64 pages = 0;
	u32 period;

	for (period = 0; input->left; period++) {
		input_rank(input, &ranked);
		input_rank(input, &evicted);
		turn(&ranked, &turned_ranked);
		turn(&evicted, &turned_evicted);
		check_percentiles(&ranked);
		vmi_audit_add(&all, &ranked, &evicted);
		vmi_audit_add(&halves[period % 2], &ranked, &evicted);
		vmi_audit_add(&turned, &turned_ranked, &turned_evicted);
		pages += evicted.total;
		REQUIRE(all.pages == pages);
		check_result(&all, &turned);
		check_merged(&all, halves);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct vmi_agreement one, other;

	input_agreement(&input, &one);
	input_agreement(&input, &other);
	check_agreement(&one);
	check_sum(&one, &other);
	check_audits(&input);
	return 0;
}
