/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One measure: pairs of figures, ours and the peer's, taken in turn in the same guest; and the report of all of them.
 *
 * The ratio of a measure is the median of the ratios of its pairs, which a slow drift of the machine's speed does
 * not touch; the spread is the interquartile range of those ratios.
 */
#ifndef VMI_BENCH_MEASURE_H
#define VMI_BENCH_MEASURE_H

#include <stddef.h>

#define MEASURE_MAX_PAIRS 128
#define MEASURE_MAX_VALUES 4096

struct measure {
	const char *id;			/* "P1"; several measures may share one */
	const char *name;
	const char *peer_name;
	char size[64];
	const char *unit;
	double target;			/* largest ratio wished for; 0 = none */
	size_t pairs;
	double ours[MEASURE_MAX_PAIRS];
	double peer[MEASURE_MAX_PAIRS];
};

/* What a measure comes to. */
struct measure_result {
	double ours;			/* medians */
	double peer;
	double ratio;
	double spread;
};

/* A measure that stays known until the report. */
struct measure *measure_new(const char *id, const char *name, const char *peer_name, const char *unit, double target);
void measure_add(struct measure *measure, double ours, double peer);
struct measure_result measure_result(const struct measure *measure);

/*
 * The value below which a share of the values lies, between two of them where it falls between them. At most
 * MEASURE_MAX_VALUES of them.
 */
double quantile(const double *values, size_t count, double share);

/* The table on stdout; how many measures miss their targets. */
size_t measure_print_table(const char *kernel);

/* The list of all measures as JSON, one object a measure. */
void measure_write_json(const char *path, const char *kernel);

/* Says on stderr that a measure cannot be made, and exits with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/* fail() with the text of errno after the message. */
__attribute__((noreturn, format(printf, 1, 2))) void fail_errno(const char *format, ...);

#endif /* VMI_BENCH_MEASURE_H */
