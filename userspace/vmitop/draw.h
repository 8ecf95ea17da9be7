/* SPDX-License-Identifier: GPL-2.0 */
/* From the model to the canvas: one function a view. */
#ifndef VMI_VMITOP_DRAW_H
#define VMI_VMITOP_DRAW_H

#include "canvas.h"
#include "model.h"

/* Draws what the model shows; scrolls it so that the selection is seen. */
void draw(struct model *model, struct canvas *canvas, bool utf8);

/* --- for draw.c --------------------------------------------------------------------------------------------------- */

/* The rows between the headings and the last line, at most. */
#define DRAW_HEAD_ROWS 3

void draw_processes(struct model *model, struct canvas *canvas, bool utf8);
void draw_regions(struct model *model, struct canvas *canvas, bool utf8);
void draw_pages(struct model *model, struct canvas *canvas, bool utf8);

/* A column of a list: its heading, and where it stands. */
struct draw_column {
	const char *heading;
	size_t width;			/* 0: what is left */
	bool right;
};

/* Draws the headings in row 2; `at` gets where each column begins. */
void draw_headings(struct canvas *canvas, const struct draw_column *columns, size_t count, size_t *at);

/* Moves model->top so that the selected row is among those on the screen; the number of these. */
size_t draw_scroll(struct model *model, const struct canvas *canvas);

#endif /* VMI_VMITOP_DRAW_H */
