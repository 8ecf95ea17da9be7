/* SPDX-License-Identifier: GPL-2.0 */
/* A line on stderr about work that takes long; nothing when stderr is no terminal or all is done within two seconds. */
#ifndef VMI_COMMON_PROGRESS_H
#define VMI_COMMON_PROGRESS_H

#include <stddef.h>

/* Begins a work; `what` is kept. */
void progress_begin(const char *what);

/* So many items are done. Has the form of vmi_progress_fn. */
void progress_tell(size_t items, void *unused);

/* Takes the line away. */
void progress_end(void);

#endif /* VMI_COMMON_PROGRESS_H */
