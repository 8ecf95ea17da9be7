// SPDX-License-Identifier: GPL-2.0
/* Amounts for people. */
#include "units.h"

#include <inttypes.h>
#include <stdio.h>

/* A scaled number: one decimal below 10, none above, as ls -h rounds. */
static const char *scale(char text[UNITS_TEXT], uint64_t value, uint64_t base, const char *const *units, size_t count)
{
	uint64_t unit = 1;
	size_t i = 0;

	while (i + 1 < count && value / unit >= base) {
		unit *= base;
		i++;
	}
	if (unit == 1 || value >= 10 * unit)
		snprintf(text, UNITS_TEXT, "%" PRIu64 "%s", value / unit + (value % unit >= unit - unit / 2), units[i]);
	else
		snprintf(text, UNITS_TEXT, "%.1f%s", (double)value / unit, units[i]);
	return text;
}

const char *units_size(char text[UNITS_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "", "K", "M", "G", "T", "P" };

	return scale(text, bytes, 1024, units, sizeof(units) / sizeof(units[0]));
}

const char *units_time(char text[UNITS_TEXT], uint64_t nanoseconds)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };

	return scale(text, nanoseconds, 1000, units, sizeof(units) / sizeof(units[0]));
}

const char *units_percent(char text[UNITS_TEXT], int64_t ppm)
{
	snprintf(text, UNITS_TEXT, "%.1f", (double)ppm / 10000);
	return text;
}
