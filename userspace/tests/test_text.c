// SPDX-License-Identifier: GPL-2.0
/*
 * Text into a fixed buffer, against snprintf(). The buffers are heap blocks of exactly the capacity, so that the
 * address sanitizer sees a byte too many.
 */
#include <inttypes.h>

#include "text.h"
#include "unit.h"

/* A buffer of `capacity` bytes of which `used` are taken. */
static struct vmi_text make_text(size_t capacity, size_t used)
{
	struct vmi_text text;

	vmi_text_init(&text, malloc(capacity), capacity);
	memset(text.buffer, '.', capacity);
	text.length = used;
	return text;
}

/* The put must have written `expected` whole if it fits in, and otherwise nothing but the overflow flag. */
static void assert_put(const struct vmi_text *text, size_t used, const char *expected)
{
	size_t length = strlen(expected);
	bool fits = used + length <= text->capacity;

	assert_int_equal(text->overflow, !fits);
	assert_int_equal(text->length, fits ? used + length : used);
	assert_memory_equal(text->buffer + used, expected, fits ? length : 0);
	free(text->buffer);
}

/* Room of every size up to a little more than the longest number needs, behind 0 or 3 bytes. */
static size_t random_capacity(struct rng *rng, size_t *used)
{
	*used = 3 * rng_below(rng, 2);
	return *used + 1 + rng_below(rng, 24);
}

static void hex_agrees_with_snprintf(void **state)
{
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 300000; i++) {
		size_t used, capacity = random_capacity(&rng, &used);
		struct vmi_text text = make_text(capacity, used);
		u64 value = rng_any_length(&rng);
		u32 width = rng_below(&rng, 17);
		char expected[32];

		snprintf(expected, sizeof(expected), "%0*" PRIx64, (int)width, value);
		vmi_text_hex(&text, value, width);
		assert_put(&text, used, expected);
	}
}

static void hex_of_every_single_bit_and_byte_is_right(void **state)
{
	u32 shift, byte;

	(void)state;
	for (shift = 0; shift < 64; shift += 8) {
		for (byte = 0; byte < 256; byte++) {
			struct vmi_text text = make_text(16, 0);
			char expected[32];

			snprintf(expected, sizeof(expected), "%016" PRIx64, (u64)byte << shift);
			vmi_text_hex(&text, (u64)byte << shift, 16);
			assert_put(&text, 0, expected);
		}
	}
}

static void a_hex_width_above_16_is_16(void **state)
{
	struct vmi_text text = make_text(40, 0);

	(void)state;
	vmi_text_hex(&text, 0xabc, 17);
	assert_put(&text, 0, "0000000000000abc");
}

static void assert_decimal(u64 value, size_t capacity, size_t used)
{
	struct vmi_text text = make_text(capacity, used);
	char expected[32];

	snprintf(expected, sizeof(expected), "%" PRIu64, value);
	vmi_text_decimal(&text, value);
	assert_put(&text, used, expected);
}

static void decimal_agrees_with_snprintf(void **state)
{
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 300000; i++) {
		size_t used, capacity = random_capacity(&rng, &used);

		assert_decimal(rng_any_length(&rng), capacity, used);
	}
}

static void decimal_is_right_around_every_power_of_two_and_ten(void **state)
{
	u64 power = 1;
	u32 i;
	s64 offset;

	(void)state;
	for (offset = -2; offset <= 2; offset++) {
		for (i = 0; i < 64; i++)
			assert_decimal((1ULL << i) + offset, 20, 0);
		for (i = 0, power = 1; i < 20; i++, power *= 10)
			assert_decimal(power + offset, 20, 0);
	}
	for (i = 0; i < 100000; i++)
		assert_decimal(i, 20, 0);
}

