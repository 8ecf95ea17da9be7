// SPDX-License-Identifier: GPL-2.0
/* What is common to all views: headings, scrolling, the last line, help. */
#include "draw.h"

#include <stdio.h>
#include <string.h>

#define LAST_COLUMN_LEAST 8

/* The column with width 0 gets what the others leave. */
void draw_headings(struct canvas *canvas, const struct draw_column *columns, size_t count, size_t *at)
{
	size_t fixed = 0, i, column = 0, rest;

	for (i = 0; i < count; i++)
		fixed += columns[i].width + 1;
	rest = canvas->columns > fixed ? canvas->columns - fixed : 0;
	if (rest < LAST_COLUMN_LEAST)
		rest = LAST_COLUMN_LEAST;
	for (i = 0; i < count; i++) {
		size_t width = columns[i].width ? columns[i].width : rest;

		at[i] = column;
		if (columns[i].right)
			canvas_put_right(canvas, 2, column, width, STYLE_HEADING, "%s", columns[i].heading);
		else
			canvas_put(canvas, 2, column, width, STYLE_HEADING, columns[i].heading);
		column += width + 1;
	}
	canvas_style_row(canvas, 2, STYLE_HEADING);
}

size_t draw_scroll(struct model *model, const struct canvas *canvas)
{
	size_t room = canvas->rows > DRAW_HEAD_ROWS + 1 ? canvas->rows - DRAW_HEAD_ROWS - 1 : 1;
	size_t count = model_row_count(model), shown;

	model->page_rows = room;
	if (model->selected < model->top)
		model->top = model->selected;
	if (model->selected >= model->top + room)
		model->top = model->selected - room + 1;
	if (model->top + room > count)
		model->top = count > room ? count - room : 0;
	shown = count - model->top;
	return shown < room ? shown : room;
}

static void draw_last_line(const struct model *model, struct canvas *canvas)
{
	static const char *const hints[] = {
		[VIEW_PROCESSES] = "q quit  Enter regions  s sort  r reverse  w watch  h help",
		[VIEW_REGIONS] = "q quit  Enter pages  Left back  s sort  r reverse  w watch  h help",
		[VIEW_PAGES] = "q quit  Left back  z zoom in  Z zoom out  Up, Down scroll  h help",
	};
	char order[32];
	size_t row = canvas->rows - 1;

	if (*model->message) {
		canvas_put(canvas, row, 0, canvas->columns, STYLE_ALERT, model->message);
		return;
	}
	canvas_put(canvas, row, 0, canvas->columns, STYLE_DIM, hints[model->view]);
	if (model->view == VIEW_PAGES || canvas->columns < 80)
		return;
	snprintf(order, sizeof(order), "%s%s", model->reverse ? "-" : "", model_order_name(model->order));
	canvas_put_right(canvas, row, canvas->columns - 12, 12, STYLE_DIM, "%s", order);
}

static void draw_help(struct canvas *canvas)
{
	static const char *const lines[] = {
		"vmitop: live processes' memory by working set",
		"",
		"Up Down PgUp PgDn Home End   move (or k, j)",
		"Enter, Right                 into a process, into a region",
		"Left, Backspace, Esc         back",
		"s                            next order: wss, rss, swap, pid or address, name",
		"r                            the other way round",
		"w                            begin to watch the process; end a watch begun here",
		"+ -                          read more often, less often",
		"z Z                          pages: zoom in, out",
		"Space                        read now",
		"q                            quit; watches begun here end",
		"",
		"HEAT is the resident memory of a watched process by address, a high bar where it",
		"is hot. AGES is how many pages of a region are cold (left) to hot (right).",
		"",
		"any key: back",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]) && i < canvas->rows; i++)
		canvas_put(canvas, i, 0, canvas->columns, i ? STYLE_PLAIN : STYLE_HEADING, lines[i]);
}

void draw(struct model *model, struct canvas *canvas, bool utf8)
{
	if (canvas->rows < DRAW_HEAD_ROWS + 2 || canvas->columns < 20) {
		canvas_put(canvas, 0, 0, canvas->columns, STYLE_PLAIN, "too small");
		return;
	}
	if (model->help) {
		draw_help(canvas);
		return;
	}
	switch (model->view) {
	case VIEW_PROCESSES:
		draw_processes(model, canvas, utf8);
		break;
	case VIEW_REGIONS:
		draw_regions(model, canvas, utf8);
		break;
	case VIEW_PAGES:
		draw_pages(model, canvas, utf8);
		break;
	}
	draw_last_line(model, canvas);
}
