// SPDX-License-Identifier: GPL-2.0
/* Options by table: finding them in argv, and help. */
#include "args.h"

#include <errno.h>
#include <string.h>

#include "complain.h"

/* Where in argv the parser stands. */
struct parser {
	const struct args_group *groups;
	size_t group_count;
	int argc;
	char **argv;
	int next;			/* argument to look at */
	int operands;			/* so far; they are moved to argv[1..] */
};

/* An option that was found, and where its value goes. */
struct found {
	const struct args_option *option;
	char *settings;
};

static struct found find_option(const struct parser *parser, const char *name, size_t length, char letter)
{
	const struct args_option *option;
	size_t i;

	for (i = 0; i < parser->group_count; i++)
		for (option = parser->groups[i].options; option->name; option++)
			if (letter ? option->letter == letter
				   : !strncmp(option->name, name, length) && !option->name[length])
				return (struct found){ option, parser->groups[i].settings };
	return (struct found){ 0 };
}

static int refuse(const char *problem, const char *dashes, int length, const char *name)
{
	complain("%s %s%.*s; '%s --help' lists the options", problem, dashes, length, name, complain_name());
	return -EINVAL;
}

static int take_value(const struct found *found, const char *text)
{
	const struct args_option *option = found->option;

	if (!option->type->take(text, found->settings + option->offset))
		return 0;
	complain("--%s: '%s' is not %s", option->name, text, option->type->what);
	return -EINVAL;
}

/* An option's value: what came with it, or the next argument. */
static int take_option(struct parser *parser, const struct found *found, const char *attached)
{
	const struct args_option *option = found->option;

	if (!option->value && attached)
		return refuse("no value is taken by", "--", (int)strlen(option->name), option->name);
	if (option->value && !attached) {
		if (parser->next == parser->argc) {
			complain("option --%s needs %s: %s", option->name, option->value, option->type->what);
			return -EINVAL;
		}
		attached = parser->argv[parser->next++];
	}
	return take_value(found, option->value ? attached : "");
}

static int take_long(struct parser *parser, const char *text)
{
	size_t length = strcspn(text, "=");
	struct found found = find_option(parser, text, length, 0);

	if (!found.option)
		return refuse("there is no option", "--", (int)length, text);
	return take_option(parser, &found, text[length] ? text + length + 1 : NULL);
}

/* -abc is -a -b -c as long as those take no value; what follows one that does is its value. */
static int take_letters(struct parser *parser, const char *text)
{
	int err = 0;

	while (!err && *text) {
		struct found found = find_option(parser, NULL, 0, *text);

		if (!found.option)
			return refuse("there is no option", "-", 1, text);
		text++;
		if (found.option->value)
			return take_option(parser, &found, *text ? text : NULL);
		err = take_option(parser, &found, NULL);
	}
	return err;
}

int args_parse(const struct args_group *groups, size_t group_count, int argc, char **argv, int *ret_operands)
{
	struct parser parser = { groups, group_count, argc, argv, 1, 0 };
	bool only_operands = false;
	int err = 0;

	while (!err && parser.next < argc) {
		char *text = argv[parser.next++];

		if (only_operands || text[0] != '-' || !text[1])
			argv[1 + parser.operands++] = text;
		else if (!strcmp(text, "--"))
			only_operands = true;
		else
			err = text[1] == '-' ? take_long(&parser, text + 2) : take_letters(&parser, text + 1);
	}
	*ret_operands = parser.operands;
	return err;
}

int args_take_operand(const struct args_type *type, const char *operand, const char *text, void *target)
{
	if (!type->take(text, target))
		return 0;
	complain("%s: '%s' is not %s", operand, text, type->what);
	return -EINVAL;
}

#define HELP_COLUMN 26

void args_print_help(FILE *to, const struct args_option *options)
{
	for (; options->name; options++) {
		char letter[8] = "    ";
		int width;

		if (options->letter)
			snprintf(letter, sizeof(letter), "-%c, ", options->letter);
		width = fprintf(to, "  %s--%s%s%s", letter, options->name, options->value ? " " : "",
				options->value ? options->value : "");
		if (width > HELP_COLUMN - 2)
			width = fprintf(to, "\n") - 1;
		fprintf(to, "%*s%s\n", HELP_COLUMN - width, "", options->help);
	}
}
