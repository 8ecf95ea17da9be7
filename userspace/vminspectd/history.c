// SPDX-License-Identifier: GPL-2.0
/* The history. */
#include "history.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/rss.h"
#include "common/units.h"
#include "common/utf8.h"
#include "schema.h"

#define PAGE_BYTES 4096
/* What one addition takes away at most, for it not to take long. */
#define SNAPSHOTS_AT_ONCE "8"
#define EVENTS_AT_ONCE "20000"
#define WAIT_MILLISECONDS 500		/* for another writer, of which there should be none */

struct history {
	const struct history_settings *settings;
	sqlite3 *base;			/* NULL: not open */
	int64_t last;			/* time of the last snapshot, or of the last attempt */
	char error[256];
};

/* --- SQLite's ways ------------------------------------------------------------------------------------------------ */

static int errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

/* Takes SQLite's result, and keeps its words if it is a failure. */
static int check(struct history *history, int code)
{
	int err = errno_of(code);

	if (err)
		snprintf(history->error, sizeof(history->error), "%s", sqlite3_errmsg(history->base));
	return err;
}

static int execute(struct history *history, const char *sql)
{
	return check(history, sqlite3_exec(history->base, sql, NULL, NULL, NULL));
}

static int prepare(struct history *history, const char *sql, sqlite3_stmt **ret)
{
	return check(history, sqlite3_prepare_v2(history->base, sql, -1, ret, NULL));
}

/* Runs a statement that has its values, and makes it ready for the next ones. */
static int step(struct history *history, sqlite3_stmt *statement)
{
	int err = check(history, sqlite3_step(statement));

	sqlite3_reset(statement);
	return err;
}

static void bind_number(sqlite3_stmt *statement, int at, uint64_t value)
{
	sqlite3_bind_int64(statement, at, (sqlite3_int64)value);
}

static int read_number(struct history *history, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement;
	int err = prepare(history, sql, &statement);

	if (err)
		return err;
	err = check(history, sqlite3_step(statement));
	*ret = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return err;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

/*
 * What was opened: a history of version *ret, or 0, nothing at all. Other programs number their versions from 1, too,
 * so that the tables are looked for. What is no history is left alone: nothing is written before this.
 */
static int read_version(struct history *history, int64_t *ret)
{
	int64_t everything = 0, tables = 0;
	int err = read_number(history, "PRAGMA user_version", ret);

	if (!err)
		err = read_number(history, "SELECT count(*) FROM sqlite_schema", &everything);
	if (!err)
		err = read_number(history, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
					   "name IN ('snapshot', 'process', 'watch', 'score')", &tables);
	if (err || (!*ret && !everything) || (*ret >= 1 && *ret <= SCHEMA_VERSION && tables == 4))
		return err;
	snprintf(history->error, sizeof(history->error), "not a history of version %d", SCHEMA_VERSION);
	return -EBADMSG;
}

/* The size of pages and the way of vacuuming are settled by the first table. */
static int set_up(struct history *history)
{
	char limit[64];
	int err = execute(history, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL;"
				   "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
				   "PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 4194304");

	snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %llu",
		 (unsigned long long)(history->settings->size / PAGE_BYTES));
	return err ? err : execute(history, limit);
}

/* A new one is made, an older one brought up to date. */
static int make_current(struct history *history, int64_t version)
{
	switch (version) {
	case 0:
		return execute(history, SCHEMA);
	case 1:
		return execute(history, SCHEMA_UPGRADE_1);
	case 2:
		return execute(history, SCHEMA_UPGRADE_2);
	default:
		return 0;
	}
}

static void close_base(struct history *history)
{
	sqlite3_close(history->base);
	history->base = NULL;
}

static int open_base(struct history *history)
{
	int64_t version = 0;
	int err = check(history, sqlite3_open(history->settings->path, &history->base));

	sqlite3_busy_timeout(history->base, WAIT_MILLISECONDS);
	if (!err)
		err = read_version(history, &version);
	if (!err)
		err = set_up(history);
	if (!err)
		err = make_current(history, version);
	if (err)
		close_base(history);
	return err;
}

/* --- retention ---------------------------------------------------------------------------------------------------- */

