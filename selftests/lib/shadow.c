// SPDX-License-Identifier: GPL-2.0
/*
 * A strict parser of /proc/vminspect/PID.
 */
#define _GNU_SOURCE
#include "shadow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"

/* The keys with a number, and last the one with a word. */
#define KEY_OPS SHADOW_KEYS

static const char *const key_names[SHADOW_KEYS + 1] = {
	[SHADOW_PRESENT] = "present",
	[SHADOW_ZERO] = "zero",
	[SHADOW_SPECIAL] = "special",
	[SHADOW_SWAPPED] = "swapped",
	[SHADOW_ABSENT] = "absent",
	[SHADOW_UNMAPPED] = "unmapped",
	[SHADOW_MIGRATING] = "migrating",
	[SHADOW_MARKER] = "marker",
	[SHADOW_DEVICE] = "device",
	[SHADOW_HUGE2M] = "huge2m",
	[SHADOW_HUGE1G] = "huge1g",
	[SHADOW_YOUNG] = "young",
	[SHADOW_DIRTY] = "dirty",
	[SHADOW_COW] = "cow",
	[SHADOW_SHARED] = "shared",
	[SHADOW_ANON] = "anon",
	[SHADOW_SHMEM] = "shmem",
	[SHADOW_HUGETLB] = "hugetlb",
	[SHADOW_DEPTH] = "depth",
	[SHADOW_HEIGHT] = "height",
	[KEY_OPS] = "ops",
};

const char *shadow_key_name(enum shadow_key key)
{
	return key_names[key];
}

static int __attribute__((format(printf, 2, 3))) refuse(struct shadow *shadow, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(shadow->error, sizeof(shadow->error), format, arguments);
	va_end(arguments);
	return -EPROTO;
}

static int parse_number(struct shadow *shadow, const char *key, const char *from, const char *to, uint64_t *ret)
{
	char *next;

	*ret = strtoull(from, &next, 10);
	if (next != to || from == to || *from < '0' || *from > '9')
		return refuse(shadow, "%s= is not a number: %.*s", key, (int)(to - from), from);
	return 0;
}

/* One key=value token of a counts line; `seen` has a bit for each key met. */
static int parse_token(struct shadow *shadow, struct shadow_region *region, const char *from, const char *to,
		       uint32_t *seen, int *hint)
{
	const char *equals = memchr(from, '=', to - from);
	int key;

	if (!equals || equals == from)
		return refuse(shadow, "no key=value: %.*s", (int)(to - from), from);
	key = key_find(key_names, SHADOW_KEYS + 1, from, equals - from, hint);
	if (key < 0)
		return 0;
	if (*seen & (1U << key))
		return refuse(shadow, "key twice: %s", key_names[key]);
	*seen |= 1U << key;
	if (key != KEY_OPS)
		return parse_number(shadow, key_names[key], equals + 1, to, &region->value[key]);
	region->ops = equals + 1;
	region->ops_length = to - region->ops;
	return region->ops_length ? 0 : refuse(shadow, "ops= is empty");
}

/* The counts line: two blanks, then tokens with one blank between. */
static int parse_counts(struct shadow *shadow, struct shadow_region *region, const char *at, const char *end)
{
	const uint32_t all = (2U << KEY_OPS) - 1;
	uint32_t seen = 0;
	int error, hint = 0;
	const char *to;

	if (strncmp(at, "  ", 2) || at[2] == ' ')
		return refuse(shadow, "no counts line after a region: %.60s", at);
	for (at += 2; at < end; at = to + 1) {
		to = memchr(at, ' ', end - at);
		if (!to)
			to = end;
		error = parse_token(shadow, region, at, to, &seen, &hint);
		if (error)
			return error;
	}
	if (seen != all)
		return refuse(shadow, "key missing: %s", key_names[__builtin_ctz(~seen)]);
	return 0;
}

static int append_region(struct shadow *shadow, size_t *capacity, struct shadow_region **ret)
{
	struct shadow_region *regions;

	if (shadow->count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 64;
		regions = realloc(shadow->regions, *capacity * sizeof(*regions));
		if (!regions)
			return -ENOMEM;
		shadow->regions = regions;
	}
	*ret = &shadow->regions[shadow->count++];
	memset(*ret, 0, sizeof(**ret));
	return 0;
}

