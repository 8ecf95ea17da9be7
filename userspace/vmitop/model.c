// SPDX-License-Identifier: GPL-2.0
/* What vmitop shows: reading it. actions.c changes it. */
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/connect.h"
#include "common/rss.h"

static const char *const order_names[ORDERS] = {
	[ORDER_WSS] = "wss", [ORDER_RSS] = "rss", [ORDER_SWAP] = "swap", [ORDER_PID] = "pid", [ORDER_NAME] = "name",
};

const char *model_order_name(enum order order)
{
	return order_names[order];
}

int model_find_order(const char *name)
{
	int i;

	for (i = 0; i < ORDERS; i++)
		if (!strcmp(order_names[i], name))
			return i;
	return -1;
}

void model_init(struct model *model, struct vmi_client *client)
{
	*model = (struct model){ .client = client, .delay = 2000000000, .fit = true };
}

void model_deinit(struct model *model)
{
	vmi_module_list_release(&model->module);
	vmi_process_list_release(&model->processes);
	vmi_stats_list_release(&model->stats);
	vmi_watch_list_release(&model->watches);
	vmi_region_list_release(&model->regions);
	vmi_run_list_release(&model->runs);
	free(model->rows);
	free(model->region_rows);
}

size_t model_row_count(const struct model *model)
{
	switch (model->view) {
	case VIEW_PROCESSES:
		return model->processes.count;
	case VIEW_REGIONS:
		return model->regions.count;
	default:
		return 0;
	}
}

/* --- orders: the sign says which comes first, larger amounts before smaller ones ---------------------------------- */

static const struct model *sorted;	/* by qsort(), which hands nothing on */