/* Runs a statement whose one value is a time. */
static int execute_with_time(struct history *history, const char *sql, int64_t time)
{
	sqlite3_stmt *statement;
	int err = prepare(history, sql, &statement);

	if (err)
		return err;
	sqlite3_bind_int64(statement, 1, time);
	err = step(history, statement);
	sqlite3_finalize(statement);
	return err;
}

static int prune_by_age(struct history *history, int64_t now)
{
	int64_t oldest = now - (int64_t)history->settings->keep;
	int err = execute_with_time(history, "DELETE FROM snapshot WHERE id IN (SELECT id FROM snapshot WHERE time < ? "
					     "ORDER BY time LIMIT " SNAPSHOTS_AT_ONCE ")", oldest);

	return err ? err : execute_with_time(history, "DELETE FROM event WHERE id IN (SELECT id FROM event "
						      "WHERE time < ? ORDER BY time LIMIT " EVENTS_AT_ONCE ")",
					     oldest);
}

/* The oldest snapshots go, and what happened before the first one that stays; events alone if there are none. */
static int prune_oldest(struct history *history)
{
	int err = execute(history, "DELETE FROM snapshot WHERE id IN (SELECT id FROM snapshot "
				   "ORDER BY time LIMIT " SNAPSHOTS_AT_ONCE ")");

	return err ? err : execute(history, "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE time < "
					    "ifnull((SELECT min(time) FROM snapshot), 1 << 62) "
					    "ORDER BY time LIMIT " EVENTS_AT_ONCE ")");
}

static int prune_by_size(struct history *history)
{
	int64_t pages = 0, unused = 0;
	int err = read_number(history, "PRAGMA page_count", &pages);

	if (!err)
		err = read_number(history, "PRAGMA freelist_count", &unused);
	if (err || (uint64_t)(pages - unused) * PAGE_BYTES < history->settings->size / 10 * 9)
		return err;
	return prune_oldest(history);
}

static int prune(struct history *history, int64_t now)
{
	int err = prune_by_age(history, now);

	if (!err)
		err = prune_by_size(history);
	return err ? err : execute(history, "PRAGMA incremental_vacuum(256)");
}

/* --- snapshots ---------------------------------------------------------------------------------------------------- */

static int add_process(struct history *history, sqlite3_stmt *statement, const struct vmi_process *process)
{
	char comm[64];

	utf8_copy_printable(comm, sizeof(comm), process->comm);
	bind_number(statement, 2, process->pid);
	bind_number(statement, 3, process->start_time);
	bind_number(statement, 4, process->uid);
	sqlite3_bind_text(statement, 5, comm, -1, SQLITE_TRANSIENT);
	bind_number(statement, 6, rss_of_process(process) * UNITS_PAGE);
	bind_number(statement, 7, process->totals->swap * UNITS_PAGE);
	bind_number(statement, 8, process->totals->pgtables_bytes);
	return step(history, statement);
}

static int add_processes(struct history *history, sqlite3_stmt *statement, const struct reading *reading)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < reading->processes.count; i++)
		if (reading->processes.items[i]->totals)
			err = add_process(history, statement, reading->processes.items[i]);
	return err;
}

static int add_watches(struct history *history, sqlite3_stmt *statement, const struct reading *reading)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < reading->stats.count; i++) {
		const struct vmi_stats *stats = reading->stats.items[i];
		int at = 6;

		bind_number(statement, 2, stats->watch);
		bind_number(statement, 3, stats->pid);
		bind_number(statement, 4, stats->resident * UNITS_PAGE);
		bind_number(statement, 5, stats->working_set * UNITS_PAGE);
#define BIND(member) bind_number(statement, at++, stats->member);
		VMI_STATS_COUNTS(BIND)
#undef BIND
		err = step(history, statement);
	}
	return err;
}

static int add_scores(struct history *history, sqlite3_stmt *statement, const struct reading *reading)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < reading->scores.count; i++) {
		const struct vmi_score *score = reading->scores.items[i];
		const char *policy = vmi_policy_name(score->policy);

		bind_number(statement, 2, score->watch);
		sqlite3_bind_text(statement, 3, policy ? policy : "unknown", -1, SQLITE_STATIC);
		bind_number(statement, 4, score->node);
		sqlite3_bind_text(statement, 5, score->zone, -1, SQLITE_STATIC);
		sqlite3_bind_double(statement, 6, score->agreement / 1e6);
		sqlite3_bind_double(statement, 7, score->kappa / 1e6);
		sqlite3_bind_double(statement, 8, score->auc / 1e6);
		bind_number(statement, 9, score->evicted);
		err = step(history, statement);
	}
	return err;
}

