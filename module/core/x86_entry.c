// SPDX-License-Identifier: GPL-2.0
/* Decoding of page-table entries: frame number, merge bits, and a name for every bit. */
#include "x86_entry.h"

/* The frame bits of a leaf: what its page's own size leaves of the physical address. */
static u64 leaf_frame_mask(u32 level)
{
	return VMI_X86_FRAME_MASK & ~((1ULL << vmi_level_shift(level)) - 1);
}

u64 vmi_entry_frame(u64 entry, u32 level)
{
	u64 plain = entry && !(entry & VMI_X86_PRESENT) ? ~entry : entry;

	return (plain & leaf_frame_mask(level)) >> VMI_PAGE_SHIFT;
}

u64 vmi_entry_bits(u64 entry, u32 level)
{
	return entry & ~leaf_frame_mask(level);
}

const char *vmi_table_name(u32 level, u32 levels)
{
	static const char *const names[] = { "?", "pte", "pmd", "pud", "p4d", "pgd" };

	if (level == levels)
		return "pgd";
	return level < ARRAY_SIZE(names) && level < levels ? names[level] : names[0];
}

/* Bits 0..11 by their meaning in a leaf and in an entry that points to a table; NULL: unused, or named below. */
static const struct {
	const char *leaf;
	const char *table;
} low_bit_names[VMI_PAGE_SHIFT] = {
	{ "present", "present" },
	{ "write", "write" },
	{ "user", "user" },
	{ "pwt", "pwt" },
	{ "pcd", "pcd" },
	{ "accessed", "accessed" },
	{ "dirty", "dirty" },		/* of a table: ignored by the processor, set by Linux */
	{ "pse", NULL },
	{ "global", NULL },
	{ "special", "soft1" },
	{ "uffd-wp", "soft2" },
	{ "soft-dirty", "soft3" },
};

/* The name of one bit, NULL when it has none but its number. */
static const char *bit_name(u32 bit, u32 level, bool leaf, bool hardware_present)
{
	if (bit == 7 && leaf && level == 1)
		return "pat";
	if (bit == 8 && leaf && !hardware_present)
		return "protnone";
	if (bit < VMI_PAGE_SHIFT)
		return leaf ? low_bit_names[bit].leaf : low_bit_names[bit].table;
	if (bit == 12 && leaf && level > 1)
		return "pat";
	if (bit == 57)
		return "soft4";		/* 6.12: devmap */
	if (bit == 58)
		return "soft5";		/* 6.1: devmap; later saved-dirty */
	return bit == 63 ? "nx" : NULL;
}

/* Text cut at `size`, with the length that it would have whole. */
struct cut_text {
	char *text;
	size_t size;
	size_t length;
};

static void put_char(struct cut_text *out, char c)
{
	if (out->length < out->size)
		out->text[out->length] = c;
	out->length++;
}

static void put_word(struct cut_text *out, const char *word)
{
	if (out->length)
		put_char(out, ' ');
	while (*word)
		put_char(out, *word++);
}

/* Two digits at the most. */
static void put_numbered(struct cut_text *out, const char *word, u32 number)
{
	put_word(out, word);
	if (number >= 10)
		put_char(out, '0' + number / 10);
	put_char(out, '0' + number % 10);
}

size_t vmi_entry_describe(u64 entry, u32 level, bool leaf, char *text, size_t size)
{
	struct cut_text out = { text, size, 0 };
	u64 pkey = leaf ? entry & VMI_X86_PKEY_MASK : 0;
	u64 named = entry & ~pkey & ~(leaf ? leaf_frame_mask(level) : VMI_X86_FRAME_MASK);
	u32 bit;

	for (bit = 0; bit < 64; bit++) {
		const char *name = bit_name(bit, level, leaf, entry & VMI_X86_PRESENT);

		if (!(named & (1ULL << bit)))
			continue;
		if (name)
			put_word(&out, name);
		else
			put_numbered(&out, "bit", bit);
	}
	if (pkey)
		put_numbered(&out, "pkey=", pkey >> VMI_X86_PKEY_SHIFT);
	if (size)
		text[min_t(size_t, out.length, size - 1)] = '\0';
	return out.length;
}
