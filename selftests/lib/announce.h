/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a test provokes on purpose is announced to run.sh, by a line in the kernel's log, before it comes: it is then no
 * failure. Whatever else the log holds still is.
 */
#ifndef SELFTESTS_ANNOUNCE_H
#define SELFTESTS_ANNOUNCE_H

/* Error lines of the module that hold this text. */
void announce_error(const char *text);

/* The one stack trace that the kernel prints after each line that holds this text. */
void announce_trace(const char *text);

#endif /* SELFTESTS_ANNOUNCE_H */
