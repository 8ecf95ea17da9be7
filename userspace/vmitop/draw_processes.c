// SPDX-License-Identifier: GPL-2.0
/* The view of all processes. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/rss.h"
#include "common/units.h"
#include "draw.h"
#include "heat.h"

#define HEAT_LEAST 18
#define HEAT_MOST 96

enum { PID, USER, WSS, RSS, SWAP, WATCH, HEAT, COMMAND, COLUMNS };

/* --- the two lines above ------------------------------------------------------------------------------------------ */

static uint32_t sampler_cpu(const struct model *model)
{
	uint32_t cpu = 0;
	size_t i;

	for (i = 0; i < model->watches.count; i++)
		cpu += model->watches.items[i]->cpu;
	return cpu;
}

static void draw_summary(const struct model *model, struct canvas *canvas)
{
	const struct vmi_module *module = model->module.count ? model->module.items[0] : NULL;
	const char *kind = module ? vmi_lru_kind_name(module->lru_kind) : NULL;
	char percent[UNITS_TEXT], text[160];

	snprintf(text, sizeof(text), "%zu processes, %zu watch%s   LRU %s   sampler %s%% of a CPU",
		 model->processes.count, model->watches.count, model->watches.count == 1 ? "" : "es",
		 kind ? kind : "?", units_percent(percent, sampler_cpu(model)));
	canvas_put(canvas, 0, 0, canvas->columns, STYLE_PLAIN, text);
}

static void draw_sums(const struct model *model, struct canvas *canvas)
{
	char rss[UNITS_TEXT], wss[UNITS_TEXT], swap[UNITS_TEXT], tables[UNITS_TEXT], text[160];
	uint64_t all_rss = 0, all_wss = 0, all_swap = 0, all_tables = 0;
	size_t i;

	for (i = 0; i < model->processes.count; i++) {
		const struct vmi_totals *totals = model->processes.items[i]->totals;

		all_rss += rss_of_process(model->processes.items[i]);
		all_swap += totals ? totals->swap : 0;
		all_tables += totals ? totals->pgtables_bytes : 0;
	}
	for (i = 0; i < model->stats.count; i++)
		all_wss += model->stats.items[i]->working_set;
	snprintf(text, sizeof(text), "rss %s   wss of the watched %s   swap %s   page tables %s",
		 units_size(rss, all_rss * UNITS_PAGE), units_size(wss, all_wss * UNITS_PAGE),
		 units_size(swap, all_swap * UNITS_PAGE), units_size(tables, all_tables));
	canvas_put(canvas, 1, 0, canvas->columns, STYLE_PLAIN, text);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void put_size(struct canvas *canvas, size_t row, size_t column, uint64_t pages)
{
	char text[UNITS_TEXT];

	canvas_put_right(canvas, row, column, 6, STYLE_PLAIN, "%s", units_size(text, pages * UNITS_PAGE));
}

static void put_user(struct canvas *canvas, size_t row, size_t column, uint32_t uid)
{
	const struct passwd *user = getpwuid(uid);
	char text[16];

	snprintf(text, sizeof(text), "%u", uid);
	canvas_put(canvas, row, column, 8, STYLE_PLAIN, user ? user->pw_name : text);
}

static void put_heat(struct model *model, struct canvas *canvas, size_t row, size_t column, size_t width,
		     uint32_t pid, bool utf8)
{
	struct vmi_region_list regions;
	uint32_t levels[HEAT_MOST];

	model_read_regions(model, pid, &regions);
	heat_strip(&regions, levels, width);
	heat_draw(canvas, row, column, levels, width, utf8);
	vmi_region_list_release(&regions);
}

static void put_process(struct model *model, struct canvas *canvas, size_t row, const size_t *at,
			const struct process_row *shown, bool utf8)
{
	const struct vmi_process *process = shown->process;

	canvas_put_right(canvas, row, at[PID], 7, STYLE_PLAIN, "%u", process->pid);
	put_user(canvas, row, at[USER], process->uid);
	if (shown->stats && shown->stats->passes)
		put_size(canvas, row, at[WSS], shown->stats->working_set);
	else
		canvas_put_right(canvas, row, at[WSS], 6, STYLE_DIM, "-");
	put_size(canvas, row, at[RSS], rss_of_process(process));
	put_size(canvas, row, at[SWAP], process->totals ? process->totals->swap : 0);
	if (process->watch)
		canvas_put_right(canvas, row, at[WATCH], 5, STYLE_PLAIN, "%u", process->watch);
	if (process->watch && process->totals)
		put_heat(model, canvas, row, at[HEAT], at[COMMAND] - at[HEAT] - 1, process->pid, utf8);
	canvas_put(canvas, row, at[COMMAND], canvas->columns, STYLE_PLAIN, process->comm);
}

/* Heat takes a third of what is left beside the numbers and 20 columns of command. */
static size_t heat_width(const struct canvas *canvas)
{
	size_t width = canvas->columns > 62 ? canvas->columns - 62 : 0;

	if (width < HEAT_LEAST)
		width = HEAT_LEAST;
	return width > HEAT_MOST ? HEAT_MOST : width;
}

void draw_processes(struct model *model, struct canvas *canvas, bool utf8)
{
	const struct draw_column columns[COLUMNS] = {
		[PID] = { "PID", 7, true }, [USER] = { "USER", 8, false }, [WSS] = { "WSS", 6, true },
		[RSS] = { "RSS", 6, true }, [SWAP] = { "SWAP", 6, true }, [WATCH] = { "WATCH", 5, true },
		[HEAT] = { "HEAT", heat_width(canvas), false }, [COMMAND] = { "COMMAND", 0, false },
	};
	size_t at[COLUMNS], shown = draw_scroll(model, canvas), i;

	draw_summary(model, canvas);
	draw_sums(model, canvas);
	draw_headings(canvas, columns, COLUMNS, at);
	for (i = 0; i < shown; i++) {
		size_t row = DRAW_HEAD_ROWS + i;

		put_process(model, canvas, row, at, &model->rows[model->top + i], utf8);
		if (model->top + i == model->selected)
			canvas_select_row(canvas, row);
	}
}