/* A region is two lines; `at` is moved to the line after them. */
static int parse_region(struct shadow *shadow, size_t *capacity, const char **at)
{
	const char *line_end = strchr(*at, '\n');
	const char *counts_end = line_end ? strchr(line_end + 1, '\n') : NULL;
	struct shadow_region *region;
	int error;

	if (!counts_end)
		return refuse(shadow, "the text ends within a region: %.60s", *at);
	error = append_region(shadow, capacity, &region);
	if (error)
		return error;
	if (!map_line_parse(*at, line_end, &region->line))
		return refuse(shadow, "no address range: %.60s", *at);
	error = parse_counts(shadow, region, line_end + 1, counts_end);
	*at = counts_end + 1;
	return error;
}

int shadow_parse(struct file_text text, struct shadow *ret)
{
	size_t capacity = 0;
	const char *at;
	int error = 0;

	memset(ret, 0, sizeof(*ret));
	ret->text = text;
	for (at = text.bytes; !error && *at == '#'; at++) {
		at = strchr(at, '\n');
		if (!at)
			return refuse(ret, "the last line has no end");
	}
	while (!error && *at) {
		if (!map_line_begins(at))
			return refuse(ret, "neither region nor summary: %.60s", at);
		error = parse_region(ret, &capacity, &at);
	}
	if (!error && (size_t)(at - text.bytes) != text.length)
		return refuse(ret, "a NUL in the text");
	return error;
}

void shadow_path(pid_t pid, char *path, size_t size)
{
	snprintf(path, size, SHADOW_DIRECTORY "/%d", (int)pid);
}

int shadow_read(pid_t pid, struct shadow *ret)
{
	struct file_text text;
	char path[64];
	int error;

	memset(ret, 0, sizeof(*ret));
	shadow_path(pid, path, sizeof(path));
	error = file_text_read(path, &text);
	return error ? error : shadow_parse(text, ret);
}

int shadow_try_open(pid_t pid)
{
	char path[64];
	int fd;

	shadow_path(pid, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

void shadow_free(struct shadow *shadow)
{
	free(shadow->regions);
	file_text_free(&shadow->text);
	memset(shadow, 0, sizeof(*shadow));
}

/* The text after `key=` on the line `# topic …`, or NULL. */
static const char *summary_value(const struct shadow *shadow, const char *topic, const char *key)
{
	char head[48], token[48];
	const char *line, *end, *found;

	snprintf(head, sizeof(head), "# %s ", topic);
	snprintf(token, sizeof(token), " %s=", key);
	for (line = shadow->text.bytes; *line == '#'; line = end + 1) {
		end = strchr(line, '\n');
		if (strncmp(line, head, strlen(head)))
			continue;
		found = memmem(line, end - line, token, strlen(token));
		return found ? found + strlen(token) : NULL;
	}
	return NULL;
}

bool shadow_summary(const struct shadow *shadow, const char *topic, const char *key, int base, uint64_t *ret)
{
	const char *value = summary_value(shadow, topic, key);
	char *next;

	if (!value)
		return false;
	*ret = strtoull(value, &next, base);
	return next != value && (*next == ' ' || *next == '\n' || *next == '/');
}

bool shadow_summary_word(const struct shadow *shadow, const char *topic, const char *key, char *ret, size_t size)
{
	const char *value = summary_value(shadow, topic, key);
	size_t length;

	if (!value)
		return false;
	length = strcspn(value, strcmp(key, "comm") ? " \n" : "\n");
	if (length >= size)
		return false;
	memcpy(ret, value, length);
	ret[length] = '\0';
	return true;
}

const struct shadow_region *shadow_region_at(const struct shadow *shadow, uint64_t address)
{
	size_t i;

	for (i = 0; i < shadow->count; i++)
		if (shadow->regions[i].line.start <= address && address < shadow->regions[i].line.end)
			return &shadow->regions[i];
	return NULL;
}

uint64_t shadow_sum(const struct shadow *shadow, uint64_t start, uint64_t end, enum shadow_key key)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < shadow->count; i++)
		if (shadow->regions[i].line.start >= start && shadow->regions[i].line.start < end)
			sum += shadow->regions[i].value[key];
	return sum;
}
