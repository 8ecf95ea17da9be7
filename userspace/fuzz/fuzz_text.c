// SPDX-License-Identifier: GPL-2.0
/* A sequence of puts into a buffer of any size, each against snprintf(): all of it is written, or nothing. */
#include <inttypes.h>
#include <stdio.h>

#include "input.h"
#include "text.h"

#define LONGEST 300

/* One put of a kind and with values out of the input; what it must write goes to `expected`. */
static size_t put_something(struct vmi_text *text, struct input *input, char expected[LONGEST])
{
	u8 kind = input_u8(input);
	u64 value = input_u64(input) >> (kind >> 2);
	size_t before = text->length;
	u32 width = value % 20;

	switch (kind % 4) {
	case 0:
		vmi_text_decimal(text, value);
		return snprintf(expected, LONGEST, "%" PRIu64, value);
	case 1:
		vmi_text_hex(text, value, width);
		return snprintf(expected, LONGEST, "%0*" PRIx64, (int)min_t(u32, width, 16), value);
	case 2:
		vmi_text_pad(text, 0, before + width);
		return snprintf(expected, LONGEST, "%*s", (int)width, "");
	default:
		snprintf(expected, LONGEST, "%.*s", (int)width, "/usr/lib/x86_64-linux-gnu");
		vmi_text_string(text, expected);
		return strlen(expected);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	size_t capacity = 1 + input_bytes(&input, 1);
	struct vmi_text text;

	vmi_text_init(&text, malloc(capacity), capacity);
	while (input.left && !text.overflow) {
		size_t before = text.length;
		char expected[LONGEST];
		size_t length = put_something(&text, &input, expected);

		REQUIRE(text.overflow == (length > capacity - before));
		REQUIRE(text.length == (text.overflow ? before : before + length));
		REQUIRE(!memcmp(text.buffer + before, expected, text.length - before));
	}
	free(text.buffer);
	return 0;
}
