// SPDX-License-Identifier: GPL-2.0
/* Decoding of page-table entries, against entries put together the way the kernel does it. */
#include "unit.h"
#include "x86_entry.h"

#define TEXT 1024

/* The frame bits of an entry: a leaf's begin where its page's offset ends. */
static u64 frame_mask(u32 level, bool leaf)
{
	u32 low = leaf ? 12 + 9 * (level - 1) : 12;

	return (1ULL << 52) - (1ULL << low);
}

/* pfn_pte() and its likes: an entry without PRESENT that is not empty holds its frame number inverted. */
static u64 make_leaf(u64 frame, u64 bits, u32 level)
{
	u64 physical = frame << 12;

	if (bits && !(bits & VMI_X86_PRESENT))
		physical = ~physical;
	return (physical & frame_mask(level, true)) | bits;
}

/* Any bits outside the frame's, PRESENT as wanted. */
static u64 random_bits(struct rng *rng, u32 level, bool present)
{
	u64 bits = rng_next(rng) & rng_next(rng) & ~frame_mask(level, true) & ~VMI_X86_PRESENT;

	return bits | (present ? VMI_X86_PRESENT : VMI_X86_GLOBAL);
}

static void frame_and_bits_come_back_at_every_level_present_or_inverted(void **state)
{
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 1000000; i++) {
		u32 level = 1 + rng_below(&rng, 3);
		u64 pages = 1ULL << 9 * (level - 1);
		u64 frame = (rng_any_length(&rng) & ((1ULL << 40) - 1)) & ~(pages - 1);
		u64 bits = random_bits(&rng, level, rng_once_in(&rng, 2));
		u64 entry = make_leaf(frame, bits, level);

		assert_int_equal(vmi_entry_frame(entry, level), frame);
		assert_int_equal(vmi_entry_bits(entry, level), bits);
	}
}

static void the_pat_bit_of_a_huge_leaf_is_no_frame_bit(void **state)
{
	u64 entry = make_leaf(0x200, VMI_X86_PRESENT | VMI_X86_PSE | VMI_X86_PAT_LARGE, 2);

	(void)state;
	assert_int_equal(vmi_entry_frame(entry, 2), 0x200);
	assert_true(vmi_entry_bits(entry, 2) & VMI_X86_PAT_LARGE);
	assert_int_equal(vmi_entry_frame(VMI_X86_PRESENT | VMI_X86_PAT_LARGE, 1), 1);
}

static void an_empty_entry_has_frame_zero(void **state)
{
	u32 level;

	(void)state;
	for (level = 1; level <= 3; level++)
		assert_int_equal(vmi_entry_frame(0, level), 0);
}

static void protnone_is_present_and_a_swap_entry_is_not(void **state)
{
	(void)state;
	assert_true(vmi_entry_present(VMI_X86_PRESENT));
	assert_true(vmi_entry_present(VMI_X86_GLOBAL | VMI_X86_USER));
	assert_false(vmi_entry_present(0));
	assert_false(vmi_entry_present(0x0100000000000000 | VMI_X86_WRITE));
}

static void an_entry_is_a_leaf_or_a_table_or_neither(void **state)
{
	const u64 table = VMI_X86_PRESENT | VMI_X86_WRITE | VMI_X86_USER | VMI_X86_ACCESSED;
	const u64 huge = table | VMI_X86_PSE;
	const u64 splitting = huge & ~VMI_X86_PRESENT;
	u32 level;

	(void)state;
	assert_true(vmi_entry_leaf(table, 1) && !vmi_entry_table(table, 1));
	assert_true(vmi_entry_leaf(VMI_X86_GLOBAL, 1));
	assert_false(vmi_entry_leaf(VMI_X86_PSE, 1));	/* PAT there */
	for (level = 2; level <= 3; level++) {
		assert_true(!vmi_entry_leaf(table, level) && vmi_entry_table(table, level));
		assert_true(vmi_entry_leaf(huge, level) && !vmi_entry_table(huge, level));
		assert_true(vmi_entry_leaf(splitting, level) && !vmi_entry_table(splitting, level));
	}
	for (level = 4; level <= 5; level++) {
		assert_true(!vmi_entry_leaf(table, level) && vmi_entry_table(table, level));
		assert_true(!vmi_entry_leaf(huge, level) && vmi_entry_table(huge, level));
	}
	for (level = 1; level <= 5; level++)
		assert_false(vmi_entry_leaf(0, level) || vmi_entry_table(0, level));
}

static void tables_have_linux_names(void **state)
{
	static const char *const four[] = { "pte", "pmd", "pud", "pgd" };
	static const char *const five[] = { "pte", "pmd", "pud", "p4d", "pgd" };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(four); i++)
		assert_string_equal(vmi_table_name(i + 1, 4), four[i]);
	for (i = 0; i < ARRAY_SIZE(five); i++)
		assert_string_equal(vmi_table_name(i + 1, 5), five[i]);
	assert_string_equal(vmi_table_name(0, 4), "?");
	assert_string_equal(vmi_table_name(5, 4), "?");
	assert_string_equal(vmi_table_name(6, 5), "?");
}

static void assert_described(u64 entry, u32 level, bool leaf, const char *expected)
{
	char text[TEXT];

	assert_int_equal(vmi_entry_describe(entry, level, leaf, text, sizeof(text)), strlen(expected));
	assert_string_equal(text, expected);
}

