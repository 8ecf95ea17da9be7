// SPDX-License-Identifier: GPL-2.0
/*
 * The comparisons with /proc/PID/maps, smaps, pagemap and status.
 *
 * What the keys must equal, in pages of 4 KiB and with `normal` = present - zero - special - hugetlb:
 *   smaps Rss = normal + migrating           smaps Swap = swapped
 *   smaps Shared_* = shared                  smaps *_Dirty = dirty           smaps Anonymous = anon
 *   smaps AnonHugePages + ShmemPmdMapped + FilePmdMapped + *_Hugetlb = leaves of 2 MiB and 1 GiB, less those that
 *   map the huge zero page, which smaps leaves out
 *   frames behind poison and device entries are in Rss too, and shmem pages behind markers may be in swap: where
 *   there are such, that is the upper bound
 *   pagemap present = present (nothing of a PFN map)    pagemap exclusive = present - zero - special - shared
 *   pagemap swap = swapped + migrating + marker + device; shmem pages in swap leave no trace there
 */
#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagemap.h"
#include "smaps.h"
#include "status.h"

#define PRINTED_DIFFERENCES 10
#define TRIES 10
#define PAGES_2M 512ULL
#define PAGES_1G 262144ULL

void difference(unsigned int *count, const char *format, ...)
{
	va_list arguments;

	if ((*count)++ >= PRINTED_DIFFERENCES)
		return;
	va_start(arguments, format);
	printf("# ");
	vprintf(format, arguments);
	printf("\n");
	fflush(stdout);	/* the harness ends a test by _exit() */
	va_end(arguments);
}

static bool read_shadow(pid_t pid, struct shadow *shadow, unsigned int *count)
{
	int error = shadow_read(pid, shadow);

	if (error)
		difference(count, "cannot read the shadow of %d: %s %s", pid, strerror(-error), shadow->error);
	return !error;
}

static void compare_lines(const struct map_line *expected, const struct map_line *seen, unsigned int *count)
{
	if (!map_line_equal(expected, seen))
		difference(count, "maps '%.*s'\n#  but '%.*s'", (int)expected->length, expected->text,
			   (int)seen->length,
			   seen->text);
}

static void compare_maps(const struct map_list *maps, const struct shadow *shadow, unsigned int *count)
{
	size_t i;

	if (maps->count != shadow->count)
		difference(count, "maps has %zu regions, the shadow %zu", maps->count, shadow->count);
	for (i = 0; i < maps->count && i < shadow->count; i++)
		compare_lines(&maps->lines[i], &shadow->regions[i].line, count);
}

unsigned int check_maps_path(pid_t pid, const char *maps_path)
{
	struct map_list maps;
	struct shadow shadow;
	unsigned int count = 0;
	int error = map_list_read_path(maps_path, &maps);

	if (error)
		difference(&count, "cannot read %s: %s", maps_path, strerror(-error));
	if (!error && read_shadow(pid, &shadow, &count)) {
		compare_maps(&maps, &shadow, &count);
		shadow_free(&shadow);
	}
	map_list_free(&maps);
	return count;
}

unsigned int check_maps(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	return check_maps_path(pid, path);
}

static void expect(unsigned int *count, const struct map_line *line, const char *what, uint64_t expected, uint64_t seen)
{
	if (expected != seen)
		difference(count, "%.*s: %s is %llu, shadow says %llu", (int)line->length, line->text, what,
			   (unsigned long long)expected, (unsigned long long)seen);
}

static void expect_range(unsigned int *count, const struct map_line *line, const char *what, uint64_t expected,
			 uint64_t low, uint64_t high)
{
	if (expected < low || expected > high)
		difference(count, "%.*s: %s is %llu, shadow says %llu to %llu", (int)line->length, line->text, what,
			   (unsigned long long)expected, (unsigned long long)low, (unsigned long long)high);
}

static uint64_t pages_in_leaves(const struct shadow_region *region)
{
	return region->value[SHADOW_HUGE2M] * PAGES_2M + region->value[SHADOW_HUGE1G] * PAGES_1G;
}

