// SPDX-License-Identifier: GPL-2.0
/* What is common to what programs print: JSON, UTF-8, amounts. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/complain.h"
#include "common/json.h"
#include "common/out.h"
#include "common/units.h"
#include "common/utf8.h"

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void quoted(const char *text, const char *expected)
{
	char *written;
	size_t length;
	struct json json;
	FILE *to = open_memstream(&written, &length);

	json_init(&json, to, 0);
	json_string(&json, NULL, text);
	fclose(to);
	assert_string_equal(written, expected);
	free(written);
}

static void texts_are_quoted(void **state)
{
	(void)state;
	quoted("", "\"\"");
	quoted("a \"b\" \\ /", "\"a \\\"b\\\" \\\\ /\"");
	quoted("\n\t\x1b\x7f", "\"\\u000a\\u0009\\u001b\\u007f\"");
	quoted("\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80", "\"\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

/* Each byte that is no part of a character becomes one replacement character. */
static void what_is_no_utf8_is_replaced(void **state)
{
	(void)state;
	quoted("caf\xe9", "\"caf\xef\xbf\xbd\"");
	quoted("\xc3", "\"\xef\xbf\xbd\"");
	quoted("\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	quoted("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	quoted("\xf4\x90\x80\x80x", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\"");
	quoted("\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void put_document(struct json *json)
{
	json_begin_object(json, NULL);
	json_number(json, "n", UINT64_MAX);
	json_signed(json, "s", INT64_MIN);
	json_hex(json, "h", 0xffffffffff600000);
	json_fraction(json, "f", -52000);
	json_fraction(json, "one", 1000000);
	json_decimal(json, "d", 1.005);
	json_bool(json, "b", true);
	json_null(json, "z");
	json_begin_array(json, "empty");
	json_end_array(json);
	json_begin_array(json, "rows");
	json_begin_object(json, NULL);
	json_number(json, "a", 1);
	json_begin_array(json, "list");
	json_string(json, NULL, "x");
	json_string(json, NULL, "y");
	json_end_array(json);
	json_end_object(json);
	json_begin_object(json, NULL);
	json_end_object(json);
	json_end_array(json);
	json_end_object(json);
}

static void document(int spread, const char *expected)
{
	char *written;
	size_t length;
	struct json json;
	FILE *to = open_memstream(&written, &length);

	json_init(&json, to, spread);
	put_document(&json);
	fclose(to);
	assert_string_equal(written, expected);
	free(written);
}

static void documents_are_spread_over_lines_or_not(void **state)
{
	(void)state;
	document(0, "{\"n\": 18446744073709551615, \"s\": -9223372036854775808, \"h\": \"0xffffffffff600000\", "
		 "\"f\": -0.052000, \"one\": 1.000000, \"d\": 1.00, \"b\": true, \"z\": null, \"empty\": [], "
		 "\"rows\": [{\"a\": 1, \"list\": [\"x\", \"y\"]}, {}]}\n");
	document(2, "{\n  \"n\": 18446744073709551615,\n  \"s\": -9223372036854775808,\n"
		 "  \"h\": \"0xffffffffff600000\",\n  \"f\": -0.052000,\n  \"one\": 1.000000,\n"
		 "  \"d\": 1.00,\n  \"b\": true,\n  \"z\": null,\n"
		 "  \"empty\": [],\n  \"rows\": [\n    {\"a\": 1, \"list\": [\"x\", \"y\"]},\n    {}\n  ]\n}\n");
}

/* --- UTF-8 -------------------------------------------------------------------------------------------------------- */

static void copied(const char *text, size_t columns, const char *expected, size_t expected_columns)
{
	char copy[64];

	assert_int_equal(utf8_copy_for_terminal(copy, sizeof(copy), text, columns), expected_columns);
	assert_string_equal(copy, expected);
}

static void text_for_a_terminal_is_harmless_and_fits(void **state)
{
	(void)state;
	copied("plain", 80, "plain", 5);
	copied("plain", 3, "pla", 3);
	copied("\x1b[31mred\r\n", 80, "?[31mred??", 10);
	copied("caf\xe9", 80, "caf?", 4);
	copied("\xc2\x9b", 80, "?", 1);
	copied("gr\xc3\xbcn", 3, "gr\xc3\xbc", 3);
	copied("\xe6\xbc\xa2\xe5\xad\x97", 3, "\xe6\xbc\xa2", 2);
	copied("\xe6\xbc\xa2\xe5\xad\x97", 4, "\xe6\xbc\xa2\xe5\xad\x97", 4);
}

static void kept(const char *text, const char *expected)
{
	char copy[64];

	utf8_copy_printable(copy, sizeof(copy), text);
	assert_string_equal(copy, expected);
}

/* A service runs without a locale. A terminal without one may take the bytes of a character for something else. */
static void only_terminals_go_by_the_locale(void **state)
{
	static const char *const locales[] = { "C", "C.UTF-8" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		setlocale(LC_CTYPE, locales[i]);
		kept("caf\xc3\xa9 \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80",
		     "caf\xc3\xa9 \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80");
		kept("caf\xe9 \x1b[2J\x7f\xc2\x9b\n", "caf? ?[2J???");
		if (!i)
			copied("caf\xc3\xa9", 80, "caf?", 4);
		else
			copied("caf\xc3\xa9", 80, "caf\xc3\xa9", 4);
	}
}

static void a_copy_never_ends_within_a_character(void **state)
{
	char copy[6];

	(void)state;
	assert_int_equal(utf8_copy_for_terminal(copy, sizeof(copy), "abc\xe2\x82\xac", 80), 3);
	assert_string_equal(copy, "abc");
}

/* What a complaint quotes is anybody's: a recording's, or what listens at a socket. */
static void a_complaint_is_harmless_too(void **state)
{
	char said[128] = "";
	int to[2], old = dup(STDERR_FILENO);

	(void)state;
	assert_int_equal(pipe(to), 0);
	assert_int_equal(dup2(to[1], STDERR_FILENO), STDERR_FILENO);
	complain_as("test");
	complain("process %d: %s", 12, "\x1b]0;title\x07\x1b[2J\xc2\x9bgr\xc3\xbcn\nforged: line");
	dup2(old, STDERR_FILENO);
	assert_true(read(to[0], said, sizeof(said) - 1) > 0);
	assert_string_equal(said, "test: process 12: ?]0;title??[2J?gr\xc3\xbcn?forged: line\n");
	close(old);
	close(to[0]);
	close(to[1]);
}

/* --- output ------------------------------------------------------------------------------------------------------- */

/* Rows that `go_on` asks after or not, to a stdout that fails. */
static int print_rows(int to, bool go_on)
{
	static const struct out_column columns[] = { { .key = "n", .heading = "N" }, { 0 } };
	static char buffer[4096];
	const struct out_options options = { .json = false };
	struct out *out;
	int i;

	signal(SIGPIPE, SIG_IGN);
	dup2(to, STDOUT_FILENO);
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	out = out_create(&options);
	out_table_begin(out, "rows", columns);
	for (i = 0; i < 1000 && !(go_on && out_is_over(out)); i++) {
		out_row_begin(out);
		out_text(out, "1234567");
		out_row_end(out);
	}
	out_table_end(out);
	return -out_destroy(out);
}

/* In a process of its own, whose stdout it is. */
static int status_of_printing(int to, bool go_on)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(print_rows(to, go_on));
	close(to);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int pipe_without_reader(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	return ends[1];
}

/* Whether it shows between rows or at the end, or in the middle of a row when a buffer is full. */
static void a_reader_that_goes_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(status_of_printing(pipe_without_reader(), true), 0);
	assert_int_equal(status_of_printing(pipe_without_reader(), false), 0);
}

static void a_full_disk_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(status_of_printing(open("/dev/full", O_WRONLY), true), ENOSPC);
	assert_int_equal(status_of_printing(open("/dev/full", O_WRONLY), false), ENOSPC);
}

/* --- amounts ------------------------------------------------------------------------------------------------------ */

static void amounts_have_few_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0" }, { 1023, "1023" }, { 1024, "1.0K" }, { 4096, "4.0K" }, { 10239, "10.0K" }, { 10240, "10K" },
		{ 1048575, "1024K" }, { 1 << 20, "1.0M" }, { 1ull << 40, "1.0T" }, { UINT64_MAX, "16384P" },
	};
	char text[UNITS_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_string_equal(units_size(text, sizes[i].bytes), sizes[i].text);
	assert_string_equal(units_time(text, 999), "999ns");
	assert_string_equal(units_time(text, 51200000), "51ms");
	assert_string_equal(units_time(text, 2500000000), "2.5s");
	assert_string_equal(units_percent(text, 123456), "12.3");
	assert_string_equal(units_percent(text, -52000), "-5.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_quoted),
		cmocka_unit_test(what_is_no_utf8_is_replaced),
		cmocka_unit_test(documents_are_spread_over_lines_or_not),
		cmocka_unit_test(text_for_a_terminal_is_harmless_and_fits),
		cmocka_unit_test(only_terminals_go_by_the_locale),
		cmocka_unit_test(a_copy_never_ends_within_a_character),
		cmocka_unit_test(a_complaint_is_harmless_too),
		cmocka_unit_test(a_reader_that_goes_is_no_error),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(amounts_have_few_digits),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
