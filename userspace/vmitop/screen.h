/* SPDX-License-Identifier: GPL-2.0 */
/* The terminal, by ncurses: a canvas goes out, keys come in. The only file that knows ncurses is screen.c. */
#ifndef VMI_VMITOP_SCREEN_H
#define VMI_VMITOP_SCREEN_H

#include "canvas.h"
#include "model.h"

/* False: this is no terminal that can be drawn on. */
bool screen_begin(bool colour);
void screen_end(void);

void screen_size(size_t *ret_rows, size_t *ret_columns);
void screen_show(const struct canvas *canvas);

/* Waits for a key, at most so long; ACTION_NONE when the time is over. */
enum action screen_action(uint64_t nanoseconds);

#endif /* VMI_VMITOP_SCREEN_H */