static uint64_t smaps_huge(const struct smaps_region *smaps)
{
	return smaps->pages[SMAPS_ANON_HUGE] + smaps->pages[SMAPS_SHMEM_PMD] + smaps->pages[SMAPS_FILE_PMD] +
	       smaps->pages[SMAPS_SHARED_HUGETLB] + smaps->pages[SMAPS_PRIVATE_HUGETLB];
}

/*
 * Pages in huge leaves that smaps does not see: 6.1 takes a huge page without access rights for one that NUMA
 * balancing has marked, and gives no account of it. pagemap does see it.
 */
static uint64_t hidden_from_smaps(const struct smaps_region *smaps, const struct shadow_region *region)
{
	const char *rights = memchr(region->line.text, ' ', region->line.length);

	if (!rights || strncmp(rights, " ---", 4) || smaps_huge(smaps))
		return 0;
	return pages_in_leaves(region);
}

/* Huge leaves; those of the huge zero page (and of a PFN map) are not in smaps. */
static void compare_huge(const struct smaps_region *smaps, const struct shadow_region *shadow, unsigned int *count)
{
	uint64_t oracle = smaps_huge(smaps) + hidden_from_smaps(smaps, shadow);
	uint64_t leaves = pages_in_leaves(shadow);
	uint64_t unaccounted = leaves - oracle;

	if (leaves < oracle || unaccounted % PAGES_2M ||
	    unaccounted > shadow->value[SHADOW_ZERO] + shadow->value[SHADOW_SPECIAL])
		expect(count, &shadow->line, "pages in huge leaves", oracle, leaves);
}

static void compare_smaps_region(const struct smaps_region *smaps, const struct shadow_region *shadow,
				 unsigned int *count)
{
	const uint64_t *value = shadow->value;
	const struct map_line *line = &shadow->line;
	uint64_t normal = value[SHADOW_PRESENT] - value[SHADOW_ZERO] - value[SHADOW_SPECIAL] - value[SHADOW_HUGETLB];
	uint64_t hidden = hidden_from_smaps(smaps, shadow);
	uint64_t other = value[SHADOW_MARKER] + value[SHADOW_DEVICE] + hidden;

	compare_lines(&smaps->line, line, count);
	expect_range(count, line, "Rss", smaps->pages[SMAPS_RSS] + hidden, normal + value[SHADOW_MIGRATING],
		     normal + value[SHADOW_MIGRATING] + other);
	expect_range(count, line, "Swap", smaps->pages[SMAPS_SWAP], value[SHADOW_SWAPPED],
		     value[SHADOW_SWAPPED] + value[SHADOW_MARKER]);
	expect_range(count, line, "Shared_Dirty + Private_Dirty",
		     smaps->pages[SMAPS_SHARED_DIRTY] + smaps->pages[SMAPS_PRIVATE_DIRTY] + hidden, value[SHADOW_DIRTY],
		     value[SHADOW_DIRTY] + other);
	expect(count, line, "*_Hugetlb", smaps->pages[SMAPS_SHARED_HUGETLB] + smaps->pages[SMAPS_PRIVATE_HUGETLB],
	       value[SHADOW_HUGETLB]);
	compare_huge(smaps, shadow, count);
	if (value[SHADOW_HUGETLB])
		return;
	expect_range(count, line, "Shared_Clean + Shared_Dirty",
		     smaps->pages[SMAPS_SHARED_CLEAN] + smaps->pages[SMAPS_SHARED_DIRTY] + hidden, value[SHADOW_SHARED],
		     value[SHADOW_SHARED] + other);
	expect_range(count, line, "Anonymous", smaps->pages[SMAPS_ANONYMOUS] + hidden, value[SHADOW_ANON],
		     value[SHADOW_ANON] + other);
}

static void compare_smaps(const struct smaps *smaps, const struct shadow *shadow, unsigned int *count)
{
	size_t i;

	if (smaps->count != shadow->count)
		difference(count, "smaps has %zu regions, the shadow %zu", smaps->count, shadow->count);
	for (i = 0; i < smaps->count && i < shadow->count; i++)
		compare_smaps_region(&smaps->regions[i], &shadow->regions[i], count);
}

