// SPDX-License-Identifier: GPL-2.0
/*
 * Oracle: /proc/PID/smaps.
 */
#define _GNU_SOURCE
#include "smaps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

#define KB_PER_PAGE 4

static const char *const key_names[SMAPS_KEYS] = {
	[SMAPS_RSS] = "Rss",
	[SMAPS_SHARED_CLEAN] = "Shared_Clean",
	[SMAPS_SHARED_DIRTY] = "Shared_Dirty",
	[SMAPS_PRIVATE_CLEAN] = "Private_Clean",
	[SMAPS_PRIVATE_DIRTY] = "Private_Dirty",
	[SMAPS_REFERENCED] = "Referenced",
	[SMAPS_ANONYMOUS] = "Anonymous",
	[SMAPS_ANON_HUGE] = "AnonHugePages",
	[SMAPS_SHMEM_PMD] = "ShmemPmdMapped",
	[SMAPS_FILE_PMD] = "FilePmdMapped",
	[SMAPS_SHARED_HUGETLB] = "Shared_Hugetlb",
	[SMAPS_PRIVATE_HUGETLB] = "Private_Hugetlb",
	[SMAPS_SWAP] = "Swap",
};

static struct smaps_region *append(struct smaps *smaps, size_t *capacity)
{
	struct smaps_region *regions;

	if (smaps->count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 64;
		regions = realloc(smaps->regions, *capacity * sizeof(*regions));
		if (!regions)
			return NULL;
		smaps->regions = regions;
	}
	memset(&smaps->regions[smaps->count], 0, sizeof(*regions));
	return &smaps->regions[smaps->count++];
}

static void parse_value(struct smaps_region *region, const char *line, int *hint)
{
	const char *colon = strchr(line, ':');
	int key = key_find(key_names, SMAPS_KEYS, line, colon - line, hint);

	if (key >= 0)
		region->pages[key] = strtoull(colon + 1, NULL, 10) / KB_PER_PAGE;
}

static void parse_flags(struct smaps_region *region, const char *line, const char *end)
{
	region->pfnmap = memmem(line, end - line, " pf ", strlen(" pf "));
}

static int parse(struct smaps *smaps)
{
	struct smaps_region *region = NULL;
	size_t capacity = 0;
	const char *at, *end;
	int hint = 0;

	for (at = smaps->text.bytes; *at; at = end + 1) {
		end = strchr(at, '\n');
		if (!end)
			return -EPROTO;
		if (map_line_begins(at)) {
			region = append(smaps, &capacity);
			if (!region)
				return -ENOMEM;
			if (!map_line_parse(at, end, &region->line))
				return -EPROTO;
			hint = 0;
		} else if (region && !strncmp(at, "VmFlags:", strlen("VmFlags:"))) {
			parse_flags(region, at, end);
		} else if (region && memchr(at, ':', end - at)) {
			parse_value(region, at, &hint);
		} else {
			return -EPROTO;
		}
	}
	return 0;
}

int smaps_read(pid_t pid, struct smaps *ret)
{
	int error;

	memset(ret, 0, sizeof(*ret));
	error = file_text_read_proc(pid, "smaps", &ret->text);
	return error ? error : parse(ret);
}

void smaps_free(struct smaps *smaps)
{
	free(smaps->regions);
	file_text_free(&smaps->text);
	memset(smaps, 0, sizeof(*smaps));
}

bool smaps_equal(const struct smaps *a, const struct smaps *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (!map_line_equal(&a->regions[i].line, &b->regions[i].line) ||
		    memcmp(a->regions[i].pages, b->regions[i].pages, sizeof(a->regions[i].pages)))
			return false;
	return true;
}
