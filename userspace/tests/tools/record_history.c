// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the history that the tests read: five snapshots of the world, a minute apart, and an event of each kind, by
 * the daemon's own code. A second file has one snapshot alone, of a time that no clock shows.
 *
 *	record_history FILE FILE
 */
#include <stdio.h>
#include <unistd.h>

#include "vminspectd/history.h"
#include "world.h"

#define NOON 1700000000
#define MINUTES 5

static const struct history_event events[] = {
	{ NOON + 20, "mapped", 1234, 0, 0x7f0000000000, 8192, "/usr/lib/libc.so.6" },
	{ NOON + 20, "evicted", 1234, 1, 0, 40960, "aging24" },
	{ NOON + 80, "lost", 0, 0, 0, 137, "" },
	{ NOON + 140, "exited", 1234, 1, 0, 0, "postgres\033[2J" },
};

static int add_snapshots(struct history *history, int64_t first, int count)
{
	struct world world = { 0 };
	struct reading reading = { .client = fake_open(fake_create(world_answer, &world)) };
	int i, err = 0;

	for (i = 0; !err && i < count; i++) {
		err = reading_take(&reading);
		reading.time = first + i * 60;
		if (!err)
			err = history_add(history, &reading);
	}
	reading_release(&reading);
	return err;
}

static int record(const char *path, int64_t first, int count, size_t event_count)
{
	struct history_settings settings = { path, 60, 86400, 16 << 20 };
	struct history *history;
	int err;

	unlink(path);
	history = history_create(&settings);
	err = add_snapshots(history, first, count);
	if (!err)
		err = history_add_events(history, events, event_count);
	if (err)
		fprintf(stderr, "record_history: %d %s\n", err, history_error(history));
	history_destroy(history);
	return err;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	return record(argv[1], NOON, MINUTES, sizeof(events) / sizeof(events[0])) ||
	       record(argv[2], INT64_MAX / 2, 1, 0);
}