/* One bracketed comparison; false when the oracle moved and it has to be made again. */
static bool smaps_try(pid_t pid, unsigned int *count)
{
	struct smaps before, after;
	struct shadow shadow;
	bool still = false;

	if (smaps_read(pid, &before))
		difference(count, "cannot read smaps of %d", pid);
	if (read_shadow(pid, &shadow, count) && smaps_read(pid, &after))
		difference(count, "cannot read smaps of %d", pid);
	if (!*count) {
		still = smaps_equal(&before, &after);
		if (still)
			compare_smaps(&after, &shadow, count);
		smaps_free(&after);
	}
	smaps_free(&before);
	shadow_free(&shadow);
	return still || *count;
}

unsigned int check_smaps(pid_t pid)
{
	unsigned int count = 0;
	int try;

	for (try = 0; try < TRIES; try++)
		if (smaps_try(pid, &count))
			return count;
	difference(&count, "smaps of %d did not hold still in %d tries", pid, TRIES);
	return count;
}

/* Counts over pagemap for each region; NULL when it cannot be read. [vsyscall] has no pagemap. */
static struct pagemap_counts *count_regions(pid_t pid, const struct smaps *smaps)
{
	struct pagemap_counts *counts = calloc(smaps->count + 1, sizeof(*counts));
	struct pagemap *pagemap = pagemap_open(pid);
	bool failed = !pagemap || !counts;
	size_t i;

	for (i = 0; i < smaps->count && !failed; i++)
		if ((int64_t)smaps->regions[i].line.start >= 0)
			failed = pagemap_count(pagemap, smaps->regions[i].line.start, smaps->regions[i].line.end,
					       &counts[i]);
	pagemap_close(pagemap);
	if (!failed)
		return counts;
	free(counts);
	return NULL;
}

static bool backed_by_shmem(const struct shadow_region *region)
{
	return memmem(region->ops, region->ops_length, "shmem", strlen("shmem"));
}

static void compare_pagemap_region(const struct pagemap_counts *pagemap, const struct shadow_region *region,
				   bool pfnmap, unsigned int *count)
{
	const uint64_t *value = region->value;
	uint64_t entries = value[SHADOW_SWAPPED] + value[SHADOW_MIGRATING] + value[SHADOW_MARKER] +
			   value[SHADOW_DEVICE];

	expect(count, &region->line, "present in pagemap", pagemap->present + (pfnmap ? value[SHADOW_SPECIAL] : 0),
	       value[SHADOW_PRESENT]);
	if (!backed_by_shmem(region) || entries < pagemap->swap)
		expect(count, &region->line, "swap in pagemap", pagemap->swap, entries);
	/* For a huge leaf pagemap on 6.1 tests the first page's count only, smaps that of each. */
	if (!value[SHADOW_HUGE2M] && !value[SHADOW_HUGETLB])
		expect(count, &region->line, "mapped more than once in pagemap",
		       value[SHADOW_PRESENT] - value[SHADOW_ZERO] - value[SHADOW_SPECIAL] - pagemap->exclusive,
		       value[SHADOW_SHARED]);
}

static void compare_pagemap(const struct pagemap_counts *counts, const struct smaps *smaps, const struct shadow *shadow,
			    unsigned int *count)
{
	size_t i;

	if (smaps->count != shadow->count)
		difference(count, "smaps has %zu regions, the shadow %zu", smaps->count, shadow->count);
	for (i = 0; i < smaps->count && i < shadow->count; i++) {
		compare_lines(&smaps->regions[i].line, &shadow->regions[i].line, count);
		compare_pagemap_region(&counts[i], &shadow->regions[i], smaps->regions[i].pfnmap, count);
	}
}

static bool pagemap_try(pid_t pid, const struct smaps *smaps, unsigned int *count)
{
	struct pagemap_counts *before = count_regions(pid, smaps);
	struct pagemap_counts *after = NULL;
	struct shadow shadow;
	bool still = false;

	if (read_shadow(pid, &shadow, count))
		after = count_regions(pid, smaps);
	if (!before || !after)
		difference(count, "cannot read pagemap of %d", pid);
	else
		still = !memcmp(before, after, smaps->count * sizeof(*before));
	if (still)
		compare_pagemap(after, smaps, &shadow, count);
	free(before);
	free(after);
	shadow_free(&shadow);
	return still || *count;
}

