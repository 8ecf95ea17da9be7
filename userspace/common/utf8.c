// SPDX-License-Identifier: GPL-2.0
/* UTF-8, one character after the other. */
#include "utf8.h"

#include <string.h>
#include <wchar.h>

/* How many bytes a character has by its first, 0 if none begins so; and the bits of the code in that byte. */
static uint32_t length_by_first(unsigned char first, uint32_t *ret_code)
{
	static const struct {
		unsigned char mask, value;
	} forms[] = { { 0x80, 0x00 }, { 0xe0, 0xc0 }, { 0xf0, 0xe0 }, { 0xf8, 0xf0 } };
	uint32_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((first & forms[i].mask) != forms[i].value)
			continue;
		*ret_code = first & (unsigned char)~forms[i].mask;
		return i + 1;
	}
	return 0;
}

/* Overlong forms, surrogates and what lies beyond Unicode are no characters. */
static bool is_allowed(uint32_t code, uint32_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return code >= least[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

struct utf8 utf8_next(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	uint32_t code, i, length = length_by_first(bytes[0], &code);

	for (i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			length = 0;
		else
			code = code << 6 | (bytes[i] & 0x3f);
	}
	if (!length || !is_allowed(code, length)) {
		++*text;
		return (struct utf8){ 0xfffd, 0 };
	}
	*text += length;
	return (struct utf8){ code, length };
}

bool utf8_is_printable(struct utf8 character)
{
	return character.length && character.code >= ' ' && (character.code < 0x7f || character.code >= 0xa0);
}

int utf8_columns(struct utf8 character)
{
	if (!utf8_is_printable(character))
		return -1;
	return character.code < 0x7f ? 1 : wcwidth((wchar_t)character.code);
}

/* Where there are no columns, each character is one. */
static int one_column(struct utf8 character)
{
	return utf8_is_printable(character) ? 1 : -1;
}

static size_t copy(char *to, size_t size, const char *text, size_t columns, int (*columns_of)(struct utf8 character))
{
	size_t taken = 0, used = 0;

	while (*text) {
		struct utf8 c = utf8_next(&text);
		int width = columns_of(c);
		size_t length = width < 0 ? 1 : c.length;

		if (taken + (width < 0 ? 1 : width) > columns || used + length >= size)
			break;
		memcpy(to + used, width < 0 ? "?" : text - c.length, length);
		used += length;
		taken += width < 0 ? 1 : width;
	}
	to[used] = '\0';
	return taken;
}

void utf8_copy_printable(char *to, size_t size, const char *text)
{
	copy(to, size, text, SIZE_MAX, one_column);
}

size_t utf8_copy_for_terminal(char *to, size_t size, const char *text, size_t columns)
{
	return copy(to, size, text, columns, utf8_columns);
}
