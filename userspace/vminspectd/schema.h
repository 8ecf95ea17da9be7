/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of the history. vminspectd(8) documents them. */
#ifndef VMI_VMINSPECTD_SCHEMA_H
#define VMI_VMINSPECTD_SCHEMA_H

#include "lib/vminspect.h"

#define SCHEMA_VERSION 3			/* PRAGMA user_version */

#define SCHEMA_EVENT \
	"CREATE TABLE event(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, pid INTEGER NOT NULL," \
	" watch INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL, text TEXT NOT NULL);" \
	"CREATE INDEX event_time ON event(time);"

#define SCHEMA_IS_NEW "PRAGMA user_version = 3;"

#define SCHEMA_COLUMN(member) ", " #member " INTEGER NOT NULL"

/* Amounts of memory are bytes, times of the daemon seconds since 1970; the watches' counts are the module's. */
#define SCHEMA \
	"BEGIN IMMEDIATE;" \
	"CREATE TABLE snapshot(id INTEGER PRIMARY KEY, time INTEGER NOT NULL);" \
	"CREATE INDEX snapshot_time ON snapshot(time);" \
	"CREATE TABLE process(snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE, pid INTEGER NOT NULL," \
	" start_time INTEGER NOT NULL, uid INTEGER NOT NULL, comm TEXT NOT NULL, resident INTEGER NOT NULL," \
	" swap INTEGER NOT NULL, page_tables INTEGER NOT NULL, PRIMARY KEY(snapshot, pid)) WITHOUT ROWID;" \
	"CREATE TABLE watch(snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE, watch INTEGER NOT NULL," \
	" pid INTEGER NOT NULL, resident INTEGER NOT NULL, working_set INTEGER NOT NULL" \
	VMI_STATS_COUNTS(SCHEMA_COLUMN) ", PRIMARY KEY(snapshot, watch)) WITHOUT ROWID;" \
	"CREATE TABLE score(snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE, watch INTEGER NOT NULL," \
	" policy TEXT NOT NULL, node INTEGER NOT NULL, zone TEXT NOT NULL, agreement REAL NOT NULL," \
	" kappa REAL NOT NULL, auc REAL NOT NULL, evicted INTEGER NOT NULL," \
	" PRIMARY KEY(snapshot, watch, policy, node, zone)) WITHOUT ROWID;" \
	SCHEMA_EVENT \
	SCHEMA_IS_NEW \
	"COMMIT"

/* What makes a history of version 1, or 2, one of this version. A new column is the last one of its table. */
#define SCHEMA_LOCKED_OUT "ALTER TABLE watch ADD COLUMN locked_out INTEGER NOT NULL DEFAULT 0;"
#define SCHEMA_UPGRADE_1 "BEGIN IMMEDIATE;" SCHEMA_EVENT SCHEMA_LOCKED_OUT SCHEMA_IS_NEW "COMMIT"
#define SCHEMA_UPGRADE_2 "BEGIN IMMEDIATE;" SCHEMA_LOCKED_OUT SCHEMA_IS_NEW "COMMIT"

#define SCHEMA_VALUE(member) ", ?"

#define INSERT_SNAPSHOT "INSERT INTO snapshot(time) VALUES(?)"
#define INSERT_PROCESS "INSERT INTO process VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
#define INSERT_WATCH "INSERT INTO watch VALUES(?, ?, ?, ?, ?" VMI_STATS_COUNTS(SCHEMA_VALUE) ")"
#define INSERT_EVENT "INSERT INTO event(time, kind, pid, watch, start, size, text) VALUES(?, ?, ?, ?, ?, ?, ?)"
#define INSERT_SCORE "INSERT INTO score VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"

#endif /* VMI_VMINSPECTD_SCHEMA_H */
