// SPDX-License-Identifier: GPL-2.0
/* The daemon's history: what is kept, for how long, in how much, and what happens when it cannot be. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vminspectd/history.h"
#include "vminspectd/schema.h"
#include "world.h"

#define DAY 86400
#define NOON 1700000000
#define MANY 20000

struct fixture {
	char folder[32];
	char path[48];
	struct world world;
	struct reading reading;
	struct history_settings settings;
	struct history *history;
};

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	strcpy(fixture.folder, "/tmp/history-XXXXXX");
	if (!mkdtemp(fixture.folder))
		return -1;
	snprintf(fixture.path, sizeof(fixture.path), "%s/h", fixture.folder);
	fixture.settings = (struct history_settings){ fixture.path, 60, DAY, 16 << 20 };
	fixture.history = history_create(&fixture.settings);
	fixture.reading.client = fake_open(fake_create(world_answer, &fixture.world));
	*state = &fixture;
	return reading_take(&fixture.reading);
}

static int teardown(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct fixture *fixture = *state;
	char path[64];
	size_t i;

	history_destroy(fixture->history);
	reading_release(&fixture->reading);
	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", fixture->path, ends[i]);
		unlink(path);
	}
	return rmdir(fixture->folder);
}

static int add_at(struct fixture *fixture, int64_t time)
{
	fixture->reading.time = time;
	if (!history_is_due(fixture->history, time))
		return 0;
	return history_add(fixture->history, &fixture->reading);
}

/* As another program reads it, beside the daemon. */
static void read_text(struct fixture *fixture, const char *sql, char text[64])
{
	sqlite3_stmt *statement;
	sqlite3 *base;

	assert_int_equal(sqlite3_open_v2(fixture->path, &base, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(base, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	snprintf(text, 64, "%s", sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(base);
}

static int64_t read_number(struct fixture *fixture, const char *sql)
{
	char text[64];

	read_text(fixture, sql, text);
	return atoll(text);
}

static void a_snapshot_has_what_the_reading_has(void **state)
{
	struct fixture *fixture = *state;
	const struct reading *reading = &fixture->reading;

	assert_int_equal(add_at(fixture, NOON), 0);
	assert_int_equal(read_number(fixture, "SELECT time FROM snapshot"), NOON);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM watch"), reading->stats.count);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM score"), reading->scores.count);
	/* All but the zombie, which has no address space. */
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM process"), reading->processes.count - 1);
	assert_int_equal(read_number(fixture, "SELECT resident FROM process WHERE pid = 1234"), 53657600);
	assert_int_equal(read_number(fixture, "SELECT working_set FROM watch WHERE pid = 1234"),
			 reading_find_stats(reading, 1234)->working_set * 4096);
	assert_int_equal(read_number(fixture, "SELECT cpu_time FROM watch WHERE pid = 1234"),
			 reading_find_stats(reading, 1234)->cpu_time);
	assert_int_equal(read_number(fixture, "PRAGMA user_version"), SCHEMA_VERSION);
}

static void snapshots_are_no_more_frequent_than_asked_for(void **state)
{
	struct fixture *fixture = *state;
	int i;

	for (i = 0; i < 121; i++)
		assert_int_equal(add_at(fixture, NOON + i), 0);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM snapshot"), 3);
}

static void old_snapshots_go_with_their_rows(void **state)
{
	struct fixture *fixture = *state;
	int i;

	for (i = 0; i < 20; i++)
		assert_int_equal(add_at(fixture, NOON + i * 60), 0);
	/* Three additions a day later: 8, 8 and the last 4 of the old ones go. */
	for (i = 0; i < 3; i++) {
		assert_int_equal(add_at(fixture, NOON + 2 * DAY + i * 60), 0);
		assert_int_equal(read_number(fixture, "SELECT count(*) FROM snapshot"),
				 (i == 2 ? 0 : 12 - 8 * i) + i + 1);
	}
	assert_int_equal(read_number(fixture, "SELECT count(DISTINCT snapshot) FROM process"), 3);
	assert_int_equal(read_number(fixture, "SELECT count(DISTINCT snapshot) FROM score"), 3);
}

static void the_oldest_go_when_it_is_full(void **state)
{
	struct fixture *fixture = *state;
	struct stat file;
	int i;

	fixture->settings.size = 512 * 1024;
	for (i = 0; i < 1000; i++)
		assert_int_equal(add_at(fixture, NOON + i * 60), 0);
	assert_int_equal(read_number(fixture, "SELECT max(time) FROM snapshot"), NOON + 999 * 60);
	assert_true(read_number(fixture, "SELECT min(time) FROM snapshot") > NOON);
	assert_true(read_number(fixture, "SELECT count(*) FROM snapshot") > 100);
	assert_int_equal(stat(fixture->path, &file), 0);
	assert_true(file.st_size <= 512 * 1024);
}

/* More than half a megabyte of processes. */
static void multiply_processes(struct reading *reading)
{
	static const struct vmi_process *items[MANY];
	static struct vmi_process many[MANY];
	size_t i;

	for (i = 0; i < MANY; i++) {
		many[i] = *reading->processes.items[0];
		many[i].pid = (uint32_t)i + 1;
		items[i] = &many[i];
	}
	reading->processes.items = items;
	reading->processes.count = MANY;
}

/* A data base that may have no page more, as on a full disk: nothing of a snapshot is left, the one before is whole. */
static void a_full_one_is_told_and_does_no_harm(void **state)
{
	struct fixture *fixture = *state;
	int64_t rows;
	char said[64];

	fixture->settings.size = 512 * 1024;
	assert_int_equal(add_at(fixture, NOON), 0);
	rows = read_number(fixture, "SELECT count(*) FROM process");
	multiply_processes(&fixture->reading);
	assert_int_equal(add_at(fixture, NOON + 60), -ENOSPC);
	read_text(fixture, "PRAGMA integrity_check", said);
	assert_string_equal(said, "ok");
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM process"), rows);
}

static void a_damaged_one_is_told_and_left_alone(void **state)
{
	static const char rubbish[8192] = "this is no data base";
	struct fixture *fixture = *state;
	char found[sizeof(rubbish)];
	int fd = open(fixture->path, O_CREAT | O_RDWR, 0600);

	assert_int_equal(write(fd, rubbish, sizeof(rubbish)), sizeof(rubbish));
	assert_int_equal(add_at(fixture, NOON), -EBADMSG);
	assert_true(*history_error(fixture->history));
	assert_int_equal(pread(fd, found, sizeof(found), 0), sizeof(found));
	assert_memory_equal(found, rubbish, sizeof(rubbish));
	close(fd);
	assert_int_equal(unlink(fixture->path), 0);
	assert_int_equal(add_at(fixture, NOON + 60), 0);
}

static size_t read_file(const char *path, char bytes[16384])
{
	int fd = open(path, O_RDONLY);
	ssize_t length = read(fd, bytes, 16384);

	assert_true(length > 0 && length < 16384);
	close(fd);
	return (size_t)length;
}

/* Makes a data base of something else, and expects that not a byte of it changes, nor comes to lie beside it. */
static void leaves_alone(struct fixture *fixture, const char *sql)
{
	char before[16384], after[16384];
	size_t length;
	sqlite3 *base;

	assert_int_equal(sqlite3_open(fixture->path, &base), SQLITE_OK);
	assert_int_equal(sqlite3_exec(base, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(base);
	length = read_file(fixture->path, before);
	assert_int_equal(add_at(fixture, NOON), -EBADMSG);
	assert_non_null(strstr(history_error(fixture->history), "version"));
	assert_int_equal(read_file(fixture->path, after), length);
	assert_memory_equal(before, after, length);
	assert_int_equal(unlink(fixture->path), 0);
	assert_int_equal(rmdir(fixture->folder), 0);
	assert_int_equal(mkdir(fixture->folder, 0700), 0);
}

static void one_of_another_version_is_left_alone(void **state)
{
	leaves_alone(*state, "CREATE TABLE snapshot(x); PRAGMA user_version = 7");
}

/* Programs number their versions from 0 or 1, too. */
static void so_is_a_data_base_of_another_program(void **state)
{
	struct fixture *fixture = *state;
	char sql[64];
	int version;

	for (version = 0; version <= SCHEMA_VERSION; version++) {
		snprintf(sql, sizeof(sql), "CREATE TABLE t(x); PRAGMA user_version = %d", version);
		history_destroy(fixture->history);
		fixture->history = history_create(&fixture->settings);
		leaves_alone(fixture, sql);
	}
}

/* No folder is as a disk that has gone away: an error, and the next snapshot is kept when it is back. */
static void it_goes_on_when_it_can_be_written_again(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(rmdir(fixture->folder), 0);
	assert_int_equal(add_at(fixture, NOON), -EIO);
	assert_int_equal(mkdir(fixture->folder, 0700), 0);
	assert_int_equal(add_at(fixture, NOON + 60), 0);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM snapshot"), 1);
}

static int add_events(struct fixture *fixture, int64_t time, size_t count)
{
	static struct history_event events[1000];
	size_t i;

	for (i = 0; i < count; i++)
		events[i] = (struct history_event){ time, "mapped", 42, 3, 0x7f0000000000, 8192, "\033[2Jb\xc3\xbc" };
	return history_add_events(fixture->history, events, count);
}

/* Without a locale, as a service runs. */
static void events_are_kept_as_they_were(void **state)
{
	struct fixture *fixture = *state;
	char text[64];

	assert_int_equal(add_events(fixture, NOON, 2), 0);
	assert_int_equal(add_events(fixture, NOON, 0), 0);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM event WHERE pid = 42 AND watch = 3 AND size = 8192 "
					      "AND start = 139637976727552 AND kind = 'mapped'"), 2);
	read_text(fixture, "SELECT text FROM event", text);
	assert_string_equal(text, "?[2Jb\xc3\xbc");
}

static void old_events_go(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(add_events(fixture, NOON, 10), 0);
	assert_int_equal(add_events(fixture, NOON + 2 * DAY, 1), 0);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM event"), 1);
}

/* Also where there are events alone, the oldest make room. */
static void the_oldest_events_go_when_it_is_full(void **state)
{
	struct fixture *fixture = *state;
	int i;

	fixture->settings.size = 512 * 1024;
	for (i = 0; i < 100; i++)
		assert_int_equal(add_events(fixture, NOON + i, 1000), 0);
	assert_int_equal(read_number(fixture, "SELECT max(time) FROM event"), NOON + 99);
	assert_true(read_number(fixture, "SELECT min(time) FROM event") > NOON);
	assert_int_equal(add_at(fixture, NOON + 100), 0);
}

/* Makes it what an older daemon left, with a snapshot in it, and opens it again. */
static void age_to(struct fixture *fixture, const char *what_was_not_there)
{
	sqlite3 *base;

	assert_int_equal(add_at(fixture, NOON), 0);
	history_destroy(fixture->history);
	assert_int_equal(sqlite3_open(fixture->path, &base), SQLITE_OK);
	assert_int_equal(sqlite3_exec(base, what_was_not_there, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(base);
	fixture->history = history_create(&fixture->settings);
}

static void one_of_version_2_gets_a_column(void **state)
{
	struct fixture *fixture = *state;

	age_to(fixture, "ALTER TABLE watch DROP COLUMN locked_out; PRAGMA user_version = 2");
	assert_int_equal(add_at(fixture, NOON + 60), 0);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM snapshot"), 2);
	assert_int_equal(read_number(fixture, "SELECT sum(locked_out) FROM watch WHERE snapshot = 1"), 0);
	assert_int_equal(read_number(fixture, "SELECT sum(cpu_time) FROM watch WHERE snapshot = 1"),
			 read_number(fixture, "SELECT sum(cpu_time) FROM watch WHERE snapshot = 2"));
	assert_int_equal(read_number(fixture, "PRAGMA user_version"), SCHEMA_VERSION);
}

static void one_of_version_1_gets_events(void **state)
{
	struct fixture *fixture = *state;

	age_to(fixture, "DROP TABLE event; ALTER TABLE watch DROP COLUMN locked_out; PRAGMA user_version = 1");
	assert_int_equal(add_events(fixture, NOON + 60, 1), 0);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM event"), 1);
	assert_int_equal(read_number(fixture, "SELECT count(*) FROM snapshot"), 1);
	assert_int_equal(read_number(fixture, "PRAGMA user_version"), SCHEMA_VERSION);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_snapshot_has_what_the_reading_has),
		TEST(snapshots_are_no_more_frequent_than_asked_for),
		TEST(old_snapshots_go_with_their_rows),
		TEST(the_oldest_go_when_it_is_full),
		TEST(a_full_one_is_told_and_does_no_harm),
		TEST(a_damaged_one_is_told_and_left_alone),
		TEST(one_of_another_version_is_left_alone),
		TEST(so_is_a_data_base_of_another_program),
		TEST(it_goes_on_when_it_can_be_written_again),
		TEST(events_are_kept_as_they_were),
		TEST(old_events_go),
		TEST(the_oldest_events_go_when_it_is_full),
		TEST(one_of_version_1_gets_events),
		TEST(one_of_version_2_gets_a_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