static void bytes_of_any_length_fit_or_do_not(void **state)
{
	char source[64];
	size_t length, room, i;

	(void)state;
	for (i = 0; i < sizeof(source); i++)
		source[i] = 'A' + i % 26;
	for (length = 0; length < sizeof(source); length++) {
		for (room = 1; room < 70; room++) {
			struct vmi_text text = make_text(room, 0);
			char *exact = malloc(length + 1);

			memcpy(exact, source, length);
			exact[length] = '\0';
			vmi_text_bytes(&text, exact, length);
			assert_put(&text, 0, exact);
			text = make_text(room, 0);
			vmi_text_string(&text, exact);
			assert_put(&text, 0, exact);
			free(exact);
		}
	}
}

static void bytes_may_hold_any_value(void **state)
{
	struct vmi_text text = make_text(256, 0);
	char source[256];
	u32 i;

	(void)state;
	for (i = 0; i < sizeof(source); i++)
		source[i] = i;
	vmi_text_bytes(&text, source, sizeof(source));
	assert_memory_equal(text.buffer, source, sizeof(source));
	free(text.buffer);
}

static void literals_and_characters_fit_or_do_not(void **state)
{
	size_t room;

	(void)state;
	for (room = 1; room < 12; room++) {
		struct vmi_text text = make_text(room, 0);

		vmi_text_literal(&text, " present=");
		assert_put(&text, 0, " present=");
		text = make_text(room, room > 3 ? 3 : 0);
		vmi_text_char(&text, 'x');
		assert_put(&text, room > 3 ? 3 : 0, "x");
		text = make_text(room, room);
		vmi_text_char(&text, 'x');
		assert_put(&text, room, "x");
	}
}

/* A line that begins behind two bytes and has `length`, to be padded to `width` with `room` bytes left. */
static void assert_padded(size_t length, size_t width, size_t room)
{
	struct vmi_text text = make_text(2 + length + room, 2 + length);
	char blanks[81];

	snprintf(blanks, sizeof(blanks), "%*s", (int)(width > length ? width - length : 0), "");
	vmi_text_pad(&text, 2, width);
	assert_put(&text, 2 + length, blanks);
}

static void pad_fills_the_line_up_to_its_width(void **state)
{
	size_t length, width, room;

	(void)state;
	for (length = 0; length < 80; length += 7) {
		for (width = 0; width < 80; width++) {
			size_t missing = width > length ? width - length : 0;

			for (room = missing > 2 ? missing - 2 : 0; room < missing + 2; room++)
				assert_padded(length, width, room);
		}
	}
}

static void overflow_sticks(void **state)
{
	struct vmi_text text = make_text(4, 0);

	(void)state;
	vmi_text_literal(&text, "12345");
	assert_true(text.overflow);
	vmi_text_char(&text, 'x');
	assert_true(text.overflow);
	vmi_text_init(&text, text.buffer, 4);
	assert_false(text.overflow);
	assert_int_equal(text.length, 0);
	free(text.buffer);
}

static void nothing_fits_into_nothing(void **state)
{
	struct vmi_text text = make_text(0, 0);

	(void)state;
	vmi_text_string(&text, "");
	assert_false(text.overflow);
	vmi_text_decimal(&text, 0);
	assert_true(text.overflow);
	vmi_text_init(&text, text.buffer, 0);
	vmi_text_hex(&text, 0, 0);
	assert_true(text.overflow);
	assert_int_equal(text.length, 0);
	free(text.buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_agrees_with_snprintf),
		cmocka_unit_test(hex_of_every_single_bit_and_byte_is_right),
		cmocka_unit_test(a_hex_width_above_16_is_16),
		cmocka_unit_test(decimal_agrees_with_snprintf),
		cmocka_unit_test(decimal_is_right_around_every_power_of_two_and_ten),
		cmocka_unit_test(bytes_of_any_length_fit_or_do_not),
		cmocka_unit_test(bytes_may_hold_any_value),
		cmocka_unit_test(literals_and_characters_fit_or_do_not),
		cmocka_unit_test(pad_fills_the_line_up_to_its_width),
		cmocka_unit_test(overflow_sticks),
		cmocka_unit_test(nothing_fits_into_nothing),
	};

	rng_announce();
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