static void known_entries_are_described_in_known_words(void **state)
{
	const u64 user = VMI_X86_PRESENT | VMI_X86_WRITE | VMI_X86_USER | VMI_X86_ACCESSED | VMI_X86_DIRTY;

	(void)state;
	assert_described(0, 1, true, "");
	assert_described(user | VMI_X86_NX | 3ULL << VMI_X86_PKEY_SHIFT | 0x1234000, 1, true,
			 "present write user accessed dirty nx pkey=3");
	assert_described(user | VMI_X86_PKEY_MASK, 1, true, "present write user accessed dirty pkey=15");
	assert_described(VMI_X86_GLOBAL | VMI_X86_ACCESSED | 0xffffffffff000, 1, true, "accessed protnone");
	assert_described(VMI_X86_PRESENT | VMI_X86_GLOBAL, 1, true, "present global");
	assert_described(VMI_X86_PRESENT | VMI_X86_PSE, 1, true, "present pat");
	assert_described(VMI_X86_PRESENT | VMI_X86_PSE | VMI_X86_PAT_LARGE, 2, true, "present pse pat");
	assert_described(VMI_X86_PRESENT | VMI_X86_PSE | 1ULL << 13, 2, true, "present pse bit13");
	assert_described(VMI_X86_PRESENT | VMI_X86_PSE | 1ULL << 29, 3, true, "present pse bit29");
	assert_described(VMI_X86_PRESENT | VMI_X86_PCD | VMI_X86_PWT, 1, true, "present pwt pcd");
	assert_described(VMI_X86_PRESENT | VMI_X86_SOFT1, 1, true, "present special");
	assert_described(VMI_X86_PRESENT | VMI_X86_SOFT2 | VMI_X86_SOFT3, 1, true, "present uffd-wp soft-dirty");
	assert_described(user | 0x1234000, 4, false, "present write user accessed dirty");
	assert_described(VMI_X86_PRESENT | VMI_X86_PSE | VMI_X86_GLOBAL, 2, false, "present bit7 bit8");
	assert_described(VMI_X86_PRESENT | 1ULL << 59, 3, false, "present bit59");
}

static size_t describe_bit(u32 bit, u64 with, u32 level, bool leaf, char text[TEXT])
{
	return vmi_entry_describe(with | 1ULL << bit, level, leaf, text, TEXT);
}

static void every_bit_outside_the_frame_has_a_name_of_its_own(void **state)
{
	char name[64][TEXT];
	u32 kind, bit, other;

	(void)state;
	for (kind = 0; kind < 10; kind++) {
		u32 level = 1 + kind / 2;
		bool leaf = kind % 2;

		if (leaf && level > 3)
			continue;
		for (bit = 0; bit < 64; bit++) {
			bool of_frame = frame_mask(level, leaf) & 1ULL << bit;

			assert_int_equal(!describe_bit(bit, 0, level, leaf, name[bit]), of_frame);
			for (other = 0; other < bit && !of_frame; other++)
				assert_string_not_equal(name[bit], name[other]);
		}
	}
}

/* What single bits are called, joined; the protection key is one word for its four bits. */
static void join_names(u64 entry, u32 level, bool leaf, char text[TEXT])
{
	u64 pkey = leaf ? entry & VMI_X86_PKEY_MASK : 0;
	u32 key = pkey >> VMI_X86_PKEY_SHIFT;
	size_t length = 0;
	u32 bit;

	text[0] = '\0';
	for (bit = 0; bit < 64; bit++) {
		char name[TEXT];

		if ((entry & ~pkey) & 1ULL << bit && describe_bit(bit, 0, level, leaf, name))
			length += snprintf(text + length, TEXT - length, "%s%s", length ? " " : "", name);
	}
	if (key)
		snprintf(text + length, TEXT - length, "%spkey=%u", length ? " " : "", key);
}

static void a_description_is_the_names_of_its_bits(void **state)
{
	struct rng rng;
	u32 i;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 5000; i++) {
		/* GLOBAL, whose name depends on PRESENT, has its own cases above. */
		u64 entry = rng_next(&rng) & rng_next(&rng) & ~VMI_X86_GLOBAL;
		u32 level = 1 + rng_below(&rng, 5);
		bool leaf = level <= 3 && rng_once_in(&rng, 2);
		char expected[TEXT];

		join_names(entry, level, leaf, expected);
		assert_described(entry, level, leaf, expected);
	}
}

static void a_description_is_cut_where_the_room_ends(void **state)
{
	const u64 entry = ~0ULL;
	char whole[TEXT];
	size_t length = vmi_entry_describe(entry, 2, false, whole, sizeof(whole));
	size_t size;

	(void)state;
	assert_int_equal(vmi_entry_describe(entry, 2, false, NULL, 0), length);
	for (size = 1; size <= length + 1; size++) {
		char *cut = malloc(size);

		assert_int_equal(vmi_entry_describe(entry, 2, false, cut, size), length);
		assert_int_equal(strlen(cut), size - 1);
		assert_memory_equal(cut, whole, size - 1);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_and_bits_come_back_at_every_level_present_or_inverted),
		cmocka_unit_test(the_pat_bit_of_a_huge_leaf_is_no_frame_bit),
		cmocka_unit_test(an_empty_entry_has_frame_zero),
		cmocka_unit_test(protnone_is_present_and_a_swap_entry_is_not),
		cmocka_unit_test(an_entry_is_a_leaf_or_a_table_or_neither),
		cmocka_unit_test(tables_have_linux_names),
		cmocka_unit_test(known_entries_are_described_in_known_words),
		cmocka_unit_test(every_bit_outside_the_frame_has_a_name_of_its_own),
		cmocka_unit_test(a_description_is_the_names_of_its_bits),
		cmocka_unit_test(a_description_is_cut_where_the_room_ends),
	};

	rng_announce();
	return cmocka_run_group_tests_name("x86_entry", tests, NULL, NULL);
}
