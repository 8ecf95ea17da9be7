// SPDX-License-Identifier: GPL-2.0
/* The parser of the proc file's commands: what it takes, and that it takes nothing else. */
#include "command.h"
#include "unit.h"

/* Parses a heap copy of exactly `length` bytes, so that a read beyond them is seen. */
static int parse(const char *text, size_t length, struct vmi_command *ret)
{
	char *exact = malloc(length ? length : 1);
	int err;

	memcpy(exact, text, length);
	err = vmi_command_parse(exact, length, ret);
	free(exact);
	return err;
}

static int parse_string(const char *text, struct vmi_command *ret)
{
	return parse(text, strlen(text), ret);
}

static void verbs_are_taken_with_blanks_around_and_a_newline(void **state)
{
	static const struct {
		const char *text;
		enum vmi_command_verb verb;
	} cases[] = {
		{ "watch", VMI_COMMAND_WATCH },
		{ "watch\n", VMI_COMMAND_WATCH },
		{ "  watch  \n", VMI_COMMAND_WATCH },
		{ "unwatch", VMI_COMMAND_UNWATCH },
		{ " unwatch\n", VMI_COMMAND_UNWATCH },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmi_command command = { 0 };

		assert_int_equal(parse_string(cases[i].text, &command), 0);
		assert_int_equal(command.verb, cases[i].verb);
	}
}

static void anything_else_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "\n", " ", "  \n", "watc", "watchs", "Watch", "WATCH", "unwatchwatch", "watch unwatch", "watch 1",
		"watch\n\n", "watch\n ", "\nwatch", "watch\t", "\twatch", "watch\r\n", "wa tch", "watch;",
		"un watch", "0",
	};
	struct vmi_command command;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(parse_string(cases[i], &command), -EINVAL);
}

static void any_byte_but_a_blank_or_a_final_newline_spoils_a_verb(void **state)
{
	struct vmi_command command;
	u32 byte, place;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		for (place = 0; place <= 5; place++) {
			char text[6];
			bool fine = (byte == ' ' && (place == 0 || place == 5)) || (byte == '\n' && place == 5);

			memcpy(text, "watch", place);
			text[place] = byte;
			memcpy(text + place + 1, &"watch"[place], 5 - place);
			assert_int_equal(parse(text, sizeof(text), &command), fine ? 0 : -EINVAL);
		}
	}
}

static void the_longest_command_is_256_bytes(void **state)
{
	struct vmi_command command;
	char text[VMI_COMMAND_MAX + 1];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "watch", 5);
	assert_int_equal(parse(text, VMI_COMMAND_MAX, &command), 0);
	assert_int_equal(parse(text, VMI_COMMAND_MAX + 1, &command), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs_are_taken_with_blanks_around_and_a_newline),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(any_byte_but_a_blank_or_a_final_newline_spoils_a_verb),
		cmocka_unit_test(the_longest_command_is_256_bytes),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
