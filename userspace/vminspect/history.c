// SPDX-License-Identifier: GPL-2.0
/* vminspect history: what the daemon has kept of processes, watches and notifications. */
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"

#define DEFAULT_FILE "/var/lib/vminspect/history.db"
#define VERSION_WITH_EVENTS 2	/* PRAGMA user_version, and of the newest that is known */
#define VERSION_NEWEST 3
#define WAIT_MILLISECONDS 2000		/* for the daemon, where it writes at the moment */

static struct settings {
	struct table_settings table;
	const char *file;
	int64_t since;			/* seconds since 1970 */
	bool events;
} settings = { .file = DEFAULT_FILE };

/* --- since when --------------------------------------------------------------------------------------------------- */

/* A number of seconds, minutes, hours or days ago. */
static bool take_ago(const char *text, int64_t *ret)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	char *rest;
	int64_t number;
	size_t i;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtol(text, &rest, 10);
	for (i = 0; i < 4 && !errno && number < INT32_MAX; i++) {
		if (*rest != units[i].letter || rest[1])
			continue;
		*ret = time(NULL) - number * units[i].seconds;
		return true;
	}
	return false;
}

/* A day, or a time of one, where we are. */
static bool take_date(const char *text, int64_t *ret)
{
	static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S" };
	size_t i;

	for (i = 0; i < 3; i++) {
		struct tm parts = { .tm_isdst = -1 };
		const char *end = strptime(text, forms[i], &parts);

		if (!end || *end)
			continue;
		*ret = mktime(&parts);
		return true;
	}
	return false;
}

static int take_since(const char *text, void *target)
{
	int64_t *since = target;

	return take_ago(text, since) || take_date(text, since) ? 0 : -EINVAL;
}

static const struct args_type args_since = { take_since, "a time, such as 90s, 15m, 2h, 7d or '2026-01-31 12:00'" };

static const struct args_option options[] = {
	{ "since", 's', "TIME", &args_since, offsetof(struct settings, since),
	  "not what is older: 15m, 2h, 7d, or a date" },
	{ "events", 'e', NULL, &args_flag, offsetof(struct settings, events), "what happened, not how it was" },
	{ "file", 'f', "FILE", &args_text, offsetof(struct settings, file), "the data base (" DEFAULT_FILE ")" },
	TABLE_OPTIONS(struct settings, table),
	{ 0 },
};

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* As text where we are; in JSON, and where it is in no year that there is, the seconds since 1970. */
static void put_time(struct out *out, int64_t seconds)
{
	char text[32];
	time_t when = seconds;
	struct tm parts;

	if (out_json(out) || !localtime_r(&when, &parts)) {
		out_signed(out, seconds);
		return;
	}
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
	out_text(out, text);
}

static bool is_null(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL;
}

static uint64_t number_of(sqlite3_stmt *row, int column)
{
	return (uint64_t)sqlite3_column_int64(row, column);
}

static const char *text_of(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text ? text : "";
}

static void put_bytes(struct out *out, sqlite3_stmt *row, int column)
{
	if (is_null(row, column))
		out_none(out);
	else
		out_bytes(out, number_of(row, column));
}

static void put_number(struct out *out, sqlite3_stmt *row, int column)
{
	if (is_null(row, column))
		out_none(out);
	else
		out_number(out, number_of(row, column));
}

/* --- views -------------------------------------------------------------------------------------------------------- */

/* A way to look at the history: a query, whose values are the oldest time and the process, and a table of its rows. */
struct view {
	const char *key;
	const struct out_column *columns;
	const char *sql;
	void (*put)(struct out *out, sqlite3_stmt *row);
};