unsigned int check_pagemap(pid_t pid)
{
	struct smaps smaps;
	unsigned int count = 0;
	bool done = false;
	int try;

	if (smaps_read(pid, &smaps))
		difference(&count, "cannot read smaps of %d", pid);
	for (try = 0; try < TRIES && !done && !count; try++)
		done = pagemap_try(pid, &smaps, &count);
	if (!done)
		difference(&count, "pagemap of %d did not hold still in %d tries", pid, TRIES);
	smaps_free(&smaps);
	return count;
}

/* Regions of the address space: all lines but that of [vsyscall], which lies in the kernel's half. */
static size_t own_regions(const struct shadow *shadow)
{
	size_t count = shadow->count;

	return count && (int64_t)shadow->regions[count - 1].line.start < 0 ? count - 1 : count;
}

static void at_most(unsigned int *count, const struct shadow_region *region, enum shadow_key part, uint64_t whole)
{
	if (region->value[part] > whole)
		difference(count, "%.*s: %s=%llu is more than %llu", (int)region->line.length, region->line.text,
			   shadow_key_name(part), (unsigned long long)region->value[part], (unsigned long long)whole);
}

static void check_region_states(const struct shadow_region *region, unsigned int *count)
{
	static const enum shadow_key of_present[] = { SHADOW_ZERO, SHADOW_SPECIAL, SHADOW_YOUNG, SHADOW_DIRTY,
						     SHADOW_COW,
						      SHADOW_SHARED, SHADOW_ANON, SHADOW_SHMEM, SHADOW_HUGETLB };
	const uint64_t *value = region->value;
	uint64_t pages = (region->line.end - region->line.start) / PAGE_BYTES;
	size_t i;

	if ((int64_t)region->line.start < 0)
		pages = 0;	/* [vsyscall] is no part of the address space: all zero */
	expect(count, &region->line, "pages of the region", pages,
	       value[SHADOW_PRESENT] + value[SHADOW_SWAPPED] + value[SHADOW_ABSENT] + value[SHADOW_MIGRATING] +
	       value[SHADOW_MARKER] + value[SHADOW_DEVICE]);
	at_most(count, region, SHADOW_UNMAPPED, value[SHADOW_ABSENT]);
	for (i = 0; i < sizeof(of_present) / sizeof(of_present[0]); i++)
		at_most(count, region, of_present[i], value[SHADOW_PRESENT]);
}

static void check_summary_sum(const struct shadow *shadow, enum shadow_key key, unsigned int *count)
{
	uint64_t stated, sum = shadow_sum(shadow, 0, UINT64_MAX, key);

	if (!shadow_summary(shadow, "shadow", shadow_key_name(key), 10, &stated))
		difference(count, "# shadow has no %s=", shadow_key_name(key));
	else if (stated != sum)
		difference(count, "# shadow %s=%llu, the regions sum up to %llu", shadow_key_name(key),
			   (unsigned long long)stated, (unsigned long long)sum);
}

unsigned int check_states(pid_t pid)
{
	struct shadow shadow;
	unsigned int count = 0;
	uint64_t regions;
	size_t i;

	if (read_shadow(pid, &shadow, &count)) {
		for (i = 0; i < shadow.count; i++)
			check_region_states(&shadow.regions[i], &count);
		for (i = 0; i < SHADOW_DEPTH; i++)
			check_summary_sum(&shadow, i, &count);
		if (!shadow_summary(&shadow, "shadow", "regions", 10, &regions) || regions != own_regions(&shadow))
			difference(&count, "# shadow regions= is not %zu", own_regions(&shadow));
	}
	shadow_free(&shadow);
	return count;
}

