// SPDX-License-Identifier: GPL-2.0
/* The view of one process: its regions. */
#include <stdio.h>
#include <string.h>

#include "common/rss.h"
#include "common/units.h"
#include "draw.h"
#include "heat.h"

enum { ADDRESS, PERMISSIONS, SIZE, RSS, YOUNG, DIRTY, SWAP, AGES, MAPPING, COLUMNS };

static const struct vmi_process *find_process(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->processes.count; i++)
		if (model->processes.items[i]->pid == model->pid)
			return model->processes.items[i];
	return NULL;
}

static void draw_summary(const struct model *model, struct canvas *canvas)
{
	const struct vmi_process *process = find_process(model);
	char text[160];

	snprintf(text, sizeof(text), "process %u (%s)   %zu regions   watch ", model->pid,
		 process ? process->comm : "?", model->regions.count);
	if (process && process->watch)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u", process->watch);
	else
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "none");
	canvas_put(canvas, 0, 0, canvas->columns, STYLE_PLAIN, text);
}

static void draw_sums(const struct model *model, struct canvas *canvas)
{
	char rss[UNITS_TEXT], young[UNITS_TEXT], dirty[UNITS_TEXT], swap[UNITS_TEXT], cow[UNITS_TEXT], text[160];
	struct vmi_counts sums = { 0 };
	size_t i;

#define ADD(member) sums.member += counts->member;
	for (i = 0; i < model->regions.count; i++) {
		const struct vmi_counts *counts = model->regions.items[i]->counts;

		if (counts) {
			VMI_COUNTS(ADD)
		}
	}
#undef ADD
	snprintf(text, sizeof(text), "rss %s   young %s   dirty %s   a write would copy %s   swap %s",
		 units_size(rss, rss_of_counts(&sums) * UNITS_PAGE), units_size(young, sums.young * UNITS_PAGE),
		 units_size(dirty, sums.dirty * UNITS_PAGE), units_size(cow, sums.cow * UNITS_PAGE),
		 units_size(swap, sums.swapped * UNITS_PAGE));
	canvas_put(canvas, 1, 0, canvas->columns, STYLE_PLAIN, text);
}

static void put_size(struct canvas *canvas, size_t row, size_t column, uint64_t bytes)
{
	char text[UNITS_TEXT];

	canvas_put_right(canvas, row, column, 5, STYLE_PLAIN, "%s", units_size(text, bytes));
}

static void put_counts(struct canvas *canvas, size_t row, const size_t *at, const struct vmi_counts *counts)
{
	put_size(canvas, row, at[RSS], rss_of_counts(counts) * UNITS_PAGE);
	put_size(canvas, row, at[YOUNG], counts->young * UNITS_PAGE);
	put_size(canvas, row, at[DIRTY], counts->dirty * UNITS_PAGE);
	put_size(canvas, row, at[SWAP], counts->swapped * UNITS_PAGE);
}

/* Ages of a watched process. */
static void put_ages(struct canvas *canvas, size_t row, size_t column, const struct vmi_region *region, bool utf8)
{
	uint32_t levels[HEAT_LEVELS];

	heat_histogram(region, levels);
	heat_draw(canvas, row, column, levels, HEAT_LEVELS, utf8);
}

static void put_region(struct canvas *canvas, size_t row, const size_t *at, const struct vmi_region *region, bool utf8)
{
	const uint32_t flags = region->flags;
	const char permissions[] = {
		flags & VMINSPECT_REGION_FLAGS_READ ? 'r' : '-', flags & VMINSPECT_REGION_FLAGS_WRITE ? 'w' : '-',
		flags & VMINSPECT_REGION_FLAGS_EXEC ? 'x' : '-', flags & VMINSPECT_REGION_FLAGS_MAYSHARE ? 's' : 'p', 0,
	};

	canvas_put_right(canvas, row, at[ADDRESS], 16, STYLE_PLAIN, "%llx", (unsigned long long)region->start);
	canvas_put(canvas, row, at[PERMISSIONS], 4, STYLE_PLAIN, permissions);
	put_size(canvas, row, at[SIZE], region->end - region->start);
	if (region->counts)
		put_counts(canvas, row, at, region->counts);
	put_ages(canvas, row, at[AGES], region, utf8);
	canvas_put(canvas, row, at[MAPPING], canvas->columns, STYLE_PLAIN, *region->name ? region->name : "[anon]");
}

void draw_regions(struct model *model, struct canvas *canvas, bool utf8)
{
	static const struct draw_column columns[COLUMNS] = {
		[ADDRESS] = { "ADDRESS", 16, true },
		[PERMISSIONS] = { "PERM", 4, false },
		[SIZE] = { "SIZE", 5, true },
		[RSS] = { "RSS", 5, true },
		[YOUNG] = { "YOUNG", 5, true },
		[DIRTY] = { "DIRTY", 5, true },
		[SWAP] = { "SWAP", 5, true },
		[AGES] = { "AGES", HEAT_LEVELS, false },
		[MAPPING] = { "MAPPING", 0, false },
	};
	size_t at[COLUMNS], shown = draw_scroll(model, canvas), i;

	draw_summary(model, canvas);
	draw_sums(model, canvas);
	draw_headings(canvas, columns, COLUMNS, at);
	for (i = 0; i < shown; i++) {
		size_t row = DRAW_HEAD_ROWS + i;

		put_region(canvas, row, at, model->region_rows[model->top + i], utf8);
		if (model->top + i == model->selected)
			canvas_select_row(canvas, row);
	}
}
