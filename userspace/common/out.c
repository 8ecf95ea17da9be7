// SPDX-License-Identifier: GPL-2.0
/*
 * What programs print. The cells of a table are kept as text, one after the other, until enough rows are there to know
 * the columns' widths; then they are printed and the widths stay.
 */
#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "json.h"
#include "term.h"
#include "units.h"
#include "utf8.h"

#define ROWS_HELD	256		/* before the widths are settled */
#define COLUMNS_MAX	48
#define CELL_BYTES	4352		/* longer texts are cut */
#define LINE_BYTES	8192		/* longer lines too: a path has 4096 at most */
#define JSON_SPREAD	2

struct cells {
	char *bytes;			/* texts, each with its NUL */
	size_t length;
	size_t capacity;
	size_t rows;
};

struct out {
	struct out_options options;
	struct json json;
	bool failed_memory;
	bool refused;			/* a table does not have the columns that were asked for */
	int error;			/* the first one of writing, an errno */
	size_t terminal;		/* its columns; 0: do not cut */

	/* the table that is open */
	const struct out_column *columns;
	size_t column_count;
	size_t shown[COLUMNS_MAX];	/* columns that text shows, in their order */
	size_t shown_count;
	size_t width[COLUMNS_MAX];	/* by column */
	bool settled;			/* widths and heading have been printed */
	bool totals;
	size_t next;			/* column of the next cell */
	struct cells cells;		/* rows that are held */
};

/* An earlier write has failed, by itself when a buffer was full: a pipe tells that its reader has gone. */
static int error_of_before(void)
{
	struct pollfd to = { .fd = STDOUT_FILENO };

	return poll(&to, 1, 0) > 0 && to.revents & POLLERR ? EPIPE : EIO;
}

/* Writes out what stdout has: 0 or an errno. */
static int flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return errno ? errno : error_of_before();
}

int out_finish(void)
{
	int err = flush();

	if (!err || err == EPIPE)
		return EXIT_FINE;
	complain("cannot write: %s", strerror(err));
	return EXIT_FAILED;
}

int out_version(const char *program)
{
	printf("%s %s\n", program, VMINSPECT_VERSION);
	return out_finish();
}

struct out *out_create(const struct out_options *options)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->options = *options;
	if (!options->wide && isatty(STDOUT_FILENO))
		out->terminal = term_columns(STDOUT_FILENO);
	json_init(&out->json, stdout, JSON_SPREAD);
	if (options->json)
		json_begin_object(&out->json, NULL);
	return out;
}

/* What could not be written is thrown away, and the next flush is fine: the first error is the one that counts. */
static int flush_out(struct out *out)
{
	int err = flush();

	if (!out->error)
		out->error = err;
	return out->error;
}

int out_destroy(struct out *out)
{
	int err;

	if (out->options.json)
		json_end_object(&out->json);
	if (out->refused)
		__fpurge(stdout);	/* the object, in which no table has begun */
	err = flush_out(out);
	if (out->failed_memory)
		err = ENOMEM;
	free(out->cells.bytes);
	free(out);
	return err == EPIPE ? 0 : -err;
}

bool out_is_over(struct out *out)
{
	return flush_out(out);
}

struct json *out_json(struct out *out)
{
	return out->options.json ? &out->json : NULL;
}

void out_line(struct out *out, const char *format, ...)
{
	char raw[LINE_BYTES], text[LINE_BYTES];
	va_list arguments;

	if (out->options.json)
		return;
	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	utf8_copy_for_terminal(text, sizeof(text), raw, out->terminal ? out->terminal : SIZE_MAX);
	puts(text);
}

/* How much of a text to print before a line break: all, or up to a blank within `columns`, or what fits. */
static size_t fitting(const char *text, size_t columns)
{
	size_t length = strlen(text), at = 0, last = 0;
	char copy[LINE_BYTES];

	if (utf8_copy_for_terminal(copy, sizeof(copy), text, columns) < columns && strlen(copy) == length)
		return length;
	for (at = 0; at < strlen(copy); at++)
		if (copy[at] == ' ' && at)
			last = at;
	return last ? last : strlen(copy);
}

static void print_wrapped(const char *text, size_t indent, size_t columns)
{
	size_t at = 0, margin = 0;

	while (strlen(text + at) + margin > columns) {
		size_t length = fitting(text + at, columns - margin);

		printf("%*s%.*s\n", (int)margin, "", (int)length, text + at);
		at += length;
		at += strspn(text + at, " ");
		margin = indent;
	}
	if (text[at])
		printf("%*s%s\n", (int)margin, "", text + at);
}

