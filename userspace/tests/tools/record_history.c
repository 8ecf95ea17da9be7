// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the history that the tests read: five snapshots of the world, a minute apart, and an event of each kind, by
 * the daemon's own code.
 *
 *	record_history FILE
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

int main(int argc, char **argv)
{
	struct history_settings settings = { argv[1], 60, 86400, 16 << 20 };
	struct world world = { 0 };
	struct reading reading = { 0 };
	struct history *history;
	int i, err = 0;

	if (argc != 2)
		return 2;
	unlink(argv[1]);
	history = history_create(&settings);
	reading.client = fake_open(fake_create(world_answer, &world));
	for (i = 0; !err && i < MINUTES; i++) {
		err = reading_take(&reading);
		reading.time = NOON + i * 60;
		if (!err)
			err = history_add(history, &reading);
	}
	if (!err)
		err = history_add_events(history, events, sizeof(events) / sizeof(events[0]));
	if (err)
		fprintf(stderr, "record_history: %d %s\n", err, history_error(history));
	history_destroy(history);
	reading_release(&reading);
	return err != 0;
}
