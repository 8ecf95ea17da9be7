// SPDX-License-Identifier: GPL-2.0
/* Page counts against a model that looks at every page for itself and knows nothing of runs. */
#include "page_count.h"
#include "unit.h"
#include "x86_entry.h"

static const enum vmi_page_state states[] = {
	VMI_PAGE_UNTOUCHED, VMI_PAGE_PRESENT, VMI_PAGE_SWAPPED, VMI_PAGE_UNMAPPED_FILE, VMI_PAGE_MIGRATING,
	VMI_PAGE_MARKER_UFFD_WP, VMI_PAGE_MARKER_POISON, VMI_PAGE_MARKER_GUARD, VMI_PAGE_DEVICE,
};

/* One page of 4 KiB, by the definitions in page_count.h. */
static void count_page(struct vmi_page_counts *counts, u64 bits, u32 facts)
{
	u32 state = facts & VMI_FACT_STATE_MASK;
	bool present = state == VMI_PAGE_PRESENT;
	bool accounted = present && !(facts & (VMI_FACT_ZERO | VMI_FACT_SPECIAL | VMI_FACT_HUGETLB));
	bool dirty = (bits & VMI_X86_DIRTY) || (facts & VMI_FACT_FOLIO_DIRTY);

	counts->present += present;
	counts->zero += present && (facts & VMI_FACT_ZERO);
	counts->special += present && (facts & VMI_FACT_SPECIAL);
	counts->hugetlb += present && (facts & VMI_FACT_HUGETLB);
	counts->anon += present && (facts & VMI_FACT_ANON);
	counts->shmem += present && (facts & VMI_FACT_SHMEM);
	counts->swapped += state == VMI_PAGE_SWAPPED;
	counts->untouched += state == VMI_PAGE_UNTOUCHED;
	counts->unmapped_file += state == VMI_PAGE_UNMAPPED_FILE;
	counts->migrating += state == VMI_PAGE_MIGRATING;
	counts->marker += state >= VMI_PAGE_MARKER_UFFD_WP && state <= VMI_PAGE_MARKER_GUARD;
	counts->device += state == VMI_PAGE_DEVICE;
	counts->young += present && (bits & VMI_X86_ACCESSED);
	counts->dirty += accounted && dirty;
	counts->cow += present && (facts & VMI_FACT_COW);
	counts->shared += accounted && (facts & VMI_FACT_SHARED);
}

static void count_leaf(struct vmi_page_counts *counts, u64 bits, u32 facts, u32 page_shift)
{
	bool present = (facts & VMI_FACT_STATE_MASK) == VMI_PAGE_PRESENT;
	u64 page;

	for (page = 0; page < 1ULL << (page_shift - 12); page++)
		count_page(counts, bits, facts);
	counts->huge2m += present && page_shift == 21;
	counts->huge1g += present && page_shift == 30;
	counts->deposited += !!(facts & VMI_FACT_DEPOSITED);
}

/* Facts that can stand together: a frame is anonymous or shmem, not both. */
static u32 random_facts(struct rng *rng)
{
	u32 facts = states[rng_below(rng, ARRAY_SIZE(states))];

	if (rng_once_in(rng, 2))
		facts = VMI_PAGE_PRESENT;
	if (rng_once_in(rng, 2))
		facts |= rng_next(rng) & ~VMI_FACT_STATE_MASK & 0x3fff;
	if (facts & VMI_FACT_ANON)
		facts &= ~VMI_FACT_SHMEM;
	return facts;
}

static struct vmi_leaf_run random_run(struct rng *rng, u32 page_shift)
{
	const u64 varied = VMI_X86_ACCESSED | VMI_X86_DIRTY | VMI_X86_WRITE;

	return (struct vmi_leaf_run){
		.bits = VMI_X86_PRESENT | VMI_X86_USER | (rng_next(rng) & varied),
		.count = page_shift == 30 ? rng_below(rng, 2) : 1 + rng_below(rng, page_shift == 21 ? 4 : 512),
		.facts = random_facts(rng),
	};
}

static void runs_count_as_their_pages_do(void **state)
{
	static const u32 shifts[] = { 12, 12, 12, 12, 12, 12, 12, 21 };
	struct vmi_page_counts counts = { 0 };
	struct vmi_page_counts expected = { 0 };
	struct rng rng;
	u32 i, leaf;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 50000; i++) {
		u32 shift = i % 10000 ? shifts[rng_below(&rng, ARRAY_SIZE(shifts))] : 30;
		struct vmi_leaf_run run = random_run(&rng, shift);

		vmi_page_counts_add_run(&counts, &run, shift);
		for (leaf = 0; leaf < run.count; leaf++)
			count_leaf(&expected, run.bits, run.facts, shift);
		assert_memory_equal(&counts, &expected, sizeof(counts));
	}
}

