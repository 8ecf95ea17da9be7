/* SPDX-License-Identifier: GPL-2.0 */
/* What goes wrong, on stderr: "PROGRAM: text". */
#ifndef VMI_COMMON_COMPLAIN_H
#define VMI_COMMON_COMPLAIN_H

/* Exit status of all programs. */
enum {
	EXIT_FINE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

/* The name that complaints begin with, as "vminspect maps"; kept, not copied. */
void complain_as(const char *program);
const char *complain_name(void);

/* One line; the newline is added. What it quotes does nothing to a terminal: what must not be printed becomes '?'. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* VMI_COMMON_COMPLAIN_H */
