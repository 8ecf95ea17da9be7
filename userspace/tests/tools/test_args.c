// SPDX-License-Identifier: GPL-2.0
/* The parsers of options and their values, by tables of what goes in and what must come out. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "common/args.h"
#include "common/complain.h"

static struct settings {
	bool flag;
	bool other;
	const char *text;
	uint64_t count;
} settings;

static struct common {
	bool flag;			/* of another group, hidden by the first one's */
	bool json;
} common;

static const struct args_option options[] = {
	{ "flag", 'f', NULL, &args_flag, offsetof(struct settings, flag), "a flag" },
	{ "flag-too", 0, NULL, &args_flag, offsetof(struct settings, other), "begins like the other" },
	{ "text", 't', "TEXT", &args_text, offsetof(struct settings, text), "takes a text" },
	{ "number", 'n', "N", &args_count, offsetof(struct settings, count), "takes a number" },
	{ 0 },
};

static const struct args_option common_rows[] = {
	{ "flag", 'f', NULL, &args_flag, offsetof(struct common, flag), "hidden" },
	{ "json", 'j', NULL, &args_flag, offsetof(struct common, json), "common" },
	{ 0 },
};

/* --- command lines ------------------------------------------------------------------------------------------------ */

static const struct line {
	const char *arguments[6];
	int err;
	const char *operands;		/* with commas */
	bool flag, other, json;
	const char *text;
	uint64_t count;
} lines[] = {
	{ { NULL }, 0, "" },
	{ { "a", "b" }, 0, "a,b" },
	{ { "-f" }, 0, "", .flag = true },
	{ { "--flag" }, 0, "", .flag = true },
	{ { "--flag-too" }, 0, "", .other = true },
	{ { "a", "-f", "b" }, 0, "a,b", .flag = true },
	{ { "-fj" }, 0, "", .flag = true, .json = true },
	{ { "-t", "x" }, 0, "", .text = "x" },
	{ { "-tx" }, 0, "", .text = "x" },
	{ { "-ftx" }, 0, "", .flag = true, .text = "x" },
	{ { "--text", "x", "a" }, 0, "a", .text = "x" },
	{ { "--text=x" }, 0, "", .text = "x" },
	{ { "--text=" }, 0, "", .text = "" },
	{ { "--text=a=b" }, 0, "", .text = "a=b" },
	{ { "-t", "-f" }, 0, "", .text = "-f" },
	{ { "-t", "x", "-t", "y" }, 0, "", .text = "y" },
	{ { "--", "-f", "--json" }, 0, "-f,--json" },
	{ { "-", "a" }, 0, "-,a" },
	{ { "-n", "7" }, 0, "", .count = 7 },
	{ { "--fla" }, -EINVAL },
	{ { "--flags" }, -EINVAL },
	{ { "-x" }, -EINVAL },
	{ { "-fx" }, -EINVAL },
	{ { "--flag=yes" }, -EINVAL },
	{ { "--text" }, -EINVAL },
	{ { "-t" }, -EINVAL },
	{ { "-n", "x" }, -EINVAL },
	{ { "-n", "0" }, -EINVAL },
};

static void check_line(const struct line *line)
{
	const struct args_group groups[] = { { options, &settings }, { common_rows, &common } };
	char program[] = "program", joined[64] = "";
	char *argv[8] = { program };
	int argc = 1, operands, i;

	memset(&settings, 0, sizeof(settings));
	memset(&common, 0, sizeof(common));
	while (argc < 7 && line->arguments[argc - 1]) {
		argv[argc] = (char *)line->arguments[argc - 1];
		argc++;
	}
	assert_int_equal(args_parse(groups, 2, argc, argv, &operands), line->err);
	if (line->err)
		return;
	for (i = 1; i <= operands; i++) {
		strcat(joined, i > 1 ? "," : "");
		strcat(joined, argv[i]);
	}
	assert_string_equal(joined, line->operands);
	assert_int_equal(settings.flag, line->flag);
	assert_int_equal(settings.other, line->other);
	assert_int_equal(common.json, line->json);
	assert_false(common.flag);
	assert_string_equal(settings.text ? settings.text : "none", line->text ? line->text : "none");
	assert_int_equal(settings.count, line->count);
}

