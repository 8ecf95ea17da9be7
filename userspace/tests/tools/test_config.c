// SPDX-License-Identifier: GPL-2.0
/* The daemon's configuration file. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "config_options.h"
#include "vminspectd/config.h"

/* What a text comes to; the text lasts as long as the values. */
struct outcome {
	struct values values;
	struct config_error error;
	char text[512];
};

static int parse(struct outcome *outcome, const char *text)
{
	memset(outcome, 0, sizeof(*outcome));
	snprintf(outcome->text, sizeof(outcome->text), "%s", text);
	return config_parse(outcome->text, options, &outcome->values, &outcome->error);
}

static void keys_are_long_options(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(parse(&outcome, "listen = [::1]:9000\nprocesses=7\n\tinterval  =\t0.5 \r\n"), 0);
	assert_string_equal(outcome.values.listen, "[::1]:9000");
	assert_int_equal(outcome.values.processes, 7);
	assert_int_equal(outcome.values.interval, 500000000);
}

static void comments_and_empty_lines_say_nothing(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(parse(&outcome, "# listen = x\n\n   \n  # processes = 0\nprocesses = 3"), 0);
	assert_null(outcome.values.listen);
	assert_int_equal(outcome.values.processes, 3);
	assert_int_equal(parse(&outcome, ""), 0);
}

static void a_value_may_have_anything_in_it(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(parse(&outcome, "listen = a = b # c"), 0);
	assert_string_equal(outcome.values.listen, "a = b # c");
}

static void the_last_of_two_counts(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(parse(&outcome, "processes = 3\nprocesses = 4"), 0);
	assert_int_equal(outcome.values.processes, 4);
}

static void assert_wrong(const char *text, unsigned int line, const char *said)
{
	struct outcome outcome;

	assert_int_equal(parse(&outcome, text), -EINVAL);
	assert_int_equal(outcome.error.line, line);
	if (!strstr(outcome.error.text, said))
		fail_msg("'%s' has no '%s'", outcome.error.text, said);
}

static void errors_name_line_and_fault(void **state)
{
	(void)state;
	assert_wrong("\n# x\nprocesses 3\n", 3, "not KEY = VALUE: 'processes 3'");
	assert_wrong("colour = blue", 1, "no key 'colour'");
	assert_wrong("processes = 3\nprocesses = many", 2, "processes: 'many' is not ");
	assert_wrong("processes =", 1, "no value for 'processes'");
	assert_wrong("= 3", 1, "no key ''");
	assert_wrong("process = 3", 1, "no key 'process'");
}

/* The file may come from elsewhere; what it says goes to a terminal. */
static void errors_are_fit_to_be_printed(void **state)
{
	struct outcome outcome;
	const char *at;

	(void)state;
	assert_int_equal(parse(&outcome, "a\033[2Jb\001 = 1"), -EINVAL);
	for (at = outcome.error.text; *at; at++)
		assert_true(*at >= ' ' && *at < 0x7f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_long_options),
		cmocka_unit_test(comments_and_empty_lines_say_nothing),
		cmocka_unit_test(a_value_may_have_anything_in_it),
		cmocka_unit_test(the_last_of_two_counts),
		cmocka_unit_test(errors_name_line_and_fault),
		cmocka_unit_test(errors_are_fit_to_be_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
