/* SPDX-License-Identifier: GPL-2.0 */
/* What vmistat prints: headings and a line a sample, or an object a sample. One table has the columns of both. */
#ifndef VMI_VMISTAT_LINES_H
#define VMI_VMISTAT_LINES_H

#include "sample.h"

/* What stands before the numbers; NULL or 0 for what is not wanted. */
struct line_head {
	const char *time;
	const char *policy;
};

void lines_print_headings(const struct line_head *head);
void lines_print(const struct line_head *head, const struct sample *sample);
void lines_print_json(const struct line_head *head, const struct sample *sample);

#endif /* VMI_VMISTAT_LINES_H */
