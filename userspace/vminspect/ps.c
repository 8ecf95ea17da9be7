// SPDX-License-Identifier: GPL-2.0
/* vminspect ps: processes by working set. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/progress.h"
#include "common/rss.h"
#include "common/units.h"

static struct settings {
	struct table_settings table;
	const char *sort;
	uint64_t number;
} settings;

static const struct args_option options[] = {
	TABLE_OPTIONS(struct settings, table),
	{ "sort", 's', "KEY", &args_text, offsetof(struct settings, sort),
	  "order: wss (the default), rss, swap, tables, pid, name" },
	{ "number", 'n', "N", &args_count, offsetof(struct settings, number), "only the first N" },
	{ 0 },
};

static const struct out_column columns[] = {
	{ .key = "pid", .heading = "PID", .align = OUT_RIGHT },
	{ .key = "user", .heading = "USER" },
	{ .key = "wss", .heading = "WSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "rss", .heading = "RSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "swap", .heading = "SWAP", .align = OUT_RIGHT, .scaled = true },
	{ .key = "tables", .heading = "TABLES", .align = OUT_RIGHT, .scaled = true },
	{ .key = "virtual", .heading = "VIRT", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "anon", .heading = "ANON", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "file", .heading = "FILE", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "shmem", .heading = "SHMEM", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "young", .heading = "YOUNG", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "dirty", .heading = "DIRTY", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "cow", .heading = "COW", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "regions", .heading = "REGIONS", .align = OUT_RIGHT, .extra = true },
	{ .key = "height", .heading = "HEIGHT", .align = OUT_RIGHT, .extra = true },
	{ .key = "threads", .heading = "THR", .align = OUT_RIGHT },
	{ .key = "watch", .heading = "WATCH", .align = OUT_RIGHT },
	{ .key = "command", .heading = "COMMAND" },
	{ 0 },
};

/* A process, and its working set in pages if it is the one that a watch was put on. */
struct row {
	const struct vmi_process *process;
	bool has_wss;
	uint64_t wss;
};