/* Bytes as VmPTE counts them, from the numbers of tables; adds the differences within the line. */
static uint64_t table_bytes(const struct shadow *shadow, unsigned int *count)
{
	static const char *const lower[] = { "pud", "pmd", "pte", "deposited" };
	uint64_t levels = 0, p4d = 0, bytes = 0, sum = 0, tables;
	size_t i;

	if (!shadow_summary(shadow, "tables", "levels", 10, &levels) || !shadow_summary(shadow, "tables", "bytes", 10,
											&bytes))
		difference(count, "# tables has no levels= or bytes=");
	if (levels == 5 && !shadow_summary(shadow, "tables", "p4d", 10, &p4d))
		difference(count, "# tables has no p4d= with 5 levels");
	for (i = 0; i < sizeof(lower) / sizeof(lower[0]); i++) {
		if (!shadow_summary(shadow, "tables", lower[i], 10, &tables))
			difference(count, "# tables has no %s=", lower[i]);
		else
			sum += tables * PAGE_BYTES;
	}
	if (bytes != sum + p4d * PAGE_BYTES)
		difference(count, "# tables bytes=%llu, the tables take %llu", (unsigned long long)bytes,
			   (unsigned long long)(sum + p4d * PAGE_BYTES));
	return sum;
}

unsigned int check_tables(pid_t pid)
{
	struct shadow shadow;
	unsigned int count = 0;
	long before, after;
	uint64_t bytes;
	int try;

	for (try = 0; try < TRIES && !count; try++) {
		before = status_number(pid, "VmPTE");
		bytes = read_shadow(pid, &shadow, &count) ? table_bytes(&shadow, &count) : 0;
		shadow_free(&shadow);
		after = status_number(pid, "VmPTE");
		if (before < 0 || after < 0)
			difference(&count, "no VmPTE in status of %d", pid);
		if (before != after)
			continue;
		if (bytes != after * 1024ULL)
			difference(&count, "VmPTE is %ld bytes, # tables say %llu", after * 1024,
				   (unsigned long long)bytes);
		return count;
	}
	difference(&count, "VmPTE of %d did not hold still in %d tries", pid, TRIES);
	return count;
}

/*
 * The in-order sequence of depths names one tree at most: in each stretch the one node that is nearest to the root
 * parts it in two. Returns the height of [low, high) or -1 when it is no AVL tree.
 */
static int tree_height(const struct shadow *shadow, size_t low, size_t high, uint64_t depth, unsigned int *count)
{
	size_t i, root = high;
	int left, right, height;

	if (low == high)
		return 0;
	for (i = low; i < high; i++) {
		if (shadow->regions[i].value[SHADOW_DEPTH] != depth)
			continue;
		if (root != high)
			difference(count, "regions %zu and %zu both have depth %llu below one node", root, i,
				   (unsigned long long)depth);
		root = i;
	}
	if (root == high) {
		difference(count, "regions %zu..%zu: none has depth %llu", low, high, (unsigned long long)depth);
		return -1;
	}
	left = tree_height(shadow, low, root, depth + 1, count);
	right = tree_height(shadow, root + 1, high, depth + 1, count);
	height = 1 + (left > right ? left : right);
	if (left < 0 || right < 0 || left - right > 1 || right - left > 1)
		difference(count, "region %zu: subtrees of height %d and %d", root, left, right);
	expect(count, &shadow->regions[root].line, "height", height, shadow->regions[root].value[SHADOW_HEIGHT]);
	return left < 0 || right < 0 ? -1 : height;
}

/* True when height <= 1.4405 log2(nodes + 2), that is when 2^(height / 1.4405) <= nodes + 2. */
static bool height_in_bounds(uint64_t height, uint64_t nodes)
{
	const double step = 1.61799;	/* just below 2^(1 / 1.4405) */
	double power = 1;

	while (height--)
		power *= step;
	return power <= nodes + 2;
}

static void check_tree(const struct shadow *shadow, uint64_t height, unsigned int *count)
{
	int found = tree_height(shadow, 0, own_regions(shadow), 0, count);

	if (found >= 0 && (uint64_t)found != height)
		difference(count, "# index height=%llu, the tree has %d", (unsigned long long)height, found);
	if (!height_in_bounds(height, own_regions(shadow)))
		difference(count, "height %llu is too much for %zu nodes", (unsigned long long)height,
			   own_regions(shadow));
}

static void check_list(const struct shadow *shadow, uint64_t height, unsigned int *count)
{
	size_t i;

	if (height)
		difference(count, "a list of height %llu", (unsigned long long)height);
	for (i = 0; i < shadow->count; i++)
		if (shadow->regions[i].value[SHADOW_DEPTH] || shadow->regions[i].value[SHADOW_HEIGHT])
			difference(count, "region %zu of a list has a depth or height", i);
}

