// SPDX-License-Identifier: GPL-2.0
/* Comparing what a policy has evicted with what it had evicted at the pass before. */
#include "watch/eviction_watch.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#define FIRST_CAPACITY 64

struct stretch {
	u64 start;
	u64 end;
};

/* Stretches of evicted pages, rising, not overlapping. */
struct vmi_evictions {
	u32 count;
	u32 capacity;
	struct stretch stretches[];
};

struct comparison {
	const struct vmi_evictions *before;
	u32 next;			/* no stretch before this one matters any more */
	vmi_eviction_fn report;
	void *context;
};

static struct vmi_evictions *allocate(u32 capacity)
{
	struct vmi_evictions *evictions = kvmalloc(struct_size(evictions, stretches, capacity), GFP_KERNEL);

	if (evictions) {
		evictions->count = 0;
		evictions->capacity = capacity;
	}
	return evictions;
}

/* False when there is no memory: then nothing was added. */
static bool add(struct vmi_evictions **evictions, u64 start, u64 end)
{
	struct vmi_evictions *old = *evictions;

	if (old->count == old->capacity) {
		struct vmi_evictions *larger = allocate(2 * old->capacity);

		if (!larger)
			return false;
		memcpy(larger->stretches, old->stretches, old->count * sizeof(*old->stretches));
		larger->count = old->count;
		kvfree(old);
		*evictions = larger;
	}
	(*evictions)->stretches[(*evictions)->count++] = (struct stretch){ start, end };
	return true;
}

static void report_pages(const struct comparison *comparison, bool evicted, u64 start, u64 end)
{
	if (start < end)
		comparison->report(comparison->context, evicted, start, (end - start) >> VMI_PAGE_SHIFT);
}

/* Of pages evicted now, those that were not before; of those that are not, those that were. */
static void compare_run(struct comparison *comparison, bool evicted, u64 start, u64 end)
{
	const struct vmi_evictions *before = comparison->before;
	u32 i;

	while (comparison->next < before->count && before->stretches[comparison->next].end <= start)
		comparison->next++;
	for (i = comparison->next; i < before->count && before->stretches[i].start < end; i++) {
		const struct stretch *stretch = &before->stretches[i];

		if (evicted)
			report_pages(comparison, true, start, stretch->start);
		else
			report_pages(comparison, false, max(start, stretch->start), min(end, stretch->end));
		start = max(start, stretch->end);
	}
	if (evicted)
		report_pages(comparison, true, start, end);
}

void vmi_watch_compare_evictions(struct vmi_watch_member *member, u32 policy, vmi_eviction_fn report, void *context)
{
	struct comparison comparison = { .before = member->evictions[policy], .report = report, .context = context };
	struct vmi_evictions *now = allocate(FIRST_CAPACITY);
	struct vmi_mirror_run run;
	u64 at = 0;

	if (!now)
		return;
	while (vmi_mirror_next_run(member->mirror, policy, at, &run)) {
		at = run.start + (run.pages << VMI_PAGE_SHIFT);
		if (run.evicted && !add(&now, run.start, at))
			break;
		if (comparison.before)
			compare_run(&comparison, run.evicted, run.start, at);
		cond_resched();
	}
	kvfree(member->evictions[policy]);
	member->evictions[policy] = now;
}

void vmi_watch_forget_evictions(struct vmi_watch_member *member)
{
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		kvfree(member->evictions[policy]);
		member->evictions[policy] = NULL;
	}
}
