// SPDX-License-Identifier: GPL-2.0
/* The command parser: what it accepts is a known verb with blanks around and at most one newline at the end. */
#include "command.h"
#include "input.h"

static bool is_verb(const uint8_t *data, size_t size, enum vmi_command_verb verb)
{
	const char *word = verb == VMI_COMMAND_WATCH ? "watch" : "unwatch";

	size -= size && data[size - 1] == '\n';
	while (size && *data == ' ')
		data++, size--;
	while (size && data[size - 1] == ' ')
		size--;
	return size == strlen(word) && !memcmp(data, word, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmi_command command = { 0 };
	int ret = vmi_command_parse((const char *)data, size, &command);

	REQUIRE(ret == 0 || ret == -EINVAL);
	if (!ret)
		REQUIRE(size <= VMI_COMMAND_MAX && is_verb(data, size, command.verb));
	else if (size <= VMI_COMMAND_MAX)
		REQUIRE(!is_verb(data, size, VMI_COMMAND_WATCH) && !is_verb(data, size, VMI_COMMAND_UNWATCH));
	return 0;
}
