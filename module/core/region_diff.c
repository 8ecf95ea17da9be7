// SPDX-License-Identifier: GPL-2.0
/*
 * The merge pass over two region sets.
 *
 * It goes from boundary to boundary of either set. Between two of them each set has one region or none, so the
 * pair (before, after) decides what happened to that stretch.
 */
#include "region_diff.h"

#define PROTECTION	(VMI_REGION_READ | VMI_REGION_WRITE | VMI_REGION_EXEC)
/* What system calls change in place, mprotect() first. */
#define CHANGEABLE	(PROTECTION | VMI_REGION_LOCKED | VMI_REGION_UFFD | VMI_REGION_DONTDUMP | VMI_REGION_SEALED | \
			 VMI_REGION_PFNMAP | VMI_REGION_IO)

/* The place reached in one of the sets. */
struct side {
	const struct vmi_region_set *set;
	size_t next;			/* the first region that ends above the place */
	const struct vmi_region *here;	/* that region if it covers the place, else NULL */
};

struct diff {
	struct side before;
	struct side after;
	u64 start;			/* the stretch looked at: bytes, half-open [start, end) */
	u64 end;
	vmi_region_event_fn report;
	void *context;
};

static const struct vmi_region *region_at(const struct side *side, size_t index)
{
	return index < side->set->count ? &side->set->regions[index] : NULL;
}

static bool same_identity(const struct vmi_region *a, const struct vmi_region *b)
{
	if ((a->flags ^ b->flags) & ~CHANGEABLE)
		return false;
	if (!(a->flags & VMI_REGION_FILE))
		return true;
	return a->inode == b->inode && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor &&
	       a->file_offset - a->start == b->file_offset - b->start;
}

/*
 * The region of `other`, which has nothing in the stretch, that `whole`, which covers it, goes on into: they meet at
 * an end of the stretch that lies inside `whole`, and are of one identity. NULL when there is none.
 *
 * An end of the stretch inside `whole` is a boundary of `other`, so the region meant is the last one it left behind
 * or the next one to come.
 */
static const struct vmi_region *rest_of(const struct vmi_region *whole, const struct side *other,
					const struct diff *diff)
{
	const struct vmi_region *rest;

	if (whole->start < diff->start) {
		rest = region_at(other, other->next - 1);
		if (same_identity(rest, whole))
			return rest;
	}
	if (whole->end > diff->end) {
		rest = region_at(other, other->next);
		if (same_identity(rest, whole))
			return rest;
	}
	return NULL;
}

static int report_event(const struct diff *diff, enum vmi_region_event_kind kind, const struct vmi_region *before,
			const struct vmi_region *after)
{
	struct vmi_region_event event = {
		.kind = kind,
		.start = diff->start,
		.end = diff->end,
		.before = before,
		.after = after,
	};

	return diff->report(diff->context, &event);
}

static int report_gone(const struct diff *diff)
{
	const struct vmi_region *gone = diff->before.here;
	const struct vmi_region *rest = diff->after.here ? NULL : rest_of(gone, &diff->after, diff);

	return report_event(diff, rest ? VMI_REGION_SHRUNK : VMI_REGION_UNMAPPED, gone, rest);
}

static int report_new(const struct diff *diff)
{
	const struct vmi_region *new = diff->after.here;
	const struct vmi_region *rest = diff->before.here ? NULL : rest_of(new, &diff->before, diff);

	return report_event(diff, rest ? VMI_REGION_GROWN : VMI_REGION_MAPPED, rest, new);
}

static int report_stretch(const struct diff *diff)
{
	const struct vmi_region *before = diff->before.here;
	const struct vmi_region *after = diff->after.here;
	int ret = 0;

	if (before && after && same_identity(before, after)) {
		if (before->flags == after->flags)
			return 0;
		return report_event(diff, VMI_REGION_PROTECTED, before, after);
	}
	if (before)
		ret = report_gone(diff);
	if (!ret && after)
		ret = report_new(diff);
	return ret;
}

/* Moves to `address`, at most one boundary further on. */
static void advance(struct side *side, u64 address)
{
	const struct vmi_region *region = region_at(side, side->next);

	if (region && region->end <= address)
		region = region_at(side, ++side->next);
	side->here = region && region->start <= address ? region : NULL;
}

/* The side's first boundary above its place; the end of the address space when none is left. */
static u64 boundary(const struct side *side)
{
	const struct vmi_region *region = region_at(side, side->next);

	if (!region)
		return ~0ULL;
	return side->here ? region->end : region->start;
}

int vmi_region_diff(const struct vmi_region_set *before, const struct vmi_region_set *after,
		    vmi_region_event_fn report, void *context)
{
	struct diff diff = {
		.before.set = before,
		.after.set = after,
		.report = report,
		.context = context,
	};
	int ret = 0;

	while (!ret) {
		advance(&diff.before, diff.start);
		advance(&diff.after, diff.start);
		if (diff.before.next == before->count && diff.after.next == after->count)
			break;
		diff.end = min_t(u64, boundary(&diff.before), boundary(&diff.after));
		ret = report_stretch(&diff);
		diff.start = diff.end;
	}
	return ret;
}
