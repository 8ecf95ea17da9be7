// SPDX-License-Identifier: GPL-2.0
/*
 * Watching processes.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLL_MICROSECONDS 3000
#define NO_FRACTION (-2.0)

static int command(pid_t pid, const char *verb, const char *options)
{
	char path[64], text[512];

	shadow_path(pid, path, sizeof(path));
	snprintf(text, sizeof(text), "%s %s\n", verb, options);
	return file_write(path, text);
}

int watch_start(pid_t pid, const char *options)
{
	return command(pid, "watch", options);
}

int watch_stop(pid_t pid)
{
	return command(pid, "unwatch", "");
}

int watch_audit(void)
{
	return file_write(WATCHES_FILE, "audit\n");
}

/* What follows ` key=`, or `key=` at the start, in [from, to); or NULL. */
static const char *value_of(const char *from, const char *to, const char *key)
{
	char token[64];
	const char *found;

	snprintf(token, sizeof(token), " %s=", key);
	if (!strncmp(from, token + 1, strlen(token) - 1))
		return from + strlen(token) - 1;
	found = memmem(from, to - from, token, strlen(token));
	return found ? found + strlen(token) : NULL;
}

static uint64_t number_of(const char *from, const char *to, const char *key)
{
	const char *value = value_of(from, to, key);

	return value && *value >= '0' && *value <= '9' ? strtoull(value, NULL, 10) : WATCH_NOTHING;
}

static double fraction_of(const char *from, const char *to, const char *key)
{
	const char *value = value_of(from, to, key);

	return value ? strtod(value, NULL) : NO_FRACTION;
}

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

/* The first line at or after `at` that begins with `head`, or NULL. */
static const char *find_line(const char *at, const char *head)
{
	for (; *at; at = *line_end(at) ? line_end(at) + 1 : line_end(at))
		if (!strncmp(at, head, strlen(head)))
			return at;
	return NULL;
}

/* The line of the watch of that root; `text` is to be freed by the caller in any case. */
static const char *watch_line(pid_t pid, struct file_text *text)
{
	const char *line;

	if (file_text_read(WATCHES_FILE, text))
		return NULL;
	for (line = find_line(text->bytes, "id="); line; line = find_line(line_end(line), "id="))
		if (number_of(line, line_end(line), "pid") == (uint64_t)pid)
			return line;
	return NULL;
}

uint64_t watch_number(pid_t pid, const char *key)
{
	struct file_text text;
	const char *line = watch_line(pid, &text);
	uint64_t number = line ? number_of(line, line_end(line), key) : WATCH_NOTHING;

	file_text_free(&text);
	return number;
}

double watch_fraction(pid_t pid, const char *key)
{
	struct file_text text;
	const char *line = watch_line(pid, &text);
	double fraction = line ? fraction_of(line, line_end(line), key) : NO_FRACTION;

	file_text_free(&text);
	return fraction;
}

unsigned int watch_count(void)
{
	struct file_text text;
	unsigned int count = 0;
	const char *line;

	if (file_text_read(WATCHES_FILE, &text))
		return 0;
	for (line = find_line(text.bytes, "id="); line; line = find_line(line_end(line), "id="))
		count++;
	file_text_free(&text);
	return count;
}

uint64_t watch_bits_written(void)
{
	struct file_text text;
	uint64_t written = WATCH_NOTHING;

	if (!file_text_read(WATCHES_FILE, &text))
		written = number_of(text.bytes, line_end(text.bytes), "written");
	file_text_free(&text);
	return written;
}

static long polls(int seconds)
{
	return seconds * (1000000L / POLL_MICROSECONDS);
}

bool watch_wait_none(int seconds)
{
	long tries;

	for (tries = polls(seconds); tries > 0 && watch_count(); tries--)
		usleep(POLL_MICROSECONDS);
	return tries > 0;
}

bool watch_wait_passes(pid_t pid, unsigned int more, int seconds)
{
	return watch_wait_passes_in_all(pid, watch_number(pid, "passes") + more, seconds);
}

bool watch_wait_passes_in_all(pid_t pid, uint64_t wanted, int seconds)
{
	return watch_wait_number(pid, "passes", wanted, seconds);
}

bool watch_wait_number(pid_t pid, const char *key, uint64_t wanted, int seconds)
{
	uint64_t number = watch_number(pid, key);
	long tries;

	for (tries = polls(seconds); tries > 0 && number < wanted; tries--) {
		usleep(POLL_MICROSECONDS);
		number = watch_number(pid, key);
	}
	return number >= wanted && number != WATCH_NOTHING;
}

/* A window that is open has no length yet. */
bool watch_in_window(pid_t pid)
{
	return watch_number(pid, "effective_window_us") == 0;
}

bool watch_wait_window(pid_t pid, int seconds)
{
	long tries;

	if (!watch_wait_passes_in_all(pid, 1, seconds))
		return false;
	for (tries = polls(seconds); tries > 0 && watch_in_window(pid); tries--)
		usleep(POLL_MICROSECONDS);
	for (; tries > 0 && !watch_in_window(pid); tries--)
		usleep(POLL_MICROSECONDS);
	return tries > 0;
}

