/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A screen in memory: cells with a character and a style. What is drawn there goes to a terminal, or line by line to
 * stdout, so that what is tested is what is seen.
 */
#ifndef VMI_VMITOP_CANVAS_H
#define VMI_VMITOP_CANVAS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum style {
	STYLE_PLAIN,
	STYLE_HEADING,
	STYLE_DIM,
	STYLE_ALERT,
	STYLE_HEAT,			/* the coldest; HEAT_LEVELS styles from here on */
};

#define HEAT_LEVELS 8

struct cell {
	char text[8];			/* one character; "" behind one that is two columns wide */
	uint8_t style;			/* enum style */
	_Bool selected;			/* it is part of the row that keys are about */
};

struct canvas {
	size_t rows;
	size_t columns;
	struct cell *cells;
};

/* Blank. False: no memory. */
_Bool canvas_init(struct canvas *canvas, size_t rows, size_t columns);
void canvas_deinit(struct canvas *canvas);

/* Text from a place on, at most `width` columns and not beyond the edge. What must not be printed becomes '?'. */
void canvas_put(struct canvas *canvas, size_t row, size_t column, size_t width, enum style style, const char *text);

/* The same, formatted; at the right end of its width. */
void canvas_put_right(struct canvas *canvas, size_t row, size_t column, size_t width, enum style style,
		      const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Gives a whole row a style. */
void canvas_style_row(struct canvas *canvas, size_t row, enum style style);

/* Marks a whole row as the one that keys are about; cells keep their styles. */
void canvas_select_row(struct canvas *canvas, size_t row);

/* Prints the rows, without blanks at their ends. */
void canvas_print(const struct canvas *canvas, FILE *to);

#endif /* VMI_VMITOP_CANVAS_H */
