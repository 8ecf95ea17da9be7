// SPDX-License-Identifier: GPL-2.0
/* One line of vmistat. */
#include "sample.h"

#include <string.h>

/* Seconds that a difference is about; 0: not known. */
static double seconds_of(const struct vmi_stats *difference, const struct vmi_watch_list *watches)
{
	size_t i;

	if (difference->time)
		return difference->time / 1e9;
	for (i = 0; i < watches->count; i++)
		if (watches->items[i]->id == difference->watch)
			return difference->passes * (watches->items[i]->effective_period / 1e9);
	return 0;
}

static const struct vmi_policy_stats *find_policy(const struct vmi_stats *stats, uint32_t policy)
{
	size_t i;

	for (i = 0; i < stats->policy_count; i++)
		if (stats->policy[i]->policy == policy)
			return stats->policy[i];
	return NULL;
}

static void add_policy(struct sample *sample, const struct vmi_stats *stats, const struct vmi_policy_stats *policy,
		       double seconds)
{
	sample->policies++;
	sample->policy_pages += stats->resident;
	sample->agreement += (double)policy->agreement * stats->resident;
	sample->kappa += (double)policy->kappa * stats->resident;
	if (seconds <= 0)
		return;
#define ADD(member) sample->shadow.member += policy->member / seconds;
	VMI_POLICY_STATS_COUNTS(ADD)
#undef ADD
}

static void add_watch(struct sample *sample, const struct vmi_stats *stats, uint32_t policy, double seconds)
{
	const struct vmi_policy_stats *of_policy = find_policy(stats, policy);

	sample->watches++;
	sample->resident += stats->resident;
	sample->working_set += stats->working_set;
	if (of_policy)
		add_policy(sample, stats, of_policy, seconds);
	if (seconds <= 0)
		return;
	sample->cpu += stats->cpu_time / seconds / 1e3;
#define ADD(member) sample->member += stats->member / seconds;
	VMI_STATS_COUNTS(ADD)
#undef ADD
}

void sample_sum(const struct vmi_stats_list *differences, const struct vmi_watch_list *watches, uint32_t policy,
		struct sample *ret)
{
	size_t i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < differences->count; i++)
		add_watch(ret, differences->items[i], policy, seconds_of(differences->items[i], watches));
	if (ret->policy_pages) {
		ret->agreement /= ret->policy_pages;
		ret->kappa /= ret->policy_pages;
	}
}

int32_t sample_first_policy(const struct vmi_stats_list *stats)
{
	size_t i;

	for (i = 0; i < stats->count; i++)
		if (stats->items[i]->policy_count)
			return (int32_t)stats->items[i]->policy[0]->policy;
	return -1;
}