static u64 pages_by_state(const struct vmi_page_counts *counts)
{
	return counts->present + counts->swapped + counts->untouched + counts->unmapped_file + counts->migrating +
	       counts->marker + counts->device;
}

static void each_page_has_exactly_one_state(void **state)
{
	u32 value;

	(void)state;
	for (value = 0; value <= VMI_FACT_STATE_MASK; value++) {
		struct vmi_page_counts counts = { 0 };
		struct vmi_leaf_run run = { .bits = 0, .count = 3, .facts = value };

		vmi_page_counts_add_run(&counts, &run, 12);
		assert_int_equal(pages_by_state(&counts), 3);
	}
}

static void facts_without_a_state_count_as_present(void **state)
{
	struct vmi_page_counts counts = { 0 };
	struct vmi_leaf_run run = { .bits = VMI_X86_PRESENT, .count = 1, .facts = VMI_FACT_ANON };

	(void)state;
	vmi_page_counts_add_run(&counts, &run, 12);
	assert_int_equal(counts.present, 1);
	assert_int_equal(counts.anon, 1);
}

static void rss_leaves_out_zero_special_and_hugetlb_pages(void **state)
{
	static const u32 facts[] = { 0, VMI_FACT_ANON, VMI_FACT_ZERO, VMI_FACT_SPECIAL, VMI_FACT_HUGETLB };
	struct vmi_page_counts counts = { 0 };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(facts); i++) {
		struct vmi_leaf_run run = { .bits = 1, .count = 10, .facts = VMI_PAGE_PRESENT | facts[i] };

		vmi_page_counts_add_run(&counts, &run, 12);
	}
	assert_int_equal(counts.present, 50);
	assert_int_equal(vmi_page_counts_rss(&counts), 20);
}

static void absent_is_untouched_and_unmapped_together(void **state)
{
	struct vmi_page_counts counts = { 0 };
	struct vmi_leaf_run untouched = { .count = 5, .facts = VMI_PAGE_UNTOUCHED };
	struct vmi_leaf_run unmapped = { .count = 7, .facts = VMI_PAGE_UNMAPPED_FILE };
	struct vmi_leaf_run swapped = { .count = 11, .facts = VMI_PAGE_SWAPPED };

	(void)state;
	vmi_page_counts_add_run(&counts, &untouched, 12);
	vmi_page_counts_add_run(&counts, &unmapped, 12);
	vmi_page_counts_add_run(&counts, &swapped, 12);
	assert_int_equal(vmi_page_counts_absent(&counts), 12);
}

static void a_migrating_huge_page_keeps_its_deposited_table_but_is_no_leaf(void **state)
{
	struct vmi_page_counts counts = { 0 };
	struct vmi_leaf_run run = { .count = 1, .facts = VMI_PAGE_MIGRATING | VMI_FACT_DEPOSITED };

	(void)state;
	vmi_page_counts_add_run(&counts, &run, 21);
	assert_int_equal(counts.migrating, 512);
	assert_int_equal(counts.deposited, 1);
	assert_int_equal(counts.huge2m, 0);
}

static void counts_of_a_gigabyte_leaf_do_not_wrap(void **state)
{
	struct vmi_page_counts counts = { 0 };
	struct vmi_leaf_run run = { .bits = VMI_X86_ACCESSED, .count = 0xffffffff, .facts = VMI_PAGE_PRESENT };

	(void)state;
	vmi_page_counts_add_run(&counts, &run, 30);
	assert_int_equal(counts.present, 0xffffffffULL << 18);
	assert_int_equal(counts.young, 0xffffffffULL << 18);
	assert_int_equal(counts.huge1g, 0xffffffff);
}

static void add_adds_every_member(void **state)
{
	struct vmi_page_counts sum, more;
	u64 *sum_word = (u64 *)&sum;
	u64 *more_word = (u64 *)&more;
	u32 i;

	(void)state;
	for (i = 0; i < sizeof(sum) / sizeof(u64); i++) {
		sum_word[i] = 1000 + i;
		more_word[i] = i * i;
	}
	vmi_page_counts_add(&sum, &more);
	for (i = 0; i < sizeof(sum) / sizeof(u64); i++) {
		assert_int_equal(sum_word[i], 1000 + i + i * i);
		assert_int_equal(more_word[i], i * i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_count_as_their_pages_do),
		cmocka_unit_test(each_page_has_exactly_one_state),
		cmocka_unit_test(facts_without_a_state_count_as_present),
		cmocka_unit_test(rss_leaves_out_zero_special_and_hugetlb_pages),
		cmocka_unit_test(absent_is_untouched_and_unmapped_together),
		cmocka_unit_test(a_migrating_huge_page_keeps_its_deposited_table_but_is_no_leaf),
		cmocka_unit_test(counts_of_a_gigabyte_leaf_do_not_wrap),
		cmocka_unit_test(add_adds_every_member),
	};

	rng_announce();
	return cmocka_run_group_tests_name("page_count", tests, NULL, NULL);
}
