// SPDX-License-Identifier: GPL-2.0
/* What options and operands can be: text to values, all of it or nothing. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "lib/vminspect.h"

static int take_flag(const char *text, void *target)
{
	(void)text;
	*(bool *)target = true;
	return 0;
}

static int take_text(const char *text, void *target)
{
	*(const char **)target = text;
	return 0;
}

/* A whole number of that base, and nothing behind it but what *ret_rest shows. */
static int take_digits(const char *text, int base, uint64_t *ret, const char **ret_rest)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*ret = strtoull(text, &end, base);
	*ret_rest = end;
	return errno || end == text ? -EINVAL : 0;
}

static int take_pid(const char *text, void *target)
{
	const char *rest;
	uint64_t value;

	if (take_digits(text, 10, &value, &rest) || *rest || !value || value > INT32_MAX)
		return -EINVAL;
	*(uint32_t *)target = value;
	return 0;
}

static int take_number(const char *text, void *target)
{
	const char *rest;
	uint64_t value;

	if (take_digits(text, 10, &value, &rest) || *rest)
		return -EINVAL;
	*(uint64_t *)target = value;
	return 0;
}

static int take_count(const char *text, void *target)
{
	uint64_t value;

	if (take_number(text, &value) || !value)
		return -EINVAL;
	*(uint64_t *)target = value;
	return 0;
}

static int take_address(const char *text, void *target)
{
	const char *rest;
	uint64_t value;

	if (take_digits(text, 16, &value, &rest) || *rest)
		return -EINVAL;
	*(uint64_t *)target = value;
	return 0;
}

/* A number of bytes behind "+": with K, M or G, or hexadecimal with 0x. */
static int take_length(const char *text, uint64_t *ret)
{
	static const char units[] = "KMG";
	const char *rest, *unit;

	if (take_digits(text, text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10, ret, &rest) || !*ret)
		return -EINVAL;
	if (!*rest)
		return 0;
	unit = strchr(units, toupper((unsigned char)*rest));
	if (!unit || rest[1] || *ret >> (64 - 10 * (unit - units + 1)))
		return -EINVAL;
	*ret <<= 10 * (unit - units + 1);
	return 0;
}

/* START-END, START-, START+LENGTH. */
static int take_range(const char *text, void *target)
{
	struct args_range range = { 0 };
	const char *rest;
	uint64_t length;
	int err = take_digits(text, 16, &range.start, &rest);

	if (!err && *rest == '+') {
		err = take_length(rest + 1, &length);
		range.end = err ? 0 : range.start + length;
	} else if (!err && *rest == '-' && rest[1]) {
		err = take_address(rest + 1, &range.end);
	} else if (!err && *rest != '-') {
		err = -EINVAL;
	} else if (!err) {
		range.end = UINT64_MAX;
	}
	if (err || range.end <= range.start)
		return -EINVAL;
	if (range.end == UINT64_MAX)
		range.end = 0;
	*(struct args_range *)target = range;
	return 0;
}

/* The bit of a state by its name, or of a group of states; 0: there is none of that name. */
static uint32_t state_bits(const char *name, size_t length)
{
	uint32_t state;

	if (length == 6 && !strncmp(name, "marker", length))
		return VMINSPECT_PAGE_STATES_MARKER_UFFD_WP | VMINSPECT_PAGE_STATES_MARKER_POISON |
		       VMINSPECT_PAGE_STATES_MARKER_GUARD;
	for (state = VMINSPECT_PAGE_STATE_UNTOUCHED; state <= VMINSPECT_PAGE_STATE_DEVICE; state++) {
		const char *known = vmi_page_state_name(state);

		if (known && strlen(known) == length && !strncmp(name, known, length))
			return 1u << (state - 1);
	}
	return 0;
}

static int take_states(const char *text, void *target)
{
	uint32_t states = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		uint32_t bits = state_bits(text, length);

		if (!bits)
			return -EINVAL;
		states |= bits;
		if (!text[length])
			break;
		text += length + 1;
	}
	*(uint32_t *)target = states;
	return 0;
}

static int take_policy(const char *text, void *target)
{
	uint32_t policy;
	const char *name;

	for (policy = 0; (name = vmi_policy_name(policy)); policy++) {
		if (strcmp(name, text))
			continue;
		*(int32_t *)target = (int32_t)policy;
		return 0;
	}
	return -EINVAL;
}

/* Seconds with up to three decimals; a day at most. */
static int take_seconds(const char *text, void *target)
{
	uint64_t whole, part = 0, unit = 1000000000;
	const char *rest;

	if (take_digits(text, 10, &whole, &rest) || whole > 86400)
		return -EINVAL;
	if (*rest == '.')
		while (isdigit((unsigned char)*++rest) && unit > 1000000)
			part += (*rest - '0') * (unit /= 10);
	if (*rest || (!whole && !part))
		return -EINVAL;
	*(uint64_t *)target = whole * 1000000000 + part;
	return 0;
}

const struct args_type args_flag = { take_flag, "a flag" };
const struct args_type args_text = { take_text, "a text" };
const struct args_type args_pid = { take_pid, "a process id, a number from 1" };
const struct args_type args_number = { take_number, "a whole number" };
const struct args_type args_count = { take_count, "a whole number from 1" };
const struct args_type args_address = { take_address, "an address in hexadecimal, such as 7ffd2c5e1000" };
const struct args_type args_address_range = {
	take_range, "a range of addresses: START-END, START- or START+LENGTH, such as 7f2c00000000-7f2c00200000 or "
		    "7f2c00000000+2M",
};
const struct args_type args_states = {
	take_states, "a list of page states, with commas between: untouched, present, swapped, unmapped-file, "
		     "migrating, marker, device",
};
const struct args_type args_policy = { take_policy, "a policy: aging24, nbit, clock, twolist, gen" };
const struct args_type args_seconds = { take_seconds, "a number of seconds above 0, such as 1 or 0.5" };