static int fall(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static uint64_t process_amount(const struct process_row *row)
{
	const struct vmi_totals *totals = row->process->totals;

	switch (sorted->order) {
	case ORDER_WSS:
		return row->stats ? row->stats->working_set + 1 : 0;
	case ORDER_SWAP:
		return totals ? totals->swap : 0;
	case ORDER_RSS:
		return totals ? totals->rss_anon + totals->rss_file + totals->rss_shmem : 0;
	default:
		return 0;
	}
}

static int compare_processes(const void *a, const void *b)
{
	const struct process_row *one = a, *other = b;
	int order = 0;

	if (sorted->order == ORDER_NAME)
		order = strcmp(one->process->comm, other->process->comm);
	else if (sorted->order != ORDER_PID)
		order = fall(process_amount(one), process_amount(other));
	if (!order && sorted->order == ORDER_WSS)
		order = fall(rss_of_process(one->process), rss_of_process(other->process));
	if (!order)
		order = fall(other->process->pid, one->process->pid);
	return sorted->reverse ? -order : order;
}

static uint64_t region_amount(const struct vmi_region *region)
{
	if (!region->counts)
		return 0;
	switch (sorted->order) {
	case ORDER_WSS:
		return region->counts->young;
	case ORDER_RSS:
		return region->counts->present;
	case ORDER_SWAP:
		return region->counts->swapped;
	default:
		return 0;
	}
}

/* By address where the order is that of pids. */
static int compare_regions(const void *a, const void *b)
{
	const struct vmi_region *one = *(const struct vmi_region *const *)a;
	const struct vmi_region *other = *(const struct vmi_region *const *)b;
	int order = 0;

	if (sorted->order == ORDER_NAME)
		order = strcmp(one->name, other->name);
	else
		order = fall(region_amount(one), region_amount(other));
	if (!order)
		order = fall(other->start, one->start);
	return sorted->reverse ? -order : order;
}

/* --- processes ---------------------------------------------------------------------------------------------------- */

static const struct vmi_stats *find_stats(const struct vmi_stats_list *stats, uint32_t pid)
{
	size_t i;

	for (i = 0; i < stats->count; i++)
		if (stats->items[i]->pid == pid)
			return stats->items[i];
	return NULL;
}

static int sort_processes(struct model *model)
{
	struct process_row *rows = calloc(model->processes.count + 1, sizeof(*rows));
	size_t i;

	if (!rows)
		return -ENOMEM;
	for (i = 0; i < model->processes.count; i++) {
		rows[i].process = model->processes.items[i];
		rows[i].stats = find_stats(&model->stats, rows[i].process->pid);
	}
	sorted = model;
	qsort(rows, model->processes.count, sizeof(*rows), compare_processes);
	free(model->rows);
	model->rows = rows;
	return 0;
}

/* The selection stays on its process; if that has gone, on its row. */
static void select_process(struct model *model)
{
	size_t i;

	for (i = 0; i < model->processes.count; i++)
		if (model->rows[i].process->pid == model->pid)
			model->selected = i;
	if (model->selected >= model->processes.count)
		model->selected = model->processes.count ? model->processes.count - 1 : 0;
	if (model->processes.count)
		model->pid = model->rows[model->selected].process->pid;
}

static bool has_watch(const struct vmi_watch_list *watches, uint32_t id)
{
	size_t i;

	for (i = 0; i < watches->count; i++)
		if (watches->items[i]->id == id)
			return true;
	return false;
}

/* Watches end with their processes, and then take no room any more. */
static void forget_what_is_over(struct model *model)
{
	size_t i, kept = 0;

	for (i = 0; i < model->begun_count; i++)
		if (has_watch(&model->watches, model->begun[i]))
			model->begun[kept++] = model->begun[i];
	model->begun_count = kept;
}

/* Watches and their statistics; a module without them has none. */
static int read_watches(struct model *model)
{
	int err;

	vmi_stats_list_release(&model->stats);
	vmi_watch_list_release(&model->watches);
	err = vmi_stats_list_read(model->client, 0, &model->stats);
	if (!err)
		err = vmi_watch_list_read(model->client, 0, &model->watches);
	if (!err)
		forget_what_is_over(model);
	return err == -EOPNOTSUPP ? 0 : err;
}

static int read_processes(struct model *model)
{
	const struct vmi_process_query query = { 0 };
	int err = 0;

	vmi_process_list_release(&model->processes);
	err = vmi_process_list_read(model->client, &query, &model->processes);
	if (!err && !model->module.count)
		err = vmi_module_list_read(model->client, &model->module);
	if (!err)
		err = read_watches(model);
	if (!err)
		err = sort_processes(model);
	if (!err && model->view == VIEW_PROCESSES)
		select_process(model);
	return err;
}

/* --- regions ------------------------------------------------------------------------------------------------------ */

void model_read_regions(struct model *model, uint32_t pid, struct vmi_region_list *ret)
{
	const struct vmi_region_query query = { .pid = pid, .detail = true };

	vmi_region_list_read(model->client, &query, ret);
}

static int sort_regions(struct model *model)
{
	const struct vmi_region **rows = calloc(model->regions.count + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	memcpy(rows, model->regions.items, model->regions.count * sizeof(*rows));
	sorted = model;
	qsort(rows, model->regions.count, sizeof(*rows), compare_regions);
	free(model->region_rows);
	model->region_rows = rows;
	return 0;
}

static void select_region(struct model *model)
{
	size_t i;

	for (i = 0; i < model->regions.count; i++)
		if (model->region_rows[i]->start == model->region)
			model->selected = i;
	if (model->selected >= model->regions.count)
		model->selected = model->regions.count ? model->regions.count - 1 : 0;
	if (model->regions.count)
		model->region = model->region_rows[model->selected]->start;
}

/* A list of a process that keeps changing is good enough to look at. */
static int tolerate(int err)
{
	return err == -EAGAIN ? 0 : err;
}

static int read_regions(struct model *model)
{
	const struct vmi_region_query query = { .pid = model->pid, .detail = true };
	int err;

	vmi_region_list_release(&model->regions);
	err = tolerate(vmi_region_list_read(model->client, &query, &model->regions));
	if (!err)
		err = sort_regions(model);
	if (!err && model->view == VIEW_REGIONS)
		select_region(model);
	return err;
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

static const struct vmi_region *find_region(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->regions.count; i++)
		if (model->regions.items[i]->start == model->region)
			return model->regions.items[i];
	return NULL;
}

static int read_pages(struct model *model)
{
	struct vmi_run_query query = { .pid = model->pid };
	const struct vmi_region *region = find_region(model);

	vmi_run_list_release(&model->runs);
	if (!region)
		return -ENOENT;
	query.start = region->start;
	query.end = region->end;
	return tolerate(vmi_run_list_read(model->client, &query, &model->runs));
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void go_back(struct model *model, enum view view)
{
	model->view = view;
	model->selected = 0;
	model->top = 0;
	if (view == VIEW_PROCESSES)
		select_process(model);
}

/* A process that has gone, or changed hands, leads back to the list. */
static int leave_process(struct model *model, int err)
{
	if (!connect_is_out_of_reach(err))
		return err;
	snprintf(model->message, sizeof(model->message), "process %u %s", model->pid,
		 err == -ESRCH ? "has gone" : "may not be looked at");
	go_back(model, VIEW_PROCESSES);
	return 0;
}

static int leave_region(struct model *model)
{
	snprintf(model->message, sizeof(model->message), "the region at %llx has gone",
		 (unsigned long long)model->region);
	go_back(model, VIEW_REGIONS);
	return 0;
}

int model_read(struct model *model)
{
	int err = read_processes(model);

	if (err || model->view == VIEW_PROCESSES)
		return err;
	err = read_regions(model);
	if (err || model->view == VIEW_REGIONS)
		return leave_process(model, err);
	err = read_pages(model);
	return err == -ENOENT ? leave_region(model) : leave_process(model, err);
}
