/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs print: the same calls make aligned text for people or JSON for programs.
 *
 * A table is a list of columns, and rows whose cells are put in the order of the columns. As text, the first rows are
 * held back until the widths of the columns are known; later ones follow as they come. As JSON it is an array of
 * objects with all columns, also those that text does not show, so that keys do not depend on what is looked at.
 *
 * JSON: amounts of memory are bytes, times nanoseconds, shares fractions of one; addresses and other 64-bit patterns
 * are strings "0x...". As text, amounts are KiB (or scaled, if that is asked for); headings name the unit.
 */
#ifndef VMI_COMMON_OUT_H
#define VMI_COMMON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;
struct out;

struct out_options {
	bool json;
	bool human;			/* scaled amounts */
	bool extended;			/* text shows every column of a table */
	bool wide;			/* text is not cut at the terminal's width */
	const char *columns;		/* keys with commas between: text shows these; NULL: the usual ones */
};

/* --- what is printed as it is: help, a version ------------------------------------------------------------------- */

/*
 * The end of a program that printed: EXIT_FINE, or EXIT_FAILED and a complaint when something could not be written. A
 * reader that has gone away (as `| head` does) is no error, here and below.
 */
int out_finish(void);

/* What --version tells, and out_finish(). */
int out_version(const char *program);

/* --- text or JSON ------------------------------------------------------------------------------------------------- */

/* Begins output on stdout. NULL: no memory. */
struct out *out_create(const struct out_options *options);

/* Ends it: 0, or a negative errno when something could not be written. */
int out_destroy(struct out *out);

/* True when nobody reads on: a program that goes on by itself should stop. Writes out what there is. */
bool out_is_over(struct out *out);

/* NULL when text is written: for what is built by hand in JSON. */
struct json *out_json(struct out *out);

/* A line of text without control characters, nothing in JSON. */
void out_line(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a longer text: it goes on in the next line, `indent` columns in, where the terminal ends. */
void out_paragraph(struct out *out, size_t indent, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* --- facts: a line "label: value", a member of the object that is open -------------------------------------------- */

void out_fact_text(struct out *out, const char *key, const char *label, const char *value);
void out_fact_number(struct out *out, const char *key, const char *label, uint64_t value);
void out_fact_address(struct out *out, const char *key, const char *label, uint64_t value);
void out_fact_bytes(struct out *out, const char *key, const char *label, uint64_t bytes);
void out_fact_time(struct out *out, const char *key, const char *label, uint64_t nanoseconds);

/* --- tables ------------------------------------------------------------------------------------------------------- */

enum out_align {
	OUT_LEFT,
	OUT_RIGHT,
};

struct out_column {
	const char *key;		/* in JSON; NULL ends a list of columns */
	const char *heading;
	enum out_align align;
	bool scaled;			/* amounts of bytes: the heading gets "(K)" unless they are scaled */
	bool extra;			/* text shows it only when asked for */
};

/*
 * -EINVAL, with a complaint, when out_options.columns names one that the table does not have: then nothing is to be
 * printed any more. `key` names the array in JSON, which has all columns whichever are named.
 */
int out_table_begin(struct out *out, const char *key, const struct out_column *columns);
void out_table_end(struct out *out);

void out_row_begin(struct out *out);
void out_row_end(struct out *out);

/*
 * A row of sums below the table, an object "totals" behind the array, with the columns that are sums. No rows may
 * follow.
 */
void out_totals_begin(struct out *out);

/* The cells of a row, in the order of the columns. */
void out_text(struct out *out, const char *text);
void out_number(struct out *out, uint64_t value);
void out_signed(struct out *out, int64_t value);
void out_address(struct out *out, uint64_t value);
void out_bytes(struct out *out, uint64_t bytes);
void out_share(struct out *out, int64_t ppm);		/* text: percent */
void out_time(struct out *out, uint64_t nanoseconds);	/* text: with its unit */
void out_decimal(struct out *out, double value);	/* two decimals; text: one */
void out_none(struct out *out);				/* text: "-"; JSON: null */

/* `put` of the value, or out_none(): for amounts of which 0 means that there is none. */
void out_unless_zero(struct out *out, uint64_t value, void (*put)(struct out *out, uint64_t value));

/* The names of the bits that are set: text "a,b", JSON ["a", "b"]. Bits without a name are told by their number. */
void out_bits(struct out *out, uint64_t bits, const char *(*name)(uint32_t bit));

/* The same in JSON alone, as a member of the object that is open. */
void out_json_bits(struct json *json, const char *key, uint64_t bits, const char *(*name)(uint32_t bit));

#endif /* VMI_COMMON_OUT_H */