void out_paragraph(struct out *out, size_t indent, const char *format, ...)
{
	char raw[LINE_BYTES], text[LINE_BYTES];
	va_list arguments;

	if (out->options.json)
		return;
	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	utf8_copy_for_terminal(text, sizeof(text), raw, SIZE_MAX);
	print_wrapped(text, indent, out->terminal > 2 * indent ? out->terminal : SIZE_MAX);
}

/* --- facts -------------------------------------------------------------------------------------------------------- */

#define LABEL_COLUMNS 16

static void print_fact(const char *label, const char *value)
{
	char text[CELL_BYTES];

	utf8_copy_for_terminal(text, sizeof(text), value, SIZE_MAX);
	printf("%-*s %s\n", LABEL_COLUMNS, label, text);
}

void out_fact_text(struct out *out, const char *key, const char *label, const char *value)
{
	if (out->options.json)
		json_string(&out->json, key, value);
	else
		print_fact(label, value);
}

void out_fact_number(struct out *out, const char *key, const char *label, uint64_t value)
{
	if (out->options.json)
		json_number(&out->json, key, value);
	else
		printf("%-*s %" PRIu64 "\n", LABEL_COLUMNS, label, value);
}

void out_fact_address(struct out *out, const char *key, const char *label, uint64_t value)
{
	if (out->options.json)
		json_hex(&out->json, key, value);
	else
		printf("%-*s %" PRIx64 "\n", LABEL_COLUMNS, label, value);
}

void out_fact_bytes(struct out *out, const char *key, const char *label, uint64_t bytes)
{
	char text[UNITS_TEXT];

	if (out->options.json)
		json_number(&out->json, key, bytes);
	else
		print_fact(label, units_size(text, bytes));
}

void out_fact_time(struct out *out, const char *key, const char *label, uint64_t nanoseconds)
{
	char text[UNITS_TEXT];

	if (out->options.json)
		json_number(&out->json, key, nanoseconds);
	else
		print_fact(label, units_time(text, nanoseconds));
}

/* --- choosing columns --------------------------------------------------------------------------------------------- */

static void complain_of_column(const struct out_column *columns, const char *name, int length)
{
	char keys[CELL_BYTES] = "";

	for (; columns->key; columns++) {
		size_t used = strlen(keys);

		snprintf(keys + used, sizeof(keys) - used, "%s%s", used ? "," : "", columns->key);
	}
	complain("there is no column %.*s; there are %s", length, name, keys);
}

static int choose_column(struct out *out, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < out->column_count; i++)
		if (strlen(out->columns[i].key) == length && !strncmp(out->columns[i].key, name, length))
			break;
	if (i == out->column_count || out->shown_count == COLUMNS_MAX) {
		complain_of_column(out->columns, name, (int)length);
		return -EINVAL;
	}
	out->shown[out->shown_count++] = i;
	return 0;
}

static int choose_named_columns(struct out *out)
{
	const char *name = out->options.columns;

	for (;;) {
		size_t length = strcspn(name, ",");

		if (choose_column(out, name, length))
			return -EINVAL;
		if (!name[length])
			return 0;
		name += length + 1;
	}
}

static int choose_columns(struct out *out)
{
	size_t i;

	if (out->options.columns)
		return choose_named_columns(out);
	for (i = 0; i < out->column_count; i++)
		if (out->options.extended || !out->columns[i].extra)
			out->shown[out->shown_count++] = i;
	return 0;
}

/* --- printing rows ------------------------------------------------------------------------------------------------ */

static void print_heading(const struct out *out, const struct out_column *column, char text[CELL_BYTES])
{
	snprintf(text, CELL_BYTES, "%s%s", column->heading, column->scaled && !out->options.human ? "(K)" : "");
}

/* Columns that a text takes on a terminal. */
static size_t columns_of(const char *text)
{
	char copy[CELL_BYTES];

	return utf8_copy_for_terminal(copy, sizeof(copy), text, SIZE_MAX);
}

static void widen(struct out *out, size_t column, const char *text)
{
	size_t width = columns_of(text);

	if (width > out->width[column])
		out->width[column] = width;
}

/* How many of the shown columns there are up to the last one that is not blank. */
static size_t count_cells(const struct out *out, const char *const *cells)
{
	size_t count = out->shown_count;

	while (count && !*cells[out->shown[count - 1]])
		count--;
	return count;
}

/*
 * One line: the cells that are shown, the last one without blanks behind it, cut at the terminal's width. Numbers that
 * do not fit are left out: a part of one is another one.
 */
