// SPDX-License-Identifier: GPL-2.0
/* Who shares what with whom: a sweep over the frames of several processes. */
#include "sharing.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096			/* of groups, by hash */

/* A run of frames of one process. */
struct span {
	uint64_t start;
	uint64_t end;
	const char *name;
	uint32_t member;
};

struct group {
	struct sharing_group group;	/* first, so that an array of pointers to it can be sorted */
	struct group *next;		/* of the same hash */
	uint32_t members[];
};

struct sharing {
	struct span *spans;
	size_t span_count, span_capacity;
	struct span *active;		/* spans over the frame where the sweep stands */
	size_t active_count, active_capacity;
	uint32_t *members;		/* of `active`, rising, each once */
	struct group *groups[BUCKETS];
	struct sharing_group *result;
	size_t group_count;
};

struct sharing *sharing_create(void)
{
	return calloc(1, sizeof(struct sharing));
}

void sharing_destroy(struct sharing *sharing)
{
	size_t i;

	if (!sharing)
		return;
	for (i = 0; i < BUCKETS; i++) {
		while (sharing->groups[i]) {
			struct group *group = sharing->groups[i];

			sharing->groups[i] = group->next;
			free(group);
		}
	}
	free(sharing->result);
	free(sharing->members);
	free(sharing->active);
	free(sharing->spans);
	free(sharing);
}

/* Room for one more span. */
static bool make_room(struct span **spans, size_t count, size_t *capacity)
{
	size_t more = *capacity ? 2 * *capacity : 1024;
	struct span *grown;

	if (count < *capacity)
		return true;
	grown = reallocarray(*spans, more, sizeof(*grown));
	if (!grown)
		return false;
	*spans = grown;
	*capacity = more;
	return true;
}

bool sharing_add(struct sharing *sharing, uint32_t member, uint64_t frame, uint64_t pages, const char *name)
{
	if (!make_room(&sharing->spans, sharing->span_count, &sharing->span_capacity))
		return false;
	sharing->spans[sharing->span_count++] = (struct span){ frame, frame + pages, name, member };
	return true;
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

static uint32_t hash_of(const char *name, const uint32_t *members, size_t count)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	for (i = 0; i < count; i++)
		hash = (hash ^ members[i]) * 16777619u;
	return hash % BUCKETS;
}

static bool is_group(const struct group *group, const char *name, const uint32_t *members, size_t count)
{
	return group->group.member_count == count && !memcmp(group->members, members, count * sizeof(*members)) &&
	       !strcmp(group->group.name, name);
}

static struct group *get_group(struct sharing *sharing, const char *name, const uint32_t *members, size_t count)
{
	struct group **bucket = &sharing->groups[hash_of(name, members, count)], *group;

	for (group = *bucket; group; group = group->next)
		if (is_group(group, name, members, count))
			return group;
	group = calloc(1, sizeof(*group) + count * sizeof(*members));
	if (!group)
		return NULL;
	memcpy(group->members, members, count * sizeof(*members));
	group->group = (struct sharing_group){ name, group->members, count, 0 };
	group->next = *bucket;
	*bucket = group;
	sharing->group_count++;
	return group;
}

/* --- the sweep ---------------------------------------------------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
	const struct span *one = a, *other = b;

	if (one->start != other->start)
		return one->start < other->start ? -1 : 1;
	return (one->member > other->member) - (one->member < other->member);
}

static int by_number(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

/* The members of the active spans; one that maps a frame twice counts once. */
static size_t active_members(struct sharing *sharing)
{
	size_t i, count = 0;

	for (i = 0; i < sharing->active_count; i++)
		sharing->members[i] = sharing->active[i].member;
	qsort(sharing->members, sharing->active_count, sizeof(*sharing->members), by_number);
	for (i = 0; i < sharing->active_count; i++)
		if (!count || sharing->members[count - 1] != sharing->members[i])
			sharing->members[count++] = sharing->members[i];
	return count;
}

/* The frames [start, end) are mapped by the active spans, all of them. The group goes by the lowest member's name. */
static bool count_stretch(struct sharing *sharing, uint64_t start, uint64_t end)
{
	size_t i, lowest = 0, count;
	struct group *group;

	if (sharing->active_count < 2)
		return true;
	count = active_members(sharing);
	if (count < 2)
		return true;
	for (i = 1; i < sharing->active_count; i++)
		if (sharing->active[i].member < sharing->active[lowest].member)
			lowest = i;
	group = get_group(sharing, sharing->active[lowest].name, sharing->members, count);
	if (!group)
		return false;
	group->group.pages += end - start;
	return true;
}

/* Moves on from `at` to `to`, in stretches that end where an active span does. */
static bool advance(struct sharing *sharing, uint64_t at, uint64_t to)
{
	while (at < to && sharing->active_count) {
		uint64_t end = to;
		size_t i, kept = 0;

		for (i = 0; i < sharing->active_count; i++)
			if (sharing->active[i].end < end)
				end = sharing->active[i].end;
		if (!count_stretch(sharing, at, end))
			return false;
		for (i = 0; i < sharing->active_count; i++)
			if (sharing->active[i].end > end)
				sharing->active[kept++] = sharing->active[i];
		sharing->active_count = kept;
		at = end;
	}
	return true;
}

static bool activate(struct sharing *sharing, const struct span *span)
{
	uint32_t *members;

	if (!make_room(&sharing->active, sharing->active_count, &sharing->active_capacity))
		return false;
	members = reallocarray(sharing->members, sharing->active_capacity, sizeof(*members));
	if (!members)
		return false;
	sharing->members = members;
	sharing->active[sharing->active_count++] = *span;
	return true;
}

static int most_pages_first(const void *a, const void *b)
{
	const struct sharing_group *one = a, *other = b;
	size_t i;

	if (one->pages != other->pages)
		return one->pages < other->pages ? 1 : -1;
	for (i = 0; i < one->member_count && i < other->member_count; i++)
		if (one->members[i] != other->members[i])
			return one->members[i] < other->members[i] ? -1 : 1;
	if (one->member_count != other->member_count)
		return one->member_count < other->member_count ? -1 : 1;
	return strcmp(one->name, other->name);
}

static bool collect_groups(struct sharing *sharing)
{
	const struct group *group;
	size_t i, count = 0;

	sharing->result = calloc(sharing->group_count + 1, sizeof(*sharing->result));
	if (!sharing->result)
		return false;
	for (i = 0; i < BUCKETS; i++)
		for (group = sharing->groups[i]; group; group = group->next)
			sharing->result[count++] = group->group;
	qsort(sharing->result, count, sizeof(*sharing->result), most_pages_first);
	return true;
}

bool sharing_sweep(struct sharing *sharing)
{
	uint64_t at = 0;
	size_t i;

	if (sharing->span_count)
		qsort(sharing->spans, sharing->span_count, sizeof(*sharing->spans), by_start);
	for (i = 0; i < sharing->span_count; i++) {
		if (!advance(sharing, at, sharing->spans[i].start) || !activate(sharing, &sharing->spans[i]))
			return false;
		at = sharing->spans[i].start;
	}
	return advance(sharing, at, UINT64_MAX) && collect_groups(sharing);
}

const struct sharing_group *sharing_groups(const struct sharing *sharing, size_t *ret_count)
{
	*ret_count = sharing->result ? sharing->group_count : 0;
	return sharing->result;
}
