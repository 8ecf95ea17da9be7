// SPDX-License-Identifier: GPL-2.0
/* What an access would do: a table of what is known and what follows, and what follows from nothing at all. */
#include "fault_forecast.h"
#include "page_count.h"
#include "region.h"
#include "unit.h"

#define R	VMI_REGION_READ
#define RW	(VMI_REGION_READ | VMI_REGION_WRITE)
#define RX	(VMI_REGION_READ | VMI_REGION_EXEC)
#define RWX	(VMI_REGION_READ | VMI_REGION_WRITE | VMI_REGION_EXEC)
#define SHARED	VMI_REGION_MAYSHARE
#define FILED	VMI_REGION_FILE
#define SHMEM	(VMI_REGION_FILE | VMI_REGION_SHMEM)
#define HUGETLB	(VMI_REGION_FILE | VMI_REGION_HUGETLB)

#define ACCERR	VMI_FAULT_SIGSEGV_ACCERR
#define MAPERR	VMI_FAULT_SIGSEGV_MAPERR
#define UFFD	VMI_FAULT_USERFAULT

struct forecast {
	struct vmi_fault_facts facts;
	enum vmi_fault read, write, execute;
};

/* A page of a region, with what else is known of it. */
#define PAGE(flags, kind, ...) \
	{ .place = VMI_PLACE_REGION, .region_flags = flags, .state = VMI_PAGE_##kind, ##__VA_ARGS__ }

static void assert_forecasts(const struct forecast *forecasts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct forecast *it = &forecasts[i];
		enum vmi_fault read = vmi_fault_forecast(&it->facts, VMI_ACCESS_READ);
		enum vmi_fault write = vmi_fault_forecast(&it->facts, VMI_ACCESS_WRITE);
		enum vmi_fault execute = vmi_fault_forecast(&it->facts, VMI_ACCESS_EXECUTE);

		if (read != it->read || write != it->write || execute != it->execute)
			fail_msg("line %zu: %d %d %d instead of %d %d %d", i, read, write, execute, it->read,
				 it->write, it->execute);
	}
}

