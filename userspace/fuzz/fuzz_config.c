// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of configuration files: it takes a text or names a line that the text has, and what is wrong there in
 * characters that a terminal shows. What it takes, it takes line by line: the text without its last line is fine too.
 */
#include "input.h"

#include "common/args_types.c"
#include "tools/config_options.h"
#include "vminspectd/config.c"

static unsigned int lines_of(const char *text)
{
	unsigned int lines = 1;

	while ((text = strchr(text, '\n'))) {
		lines++;
		text++;
	}
	return lines;
}

static void check_error(const struct config_error *error, unsigned int lines)
{
	const char *at;

	REQUIRE(error->line >= 1 && error->line <= lines);
	REQUIRE(*error->text && strlen(error->text) < sizeof(error->text));
	for (at = error->text; *at; at++)
		REQUIRE((unsigned char)*at >= ' ' && *at != 0x7f);
}

static int parse(const uint8_t *data, size_t size, struct values *values)
{
	char *text = strndup((const char *)data, size);
	struct config_error error = { 0 };
	unsigned int lines = lines_of(text);
	int err;

	memset(values, 0, sizeof(*values));
	err = config_parse(text, options, values, &error);
	REQUIRE(!err || err == -EINVAL);
	if (err)
		check_error(&error, lines);
	REQUIRE(!values->listen || (values->listen > text && values->listen <= text + size));
	free(text);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct values values;
	size_t last = size;

	if (parse(data, size, &values))
		return 0;
	while (last && data[last - 1] != '\n')
		last--;
	REQUIRE(!parse(data, last, &values));
	return 0;
}
