// SPDX-License-Identifier: GPL-2.0
/* vminspect tables: page tables, as merged runs of leaves, as table pages, or summed up by level. */
#include "command.h"
#include "common/json.h"
#include "common/progress.h"

#define ENTRIES_PER_TABLE 512

static struct settings {
	struct table_settings table;
	bool levels;
	bool pages;
	struct args_range range;
} settings;

static const struct args_option options[] = {
	TABLE_OPTIONS(struct settings, table),
	{ "levels", 'l', NULL, &args_flag, offsetof(struct settings, levels),
	  "a line a level: tables, occupancy, and what 1 to 5 levels would cost" },
	{ "pages", 'p', NULL, &args_flag, offsetof(struct settings, pages), "a line a page-table page" },
	{ "range", 'r', "RANGE", &args_address_range, offsetof(struct settings, range),
	  "what maps these addresses: START-END, START+LENGTH" },
	{ 0 },
};

/* One of the three views. */
struct view {
	uint32_t mode;			/* enum vminspect_table_mode */
	const char *key;
	const struct out_column *columns;
	void (*put)(struct out *out, const struct vmi_table *table);
};

/* --- runs --------------------------------------------------------------------------------------------------------- */

static const struct out_column run_columns[] = {
	{ .key = "start", .heading = "START", .align = OUT_RIGHT },
	{ .key = "end", .heading = "END", .align = OUT_RIGHT },
	{ .key = "size", .heading = "SIZE", .align = OUT_RIGHT, .scaled = true },
	{ .key = "leaf", .heading = "LEAF", .align = OUT_RIGHT },
	{ .key = "entry", .heading = "ENTRY", .align = OUT_RIGHT, .extra = true },
	{ .key = "bits", .heading = "BITS" },
	{ 0 },
};

static const char *leaf_name(uint32_t level)
{
	static const char *const names[] = { NULL, "4K", "2M", "1G" };

	return words_name(level < sizeof(names) / sizeof(names[0]) ? names[level] : NULL, level);
}

static void put_run(struct out *out, const struct vmi_table *run)
{
	out_address(out, run->start);
	out_address(out, run->end);
	out_bytes(out, run->end - run->start);
	out_text(out, leaf_name(run->level));
	out_address(out, run->bits);
	out_text(out, run->text);
}

/* --- table pages -------------------------------------------------------------------------------------------------- */

static const struct out_column page_columns[] = {
	{ .key = "start", .heading = "START", .align = OUT_RIGHT },
	{ .key = "end", .heading = "END", .align = OUT_RIGHT },
	{ .key = "level", .heading = "LEVEL", .align = OUT_RIGHT },
	{ .key = "name", .heading = "NAME" },
	{ .key = "frame", .heading = "FRAME", .align = OUT_RIGHT },
	{ .key = "used", .heading = "USED", .align = OUT_RIGHT },
	{ .key = "occupancy", .heading = "USED(%)", .align = OUT_RIGHT },
	{ .key = "leaves", .heading = "LEAVES", .align = OUT_RIGHT },
	{ 0 },
};

static int64_t occupancy(const struct vmi_table *table, uint64_t tables)
{
	return tables ? (int64_t)(table->used * 1000000 / (tables * ENTRIES_PER_TABLE)) : 0;
}

static void put_page(struct out *out, const struct vmi_table *table)
{
	out_address(out, table->start);
	out_address(out, table->end);
	out_number(out, table->level);
	out_text(out, table->name);
	out_unless_zero(out, table->frame, out_address);	/* users are not told */
	out_number(out, table->used);
	out_share(out, occupancy(table, 1));
	out_number(out, table->leaves);
}

/* --- levels ------------------------------------------------------------------------------------------------------- */

static const struct out_column level_columns[] = {
	{ .key = "level", .heading = "LEVEL", .align = OUT_RIGHT },
	{ .key = "name", .heading = "NAME" },
	{ .key = "tables", .heading = "TABLES", .align = OUT_RIGHT },
	{ .key = "bytes", .heading = "SIZE", .align = OUT_RIGHT, .scaled = true },
	{ .key = "used", .heading = "USED", .align = OUT_RIGHT },
	{ .key = "occupancy", .heading = "USED(%)", .align = OUT_RIGHT },
	{ .key = "leaves", .heading = "LEAVES", .align = OUT_RIGHT },
	{ .key = "cost", .heading = "COST", .align = OUT_RIGHT, .scaled = true },
	{ 0 },
};

static void put_level(struct out *out, const struct vmi_table *level)
{
	out_number(out, level->level);
	if (*level->name)
		out_text(out, level->name);
	else
		out_none(out);
	out_number(out, level->tables);
	out_bytes(out, level->tables * 4096);
	out_number(out, level->used);
	if (level->tables)
		out_share(out, occupancy(level, level->tables));
	else
		out_none(out);
	out_number(out, level->leaves);
	out_bytes(out, level->cost);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const struct view runs = { VMINSPECT_TABLE_MODE_RUNS, "runs", run_columns, put_run };
static const struct view pages = { VMINSPECT_TABLE_MODE_TABLES, "tables", page_columns, put_page };
static const struct view levels = { VMINSPECT_TABLE_MODE_LEVELS, "levels", level_columns, put_level };

static int print(struct session *session, const struct view *view, uint32_t pid, const struct vmi_table_list *tables)
{
	struct out *out;
	size_t i;

	if (!session_print(session, &settings.table))
		return EXIT_FAILED;
	out = session->out;
	if (out_json(out))
		json_number(out_json(out), "pid", pid);
	if (out_table_begin(out, view->key, view->columns))
		return EXIT_USAGE;
	for (i = 0; i < tables->count; i++) {
		out_row_begin(out);
		view->put(out, tables->items[i]);
		out_row_end(out);
	}
	out_table_end(out);
	return EXIT_FINE;
}

static int run(struct session *session, int count, char **operands)
{
	const struct view *view = settings.levels ? &levels : settings.pages ? &pages : &runs;
	struct vmi_table_query query = {
		.mode = view->mode, .start = settings.range.start, .end = settings.range.end,
	};
	struct vmi_table_list tables;
	struct subject subject;
	int err, status = EXIT_FAILED;

	(void)count;
	if (!subject_take(operands[0], &subject))
		return EXIT_USAGE;
	if (settings.levels && settings.pages) {
		complain("--levels and --pages exclude each other");
		return EXIT_USAGE;
	}
	if (!session_connect(session))
		return EXIT_FAILED;
	query.pid = subject.pid;
	progress_begin("reading page tables");
	vmi_client_set_progress(session->client, progress_tell, NULL);
	err = vmi_table_list_read(session->client, &query, &tables);
	progress_end();
	if (session_has_read(session, err, subject.name))
		status = print(session, view, subject.pid, &tables);
	vmi_table_list_release(&tables);
	return status;
}

const struct command command_tables = {
	.name = "tables",
	.operands = "PID",
	.operands_least = 1,
	.operands_most = 1,
	.summary = "shows the page tables of a process",
	.details = "Without an option: runs of leaves of one size with equal bits, accessed and dirty not compared.\n"
		   "With --levels, COST is what all tables would take if that level were the top one, and a flat\n"
		   "table.",
	.options = options,
	.settings = &settings,
	.run = run,
};