typedef int (*add_fn)(struct history *history, sqlite3_stmt *statement, const struct reading *reading);

/* The rows of one table; their first value is the number of the snapshot. */
static int add_rows(struct history *history, const char *sql, add_fn add, const struct reading *reading, int64_t id)
{
	sqlite3_stmt *statement;
	int err = prepare(history, sql, &statement);

	if (err)
		return err;
	sqlite3_bind_int64(statement, 1, id);
	err = add(history, statement, reading);
	sqlite3_finalize(statement);
	return err;
}

/* The snapshot's own row. */
static int add_head(struct history *history, sqlite3_stmt *statement, const struct reading *reading)
{
	sqlite3_bind_int64(statement, 1, reading->time);
	return step(history, statement);
}

static int add_snapshot(struct history *history, const struct reading *reading)
{
	int err = add_rows(history, INSERT_SNAPSHOT, add_head, reading, 0);
	int64_t id = sqlite3_last_insert_rowid(history->base);

	if (!err)
		err = add_rows(history, INSERT_PROCESS, add_processes, reading, id);
	if (!err)
		err = add_rows(history, INSERT_WATCH, add_watches, reading, id);
	if (!err)
		err = add_rows(history, INSERT_SCORE, add_scores, reading, id);
	return err;
}

/* --- events ------------------------------------------------------------------------------------------------------- */

static int add_event(struct history *history, sqlite3_stmt *statement, const struct history_event *event)
{
	char text[sizeof(event->text)];

	utf8_copy_printable(text, sizeof(text), event->text);
	sqlite3_bind_int64(statement, 1, event->time);
	sqlite3_bind_text(statement, 2, event->kind, -1, SQLITE_STATIC);
	bind_number(statement, 3, event->pid);
	bind_number(statement, 4, event->watch);
	bind_number(statement, 5, event->start);
	bind_number(statement, 6, event->size);
	sqlite3_bind_text(statement, 7, text, -1, SQLITE_TRANSIENT);
	return step(history, statement);
}

static int add_events(struct history *history, const struct history_event *events, size_t count)
{
	sqlite3_stmt *statement;
	int err = prepare(history, INSERT_EVENT, &statement);
	size_t i;

	if (err)
		return err;
	for (i = 0; !err && i < count; i++)
		err = add_event(history, statement, &events[i]);
	sqlite3_finalize(statement);
	return err;
}

/* --- additions ---------------------------------------------------------------------------------------------------- */

/* A snapshot, or events. */
struct addition {
	const struct reading *reading;	/* NULL: events */
	const struct history_event *events;
	size_t count;
};

static int add_whole(struct history *history, const struct addition *addition)
{
	int err = execute(history, "BEGIN IMMEDIATE");

	if (err)
		return err;
	if (addition->reading)
		err = add_snapshot(history, addition->reading);
	else
		err = add_events(history, addition->events, addition->count);
	if (!err)
		err = execute(history, "COMMIT");
	if (err)
		sqlite3_exec(history->base, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

/* Whatever fails, the data base is opened anew the next time. */
static int add(struct history *history, int64_t time, const struct addition *addition)
{
	int err = 0;

	if (!history->base)
		err = open_base(history);
	if (!err)
		err = prune(history, time);
	if (!err)
		err = add_whole(history, addition);
	if (err && history->base)
		close_base(history);
	return err;
}

bool history_is_due(const struct history *history, int64_t time)
{
	return !history->last || time < history->last ||
	       (uint64_t)(time - history->last) >= history->settings->every;
}

int history_add(struct history *history, const struct reading *reading)
{
	const struct addition addition = { .reading = reading };

	history->last = reading->time;
	return add(history, reading->time, &addition);
}

int history_add_events(struct history *history, const struct history_event *events, size_t count)
{
	const struct addition addition = { .events = events, .count = count };

	return count ? add(history, events[count - 1].time, &addition) : 0;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct history *history_create(const struct history_settings *settings)
{
	struct history *history = calloc(1, sizeof(*history));

	if (history)
		history->settings = settings;
	return history;
}

void history_destroy(struct history *history)
{
	if (!history)
		return;
	close_base(history);
	free(history);
}

const char *history_error(const struct history *history)
{
	return history->error;
}
