/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of the terminal, if there is one. */
#ifndef VMI_COMMON_TERM_H
#define VMI_COMMON_TERM_H

#include <stdbool.h>
#include <stddef.h>

/* Columns of the terminal behind a file descriptor; 0: it is none. COLUMNS in the environment overrides. */
size_t term_columns(int fd);

/* Whether colours are wanted there: a terminal that is not dumb, and NO_COLOR is not set. */
bool term_wants_colour(int fd);

/* Whether the terminal takes UTF-8. */
bool term_takes_utf8(void);

#endif /* VMI_COMMON_TERM_H */