static const struct out_column snapshot_columns[] = {
	{ .key = "time", .heading = "TIME" },
	{ .key = "processes", .heading = "PROCS", .align = OUT_RIGHT },
	{ .key = "rss", .heading = "RSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "swap", .heading = "SWAP", .align = OUT_RIGHT, .scaled = true },
	{ .key = "tables", .heading = "TABLES", .align = OUT_RIGHT, .scaled = true },
	{ .key = "watches", .heading = "WATCHES", .align = OUT_RIGHT },
	{ .key = "wss", .heading = "WSS", .align = OUT_RIGHT, .scaled = true },
	{ 0 },
};

static void put_snapshot(struct out *out, sqlite3_stmt *row)
{
	put_time(out, sqlite3_column_int64(row, 0));
	put_number(out, row, 1);
	put_bytes(out, row, 2);
	put_bytes(out, row, 3);
	put_bytes(out, row, 4);
	put_number(out, row, 5);
	put_bytes(out, row, 6);
}

static const struct view snapshot_view = {
	"snapshots", snapshot_columns,
	"SELECT s.time, count(p.pid), sum(p.resident), sum(p.swap), sum(p.page_tables),"
	" (SELECT count(*) FROM watch w WHERE w.snapshot = s.id),"
	" (SELECT sum(w.working_set) FROM watch w WHERE w.snapshot = s.id)"
	" FROM snapshot s LEFT JOIN process p ON p.snapshot = s.id"
	" WHERE s.time >= ?1 AND ?2 = 0 GROUP BY s.id ORDER BY s.time, s.id",
	put_snapshot,
};

static const struct out_column process_columns[] = {
	{ .key = "time", .heading = "TIME" },
	{ .key = "user", .heading = "USER" },
	{ .key = "wss", .heading = "WSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "rss", .heading = "RSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "swap", .heading = "SWAP", .align = OUT_RIGHT, .scaled = true },
	{ .key = "tables", .heading = "TABLES", .align = OUT_RIGHT, .scaled = true },
	{ .key = "start_time", .heading = "START", .align = OUT_RIGHT, .extra = true },
	{ .key = "command", .heading = "COMMAND" },
	{ 0 },
};

static void put_process(struct out *out, sqlite3_stmt *row)
{
	put_time(out, sqlite3_column_int64(row, 0));
	out_text(out, words_user((uint32_t)number_of(row, 1)));
	put_bytes(out, row, 2);
	put_bytes(out, row, 3);
	put_bytes(out, row, 4);
	put_bytes(out, row, 5);
	out_time(out, number_of(row, 6));
	out_text(out, text_of(row, 7));
}

static const struct view process_view = {
	"history", process_columns,
	"SELECT s.time, p.uid, w.working_set, p.resident, p.swap, p.page_tables, p.start_time, p.comm"
	" FROM snapshot s JOIN process p ON p.snapshot = s.id LEFT JOIN watch w ON w.snapshot = s.id AND w.pid = p.pid"
	" WHERE s.time >= ?1 AND p.pid = ?2 ORDER BY s.time, s.id",
	put_process,
};

static const struct out_column event_columns[] = {
	{ .key = "time", .heading = "TIME" },
	{ .key = "event", .heading = "EVENT" },
	{ .key = "pid", .heading = "PID", .align = OUT_RIGHT },
	{ .key = "watch", .heading = "WATCH", .align = OUT_RIGHT },
	{ .key = "start", .heading = "START", .align = OUT_RIGHT },
	{ .key = "size", .heading = "SIZE", .align = OUT_RIGHT, .scaled = true },
	{ .key = "count", .heading = "COUNT", .align = OUT_RIGHT },
	{ .key = "what", .heading = "WHAT" },
	{ 0 },
};

/* Of notifications that were lost there is a number, of others a size. */
static void put_event(struct out *out, sqlite3_stmt *row)
{
	bool lost = !strcmp(text_of(row, 1), "lost");

	put_time(out, sqlite3_column_int64(row, 0));
	out_text(out, text_of(row, 1));
	out_unless_zero(out, number_of(row, 2), out_number);
	out_unless_zero(out, number_of(row, 3), out_number);
	out_unless_zero(out, number_of(row, 4), out_address);
	out_unless_zero(out, lost ? 0 : number_of(row, 5), out_bytes);
	out_unless_zero(out, lost ? number_of(row, 5) : 0, out_number);
	out_text(out, lost ? "notifications" : text_of(row, 6));
}

static const struct view event_view = {
	"events", event_columns,
	"SELECT time, kind, pid, watch, start, size, text FROM event"
	" WHERE time >= ?1 AND (?2 = 0 OR pid = ?2 OR kind = 'lost') ORDER BY time, id",
	put_event,
};

/* --- the data base ------------------------------------------------------------------------------------------------ */

static int complain_of_base(sqlite3 *base)
{
	complain("%s: %s", settings.file, sqlite3_errmsg(base));
	return EXIT_FAILED;
}

/* PRAGMA user_version; -1: it cannot be read. */
static int read_version(sqlite3 *base)
{
	sqlite3_stmt *row;
	int version = -1;

	if (sqlite3_prepare_v2(base, "PRAGMA user_version", -1, &row, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(row) == SQLITE_ROW)
		version = sqlite3_column_int(row, 0);
	sqlite3_finalize(row);
	return version;
}

static int check_version(sqlite3 *base)
{
	int version = read_version(base);

	if (version < 0)
		return complain_of_base(base);
	if (version <= VERSION_NEWEST && version >= (settings.events ? VERSION_WITH_EVENTS : 1))
		return EXIT_FINE;
	if (version == 1)
		complain("%s: an older vminspectd kept it, without events", settings.file);
	else
		complain("%s: not a history of vminspectd, or of a newer one", settings.file);
	return EXIT_FAILED;
}

static int open_base(sqlite3 **ret)
{
	if (sqlite3_open_v2(settings.file, ret, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		complain("%s: %s; vminspectd --history keeps one", settings.file, sqlite3_errmsg(*ret));
		return EXIT_FAILED;
	}
	sqlite3_busy_timeout(*ret, WAIT_MILLISECONDS);
	return check_version(*ret);
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

/* From the first row on, which has been read. */
static int print_rows(struct session *session, const struct view *view, sqlite3 *base, sqlite3_stmt *row, int code)
{
	if (!session_print(session, &settings.table))
		return EXIT_FAILED;
	if (out_table_begin(session->out, view->key, view->columns))
		return EXIT_USAGE;
	for (; code == SQLITE_ROW && !out_is_over(session->out); code = sqlite3_step(row)) {
		out_row_begin(session->out);
		view->put(session->out, row);
		out_row_end(session->out);
	}
	out_table_end(session->out);
	return code == SQLITE_ROW || code == SQLITE_DONE ? EXIT_FINE : complain_of_base(base);
}

static int show(struct session *session, const struct view *view, sqlite3 *base, uint32_t pid)
{
	sqlite3_stmt *row;
	int code, status;

	if (sqlite3_prepare_v2(base, view->sql, -1, &row, NULL) != SQLITE_OK)
		return complain_of_base(base);
	sqlite3_bind_int64(row, 1, settings.since);
	sqlite3_bind_int64(row, 2, pid);
	code = sqlite3_step(row);
	if (code != SQLITE_ROW && code != SQLITE_DONE) {
		status = complain_of_base(base);
	} else if (code == SQLITE_DONE && view == &process_view) {
		complain("process %u: the history has nothing of it%s", pid, settings.since ? " since then" : "");
		status = EXIT_FAILED;
	} else {
		status = print_rows(session, view, base, row, code);
	}
	sqlite3_finalize(row);
	return status;
}

static int run(struct session *session, int count, char **operands)
{
	const struct view *view = settings.events ? &event_view : count ? &process_view : &snapshot_view;
	struct subject subject = { 0 };
	sqlite3 *base = NULL;
	int status;

	if (count && !subject_take(operands[0], &subject))
		return EXIT_USAGE;
	status = open_base(&base);
	if (status == EXIT_FINE)
		status = show(session, view, base, subject.pid);
	sqlite3_close(base);
	return status;
}

const struct command command_history = {
	.name = "history",
	.operands = "[PID]",
	.operands_least = 0,
	.operands_most = 1,
	.summary = "shows what vminspectd has kept: snapshots, a process over time, events",
	.details = "Without PID a line a snapshot; with PID the process in each of them. WSS is known while it is\n"
		   "watched. A lost event tells how many notifications had no room.",
	.options = options,
	.settings = &settings,
	.run = run,
};
