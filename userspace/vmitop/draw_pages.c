// SPDX-License-Identifier: GPL-2.0
/*
 * The view of one region: a map of its pages. A cell is one page, or 2, 4, 8 ... of them, and then shows what most of
 * them are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/units.h"
#include "draw.h"

#define ADDRESS_WIDTH 17

/* What a page can be, for the map. */
enum class {
	CLASS_ACCESSED,
	CLASS_IDLE,
	CLASS_SWAPPED,
	CLASS_FILE,
	CLASS_UNTOUCHED,
	CLASS_OTHER,
	CLASSES,
};

static const struct {
	const char *mark;
	const char *name;
	enum style style;
} classes[CLASSES] = {
	[CLASS_ACCESSED] = { "#", "accessed", STYLE_HEAT + HEAT_LEVELS - 1 },
	[CLASS_IDLE] = { "o", "idle", STYLE_HEAT + 1 },
	[CLASS_SWAPPED] = { "s", "swapped", STYLE_ALERT },
	[CLASS_FILE] = { "-", "in the file", STYLE_DIM },
	[CLASS_UNTOUCHED] = { ".", "untouched", STYLE_DIM },
	[CLASS_OTHER] = { "?", "other", STYLE_ALERT },
};

static enum class class_of(const struct vmi_run *run)
{
	const uint64_t accessed = VMINSPECT_PAGE_FLAGS_ACCESSED | VMINSPECT_PAGE_FLAGS_YOUNG;

	switch (run->state) {
	case VMINSPECT_PAGE_STATE_PRESENT:
		return run->flags & accessed ? CLASS_ACCESSED : CLASS_IDLE;
	case VMINSPECT_PAGE_STATE_SWAPPED:
		return CLASS_SWAPPED;
	case VMINSPECT_PAGE_STATE_UNMAPPED_FILE:
		return CLASS_FILE;
	case VMINSPECT_PAGE_STATE_UNTOUCHED:
		return CLASS_UNTOUCHED;
	default:
		return CLASS_OTHER;
	}
}

static const struct vmi_region *find_region(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->regions.count; i++)
		if (model->regions.items[i]->start == model->region)
			return model->regions.items[i];
	return NULL;
}

/* --- the map ------------------------------------------------------------------------------------------------------ */

/* A stretch of cells, as many pages each as `pages`. */
struct map {
	uint64_t start;			/* address of the first cell */
	uint64_t pages;			/* of a cell */
	size_t count;			/* cells */
	uint64_t (*cells)[CLASSES];	/* pages of each class */
};

static void add_run(struct map *map, const struct vmi_run *run)
{
	const uint64_t bytes = map->pages * UNITS_PAGE, end = run->start + run->pages * UNITS_PAGE;
	uint64_t at = run->start > map->start ? run->start : map->start;

	while (at < end) {
		uint64_t cell = (at - map->start) / bytes, next = map->start + (cell + 1) * bytes;

		if (cell >= map->count)
			return;
		if (next > end)
			next = end;
		map->cells[cell][class_of(run)] += (next - at) / UNITS_PAGE;
		at = next;
	}
}

static enum class dominant(const uint64_t cell[CLASSES])
{
	enum class i, most = CLASS_ACCESSED;

	for (i = CLASS_ACCESSED; i < CLASSES; i++)
		if (cell[i] > cell[most])
			most = i;
	return most;
}

static void draw_map(const struct map *map, struct canvas *canvas, size_t width)
{
	size_t i, first = DRAW_HEAD_ROWS;

	for (i = 0; i < map->count; i++) {
		enum class class = dominant(map->cells[i]);

		if (!(i % width))
			canvas_put_right(canvas, first + i / width, 0, ADDRESS_WIDTH - 1, STYLE_PLAIN, "%llx",
					 (unsigned long long)(map->start + i * map->pages * UNITS_PAGE));
		if (map->cells[i][class])
			canvas_put(canvas, first + i / width, ADDRESS_WIDTH + i % width, 1, classes[class].style,
				   classes[class].mark);
	}
}

/* --- scale and scrolling ------------------------------------------------------------------------------------------ */

/* The least zoom at which the region has room on the screen. */
static uint32_t fitting_zoom(uint64_t pages, size_t cells)
{
	uint32_t zoom = 0;

	while ((pages + (1ull << zoom) - 1) >> zoom > cells)
		zoom++;
	return zoom;
}

/* The part of the region that is on the screen. */
static struct map choose_map(struct model *model, const struct vmi_region *region, size_t rows, size_t width)
{
	uint64_t pages = (region->end - region->start) / UNITS_PAGE, cells, all_rows;
	struct map map = { 0 };

	if (model->fit)
		model->zoom = fitting_zoom(pages, rows * width);
	cells = (pages + (1ull << model->zoom) - 1) >> model->zoom;
	all_rows = (cells + width - 1) / width;
	if (model->top + rows > all_rows)
		model->top = all_rows > rows ? all_rows - rows : 0;
	map.pages = 1ull << model->zoom;
	map.start = region->start + model->top * width * map.pages * UNITS_PAGE;
	map.count = cells - model->top * width < rows * width ? cells - model->top * width : rows * width;
	return map;
}

/* --- the lines above ---------------------------------------------------------------------------------------------- */

static void draw_summary(const struct model *model, const struct vmi_region *region, struct canvas *canvas)
{
	char size[UNITS_TEXT], cell[UNITS_TEXT], text[512];

	snprintf(text, sizeof(text), "process %u   a cell is %s   %llx-%llx   %s   %.300s", model->pid,
		 units_size(cell, UNITS_PAGE << model->zoom), (unsigned long long)region->start,
		 (unsigned long long)region->end, units_size(size, region->end - region->start),
		 *region->name ? region->name : "[anon]");
	canvas_put(canvas, 0, 0, canvas->columns, STYLE_PLAIN, text);
}

/* The legend, with how much there is of each. */
static void draw_legend(const struct model *model, struct canvas *canvas)
{
	uint64_t pages[CLASSES] = { 0 };
	size_t i, column = 0;

	for (i = 0; i < model->runs.count; i++)
		pages[class_of(model->runs.items[i])] += model->runs.items[i]->pages;
	for (i = 0; i < CLASSES; i++) {
		char size[UNITS_TEXT], text[64];

		if (!pages[i])
			continue;
		snprintf(text, sizeof(text), " %s %s", classes[i].name, units_size(size, pages[i] * UNITS_PAGE));
		canvas_put(canvas, 1, column, 1, classes[i].style, classes[i].mark);
		canvas_put(canvas, 1, column + 1, canvas->columns, STYLE_PLAIN, text);
		column += strlen(text) + 4;
	}
}

void draw_pages(struct model *model, struct canvas *canvas, bool utf8)
{
	const struct vmi_region *region = find_region(model);
	size_t rows = canvas->rows - DRAW_HEAD_ROWS - 1, i;
	size_t width = canvas->columns > ADDRESS_WIDTH + 16 ? canvas->columns - ADDRESS_WIDTH : 16;
	struct map map;

	(void)utf8;
	width -= width % 16;
	if (!region)
		return;
	model->page_rows = rows;
	map = choose_map(model, region, rows, width);
	map.cells = calloc(map.count + 1, sizeof(*map.cells));
	if (!map.cells)
		return;
	for (i = 0; i < model->runs.count; i++)
		add_run(&map, model->runs.items[i]);
	draw_summary(model, region, canvas);
	draw_legend(model, canvas);
	draw_map(&map, canvas, width);
	free(map.cells);
}
