// SPDX-License-Identifier: GPL-2.0
/*
 * The command parser: what it accepts begins with a known verb, and only watch has words after it, options that the
 * option parser accepts too; what it refuses it blames on a part of the text.
 */
#include "command.h"
#include "input.h"

/* Takes blanks off both ends, and before that a newline off the end. */
static void trim(const char **text, size_t *size)
{
	*size -= *size && (*text)[*size - 1] == '\n';
	while (*size && **text == ' ')
		++*text, --*size;
	while (*size && (*text)[*size - 1] == ' ')
		--*size;
}

static bool begins_with(const char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	return size >= length && !memcmp(text, word, length) && (size == length || text[length] == ' ');
}

static bool is_command(const char *text, size_t size)
{
	struct vmi_watch_options options;
	struct vmi_option_error error;

	trim(&text, &size);
	if (begins_with(text, size, "unwatch"))
		return size == strlen("unwatch");
	return begins_with(text, size, "watch") &&
	       !vmi_watch_options_parse(text + strlen("watch"), size - strlen("watch"), &options, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct vmi_command command;
	int ret = vmi_command_parse(text, size, &command);

	REQUIRE(ret == 0 || ret == -EINVAL || ret == -ERANGE);
	REQUIRE(!ret == (size <= VMI_COMMAND_MAX && is_command(text, size)));
	if (ret) {
		REQUIRE(command.error.text && (size_t)command.error.offset + command.error.length <= size);
		return 0;
	}
	trim(&text, &size);
	REQUIRE(command.verb == (*text == 'w' ? VMI_COMMAND_WATCH : VMI_COMMAND_UNWATCH));
	return 0;
}
