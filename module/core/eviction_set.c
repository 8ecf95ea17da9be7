// SPDX-License-Identifier: GPL-2.0
/* Comparing what a policy has evicted with what it had evicted before. */
#include "eviction_set.h"

#include "shadow.h"
#include "x86_entry.h"

#define FIRST_CAPACITY 64

struct comparison {
	const struct vmi_eviction_set *before;
	u32 next;			/* no stretch before this one matters any more */
	vmi_eviction_fn report;
	void *context;
};

void vmi_eviction_set_init(struct vmi_eviction_set *set, struct vmi_pool *pool)
{
	*set = (struct vmi_eviction_set){ .budget.pool = pool };
}

void vmi_eviction_set_deinit(struct vmi_eviction_set *set)
{
	vmi_budget_free(&set->budget, set->stretches, set->capacity, sizeof(*set->stretches));
	vmi_eviction_set_init(set, set->budget.pool);
}

static int grow(struct vmi_eviction_set *set)
{
	u32 capacity = set->capacity ? 2 * set->capacity : FIRST_CAPACITY;
	struct vmi_stretch *stretches = vmi_budget_alloc(&set->budget, capacity, sizeof(*stretches));

	if (!stretches)
		return -ENOMEM;
	if (set->count)
		memcpy(stretches, set->stretches, set->count * sizeof(*stretches));
	vmi_budget_free(&set->budget, set->stretches, set->capacity, sizeof(*set->stretches));
	set->stretches = stretches;
	set->capacity = capacity;
	return 0;
}

static inline u64 end_of(const struct vmi_mirror_run *run)
{
	return run->start + (run->pages << VMI_PAGE_SHIFT);
}

int vmi_eviction_set_fill(struct vmi_eviction_set *set, const struct vmi_mirror *mirror, u32 policy)
{
	struct vmi_mirror_run run;
	int ret = 0;
	u64 at = 0;

	while (!ret && vmi_mirror_next_run(mirror, policy, at, &run)) {
		at = end_of(&run);
		vmi_yield();
		if (!run.evicted)
			continue;
		if (set->count == set->capacity)
			ret = grow(set);
		if (!ret)
			set->stretches[set->count++] = (struct vmi_stretch){ run.start, at };
	}
	if (ret)
		vmi_eviction_set_deinit(set);
	return ret;
}

static void report_pages(const struct comparison *comparison, bool evicted, u64 start, u64 end)
{
	if (start < end)
		comparison->report(comparison->context, evicted, start, (end - start) >> VMI_PAGE_SHIFT);
}

/* Of pages evicted now, those that were not before; of those that are not, those that were. */
static void compare_run(struct comparison *comparison, bool evicted, u64 start, u64 end)
{
	const struct vmi_eviction_set *before = comparison->before;
	u32 i;

	while (comparison->next < before->count && before->stretches[comparison->next].end <= start)
		comparison->next++;
	for (i = comparison->next; i < before->count && before->stretches[i].start < end; i++) {
		const struct vmi_stretch *stretch = &before->stretches[i];

		if (evicted)
			report_pages(comparison, true, start, stretch->start);
		else
			report_pages(comparison, false, max_t(u64, start, stretch->start),
				     min_t(u64, end, stretch->end));
		start = max_t(u64, start, stretch->end);
	}
	if (evicted)
		report_pages(comparison, true, start, end);
}

void vmi_eviction_set_compare(const struct vmi_eviction_set *before, const struct vmi_mirror *mirror, u32 policy,
			      vmi_eviction_fn report, void *context)
{
	struct comparison comparison = { .before = before, .report = report, .context = context };
	struct vmi_mirror_run run;
	u64 at = 0;

	while (vmi_mirror_next_run(mirror, policy, at, &run)) {
		at = end_of(&run);
		compare_run(&comparison, run.evicted, run.start, at);
		vmi_yield();
	}
}