static void outside_of_regions_only_the_stack_grows(void **state)
{
	static const struct forecast forecasts[] = {
		{ { .place = VMI_PLACE_HOLE }, MAPERR, MAPERR, MAPERR },
		{ { .place = VMI_PLACE_HOLE, .region_flags = RWX }, MAPERR, MAPERR, MAPERR },
		{ { .place = VMI_PLACE_HOLE, .region_flags = RW, .stack_growth = true },
		  VMI_FAULT_STACK_GROWTH, VMI_FAULT_STACK_GROWTH, ACCERR },
		{ { .place = VMI_PLACE_HOLE, .region_flags = R, .stack_growth = true },
		  VMI_FAULT_STACK_GROWTH, ACCERR, ACCERR },
		{ { .place = VMI_PLACE_NONCANONICAL, .region_flags = RWX },
		  VMI_FAULT_SIGSEGV_NONCANONICAL, VMI_FAULT_SIGSEGV_NONCANONICAL, VMI_FAULT_SIGSEGV_NONCANONICAL },
		{ { .place = VMI_PLACE_GATE, .region_flags = RX }, VMI_FAULT_HIT, MAPERR, VMI_FAULT_EMULATED },
		{ { .place = VMI_PLACE_GATE, .region_flags = VMI_REGION_EXEC }, MAPERR, MAPERR, VMI_FAULT_EMULATED },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void a_region_forbids_before_a_page_is_looked_at(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(0, PRESENT, .writable = true), ACCERR, ACCERR, ACCERR },
		{ PAGE(0, PRESENT, .protnone = true), ACCERR, ACCERR, ACCERR },
		{ PAGE(0, MARKER_GUARD), ACCERR, ACCERR, ACCERR },
		{ PAGE(R, PRESENT), VMI_FAULT_HIT, ACCERR, ACCERR },
		{ PAGE(RX, PRESENT), VMI_FAULT_HIT, ACCERR, VMI_FAULT_HIT },
		{ PAGE(VMI_REGION_WRITE, PRESENT, .writable = true), VMI_FAULT_HIT, VMI_FAULT_HIT, ACCERR },
		{ PAGE(VMI_REGION_EXEC, PRESENT), VMI_FAULT_HIT, ACCERR, VMI_FAULT_HIT },
		{ PAGE(VMI_REGION_EXEC, PRESENT, .execute_only = true), ACCERR, ACCERR, VMI_FAULT_HIT },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void a_page_that_is_present_faults_where_its_entry_says_so(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(RWX, PRESENT, .writable = true), VMI_FAULT_HIT, VMI_FAULT_HIT, VMI_FAULT_HIT },
		{ PAGE(RWX, PRESENT), VMI_FAULT_HIT, VMI_FAULT_MINOR_COW, VMI_FAULT_HIT },
		{ PAGE(RWX, PRESENT, .own = true), VMI_FAULT_HIT, VMI_FAULT_MINOR_REUSE, VMI_FAULT_HIT },
		{ PAGE(RWX, PRESENT, .zero = true), VMI_FAULT_HIT, VMI_FAULT_MINOR_ANON, VMI_FAULT_HIT },
		{ PAGE(RWX | SHARED | FILED, PRESENT), VMI_FAULT_HIT, VMI_FAULT_MINOR_SHARED_WRITE, VMI_FAULT_HIT },
		{ PAGE(RWX | FILED, PRESENT), VMI_FAULT_HIT, VMI_FAULT_MINOR_COW, VMI_FAULT_HIT },
		{ PAGE(RWX, PRESENT, .userfault_protected = true, .own = true), VMI_FAULT_HIT, UFFD, VMI_FAULT_HIT },
		{ PAGE(RWX | SHARED | SHMEM, PRESENT, .userfault_protected = true),
		  VMI_FAULT_HIT, UFFD, VMI_FAULT_HIT },
		{ PAGE(RWX, PRESENT, .protnone = true, .own = true),
		  VMI_FAULT_MINOR_NUMA, VMI_FAULT_MINOR_NUMA, VMI_FAULT_MINOR_NUMA },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void what_an_entry_says_of_an_absent_page_is_followed(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(RWX, SWAPPED), VMI_FAULT_MAJOR_SWAP, VMI_FAULT_MAJOR_SWAP, VMI_FAULT_MAJOR_SWAP },
		{ PAGE(RWX, SWAPPED, .cached = true),
		  VMI_FAULT_MINOR_SWAP_CACHE, VMI_FAULT_MINOR_SWAP_CACHE, VMI_FAULT_MINOR_SWAP_CACHE },
		{ PAGE(RWX, MIGRATING), VMI_FAULT_MINOR_MIGRATION, VMI_FAULT_MINOR_MIGRATION,
		  VMI_FAULT_MINOR_MIGRATION },
		{ PAGE(RWX, MARKER_POISON), VMI_FAULT_SIGBUS_POISON, VMI_FAULT_SIGBUS_POISON,
		  VMI_FAULT_SIGBUS_POISON },
		{ PAGE(RWX, MARKER_GUARD), VMI_FAULT_SIGSEGV_GUARD, VMI_FAULT_SIGSEGV_GUARD,
		  VMI_FAULT_SIGSEGV_GUARD },
		{ PAGE(RWX, DEVICE), VMI_FAULT_DRIVER, VMI_FAULT_DRIVER, VMI_FAULT_DRIVER },
		{ PAGE(RWX | SHARED | SHMEM, MARKER_UFFD_WP, .cached = true), VMI_FAULT_MINOR_FILE, UFFD,
		  VMI_FAULT_MINOR_FILE },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void anonymous_memory_begins_with_the_zero_page(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(RWX, UNTOUCHED), VMI_FAULT_MINOR_ZERO, VMI_FAULT_MINOR_ANON, VMI_FAULT_MINOR_ZERO },
		{ PAGE(RWX, UNTOUCHED, .userfault_missing = true), UFFD, UFFD, UFFD },
		{ PAGE(RWX, UNTOUCHED, .userfault_minor = true),
		  VMI_FAULT_MINOR_ZERO, VMI_FAULT_MINOR_ANON, VMI_FAULT_MINOR_ZERO },
		{ PAGE(RWX, UNTOUCHED, .driver = true), VMI_FAULT_DRIVER, VMI_FAULT_DRIVER, VMI_FAULT_DRIVER },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void pages_of_files_are_read_mapped_or_copied(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(RWX | FILED, UNMAPPED_FILE), VMI_FAULT_MAJOR_FILE, VMI_FAULT_MAJOR_FILE,
		  VMI_FAULT_MAJOR_FILE },
		{ PAGE(RWX | FILED, UNMAPPED_FILE, .cached = true),
		  VMI_FAULT_MINOR_FILE, VMI_FAULT_MINOR_COW, VMI_FAULT_MINOR_FILE },
		{ PAGE(RWX | FILED | SHARED, UNMAPPED_FILE, .cached = true),
		  VMI_FAULT_MINOR_FILE, VMI_FAULT_MINOR_SHARED_WRITE, VMI_FAULT_MINOR_FILE },
		{ PAGE(RWX | FILED, UNMAPPED_FILE, .cached = true, .beyond_eof = true),
		  VMI_FAULT_SIGBUS_EOF, VMI_FAULT_SIGBUS_EOF, VMI_FAULT_SIGBUS_EOF },
		{ PAGE(RWX | FILED, UNMAPPED_FILE, .cached = true, .userfault_minor = true), UFFD, UFFD, UFFD },
		{ PAGE(RWX | FILED, UNMAPPED_FILE, .userfault_minor = true, .userfault_missing = true),
		  VMI_FAULT_MAJOR_FILE, VMI_FAULT_MAJOR_FILE, VMI_FAULT_MAJOR_FILE },
		{ PAGE(RWX | FILED, UNMAPPED_FILE, .driver = true, .cached = true),
		  VMI_FAULT_DRIVER, VMI_FAULT_DRIVER, VMI_FAULT_DRIVER },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void shared_memory_comes_out_of_nothing(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(RWX | SHMEM | SHARED, UNMAPPED_FILE),
		  VMI_FAULT_MINOR_SHMEM, VMI_FAULT_MINOR_SHMEM, VMI_FAULT_MINOR_SHMEM },
		{ PAGE(RWX | SHMEM, UNMAPPED_FILE), VMI_FAULT_MINOR_SHMEM, VMI_FAULT_MINOR_COW,
		  VMI_FAULT_MINOR_SHMEM },
		{ PAGE(RWX | SHMEM | SHARED, UNMAPPED_FILE, .cached = true),
		  VMI_FAULT_MINOR_FILE, VMI_FAULT_MINOR_FILE, VMI_FAULT_MINOR_FILE },
		{ PAGE(RWX | SHMEM | SHARED, UNMAPPED_FILE, .userfault_missing = true), UFFD, UFFD, UFFD },
		{ PAGE(RWX | SHMEM | SHARED, UNMAPPED_FILE, .userfault_missing = true, .cached = true),
		  VMI_FAULT_MINOR_FILE, VMI_FAULT_MINOR_FILE, VMI_FAULT_MINOR_FILE },
		{ PAGE(RWX | SHMEM | SHARED, SWAPPED), VMI_FAULT_MAJOR_SWAP, VMI_FAULT_MAJOR_SWAP,
		  VMI_FAULT_MAJOR_SWAP },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

static void huge_pages_come_from_their_pool(void **state)
{
	static const struct forecast forecasts[] = {
		{ PAGE(RWX | HUGETLB, UNTOUCHED),
		  VMI_FAULT_MINOR_HUGETLB, VMI_FAULT_MINOR_HUGETLB, VMI_FAULT_MINOR_HUGETLB },
		{ PAGE(RWX | HUGETLB, UNTOUCHED, .pool_empty = true),
		  VMI_FAULT_SIGBUS_HUGETLB, VMI_FAULT_SIGBUS_HUGETLB, VMI_FAULT_SIGBUS_HUGETLB },
		{ PAGE(RWX | HUGETLB, UNTOUCHED, .pool_empty = true, .userfault_missing = true), UFFD, UFFD, UFFD },
		{ PAGE(RWX | HUGETLB, UNTOUCHED, .beyond_eof = true, .userfault_missing = true),
		  VMI_FAULT_SIGBUS_EOF, VMI_FAULT_SIGBUS_EOF, VMI_FAULT_SIGBUS_EOF },
	};

	(void)state;
	assert_forecasts(forecasts, ARRAY_SIZE(forecasts));
}

/* --- whatever is known -------------------------------------------------------------------------------------------- */

static struct vmi_fault_facts any_facts(struct rng *rng)
{
	u64 bits = rng_next(rng);

	return (struct vmi_fault_facts){
		.place = bits & 3 ? VMI_PLACE_REGION : rng_below(rng, 4),
		.region_flags = bits >> 2 & (RWX | SHARED | SHMEM | HUGETLB),
		.state = rng_below(rng, 12),
		.stack_growth = bits >> 20 & 1,
		.execute_only = bits >> 21 & 1,
		.driver = bits >> 22 & 1,
		.userfault_missing = bits >> 23 & 1,
		.userfault_minor = bits >> 24 & 1,
		.cached = bits >> 25 & 1,
		.beyond_eof = bits >> 26 & 1,
		.pool_empty = bits >> 27 & 1,
		.writable = bits >> 28 & 1,
		.protnone = bits >> 29 & 1,
		.userfault_protected = bits >> 30 & 1,
		.zero = bits >> 31 & 1,
		.own = bits >> 32 & 1,
	};
}

static bool is_signal(enum vmi_fault fault)
{
	return fault >= VMI_FAULT_SIGSEGV_MAPERR;
}

static bool is_major(enum vmi_fault fault)
{
	return fault == VMI_FAULT_MAJOR_SWAP || fault == VMI_FAULT_MAJOR_FILE;
}

static bool makes_writable(enum vmi_fault fault)
{
	return fault == VMI_FAULT_MINOR_ANON || fault == VMI_FAULT_MINOR_COW || fault == VMI_FAULT_MINOR_REUSE ||
	       fault == VMI_FAULT_MINOR_SHARED_WRITE;
}

static void nothing_that_is_known_gives_what_cannot_be(void **state)
{
	struct rng rng;
	u32 i, access;

	(void)state;
	rng_init(&rng);
	for (i = 0; i < 300000; i++) {
		struct vmi_fault_facts facts = any_facts(&rng);

		for (access = VMI_ACCESS_READ; access <= VMI_ACCESS_EXECUTE; access++) {
			enum vmi_fault fault = vmi_fault_forecast(&facts, access);

			assert_in_range(fault, VMI_FAULT_HIT, VMI_FAULT_SIGBUS_HUGETLB);
			assert_false(access != VMI_ACCESS_WRITE && makes_writable(fault));
			assert_false(is_major(fault) && facts.cached);
			assert_false(fault == VMI_FAULT_SIGBUS_EOF && !facts.beyond_eof);
			assert_false(facts.place != VMI_PLACE_REGION && (makes_writable(fault) || is_major(fault)));
			assert_false(access == VMI_ACCESS_WRITE && !(facts.region_flags & VMI_REGION_WRITE) &&
				     !is_signal(fault));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outside_of_regions_only_the_stack_grows),
		cmocka_unit_test(a_region_forbids_before_a_page_is_looked_at),
		cmocka_unit_test(a_page_that_is_present_faults_where_its_entry_says_so),
		cmocka_unit_test(what_an_entry_says_of_an_absent_page_is_followed),
		cmocka_unit_test(anonymous_memory_begins_with_the_zero_page),
		cmocka_unit_test(pages_of_files_are_read_mapped_or_copied),
		cmocka_unit_test(shared_memory_comes_out_of_nothing),
		cmocka_unit_test(huge_pages_come_from_their_pool),
		cmocka_unit_test(nothing_that_is_known_gives_what_cannot_be),
	};

	rng_announce();
	return cmocka_run_group_tests_name("fault_forecast", tests, NULL, NULL);
}