static void print_cells(struct out *out, const char *const *cells)
{
	size_t i, at = 0, limit = out->terminal ? out->terminal : SIZE_MAX, count = count_cells(out, cells);

	for (i = 0; i < count && at < limit; i++) {
		size_t column = out->shown[i], room = limit - at;
		char text[CELL_BYTES];
		size_t width = utf8_copy_for_terminal(text, sizeof(text), cells[column], room);
		size_t pad = out->width[column] > width ? out->width[column] - width : 0;
		bool last = i + 1 == count || width + pad >= room;

		if (out->columns[column].align != OUT_RIGHT)
			printf("%s%*s", text, last ? 0 : (int)pad + 1, "");
		else if (width + pad <= room)
			printf("%*s%s%s", (int)pad, "", text, last ? "" : " ");
		else
			break;
		at += width + pad + 1;
	}
	putchar('\n');
}

static void print_headings(struct out *out)
{
	char texts[COLUMNS_MAX][64];
	const char *cells[COLUMNS_MAX];
	size_t i;

	for (i = 0; i < out->column_count; i++) {
		char text[CELL_BYTES];

		print_heading(out, &out->columns[i], text);
		snprintf(texts[i], sizeof(texts[i]), "%.*s", (int)sizeof(texts[i]) - 1, text);
		cells[i] = texts[i];
	}
	print_cells(out, cells);
}

/* The next row of those that are held: fills cells[], moves *at behind it. */
static void next_row(const struct out *out, const char **at, const char *cells[COLUMNS_MAX])
{
	size_t i;

	for (i = 0; i < out->column_count; i++) {
		cells[i] = *at;
		*at += strlen(*at) + 1;
	}
}

static void settle_widths(struct out *out)
{
	const char *cells[COLUMNS_MAX], *at = out->cells.bytes;
	char heading[CELL_BYTES];
	size_t row, i;

	for (i = 0; i < out->column_count; i++) {
		print_heading(out, &out->columns[i], heading);
		widen(out, i, heading);
	}
	for (row = 0; row < out->cells.rows; row++) {
		next_row(out, &at, cells);
		for (i = 0; i < out->column_count; i++)
			widen(out, i, cells[i]);
	}
}

/* A line of dashes above the sums, under each column that has one. */
static void print_rule(struct out *out, const char *const *sums)
{
	char texts[COLUMNS_MAX][64];
	const char *cells[COLUMNS_MAX];
	size_t i;

	for (i = 0; i < out->column_count; i++) {
		size_t width = out->width[i] < sizeof(texts[i]) ? out->width[i] : sizeof(texts[i]) - 1;

		memset(texts[i], *sums[i] ? '-' : ' ', width);
		texts[i][*sums[i] ? width : 0] = '\0';
		cells[i] = texts[i];
	}
	print_cells(out, cells);
}

