// SPDX-License-Identifier: GPL-2.0
/*
 * The scores, in integers: ratios of u64 sums in ppm.
 *
 * AUC is the Mann-Whitney statistic on classes: of all pairs of an evicted page and one that stayed, those whose
 * evicted page was in the colder class, pairs within a class counted half.
 */
#include "score.h"

/* part * 1,000,000 / whole without overflow; part <= whole. Exact as long as whole is below 2^44. */
static u32 ratio_ppm(u64 part, u64 whole)
{
	while (whole >> 44) {
		whole >>= 1;
		part >>= 1;
	}
	return whole ? part * VMI_PPM / whole : 0;
}

void vmi_agreement_add(struct vmi_agreement *agreement, const struct vmi_agreement *more)
{
	u32 shadow, real;

	for (shadow = 0; shadow < 2; shadow++)
		for (real = 0; real < 2; real++)
			agreement->pages[shadow][real] += more->pages[shadow][real];
}

static u64 agreement_total(const struct vmi_agreement *agreement)
{
	return agreement->pages[0][0] + agreement->pages[0][1] + agreement->pages[1][0] + agreement->pages[1][1];
}

u32 vmi_agreement_rate(const struct vmi_agreement *agreement)
{
	return ratio_ppm(agreement->pages[0][0] + agreement->pages[1][1], agreement_total(agreement));
}

/* The same for a part that may be negative, of a whole that is not and at least as large. Exact below 2^43. */
static int signed_ratio_ppm(s64 part, s64 whole)
{
	while (whole >> 43) {
		whole /= 2;
		part /= 2;
	}
	return whole ? part * (s64)VMI_PPM / whole : 0;
}

/*
 * For two states kappa is 2 (ad - bc) / ((a + b)(b + d) + (a + c)(c + d)), where a, d agree and b, c do not. Counts
 * are scaled to 30 bits first, so that the sum of products fits into 61: where nearly all pages are in one state, what
 * counts is the few others.
 */
int vmi_agreement_kappa(const struct vmi_agreement *agreement)
{
	u64 total = agreement_total(agreement);
	s64 cells[4], above, below;
	u32 i;

	for (i = 0; i < 4; i++) {
		u64 pages = agreement->pages[i / 2][i % 2];
		u64 scaled = total;

		while (scaled >> 30) {
			scaled >>= 1;
			pages >>= 1;
		}
		cells[i] = pages;
	}
	above = 2 * (cells[0] * cells[3] - cells[1] * cells[2]);
	below = (cells[0] + cells[1]) * (cells[1] + cells[3]) + (cells[0] + cells[2]) * (cells[2] + cells[3]);
	return signed_ratio_ppm(above, below);
}

u32 vmi_rank_percentile(const struct vmi_rank *rank, u8 class)
{
	u64 colder2 = 0;
	u32 i;

	for (i = 0; i < class; i++)
		colder2 += 2ULL * rank->pages[i];
	return ratio_ppm(colder2 + rank->pages[class], 2 * rank->total);
}

/* The walk over classes, from the coldest up, that all sums of one period come from. */
struct period {
	const struct vmi_rank *all;
	const struct vmi_rank *evicted;
	u64 all_total;
	u64 colder;			/* pages of all classes below */
	u64 colder_stayed;		/* of those, pages that stayed */
};

static u64 all_in(const struct period *period, u32 class)
{
	return max_t(u64, period->all->pages[class], period->evicted->pages[class]);
}

/* The share of a class that lies among the `first` coldest pages of all, in ppm. */
static u32 share_below(const struct period *period, u64 in_class, u64 first)
{
	if (first <= period->colder)
		return 0;
	return ratio_ppm(min_t(u64, first - period->colder, in_class), in_class);
}

static void add_class(struct vmi_audit *audit, struct period *period, u32 class)
{
	u64 in_class = all_in(period, class);
	u64 evicted = period->evicted->pages[class];
	u64 stayed = in_class - evicted;
	u64 all_stayed = period->all_total - period->evicted->total;

	if (evicted) {
		audit->percentile_ppm += evicted * ratio_ppm(2 * period->colder + in_class, 2 * period->all_total);
		audit->colder_ppm += evicted * ((share_below(period, in_class, period->all_total / 2) +
						 share_below(period, in_class, (period->all_total + 1) / 2)) / 2);
		audit->hits_ppm += evicted * share_below(period, in_class, period->evicted->total);
		audit->wins2 += evicted * (2 * (all_stayed - period->colder_stayed) - stayed);
	}
	period->colder += in_class;
	period->colder_stayed += stayed;
}

static void keep_pairs_in_range(struct vmi_audit *audit)
{
	while (audit->pairs >> 60) {
		audit->pairs >>= 1;
		audit->wins2 >>= 1;
	}
}

void vmi_audit_add(struct vmi_audit *audit, const struct vmi_rank *all, const struct vmi_rank *evicted)
{
	struct period period = { .all = all, .evicted = evicted };
	u32 class;

	if (!evicted->total)
		return;
	for (class = 0; class < VMI_RANK_CLASSES; class++)
		period.all_total += all_in(&period, class);
	for (class = 0; class < VMI_RANK_CLASSES; class++)
		add_class(audit, &period, class);
	audit->pages += evicted->total;
	audit->pairs += evicted->total * (period.all_total - evicted->total);
	keep_pairs_in_range(audit);
}

void vmi_audit_merge(struct vmi_audit *audit, const struct vmi_audit *more)
{
	audit->pages += more->pages;
	audit->percentile_ppm += more->percentile_ppm;
	audit->colder_ppm += more->colder_ppm;
	audit->hits_ppm += more->hits_ppm;
	audit->pairs += more->pairs;
	audit->wins2 += more->wins2;
	keep_pairs_in_range(audit);
}

/* Without pairs, when all pages were evicted, there was nothing to tell apart: as good as a guess. */
void vmi_audit_get(const struct vmi_audit *audit, struct vmi_audit_result *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->pages = audit->pages;
	if (!audit->pages)
		return;
	ret->percentile = audit->percentile_ppm / audit->pages;
	ret->auc = audit->pairs ? ratio_ppm(audit->wins2, 2 * audit->pairs) : VMI_PPM / 2;
	ret->precision = audit->hits_ppm / audit->pages;
	ret->colder_half = audit->colder_ppm / audit->pages;
}