static void command_lines_are_taken_apart(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check_line(&lines[i]);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static const struct number {
	const struct args_type *type;
	const char *text;
	int err;
	uint64_t value;
} numbers[] = {
	{ &args_count, "1", 0, 1 },
	{ &args_count, "18446744073709551615", 0, UINT64_MAX },
	{ &args_count, "18446744073709551616", -EINVAL },
	{ &args_count, "0", -EINVAL },
	{ &args_count, "", -EINVAL },
	{ &args_count, "-1", -EINVAL },
	{ &args_count, "+1", -EINVAL },
	{ &args_count, " 1", -EINVAL },
	{ &args_count, "1 ", -EINVAL },
	{ &args_count, "0x10", -EINVAL },
	{ &args_number, "0", 0, 0 },
	{ &args_number, "12", 0, 12 },
	{ &args_number, "-0", -EINVAL },
	{ &args_number, "18446744073709551616", -EINVAL },
	{ &args_address, "7f2c00000000", 0, 0x7f2c00000000 },
	{ &args_address, "0x7F2C00000000", 0, 0x7f2c00000000 },
	{ &args_address, "ffffffffffffffff", 0, UINT64_MAX },
	{ &args_address, "10000000000000000", -EINVAL },
	{ &args_address, "0", 0, 0 },
	{ &args_address, "xyz", -EINVAL },
	{ &args_address, "", -EINVAL },
	{ &args_seconds, "1", 0, 1000000000 },
	{ &args_seconds, "0.5", 0, 500000000 },
	{ &args_seconds, "0.001", 0, 1000000 },
	{ &args_seconds, "1.25", 0, 1250000000 },
	{ &args_seconds, "0.0001", -EINVAL },
	{ &args_seconds, "0", -EINVAL },
	{ &args_seconds, "0.0", -EINVAL },
	{ &args_seconds, ".5", -EINVAL },
	{ &args_seconds, "1s", -EINVAL },
	{ &args_seconds, "86401", -EINVAL },
};

static void numbers_are_taken_whole_or_not_at_all(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t value = 4711;

		assert_int_equal(numbers[i].type->take(numbers[i].text, &value), numbers[i].err);
		assert_int_equal(value, numbers[i].err ? 4711 : numbers[i].value);
	}
}

static const struct range {
	const char *text;
	int err;
	uint64_t start, end;
} ranges[] = {
	{ "1000-2000", 0, 0x1000, 0x2000 },
	{ "0x1000-0x2000", 0, 0x1000, 0x2000 },
	{ "1000-", 0, 0x1000, 0 },
	{ "0-", 0, 0, 0 },
	{ "1000+4096", 0, 0x1000, 0x2000 },
	{ "1000+0x1000", 0, 0x1000, 0x2000 },
	{ "1000+4K", 0, 0x1000, 0x2000 },
	{ "0+1m", 0, 0, 1 << 20 },
	{ "0+2G", 0, 0, 2ull << 30 },
	{ "1000", -EINVAL },
	{ "2000-1000", -EINVAL },
	{ "1000-1000", -EINVAL },
	{ "1000+0", -EINVAL },
	{ "1000+4T", -EINVAL },
	{ "1000+4KB", -EINVAL },
	{ "1000+", -EINVAL },
	{ "1000-x", -EINVAL },
	{ "-2000", -EINVAL },
	{ "", -EINVAL },
	{ "0+ffffffffffffffffG", -EINVAL },
	{ "ffffffffffffffff+2", -EINVAL },
};

static void ranges_of_addresses(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct args_range range = { 1, 2 };

		assert_int_equal(args_address_range.take(ranges[i].text, &range), ranges[i].err);
		assert_int_equal(range.start, ranges[i].err ? 1 : ranges[i].start);
		assert_int_equal(range.end, ranges[i].err ? 2 : ranges[i].end);
	}
}

static void pids_states_and_policies(void **state)
{
	uint32_t number = 4711;
	int32_t policy = -1;

	(void)state;
	assert_int_equal(args_pid.take("1234", &number), 0);
	assert_int_equal(number, 1234);
	assert_int_equal(args_pid.take("2147483648", &number), -EINVAL);
	assert_int_equal(args_pid.take("0", &number), -EINVAL);
	assert_int_equal(args_states.take("present,swapped", &number), 0);
	assert_int_equal(number, 0x6);
	assert_int_equal(args_states.take("marker", &number), 0);
	assert_int_equal(number, 0xe0);
	assert_int_equal(args_states.take("marker-guard,unmapped-file", &number), 0);
	assert_int_equal(number, 0x88);
	assert_int_equal(args_states.take("present,", &number), -EINVAL);
	assert_int_equal(args_states.take("", &number), -EINVAL);
	assert_int_equal(args_states.take("presen", &number), -EINVAL);
	assert_int_equal(number, 0x88);
	assert_int_equal(args_policy.take("gen", &policy), 0);
	assert_int_equal(policy, 4);
	assert_int_equal(args_policy.take("lru", &policy), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines_are_taken_apart),
		cmocka_unit_test(numbers_are_taken_whole_or_not_at_all),
		cmocka_unit_test(ranges_of_addresses),
		cmocka_unit_test(pids_states_and_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