bool watch_step_between_passes(struct worker *worker, int seconds)
{
	uint64_t passes = watch_number(worker->pid, "passes");

	return worker_step(worker) && watch_number(worker->pid, "passes") == passes &&
	       watch_wait_passes(worker->pid, 1, seconds) && watch_number(worker->pid, "passes") == passes + 1;
}

/* The block of a policy: from its head to the head of the next one. */
static const char *policy_block(const char *text, pid_t pid, const char *policy)
{
	const char *head, *name;

	for (head = find_line(text, "watch="); head; head = find_line(line_end(head), "watch=")) {
		name = value_of(head, line_end(head), "policy");
		if (number_of(head, line_end(head), "pid") == (uint64_t)pid && name &&
		    (size_t)(line_end(head) - name) == strlen(policy) && !strncmp(name, policy, strlen(policy)))
			return head;
	}
	return NULL;
}

double watch_figure(pid_t pid, const char *policy, const char *line, const char *key)
{
	struct file_text text;
	const char *block = NULL, *found = NULL;
	double figure = NO_FRACTION;
	char head[32];

	snprintf(head, sizeof(head), "  %s ", line);
	if (!file_text_read(SHADOW_DIRECTORY "/shadow", &text))
		block = policy_block(text.bytes, pid, policy);
	if (block)
		found = find_line(block, head);
	if (found)
		figure = fraction_of(found, line_end(found), key);
	file_text_free(&text);
	return figure;
}

/* Sum of all lists on a line but of what is evicted. */
static uint64_t sum_of_lists(const char *line)
{
	const char *end = line_end(line), *at;
	uint64_t pages = 0;

	for (at = memchr(line, '=', end - line); at; at = memchr(at + 1, '=', end - at - 1))
		pages += strtoull(at + 1, NULL, 10);
	return pages - number_of(line, end, "evicted");
}

uint64_t watch_node_pages(pid_t pid, const char *policy, unsigned int node)
{
	const char *line = NULL, *end = NULL;
	struct file_text text;
	uint64_t pages = 0;

	if (!file_text_read(SHADOW_DIRECTORY "/shadow", &text))
		line = policy_block(text.bytes, pid, policy);
	if (line) {
		end = find_line(line_end(line), "watch=");
		line = find_line(line, "  zone ");
	}
	for (; line && (!end || line < end); line = find_line(line_end(line), "  zone "))
		if (number_of(line, line_end(line), "node") == node)
			pages += sum_of_lists(find_line(line, "  lists "));
	file_text_free(&text);
	return pages;
}

uint64_t watch_member_number(const struct shadow *shadow, const char *key)
{
	const char *line = find_line(shadow->text.bytes, "# watch ");

	return line ? number_of(line, line_end(line), key) : WATCH_NOTHING;
}

uint64_t watch_member_number_now(pid_t pid, const char *key)
{
	uint64_t number = WATCH_NOTHING;
	struct shadow shadow;

	if (!shadow_read(pid, &shadow))
		number = watch_member_number(&shadow, key);
	shadow_free(&shadow);
	return number;
}

uint64_t watch_member_list(const struct shadow *shadow, const char *policy, const char *list)
{
	const char *line;
	char head[48];

	snprintf(head, sizeof(head), "# policy name=%s ", policy);
	line = find_line(shadow->text.bytes, head);
	return line ? number_of(line, line_end(line), list) : WATCH_NOTHING;
}

/* What a region has besides its maps line stands on the line after it. */
static const char *counts_line(const struct shadow_region *region)
{
	return region->line.text + region->line.length + 1;
}

uint64_t watch_region_number(const struct shadow_region *region, const char *key)
{
	const char *counts = counts_line(region);

	return number_of(counts, line_end(counts), key);
}

bool watch_region_ages(const struct shadow_region *region, uint64_t ret[WATCH_AGE_BUCKETS])
{
	const char *counts = counts_line(region);
	const char *value = value_of(counts, line_end(counts), "ages");
	char *end = NULL;
	int bucket;

	for (bucket = 0; value && bucket < WATCH_AGE_BUCKETS; bucket++) {
		ret[bucket] = strtoull(value, &end, 10);
		value = *end == ',' ? end + 1 : NULL;
	}
	return bucket == WATCH_AGE_BUCKETS;
}

uint64_t watch_region_sum(const struct shadow *shadow, uint64_t start, uint64_t end, const char *key)
{
	uint64_t number, sum = 0;
	size_t i;

	for (i = 0; i < shadow->count; i++) {
		const struct shadow_region *region = &shadow->regions[i];

		if (region->line.start < start || region->line.start >= end)
			continue;
		number = watch_region_number(region, key);
		if (number == WATCH_NOTHING)
			return WATCH_NOTHING;
		sum += number;
	}
	return sum;
}
