// SPDX-License-Identifier: GPL-2.0
/* Medians, the table and the JSON list. */
#include "measure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MEASURES 32

static struct measure measures[MAX_MEASURES];
static size_t measure_count;

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "bench: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	exit(1);
}

void fail_errno(const char *format, ...)
{
	int error = errno;
	char message[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	fail("%s: %s", message, strerror(error));
}

struct measure *measure_new(const char *id, const char *name, const char *peer_name, const char *unit, double target)
{
	struct measure *measure = &measures[measure_count];

	if (measure_count == MAX_MEASURES)
		fail("more than %d measures", MAX_MEASURES);
	measure_count++;
	measure->id = id;
	measure->name = name;
	measure->peer_name = peer_name;
	measure->unit = unit;
	measure->target = target;
	return measure;
}

void measure_add(struct measure *measure, double ours, double peer)
{
	if (measure->pairs == MEASURE_MAX_PAIRS)
		fail("%s: more than %d pairs", measure->id, MEASURE_MAX_PAIRS);
	if (ours <= 0 || peer <= 0)
		fail("%s: measured %g against %g %s", measure->id, ours, peer, measure->unit);
	measure->ours[measure->pairs] = ours;
	measure->peer[measure->pairs] = peer;
	measure->pairs++;
}

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

double quantile(const double *values, size_t count, double share)
{
	double sorted[MEASURE_MAX_VALUES];
	double place = share * (double)(count - 1);
	size_t below = (size_t)place;

	if (!count || count > MEASURE_MAX_VALUES)
		fail("a quantile of %zu values", count);
	memcpy(sorted, values, count * sizeof(*values));
	qsort(sorted, count, sizeof(*sorted), compare_doubles);
	if (below + 1 == count)
		return sorted[below];
	return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

struct measure_result measure_result(const struct measure *measure)
{
	double ratios[MEASURE_MAX_PAIRS];
	size_t count = measure->pairs, i;

	if (!count)
		fail("%s %s: not one pair was measured", measure->id, measure->name);
	for (i = 0; i < count; i++)
		ratios[i] = measure->ours[i] / measure->peer[i];
	return (struct measure_result){
		.ours = quantile(measure->ours, count, 0.5),
		.peer = quantile(measure->peer, count, 0.5),
		.ratio = quantile(ratios, count, 0.5),
		.spread = quantile(ratios, count, 0.75) - quantile(ratios, count, 0.25),
	};
}

static bool missed(const struct measure *measure, const struct measure_result *result)
{
	return measure->target > 0 && result->ratio > measure->target;
}

static void print_row(const struct measure *measure, const struct measure_result *result)
{
	char target[16] = "-";

	if (measure->target > 0)
		snprintf(target, sizeof(target), "<=%.2f", measure->target);
	printf("%-4s %-42s %10.4g %10.4g %-7s %6.3f %6.3f %6s %4zu %s\n", measure->id, measure->name, result->ours,
	       result->peer, measure->unit, result->ratio, result->spread, target, measure->pairs,
	       missed(measure, result) ? "MISSED" : "");
	printf("     %s; peer: %s\n", measure->size, measure->peer_name);
}

size_t measure_print_table(const char *kernel)
{
	size_t missed_count = 0, i;

	printf("kernel %s; medians of paired runs, ours and the peer's in turn; "
	       "spread: interquartile range of the ratio\n\n",
	       kernel);
	printf("%-4s %-42s %10s %10s %-7s %6s %6s %6s %4s\n", "", "measure", "ours", "peer", "unit", "ratio", "spread",
	       "target", "runs");
	for (i = 0; i < measure_count; i++) {
		struct measure_result result = measure_result(&measures[i]);

		print_row(&measures[i], &result);
		missed_count += missed(&measures[i], &result);
	}
	printf("\n%zu of %zu measures miss their targets\n", missed_count, measure_count);
	return missed_count;
}

/* Names and sizes are our own: no quotes, backslashes or control characters in them. */
static void write_object(FILE *file, const struct measure *measure, const char *kernel)
{
	struct measure_result result = measure_result(measure);

	fprintf(file, "\t{\"id\": \"%s\", \"name\": \"%s, against %s\", \"kernel\": \"%s\", \"size\": \"%s\", ",
			  measure->id,
		measure->name, measure->peer_name, kernel, measure->size);
	fprintf(file, "\"ours\": %.6g, \"peer\": %.6g, \"unit\": \"%s\", \"ratio\": %.6g, ", result.ours, result.peer,
		measure->unit, result.ratio);
	if (measure->target > 0)
		fprintf(file, "\"target\": %g, ", measure->target);
	else
		fprintf(file, "\"target\": null, ");
	fprintf(file, "\"runs\": %zu, \"spread\": %.6g}", measure->pairs, result.spread);
}

void measure_write_json(const char *path, const char *kernel)
{
	FILE *file = fopen(path, "w");
	size_t i;

	if (!file)
		fail_errno("%s", path);
	fprintf(file, "[\n");
	for (i = 0; i < measure_count; i++) {
		write_object(file, &measures[i], kernel);
		fprintf(file, i + 1 < measure_count ? ",\n" : "\n");
	}
	fprintf(file, "]\n");
	if (fclose(file))
		fail_errno("%s", path);
}
