/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How well a policy does against the kernel: agreement of states, and the audit of what the kernel really evicted.
 *
 * All figures are integers in parts per million (ppm). A policy ranks pages by a coldness class of 0 (goes first) to
 * 255; within a class it has no opinion, so every figure is the one expected if ties were broken by lot. A policy
 * that puts all pages in one class gets what guessing gets: AUC 500,000, half of the evicted in the colder half.
 */
#ifndef VMI_CORE_SCORE_H
#define VMI_CORE_SCORE_H

#include "port.h"

#define VMI_PPM			1000000U
#define VMI_RANK_CLASSES	256

/* Pages by what the shadow and what the kernel hold them for. Pages whose real state is not known are left out. */
struct vmi_agreement {
	u64 pages[2][2];		/* [shadow active][really active] */
};

/* Share of the pages that both hold for the same, in ppm; 0 when there are none. */
u32 vmi_agreement_rate(const struct vmi_agreement *agreement);

/*
 * Cohen's kappa in ppm: 1,000,000 = they agree, 0 = as often as chance would have it, negative = less. 0 where it is
 * not defined, that is when both have all pages in the same state. Right to 1 ppm for less than 2^30 pages, 4 TiB.
 */
int vmi_agreement_kappa(const struct vmi_agreement *agreement);

void vmi_agreement_add(struct vmi_agreement *agreement, const struct vmi_agreement *more);

/* How many pages are in each class. */
struct vmi_rank {
	u64 total;			/* sum of pages[] */
	u32 pages[VMI_RANK_CLASSES];
};

/* The share of the pages that are colder, ties counted half, in ppm: 0 = the coldest, 1,000,000 = the warmest. */
u32 vmi_rank_percentile(const struct vmi_rank *rank, u8 class);

/* Sums over periods; made of zeros. */
struct vmi_audit {
	u64 pages;			/* really evicted */
	u64 percentile_ppm;		/* sum over pages of their percentile */
	u64 colder_ppm;			/* sum over pages of the chance to be in the colder half */
	u64 hits_ppm;			/* sum of the chance to be among the k coldest, k = evicted in the period */
	u64 pairs;			/* (evicted, stayed) of a period; halved with `wins2` before it overflows */
	u64 wins2;			/* twice those whose evicted page was the colder, ties once */
};

struct vmi_audit_result {
	u64 pages;			/* really evicted pages that were ranked; without any the rest is 0 */
	u32 percentile;			/* their mean percentile, ppm */
	u32 auc;			/* chance that an evicted page was ranked colder than one that stayed, ppm */
	u32 precision;			/* precision at k, k = the pages evicted in the period, ppm */
	u32 colder_half;		/* share of them in the policy's colder half, ppm */
};

/*
 * Adds a period in which the kernel evicted `evicted` of the pages that were ranked as `all` says when the period
 * began. Pages of `evicted` that `all` does not have count as if it had.
 */
void vmi_audit_add(struct vmi_audit *audit, const struct vmi_rank *all, const struct vmi_rank *evicted);

/* Adds the sums of another audit, as of another zone. */
void vmi_audit_merge(struct vmi_audit *audit, const struct vmi_audit *more);

void vmi_audit_get(const struct vmi_audit *audit, struct vmi_audit_result *ret);

#endif /* VMI_CORE_SCORE_H */
