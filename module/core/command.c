// SPDX-License-Identifier: GPL-2.0
/* The parser of the words written to /proc/vminspect/<pid>. */
#include "command.h"

static const struct {
	const char *word;
	enum vmi_command_verb verb;
} verbs[] = {
	{ "watch", VMI_COMMAND_WATCH },
	{ "unwatch", VMI_COMMAND_UNWATCH },
};

static int refuse(u32 offset, u32 length, const char *why, struct vmi_command *ret)
{
	ret->error.offset = offset;
	ret->error.length = length;
	ret->error.text = why;
	return -EINVAL;
}

/* Exact match only: whatever else the word holds, control bytes too, makes it another word. */
static bool find_verb(const char *word, size_t length, struct vmi_command *ret)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strlen(verbs[i].word) == length && !memcmp(verbs[i].word, word, length)) {
			ret->verb = verbs[i].verb;
			return true;
		}
	}
	return false;
}

/* What follows the verb, from `start` on. */
static int parse_rest(const char *text, size_t start, size_t length, struct vmi_command *ret)
{
	int err;

	while (start < length && text[start] == ' ')
		start++;
	if (ret->verb == VMI_COMMAND_UNWATCH && start < length)
		return refuse(start, length - start, "unwatch takes no options", ret);
	err = vmi_watch_options_parse(text + start, length - start, &ret->options, &ret->error);
	ret->error.offset += start;
	return err;
}

int vmi_command_parse(const char *text, size_t length, struct vmi_command *ret)
{
	size_t start = 0;
	size_t end;

	memset(ret, 0, sizeof(*ret));
	if (length > VMI_COMMAND_MAX)
		return refuse(VMI_COMMAND_MAX, length - VMI_COMMAND_MAX, "a command has 256 bytes at most", ret);
	if (length && text[length - 1] == '\n')
		length--;
	while (length && text[length - 1] == ' ')
		length--;
	while (start < length && text[start] == ' ')
		start++;
	for (end = start; end < length && text[end] != ' '; end++)
		;
	if (!find_verb(text + start, end - start, ret))
		return refuse(start, end - start, "the verbs are watch and unwatch", ret);
	return parse_rest(text, end, length, ret);
}