static int fall(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int by_pid(const void *a, const void *b)
{
	return fall(((const struct row *)b)->process->pid, ((const struct row *)a)->process->pid);
}

static int by_rss(const void *a, const void *b)
{
	int order = fall(rss_of_process(((const struct row *)a)->process),
			 rss_of_process(((const struct row *)b)->process));

	return order ? order : by_pid(a, b);
}

/* Processes with a working set stand first; the others follow by what they hold. */
static int by_wss(const void *a, const void *b)
{
	const struct row *one = a, *other = b;
	int order = fall(one->has_wss, other->has_wss);

	if (!order)
		order = fall(one->wss, other->wss);
	return order ? order : by_rss(a, b);
}

static uint64_t swap_of(const struct row *row)
{
	return row->process->totals ? row->process->totals->swap : 0;
}

static int by_swap(const void *a, const void *b)
{
	int order = fall(swap_of(a), swap_of(b));

	return order ? order : by_rss(a, b);
}

static uint64_t tables_of(const struct row *row)
{
	return row->process->totals ? row->process->totals->pgtables_bytes : 0;
}

static int by_tables(const void *a, const void *b)
{
	int order = fall(tables_of(a), tables_of(b));

	return order ? order : by_rss(a, b);
}

static int by_name(const void *a, const void *b)
{
	int order = strcmp(((const struct row *)a)->process->comm, ((const struct row *)b)->process->comm);

	return order ? order : by_pid(a, b);
}

typedef int (*order_fn)(const void *a, const void *b);

static order_fn find_order(const char *key)
{
	static const struct {
		const char *key;
		order_fn order;
	} orders[] = {
		{ "wss", by_wss }, { "rss", by_rss }, { "swap", by_swap }, { "tables", by_tables },
		{ "pid", by_pid }, { "name", by_name },
	};
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (!strcmp(orders[i].key, key ? key : "wss"))
			return orders[i].order;
	return NULL;
}

static void put_totals(struct out *out, const struct vmi_process *process)
{
	const struct vmi_totals *totals = process->totals;
	size_t i;

	if (!totals) {
		for (i = 0; i < 7; i++)
			out_none(out);
		return;
	}
	out_bytes(out, rss_of_process(process) * UNITS_PAGE);
	out_bytes(out, totals->swap * UNITS_PAGE);
	out_bytes(out, totals->pgtables_bytes);
	out_bytes(out, totals->total_vm * UNITS_PAGE);
	out_bytes(out, totals->rss_anon * UNITS_PAGE);
	out_bytes(out, totals->rss_file * UNITS_PAGE);
	out_bytes(out, totals->rss_shmem * UNITS_PAGE);
}

static void put_counts(struct out *out, const struct vmi_process *process)
{
	const struct vmi_counts *counts = process->counts;
	size_t i;

	if (!counts || !process->index) {
		for (i = 0; i < 5; i++)
			out_none(out);
		return;
	}
	out_bytes(out, counts->young * UNITS_PAGE);
	out_bytes(out, counts->dirty * UNITS_PAGE);
	out_bytes(out, counts->cow * UNITS_PAGE);
	out_number(out, process->index->regions);
	out_number(out, process->index->height);
}

static void put_row(struct out *out, const struct row *row)
{
	const struct vmi_process *process = row->process;

	out_row_begin(out);
	out_number(out, process->pid);
	out_text(out, words_user(process->uid));
	if (row->has_wss)
		out_bytes(out, row->wss * UNITS_PAGE);
	else
		out_none(out);
	put_totals(out, process);
	put_counts(out, process);
	out_number(out, process->threads);
	out_unless_zero(out, process->watch, out_number);
	out_text(out, process->comm);
	out_row_end(out);
}

/* A watch on a whole tree has one working set for all of it; it stands at the tree's root. */
static void set_wss(struct row *row, const struct vmi_stats_list *stats)
{
	size_t i;

	for (i = 0; i < stats->count; i++) {
		if (stats->items[i]->pid != row->process->pid || !stats->items[i]->passes)
			continue;
		row->has_wss = true;
		row->wss = stats->items[i]->working_set;
	}
}

static int print(struct session *session, const struct vmi_process_list *processes, const struct vmi_stats_list *stats,
		 order_fn order)
{
	struct row *rows = calloc(processes->count + 1, sizeof(*rows));
	size_t i, number = processes->count;
	int status = EXIT_USAGE;

	if (!rows || !session_print(session, &settings.table)) {
		free(rows);
		return EXIT_FAILED;
	}
	for (i = 0; i < processes->count; i++) {
		rows[i].process = processes->items[i];
		set_wss(&rows[i], stats);
	}
	qsort(rows, processes->count, sizeof(*rows), order);
	if (settings.number && settings.number < number)
		number = settings.number;
	if (!out_table_begin(session->out, "processes", columns)) {
		for (i = 0; i < number; i++)
			put_row(session->out, &rows[i]);
		out_table_end(session->out);
		status = EXIT_FINE;
	}
	free(rows);
	return status;
}

static int run(struct session *session, int count, char **operands)
{
	const struct vmi_process_query query = { .detail = settings.table.extended };
	struct vmi_process_list processes;
	struct vmi_stats_list stats;
	order_fn order = find_order(settings.sort);
	int err, status = EXIT_FAILED;

	(void)count;
	(void)operands;
	if (!order) {
		complain("--sort: '%s' is not one of wss, rss, swap, tables, pid, name", settings.sort);
		return EXIT_USAGE;
	}
	if (!session_connect(session))
		return EXIT_FAILED;
	progress_begin("reading processes");
	vmi_client_set_progress(session->client, progress_tell, NULL);
	err = vmi_process_list_read(session->client, &query, &processes);
	progress_end();
	if (!session_has_read(session, err, NULL))
		return EXIT_FAILED;
	err = vmi_stats_list_read(session->client, 0, &stats);
	if (err == -EOPNOTSUPP || session_has_read(session, err, "working sets"))
		status = print(session, &processes, &stats, order);
	vmi_stats_list_release(&stats);
	vmi_process_list_release(&processes);
	return status;
}

const struct command command_ps = {
	.name = "ps",
	.operands = "",
	.summary = "lists processes, those with the largest working set first",
	.details = "The working set (WSS) is known of watched processes: what was accessed within the last pass.\n"
		   "With -x the page tables of all processes are walked for YOUNG, DIRTY and COW.",
	.options = options,
	.settings = &settings,
	.run = run,
};
