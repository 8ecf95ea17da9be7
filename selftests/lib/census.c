// SPDX-License-Identifier: GPL-2.0
/*
 * Which frames processes map.
 */
#define _GNU_SOURCE
#include "census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpageflags.h"
#include "maps.h"
#include "pagemap.h"

static int add_frame(struct census *census, size_t *capacity, uint64_t frame)
{
	uint64_t *numbers;

	if (census->mappings == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 4096;
		numbers = realloc(census->numbers, *capacity * sizeof(*numbers));
		if (!numbers)
			return -ENOMEM;
		census->numbers = numbers;
	}
	census->numbers[census->mappings++] = frame;
	return 0;
}

static int add_range(struct census *census, size_t *capacity, struct pagemap *pagemap, uint64_t start, uint64_t end)
{
	uint64_t word;
	int error = 0;

	for (; !error && start < end; start += PAGE_BYTES) {
		if (!pagemap_word(pagemap, start, &word))
			return 0;
		if (word & PAGEMAP_PRESENT)
			error = add_frame(census, capacity, word & PAGEMAP_FRAME_MASK);
	}
	return error;
}

static bool has_own_frames(const struct map_line *line)
{
	size_t length;
	const char *name = map_line_name(line, &length);

	return strncmp(name, "[vvar", 5) && strncmp(name, "[vsyscall", 9);
}

static int add_process(struct census *census, size_t *capacity, pid_t pid)
{
	struct pagemap *pagemap = pagemap_open(pid);
	struct map_list maps = { .count = 0 };
	int error = pagemap ? map_list_read(pid, &maps) : -ESRCH;
	size_t i;

	for (i = 0; !error && i < maps.count; i++)
		if (has_own_frames(&maps.lines[i]))
			error = add_range(census, capacity, pagemap, maps.lines[i].start, maps.lines[i].end);
	map_list_free(&maps);
	pagemap_close(pagemap);
	return error;
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t number_a = *(const uint64_t *)a, number_b = *(const uint64_t *)b;

	return number_a < number_b ? -1 : number_a > number_b;
}

/* Sorts, counts each frame once, and takes zero pages out of both counts. */
static int sum_up(struct census *census)
{
	int kpageflags = kpageflags_open();
	uint64_t i, next, mappings = 0;

	if (kpageflags < 0)
		return kpageflags;
	qsort(census->numbers, census->mappings, sizeof(*census->numbers), compare_numbers);
	for (i = 0; i < census->mappings; i = next) {
		for (next = i + 1; next < census->mappings && census->numbers[next] == census->numbers[i]; next++)
			;
		if (kpageflags_word(kpageflags, census->numbers[i]) & KPF_ZERO_PAGE)
			continue;
		mappings += next - i;
		census->numbers[census->frames++] = census->numbers[i];
	}
	census->mappings = mappings;
	close(kpageflags);
	return 0;
}

static int finish(struct census *census, int error)
{
	if (!error)
		error = sum_up(census);
	if (error)
		census_free(census);
	return error;
}

int census_take(const pid_t *pids, size_t count, struct census *ret)
{
	size_t i, capacity = 0;
	int error = 0;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; !error && i < count; i++)
		error = add_process(ret, &capacity, pids[i]);
	return finish(ret, error);
}

int census_take_range(pid_t pid, uint64_t start, uint64_t end, struct census *ret)
{
	struct pagemap *pagemap = pagemap_open(pid);
	size_t capacity = 0;
	int error;

	memset(ret, 0, sizeof(*ret));
	if (!pagemap)
		return -ESRCH;
	error = add_range(ret, &capacity, pagemap, start, end);
	pagemap_close(pagemap);
	return finish(ret, error);
}

void census_free(struct census *census)
{
	free(census->numbers);
	memset(census, 0, sizeof(*census));
}

uint64_t census_common(const struct census *a, const struct census *b)
{
	uint64_t i = 0, j = 0, common = 0;

	while (i < a->frames && j < b->frames) {
		if (a->numbers[i] == b->numbers[j])
			common++;
		if (a->numbers[i] <= b->numbers[j])
			i++;
		else
			j++;
	}
	return common;
}
