/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page that Prometheus collects. The number of series is bounded by what it is made from: so many processes, those
 * with the largest working sets, with the rest summed up as one called "other"; and the module's own bound of watches.
 */
#ifndef VMI_VMINSPECTD_METRICS_H
#define VMI_VMINSPECTD_METRICS_H

#include <stddef.h>

#include "reading.h"

enum metrics_format {
	METRICS_PROMETHEUS,		/* Prometheus's text format 0.0.4 */
	METRICS_OPENMETRICS,		/* OpenMetrics 1.0 */
};

/* Value of the HTTP header Content-Type. */
const char *metrics_content_type(enum metrics_format format);

/* The page as an allocated text of *ret_length bytes; NULL: no memory. */
char *metrics_make(const struct reading *reading, size_t processes, enum metrics_format format, size_t *ret_length);

#endif /* VMI_VMINSPECTD_METRICS_H */
