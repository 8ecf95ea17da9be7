/* SPDX-License-Identifier: GPL-2.0 */
/* Amounts for people. */
#ifndef VMI_COMMON_UNITS_H
#define VMI_COMMON_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_PAGE 4096ull		/* the kernel tells pages of this size, whatever the leaf */
#define UNITS_TEXT 32			/* room for any of these texts */

/* Bytes with at most three digits before the unit: "512", "3.4K", "120M", "1.5G". */
const char *units_size(char text[UNITS_TEXT], uint64_t bytes);

/* A time: "350ns", "12us", "1.2ms", "3.0s". */
const char *units_time(char text[UNITS_TEXT], uint64_t nanoseconds);

/* A share of 1000000 in percent with one decimal: "12.3". */
const char *units_percent(char text[UNITS_TEXT], int64_t ppm);

#endif /* VMI_COMMON_UNITS_H */
