/* SPDX-License-Identifier: GPL-2.0 */
/* UTF-8, one character after the other, whatever the locale: names of files and processes are any bytes. */
#ifndef VMI_COMMON_UTF8_H
#define VMI_COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct utf8 {
	uint32_t code;
	uint32_t length;		/* in bytes; 0: a byte that is no part of a character */
};

/* The character at *text, which is moved behind it; by one byte if there is none. *text is not at its end. */
struct utf8 utf8_next(const char **text);

/* Whether a character may go into a file or to another program: no control character. The same in every locale. */
bool utf8_is_printable(struct utf8 character);

/*
 * Columns that a character takes on a terminal of this locale: 0, 1 or 2; -1: it must not be printed there, also
 * because the locale does not know it.
 */
int utf8_columns(struct utf8 character);

/* Copies text for a file or another program: what is not printable becomes '?'. `size` is the room in `to`. */
void utf8_copy_printable(char *to, size_t size, const char *text);

/*
 * Copies text for a terminal, or a table in columns: what must not be printed there becomes '?', and it is cut where it
 * would take more than `columns`. Returns the columns taken. `size` is the room in `to`.
 */
size_t utf8_copy_for_terminal(char *to, size_t size, const char *text, size_t columns);

#endif /* VMI_COMMON_UTF8_H */
