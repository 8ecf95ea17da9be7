// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that change their mappings while they are read: each reading lies between two readings of maps, and
 * must equal one of the two nearly always; where it does not, maps itself must have moved in between.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <sys/mman.h>
#include <time.h>

#include "lib/check.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/program.h"

#define TRIES 200
#define EQUAL_AT_LEAST 190
#define SLOTS 8
#define SLOT_BYTES (4 * PAGE_BYTES)
#define SLOT_DISTANCE (16 * PAGE_BYTES)
#define TURN_BRACKETS 20		/* a slot changes once in the time of so many brackets */

/* Three readings, one after the other. */
struct bracket {
	struct map_list before;
	struct shadow shadow;
	struct map_list after;
};

static bool bracket_read(pid_t pid, struct bracket *bracket)
{
	return !map_list_read(pid, &bracket->before) && !shadow_read(pid, &bracket->shadow) &&
	       !map_list_read(pid, &bracket->after);
}

static void bracket_free(struct bracket *bracket)
{
	map_list_free(&bracket->before);
	shadow_free(&bracket->shadow);
	map_list_free(&bracket->after);
}

static bool equals(const struct shadow *shadow, const struct map_list *maps)
{
	size_t i;

	if (shadow->count != maps->count)
		return false;
	for (i = 0; i < maps->count; i++)
		if (!map_line_equal(&shadow->regions[i].line, &maps->lines[i]))
			return false;
	return true;
}

static bool maps_moved(const struct bracket *bracket)
{
	return bracket->before.text.length != bracket->after.text.length ||
	       memcmp(bracket->before.text.bytes, bracket->after.text.bytes, bracket->before.text.length);
}

/* The third field of a line. */
static uint64_t file_offset(const struct map_line *line)
{
	const char *at = memchr(line->text, ' ', line->length);

	return strtoull(at + strlen(" rwxp "), NULL, 16);
}

/* What the slot turner is told. */
struct turning {
	char *slots;
	unsigned int pause;		/* microseconds between two changes */
};

/* The pause that fits this machine, measured on a process of the same size. */
static unsigned int measure_pause(pid_t pid)
{
	struct timespec from, to;
	struct bracket bracket;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < TURN_BRACKETS; i++) {
		if (!bracket_read(pid, &bracket))
			return 0;
		bracket_free(&bracket);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
}

/*
 * Replaces its slots without end, in turn, each time by a later part of the file: no state ever comes back, so the
 * offset of a slot tells when it was read.
 */
static void turn_slots(int tell, void *argument)
{
	const struct turning *turning = argument;
	int fd = memfd_create("slots", MFD_CLOEXEC);
	uint64_t turn;

	for (turn = 0;; turn++) {
		if (mmap(turning->slots + turn % SLOTS * SLOT_DISTANCE, SLOT_BYTES, PROT_READ, MAP_SHARED | MAP_FIXED,
			 fd,
			 turn * SLOT_DISTANCE) == MAP_FAILED)
			_exit(1);
		if (turn == SLOTS)
			worker_tell(tell, "r", 1);
		usleep(turning->pause);
	}
}

static bool is_slot(const struct map_line *line, const char *slots)
{
	return line->start >= (uintptr_t)slots && line->start < (uintptr_t)slots + SLOTS * SLOT_DISTANCE;
}

/* Each slot as old as between the two readings, all else as it always is. */
static void check_slots(const struct bracket *bracket, const char *slots, unsigned int *count)
{
	const struct map_line *before, *seen, *after;
	size_t i;

	if (bracket->shadow.count != bracket->before.count || bracket->before.count != bracket->after.count) {
		difference(count, "maps has %zu and %zu regions, the shadow %zu", bracket->before.count,
			   bracket->after.count, bracket->shadow.count);
		return;
	}
	for (i = 0; i < bracket->before.count; i++) {
		before = &bracket->before.lines[i];
		seen = &bracket->shadow.regions[i].line;
		after = &bracket->after.lines[i];
		if (before->start != seen->start || before->end != seen->end)
			difference(count, "'%.*s' is not in the shadow", (int)before->length, before->text);
		else if (!is_slot(before, slots) && !map_line_equal(before, seen))
			difference(count, "'%.*s' never changed", (int)before->length, before->text);
		else if (file_offset(seen) < file_offset(before) || file_offset(seen) > file_offset(after))
			difference(count, "'%.*s' between offsets %llx and %llx", (int)seen->length, seen->text,
				   (unsigned long long)file_offset(before), (unsigned long long)file_offset(after));
	}
}

TEST(each_region_is_as_it_was_at_some_time_during_the_read)
{
	struct turning turning = { .slots = layout_free_space(SLOTS * SLOT_DISTANCE / PAGE_BYTES, 16) };
	unsigned int count = 0, equal = 0, try;
	struct bracket bracket;
	struct worker worker;
	char ready;

	ASSERT_TRUE(module_ready());
	turning.pause = measure_pause(getpid());
	ASSERT_LT(0, turning.pause);
	ASSERT_TRUE(worker_start(&worker, turn_slots, &turning));
	ASSERT_EQ(1, read(worker.pipe, &ready, 1));
	for (try = 0; try < TRIES; try++) {
		ASSERT_TRUE(bracket_read(worker.pid, &bracket));
		check_slots(&bracket, turning.slots, &count);
		equal += equals(&bracket.shadow, &bracket.before) || equals(&bracket.shadow, &bracket.after);
		bracket_free(&bracket);
	}
	worker_end(&worker);
	EXPECT_EQ(0, count);
	EXPECT_LE(EQUAL_AT_LEAST, equal);
}

TEST(lines_of_a_running_python3_equal_maps_but_for_real_changes)
{
	struct program_recipe churning = program_python3_churning;
	unsigned int equal = 0, unexplained = 0, try;
	struct bracket bracket;
	struct program program;
	char pause[16];

	ASSERT_TRUE(module_ready());
	if (!program_start(&program, &churning)) {
		ASSERT_STREQ("", program.failed);
		SKIP(return, "missing: %s", program.missing);
	}
	snprintf(pause, sizeof(pause), "%u", measure_pause(program.pid));
	program_end(&program);
	churning.arguments[4] = pause;
	ASSERT_TRUE(program_start(&program, &churning));
	for (try = 0; try < TRIES; try++) {
		ASSERT_TRUE(bracket_read(program.pid, &bracket));
		if (equals(&bracket.shadow, &bracket.before) || equals(&bracket.shadow, &bracket.after))
			equal++;
		else if (!maps_moved(&bracket))
			unexplained++;
		bracket_free(&bracket);
	}
	program_end(&program);
	EXPECT_EQ(0, unexplained);
	EXPECT_LE(EQUAL_AT_LEAST, equal);
}

TEST_HARNESS_MAIN
