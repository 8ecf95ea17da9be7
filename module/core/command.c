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

/* Exact match only: whatever else the word holds, control bytes too, makes it another word. */
static int parse_verb(const char *word, size_t length, struct vmi_command *ret)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strlen(verbs[i].word) == length && !memcmp(verbs[i].word, word, length)) {
			ret->verb = verbs[i].verb;
			return 0;
		}
	}
	return -EINVAL;
}

int vmi_command_parse(const char *text, size_t length, struct vmi_command *ret)
{
	if (length > VMI_COMMAND_MAX)
		return -EINVAL;
	if (length && text[length - 1] == '\n')
		length--;
	while (length && text[length - 1] == ' ')
		length--;
	while (length && *text == ' ') {
		text++;
		length--;
	}
	return parse_verb(text, length, ret);
}
