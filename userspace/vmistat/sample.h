/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line of vmistat: what happened in an interval, summed over watches. Each watch has its own stretch of time, so
 * that rates are made for each and then added. Agreement and kappa are means, by the pages that the watches hold.
 */
#ifndef VMI_VMISTAT_SAMPLE_H
#define VMI_VMISTAT_SAMPLE_H

#include "lib/vminspect.h"

/* Rates are a second. */
struct sample {
	uint32_t watches;
	uint32_t policies;		/* of these, those that run the policy */
	uint64_t resident;		/* pages */
	uint64_t working_set;		/* pages */
	uint64_t policy_pages;		/* resident pages of the watches that run the policy */
	double agreement;		/* ppm */
	double kappa;			/* ppm */
	double cpu;			/* share of one CPU, ppm */
#define RATE(member) double member;
	VMI_STATS_COUNTS(RATE)
	struct {
		VMI_POLICY_STATS_COUNTS(RATE)
	} shadow;			/* by the policy */
#undef RATE
};

/*
 * The sum over a list of differences (vmi_stats_list_subtract()). An item without a time counts from the beginning of
 * its watch: that is its passes by the period that `watches` has for it. The module does not tell when a watch began,
 * so this is an estimate, and wrong where periods were of other lengths than the last one.
 */
void sample_sum(const struct vmi_stats_list *differences, const struct vmi_watch_list *watches, uint32_t policy,
		struct sample *ret);

/* The policy that is shown if none is asked for: the first of the first watch. -1: there is none. */
int32_t sample_first_policy(const struct vmi_stats_list *stats);

#endif /* VMI_VMISTAT_SAMPLE_H */
