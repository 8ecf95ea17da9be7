// SPDX-License-Identifier: GPL-2.0
/* Configuration files. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\r"

/* Cuts blanks off both ends. */
static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && strchr(BLANKS, end[-1]))
		*--end = '\0';
	return text + strspn(text, BLANKS);
}

static const struct args_option *find_option(const struct args_option *options, const char *key)
{
	for (; options->name; options++)
		if (!strcmp(options->name, key))
			return options;
	return NULL;
}

/* Whatever is in a file is shown without what a terminal might take for itself. */
static void make_harmless(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static int refuse(struct config_error *error, const char *problem, const char *what, const char *tail)
{
	snprintf(error->text, sizeof(error->text), "%s '%.48s'%s", problem, what, tail);
	make_harmless(error->text);
	return -EINVAL;
}

/* "KEY = VALUE" into the settings. */
static int take_pair(char *key, char *value, const struct args_option *options, char *settings,
		     struct config_error *error)
{
	const struct args_option *option = find_option(options, key);

	if (!option)
		return refuse(error, "there is no key", key, "; keys are the long options of vminspectd(8)");
	if (!*value)
		return refuse(error, "no value for", key, "");
	if (!option->type->take(value, settings + option->offset))
		return 0;
	snprintf(error->text, sizeof(error->text), "%s: '%.48s' is not %s", option->name, value, option->type->what);
	make_harmless(error->text);
	return -EINVAL;
}

static int take_line(char *line, const struct args_option *options, char *settings, struct config_error *error)
{
	char *equals;

	line = trim(line);
	if (!*line || *line == '#')
		return 0;
	equals = strchr(line, '=');
	if (!equals)
		return refuse(error, "not KEY = VALUE:", line, "");
	*equals = '\0';
	return take_pair(trim(line), trim(equals + 1), options, settings, error);
}

int config_parse(char *text, const struct args_option *options, void *settings, struct config_error *error)
{
	unsigned int number = 0;
	int err = 0;

	while (!err && text) {
		char *end = strchr(text, '\n');

		if (end)
			*end++ = '\0';
		error->line = ++number;
		err = take_line(text, options, settings, error);
		text = end;
	}
	return err;
}