unsigned int check_index(pid_t pid)
{
	struct shadow shadow;
	unsigned int count = 0;
	uint64_t nodes = 0, height = 0;
	char kind[16] = "";

	if (!read_shadow(pid, &shadow, &count)) {
		shadow_free(&shadow);
		return count;
	}
	if (!shadow_summary_word(&shadow, "index", "kind", kind, sizeof(kind)) ||
	    !shadow_summary(&shadow, "index", "nodes", 10, &nodes) ||
	    !shadow_summary(&shadow, "index", "height", 10, &height))
		difference(&count, "# index has no kind=, nodes= or height=");
	if (strcmp(kind, own_regions(&shadow) > INDEX_LIST_MAX ? "tree" : "list"))
		difference(&count, "%zu regions in a '%s'", own_regions(&shadow), kind);
	if (nodes != own_regions(&shadow))
		difference(&count, "# index nodes=%llu of %zu regions", (unsigned long long)nodes,
			   own_regions(&shadow));
	if (!strcmp(kind, "tree"))
		check_tree(&shadow, height, &count);
	else
		check_list(&shadow, height, &count);
	shadow_free(&shadow);
	return count;
}

/* The widest gap between two regions of the process (the one up to [vsyscall] is none of its own). */
static uint64_t widest_gap(const struct shadow *shadow)
{
	uint64_t widest = 0, gap;
	size_t i;

	for (i = 1; i < shadow->count && (int64_t)shadow->regions[i].line.start > 0; i++) {
		gap = shadow->regions[i].line.start - shadow->regions[i - 1].line.end;
		if (gap > widest)
			widest = gap;
	}
	return widest;
}

static void compare_holes(const struct shadow *shadow, uint64_t start, uint64_t end, unsigned int *count)
{
	bool touches = false;
	size_t i;

	for (i = 0; i < shadow->count; i++) {
		const struct map_line *line = &shadow->regions[i].line;

		if (line->start < end && start < line->end)
			difference(count, "the largest hole %llx-%llx is covered by %.*s", (unsigned long long)start,
				   (unsigned long long)end, (int)line->length, line->text);
		touches = touches || line->end == start || line->start == end;
	}
	if (!touches)
		difference(count, "the largest hole %llx-%llx ends at no region", (unsigned long long)start,
			   (unsigned long long)end);
	if (end - start < widest_gap(shadow))
		difference(count, "the largest hole %llx-%llx is smaller than a gap of %llx", (unsigned long long)start,
			   (unsigned long long)end, (unsigned long long)widest_gap(shadow));
}

unsigned int check_holes(pid_t pid)
{
	struct shadow shadow;
	unsigned int count = 0;
	uint64_t start, end;

	if (read_shadow(pid, &shadow, &count)) {
		if (shadow_summary(&shadow, "holes", "largest_start", 16, &start) &&
		    shadow_summary(&shadow, "holes", "largest_end", 16, &end))
			compare_holes(&shadow, start, end, &count);
		else
			difference(&count, "# holes has no largest_start= or largest_end=");
	}
	shadow_free(&shadow);
	return count;
}

unsigned int check_claims(pid_t pid, const struct layout_report *report)
{
	struct shadow shadow;
	unsigned int count = 0;
	uint32_t i;

	if (!read_shadow(pid, &shadow, &count)) {
		shadow_free(&shadow);
		return count;
	}
	for (i = 0; i < report->claim_count; i++) {
		const struct layout_claim *claim = &report->claims[i];
		const struct shadow_region *region = shadow_region_at(&shadow, claim->address);
		uint64_t seen = region ? region->value[claim->key] : 0;

		if (!region)
			difference(&count, "no region at %llx", (unsigned long long)claim->address);
		else if (claim->at_least ? seen < claim->value : seen != claim->value)
			difference(&count, "%.*s: made with %s%s=%llu, shadow says %llu", (int)region->line.length,
				   region->line.text, shadow_key_name(claim->key), claim->at_least ? ">" : "",
				   (unsigned long long)claim->value, (unsigned long long)seen);
	}
	if (!report->claim_count)
		difference(&count, "the layout claims nothing");
	shadow_free(&shadow);
	return count;
}
