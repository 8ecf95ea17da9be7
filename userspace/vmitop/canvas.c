// SPDX-License-Identifier: GPL-2.0
/* A screen in memory. */
#include "canvas.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"

bool canvas_init(struct canvas *canvas, size_t rows, size_t columns)
{
	size_t i;

	canvas->rows = rows;
	canvas->columns = columns;
	canvas->cells = calloc(rows * columns + 1, sizeof(*canvas->cells));
	for (i = 0; canvas->cells && i < rows * columns; i++)
		canvas->cells[i].text[0] = ' ';
	return canvas->cells;
}

void canvas_deinit(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = NULL;
}

/* One character; a second cell is left empty if it is two columns wide. */
static void put_character(struct canvas *canvas, size_t row, size_t column, enum style style, const char *bytes,
			  size_t length, int width)
{
	struct cell *cell = &canvas->cells[row * canvas->columns + column];

	memset(cell->text, 0, sizeof(cell->text));
	memcpy(cell->text, bytes, length);
	cell->style = style;
	if (width < 2)
		return;
	cell[1].text[0] = '\0';
	cell[1].style = style;
}

void canvas_put(struct canvas *canvas, size_t row, size_t column, size_t width, enum style style, const char *text)
{
	size_t end = column + width < canvas->columns ? column + width : canvas->columns;

	if (row >= canvas->rows)
		return;
	while (*text && column < end) {
		struct utf8 c = utf8_next(&text);
		int columns = utf8_columns(c);

		if (!columns)
			continue;
		if (columns > 0 && column + columns > end)
			break;
		if (columns < 0)
			put_character(canvas, row, column, style, "?", 1, 1);
		else
			put_character(canvas, row, column, style, text - c.length, c.length, columns);
		column += columns < 0 ? 1 : columns;
	}
}

void canvas_put_right(struct canvas *canvas, size_t row, size_t column, size_t width, enum style style,
		      const char *format, ...)
{
	va_list arguments;
	char text[64];
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if ((size_t)length < width)
		column += width - length;
	canvas_put(canvas, row, column, width, style, text);
}

void canvas_style_row(struct canvas *canvas, size_t row, enum style style)
{
	size_t i;

	for (i = 0; row < canvas->rows && i < canvas->columns; i++)
		canvas->cells[row * canvas->columns + i].style = style;
}

void canvas_select_row(struct canvas *canvas, size_t row)
{
	size_t i;

	for (i = 0; row < canvas->rows && i < canvas->columns; i++)
		canvas->cells[row * canvas->columns + i].selected = true;
}

void canvas_print(const struct canvas *canvas, FILE *to)
{
	size_t row, column;

	for (row = 0; row < canvas->rows; row++) {
		const struct cell *cells = &canvas->cells[row * canvas->columns];
		size_t end = canvas->columns;

		while (end && !strcmp(cells[end - 1].text, " "))
			end--;
		for (column = 0; column < end; column++)
			fputs(cells[column].text, to);
		fputc('\n', to);
	}
}