static void print_held_rows(struct out *out)
{
	const char *cells[COLUMNS_MAX], *at = out->cells.bytes;
	size_t row;

	if (!out->settled) {
		settle_widths(out);
		print_headings(out);
		out->settled = true;
	}
	for (row = 0; row < out->cells.rows; row++) {
		next_row(out, &at, cells);
		if (out->totals && row + 1 == out->cells.rows)
			print_rule(out, cells);
		print_cells(out, cells);
	}
	out->cells.length = 0;
	out->cells.rows = 0;
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

int out_table_begin(struct out *out, const char *key, const struct out_column *columns)
{
	out->columns = columns;
	for (out->column_count = 0; columns[out->column_count].key; )
		out->column_count++;
	if (out->column_count > COLUMNS_MAX)
		abort();
	out->shown_count = 0;
	out->settled = false;
	out->totals = false;
	memset(out->width, 0, sizeof(out->width));
	out->refused = choose_columns(out);
	if (out->refused)
		return -EINVAL;
	if (out->options.json)
		json_begin_array(&out->json, key);
	return 0;
}

void out_table_end(struct out *out)
{
	if (!out->options.json)
		print_held_rows(out);
	else if (!out->totals)
		json_end_array(&out->json);
}

void out_row_begin(struct out *out)
{
	out->next = 0;
	if (out->options.json)
		json_begin_object(&out->json, NULL);
}

void out_totals_begin(struct out *out)
{
	out->next = 0;
	out->totals = true;
	if (!out->options.json)
		return;
	json_end_array(&out->json);
	json_begin_object(&out->json, "totals");
}

static void put_cell(struct out *out, const char *text)
{
	struct cells *cells = &out->cells;
	size_t length = strlen(text) + 1;

	if (cells->length + length > cells->capacity) {
		size_t capacity = 2 * (cells->capacity + length) + 4096;
		char *bytes = realloc(cells->bytes, capacity);

		if (!bytes) {
			out->failed_memory = true;
			return;
		}
		cells->bytes = bytes;
		cells->capacity = capacity;
	}
	memcpy(cells->bytes + cells->length, text, length);
	cells->length += length;
}

void out_row_end(struct out *out)
{
	if (out->options.json) {
		json_end_object(&out->json);
		return;
	}
	while (out->next < out->column_count && !out->failed_memory) {
		put_cell(out, "");
		out->next++;
	}
	if (out->failed_memory)
		return;
	out->cells.rows++;
	if (out->cells.rows == ROWS_HELD || (out->settled && !out->totals))
		print_held_rows(out);
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

/* The key of the cell that is put now, in JSON; NULL: text is wanted. */
static const char *json_key(struct out *out)
{
	if (out->next >= out->column_count)
		abort();
	if (!out->options.json)
		return NULL;
	return out->columns[out->next++].key;
}

static void text_cell(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void text_cell(struct out *out, const char *format, ...)
{
	char text[CELL_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put_cell(out, text);
	out->next++;
}

void out_text(struct out *out, const char *text)
{
	const char *key = json_key(out);

	if (key)
		json_string(&out->json, key, text);
	else
		text_cell(out, "%s", text);
}

void out_number(struct out *out, uint64_t value)
{
	const char *key = json_key(out);

	if (key)
		json_number(&out->json, key, value);
	else
		text_cell(out, "%" PRIu64, value);
}

void out_signed(struct out *out, int64_t value)
{
	const char *key = json_key(out);

	if (key)
		json_signed(&out->json, key, value);
	else
		text_cell(out, "%" PRId64, value);
}

void out_address(struct out *out, uint64_t value)
{
	const char *key = json_key(out);

	if (key)
		json_hex(&out->json, key, value);
	else
		text_cell(out, "%" PRIx64, value);
}

void out_bytes(struct out *out, uint64_t bytes)
{
	const char *key = json_key(out);
	char text[UNITS_TEXT];

	if (key)
		json_number(&out->json, key, bytes);
	else if (out->options.human)
		text_cell(out, "%s", units_size(text, bytes));
	else
		text_cell(out, "%" PRIu64, (bytes + 512) / 1024);
}

void out_share(struct out *out, int64_t ppm)
{
	const char *key = json_key(out);
	char text[UNITS_TEXT];

	if (key)
		json_fraction(&out->json, key, ppm);
	else
		text_cell(out, "%s", units_percent(text, ppm));
}

void out_time(struct out *out, uint64_t nanoseconds)
{
	const char *key = json_key(out);
	char text[UNITS_TEXT];

	if (key)
		json_number(&out->json, key, nanoseconds);
	else
		text_cell(out, "%s", units_time(text, nanoseconds));
}

void out_decimal(struct out *out, double value)
{
	const char *key = json_key(out);

	if (key)
		json_decimal(&out->json, key, value);
	else
		text_cell(out, "%.1f", value);
}

void out_none(struct out *out)
{
	const char *key = json_key(out);

	if (key && !out->totals)
		json_null(&out->json, key);
	else if (!key)
		text_cell(out, "-");
}

void out_unless_zero(struct out *out, uint64_t value, void (*put)(struct out *out, uint64_t value))
{
	if (value)
		put(out, value);
	else
		out_none(out);
}

/* --- bits --------------------------------------------------------------------------------------------------------- */

static const char *bit_name(uint32_t bit, const char *(*name)(uint32_t bit), char text[UNITS_TEXT])
{
	const char *known = name(bit);

	if (known)
		return known;
	snprintf(text, UNITS_TEXT, "bit-%u", bit);
	return text;
}

void out_json_bits(struct json *json, const char *key, uint64_t bits, const char *(*name)(uint32_t bit))
{
	char text[UNITS_TEXT];
	uint32_t bit;

	json_begin_array(json, key);
	for (bit = 0; bit < 64; bit++)
		if (bits >> bit & 1)
			json_string(json, NULL, bit_name(bit, name, text));
	json_end_array(json);
}

void out_bits(struct out *out, uint64_t bits, const char *(*name)(uint32_t bit))
{
	const char *key = json_key(out);
	char text[CELL_BYTES] = "", number[UNITS_TEXT];
	size_t used = 0;
	uint32_t bit;

	if (key) {
		out_json_bits(&out->json, key, bits, name);
		return;
	}
	for (bit = 0; bit < 64; bit++)
		if (bits >> bit & 1 && used < sizeof(text))
			used += snprintf(text + used, sizeof(text) - used, "%s%s", used ? "," : "",
					 bit_name(bit, name, number));
	text_cell(out, "%s", used ? text : "-");
}
