/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text into a fixed buffer, without format strings: /proc/vminspect prints two lines a region and there can be
 * 65,530 of them, so a number costs its digits and nothing else.
 *
 * A put that does not fit writes nothing and sets `overflow`, which sticks: the text is void from there on, and the
 * caller looks once, at the end. No NUL is written; bytes of the buffer beyond `length` may be.
 */
#ifndef VMI_CORE_TEXT_H
#define VMI_CORE_TEXT_H

#include "port.h"

struct vmi_text {
	char *buffer;
	size_t length;			/* bytes written */
	size_t capacity;
	bool overflow;			/* something did not fit */
};

static inline void vmi_text_init(struct vmi_text *text, char *buffer, size_t capacity)
{
	text->buffer = buffer;
	text->length = 0;
	text->capacity = capacity;
	text->overflow = false;
}

void vmi_text_bytes(struct vmi_text *text, const char *bytes, size_t length);
void vmi_text_string(struct vmi_text *text, const char *string);
/* Lower-case hex, padded with zeros to at least `width` digits (0..16). */
void vmi_text_hex(struct vmi_text *text, u64 value, u32 width);
/* vmi_text_decimal() of a value with two digits or more. */
void vmi_text_long_decimal(struct vmi_text *text, u64 value);
/* Blanks until the line, that began at offset `line_start` of the buffer, is `width` wide; none if it is already. */
void vmi_text_pad(struct vmi_text *text, size_t line_start, size_t width);

static inline void vmi_text_char(struct vmi_text *text, char c)
{
	if (unlikely(text->length == text->capacity))
		text->overflow = true;
	else
		text->buffer[text->length++] = c;
}

/* In decimal, without leading zeros. Most counters have one digit, which is not worth a call. */
static inline void vmi_text_decimal(struct vmi_text *text, u64 value)
{
	if (value < 10)
		vmi_text_char(text, '0' + value);
	else
		vmi_text_long_decimal(text, value);
}

/* As vmi_text_bytes(), for a length that the compiler knows: a few moves in place of a call. */
static inline void vmi_text_fixed(struct vmi_text *text, const char *bytes, size_t length)
{
	if (unlikely(text->capacity - text->length < length)) {
		text->overflow = true;
		return;
	}
	memcpy(text->buffer + text->length, bytes, length);
	text->length += length;
}

#define vmi_text_literal(text, literal) vmi_text_fixed(text, literal, sizeof(literal) - 1)

#endif /* VMI_CORE_TEXT_H */
