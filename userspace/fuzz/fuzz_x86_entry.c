// SPDX-License-Identifier: GPL-2.0
/* Decoding of page-table entries: nothing is lost, every bit is named, and a cut description is a prefix. */
#include "input.h"
#include "x86_entry.h"

#define TEXT 1024

static u32 count_words(const char *text)
{
	u32 words = *text != '\0';

	for (; *text; text++)
		words += *text == ' ';
	return words;
}

static void check_description(u64 entry, u32 level, bool leaf, size_t cut)
{
	u32 low = leaf ? vmi_level_shift(level) : 12;
	u64 named = entry & ~((1ULL << 52) - (1ULL << low));
	u64 key = leaf ? named & VMI_X86_PKEY_MASK : 0;
	char whole[TEXT], part[TEXT];
	size_t length = vmi_entry_describe(entry, level, leaf, whole, sizeof(whole));

	REQUIRE(length < sizeof(whole) && strlen(whole) == length);
	REQUIRE(count_words(whole) == (u32)__builtin_popcountll(named & ~key) + (key != 0));
	cut %= sizeof(part);
	memset(part, '!', sizeof(part));
	REQUIRE(vmi_entry_describe(entry, level, leaf, part, cut) == length);
	if (cut)
		REQUIRE(strlen(part) == min_t(size_t, length, cut - 1) && !memcmp(part, whole, strlen(part)));
	REQUIRE(part[cut] == '!');
}

/* A leaf entry is its bits and its frame number, the latter inverted in an entry that is not PRESENT. */
static void check_parts(u64 entry, u32 level)
{
	u64 frame_mask = (1ULL << 52) - (1ULL << vmi_level_shift(level));
	u64 bits = vmi_entry_bits(entry, level);
	u64 physical = vmi_entry_frame(entry, level) << 12;
	u64 stored = entry && !(entry & VMI_X86_PRESENT) ? ~physical & frame_mask : physical;

	REQUIRE(!(physical & ~frame_mask) && !(bits & frame_mask));
	REQUIRE((bits | stored) == entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	u64 entry = input_u64(&input);
	size_t cut = input_bytes(&input, 2);
	u32 level;

	for (level = 1; level <= VMI_MAX_LEVELS; level++) {
		check_description(entry, level, false, cut);
		REQUIRE(!(vmi_entry_leaf(entry, level) && vmi_entry_table(entry, level)));
	}
	for (level = 1; level <= 3; level++) {
		check_description(entry, level, true, cut);
		check_parts(entry, level);
	}
	REQUIRE(vmi_table_name(cut, cut >> 8) != NULL);
	return 0;
}
