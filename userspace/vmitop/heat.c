// SPDX-License-Identifier: GPL-2.0
/* How hot memory is. */
#include "heat.h"

#include <stdbool.h>
#include <string.h>

/* A share of one in 1000 parts as a level from 1 on. */
static uint32_t level_of(uint64_t thousandths)
{
	return 1 + (uint32_t)(thousandths * (HEAT_LEVELS - 1) + 500) / 1000;
}

/* What the ages of a policy say: the bucket of the coldest pages and that of the hottest. The finest come first. */
static const struct scale {
	uint32_t policy;
	uint32_t cold, hot;
} scales[] = {
	{ VMINSPECT_POLICY_ID_AGING24, 0, 7 }, { VMINSPECT_POLICY_ID_NBIT, 0, 7 }, { VMINSPECT_POLICY_ID_CLOCK, 7, 0 },
	{ VMINSPECT_POLICY_ID_GEN, 2, 0 }, { VMINSPECT_POLICY_ID_TWOLIST, 0, 2 },
};

static const struct vmi_shadow *find_shadow(const struct vmi_region *region, const struct scale **ret)
{
	size_t i, j;

	for (i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		for (j = 0; j < region->shadow_count; j++) {
			if (region->shadow[j]->policy != scales[i].policy)
				continue;
			*ret = &scales[i];
			return region->shadow[j];
		}
	}
	return NULL;
}

/* How hot a bucket is, in thousandths. */
static uint64_t heat_of_bucket(const struct scale *scale, uint32_t bucket)
{
	int span = (int)scale->hot - (int)scale->cold, at = (int)bucket - (int)scale->cold;

	if (span < 0) {
		span = -span;
		at = -at;
	}
	if (at < 0)
		at = 0;
	return at >= span ? 1000 : at * 1000 / span;
}

/* The mean over the pages of a region, in thousandths. */
static uint64_t heat_by_ages(const struct vmi_shadow *shadow, const struct scale *scale)
{
	uint64_t pages = 0, weight = 0;
	size_t i;

	for (i = 0; i < shadow->bucket_count; i++) {
		pages += shadow->bucket[i]->pages;
		weight += shadow->bucket[i]->pages * heat_of_bucket(scale, i);
	}
	return pages ? weight / pages : 0;
}

/* In thousandths. */
static uint64_t heat_in_thousandths(const struct vmi_region *region)
{
	const struct scale *scale;
	const struct vmi_shadow *shadow = find_shadow(region, &scale);

	if (shadow)
		return heat_by_ages(shadow, scale);
	return region->counts->young * 1000 / region->counts->present;
}

uint32_t heat_of_region(const struct vmi_region *region)
{
	if (!region->counts || !region->counts->present)
		return 0;
	return level_of(heat_in_thousandths(region));
}

static uint64_t resident_pages(const struct vmi_region *region)
{
	return region->counts ? region->counts->present : 0;
}

/* A cell is the part [from, to) of all resident pages; a region counts there by how much of it lies in it. */
static uint32_t heat_of_part(const struct vmi_region_list *regions, uint64_t from, uint64_t to)
{
	uint64_t at = 0, weight = 0, pages = 0;
	size_t i;

	for (i = 0; i < regions->count && at < to; i++) {
		uint64_t end = at + resident_pages(regions->items[i]);
		uint64_t low = at > from ? at : from, high = end < to ? end : to;

		if (low < high) {
			pages += high - low;
			weight += (high - low) * heat_in_thousandths(regions->items[i]);
		}
		at = end;
	}
	return pages ? level_of(weight / pages) : 0;
}

void heat_strip(const struct vmi_region_list *regions, uint32_t *levels, size_t width)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < regions->count; i++)
		total += resident_pages(regions->items[i]);
	for (i = 0; i < width; i++)
		levels[i] = heat_of_part(regions, i * total / width, (i + 1) * total / width);
}

void heat_histogram(const struct vmi_region *region, uint32_t levels[HEAT_LEVELS])
{
	const struct scale *scale;
	const struct vmi_shadow *shadow = find_shadow(region, &scale);
	uint64_t pages[HEAT_LEVELS] = { 0 }, most = 0;
	size_t i;

	memset(levels, 0, HEAT_LEVELS * sizeof(*levels));
	for (i = 0; shadow && i < shadow->bucket_count; i++)
		pages[heat_of_bucket(scale, i) * (HEAT_LEVELS - 1) / 1000] += shadow->bucket[i]->pages;
	for (i = 0; i < HEAT_LEVELS; i++)
		if (pages[i] > most)
			most = pages[i];
	for (i = 0; i < HEAT_LEVELS; i++)
		if (pages[i])
			levels[i] = level_of(pages[i] * 1000 / most);
}

void heat_draw(struct canvas *canvas, size_t row, size_t column, const uint32_t *levels, size_t width, bool utf8)
{
	static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const weights[] = { " ", ".", ":", "-", "=", "+", "*", "#", "@" };
	size_t i;

	for (i = 0; i < width; i++)
		canvas_put(canvas, row, column + i, 1,
			   levels[i] ? (enum style)(STYLE_HEAT + levels[i] - 1) : STYLE_PLAIN,
			   utf8 ? bars[levels[i]] : weights[levels[i]]);
}
