/* SPDX-License-Identifier: GPL-2.0 */
/* UTF-8, one character after the other, whatever the locale: names of files and processes are any bytes. */
#ifndef VMI_COMMON_UTF8_H
#define VMI_COMMON_UTF8_H

#include <stddef.h>
#include <stdint.h>

struct utf8 {
	uint32_t code;
	uint32_t length;		/* in bytes; 0: a byte that is no part of a character */
};

/* The character at *text, which is moved behind it; by one byte if there is none. *text is not at its end. */
struct utf8 utf8_next(const char **text);

/*
 * Columns that a character takes: 0, 1 or 2; -1: it must not be printed. That is so of the same characters in every
 * locale; how wide they are, only one that knows them tells.
 */
int utf8_columns(struct utf8 character);

/* The same on a terminal of this locale, which must get nothing else: -1 also of what the locale does not know. */
int utf8_columns_on_terminal(struct utf8 character);

/*
 * Copies text for a file or another program: what must not be printed becomes '?', and it is cut where it would take
 * more than `columns`. Returns the columns taken. `size` is the room in `to`.
 */
size_t utf8_copy_printable(char *to, size_t size, const char *text, size_t columns);

/* The same for a terminal, or a table in columns. */
size_t utf8_copy_for_terminal(char *to, size_t size, const char *text, size_t columns);

#endif /* VMI_COMMON_UTF8_H */
