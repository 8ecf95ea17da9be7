// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers and strings as text, without loops where there is room to write a whole word at once.
 *
 * Eight characters are made in one register and stored by one move, the first in the lowest byte. Such a store
 * may run past what counts (never past the buffer): the next put overwrites it. Only near the end of the buffer
 * are bytes copied one by one.
 */
#include "text.h"

#define WORD_CHARS	8
#define HEX_DIGITS	16
#define EIGHT(byte)	(0x0101010101010101ULL * (byte))

static void store_word(char *to, u64 word)
{
	memcpy(to, &word, sizeof(word));
}

static u64 load_word(const char *from)
{
	u64 word;

	memcpy(&word, from, sizeof(word));
	return word;
}

static size_t room(const struct vmi_text *text)
{
	return text->capacity - text->length;
}

/* Names are short: this beats the start-up cost of a string instruction. */
void vmi_text_bytes(struct vmi_text *text, const char *bytes, size_t length)
{
	char *to = text->buffer + text->length;

	if (unlikely(room(text) < length)) {
		text->overflow = true;
		return;
	}
	text->length += length;
	for (; length >= WORD_CHARS; length -= WORD_CHARS) {
		store_word(to, load_word(bytes));
		to += WORD_CHARS;
		bytes += WORD_CHARS;
	}
	while (length--)
		*to++ = *bytes++;
}

void vmi_text_string(struct vmi_text *text, const char *string)
{
	vmi_text_bytes(text, string, strlen(string));
}

/* The low 32 bits of `value` as eight hex digits, the highest in the lowest byte. */
static inline u64 eight_hex_digits(u64 value)
{
	u64 digits = __builtin_bswap64(value << 32);	/* bytes in order of writing, in the low half */
	u64 letters;

	digits = (digits | digits << 16) & 0x0000ffff0000ffffULL;
	digits = (digits | digits << 8) & 0x00ff00ff00ff00ffULL;
	digits = (digits >> 4 | digits << 8) & EIGHT(0x0f);
	letters = (digits + EIGHT(6)) >> 4 & EIGHT(1);	/* 1 where a digit is 10 or more */
	return digits + EIGHT('0') + letters * ('a' - '0' - 10);
}

/* Writes the last `digits` of the 16; `to` has room for 16 bytes. */
static inline void store_hex(char *to, u64 value, u32 digits)
{
	u64 low = eight_hex_digits(value & 0xffffffff);

	if (digits > WORD_CHARS) {
		store_word(to, eight_hex_digits(value >> 32) >> 8 * (HEX_DIGITS - digits));
		store_word(to + digits - WORD_CHARS, low);
	} else if (digits) {
		store_word(to, low >> 8 * (WORD_CHARS - digits));
	}
}

void vmi_text_hex(struct vmi_text *text, u64 value, u32 width)
{
	u32 digits = (67 - __builtin_clzll(value | 1)) / 4;
	char slow[HEX_DIGITS];

	digits = max_t(u32, digits, min_t(u32, width, HEX_DIGITS));
	if (likely(room(text) >= HEX_DIGITS)) {
		store_hex(text->buffer + text->length, value, digits);
		text->length += digits;
	} else {
		store_hex(slow, value, digits);
		vmi_text_bytes(text, slow, digits);
	}
}

#define TEN(tens) tens "0" tens "1" tens "2" tens "3" tens "4" tens "5" tens "6" tens "7" tens "8" tens "9"

/* 00 to 99, two characters each. */
static const char pairs[] =
	TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9");

/* Digits of a decimal number: the logarithm to base 10 from that to base 2 (1233 / 4096 is log10(2)), put right. */
static u32 count_digits(u64 value)
{
	static const u64 powers[] = {
		1ULL, 10ULL, 100ULL, 1000ULL, 10000ULL, 100000ULL, 1000000ULL, 10000000ULL, 100000000ULL,
		1000000000ULL, 10000000000ULL, 100000000000ULL, 1000000000000ULL, 10000000000000ULL,
		100000000000000ULL, 1000000000000000ULL, 10000000000000000ULL, 100000000000000000ULL,
		1000000000000000000ULL, 10000000000000000000ULL,
	};
	u32 guess = (64 - __builtin_clzll(value | 1)) * 1233 >> 12;

	return guess + (value >= powers[guess]);
}

/* Writes the digits so that the last one stands just before `end`. */
static void store_decimal(char *end, u64 value)
{
	while (value >= 100) {
		end -= 2;
		memcpy(end, pairs + 2 * (value % 100), 2);
		value /= 100;
	}
	if (value >= 10)
		memcpy(end - 2, pairs + 2 * value, 2);
	else
		end[-1] = '0' + value;
}

void vmi_text_long_decimal(struct vmi_text *text, u64 value)
{
	u32 digits = count_digits(value);

	if (unlikely(room(text) < digits)) {
		text->overflow = true;
		return;
	}
	text->length += digits;
	store_decimal(text->buffer + text->length, value);
}

void vmi_text_pad(struct vmi_text *text, size_t line_start, size_t width)
{
	size_t written = text->length - line_start;
	size_t blanks = written < width ? width - written : 0;
	char *to = text->buffer + text->length;

	if (unlikely(room(text) < blanks)) {
		text->overflow = true;
		return;
	}
	text->length += blanks;
	for (; blanks >= WORD_CHARS; blanks -= WORD_CHARS) {
		store_word(to, EIGHT(' '));
		to += WORD_CHARS;
	}
	while (blanks--)
		*to++ = ' ';
}
