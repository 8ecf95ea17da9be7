// SPDX-License-Identifier: GPL-2.0
/* The forecast of a fault: first the place and its rights, then the page. */
#include "fault_forecast.h"
#include "page_count.h"
#include "region.h"

/* On x86 a page that may be written or executed can be read too, but for execute-only ones by their protection key. */
static bool is_allowed(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	switch (access) {
	case VMI_ACCESS_WRITE:
		return facts->region_flags & VMI_REGION_WRITE;
	case VMI_ACCESS_EXECUTE:
		return facts->region_flags & VMI_REGION_EXEC;
	default:
		return !facts->execute_only &&
		       (facts->region_flags & (VMI_REGION_READ | VMI_REGION_WRITE | VMI_REGION_EXEC));
	}
}

static bool is_shared(const struct vmi_fault_facts *facts)
{
	return facts->region_flags & VMI_REGION_MAYSHARE;
}

static enum vmi_fault hole(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	if (!facts->stack_growth)
		return VMI_FAULT_SIGSEGV_MAPERR;
	return is_allowed(facts, access) ? VMI_FAULT_STACK_GROWTH : VMI_FAULT_SIGSEGV_ACCERR;
}

static enum vmi_fault gate(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	if (access == VMI_ACCESS_EXECUTE)
		return VMI_FAULT_EMULATED;
	if (access == VMI_ACCESS_READ && (facts->region_flags & VMI_REGION_READ))
		return VMI_FAULT_HIT;
	return VMI_FAULT_SIGSEGV_MAPERR;
}

/* A page of a file that is not mapped here. */
static enum vmi_fault absent_file_page(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	bool shmem = facts->region_flags & VMI_REGION_SHMEM;

	if (facts->beyond_eof)
		return VMI_FAULT_SIGBUS_EOF;
	if (facts->cached && facts->userfault_minor)
		return VMI_FAULT_USERFAULT;
	if (!facts->cached && facts->userfault_missing && shmem)
		return VMI_FAULT_USERFAULT;
	if (!facts->cached && !shmem)
		return VMI_FAULT_MAJOR_FILE;
	if (access == VMI_ACCESS_WRITE && !is_shared(facts))
		return VMI_FAULT_MINOR_COW;
	if (!facts->cached)
		return VMI_FAULT_MINOR_SHMEM;
	return access == VMI_ACCESS_WRITE && !shmem ? VMI_FAULT_MINOR_SHARED_WRITE : VMI_FAULT_MINOR_FILE;
}

static enum vmi_fault absent_hugetlb_page(const struct vmi_fault_facts *facts)
{
	if (facts->beyond_eof)
		return VMI_FAULT_SIGBUS_EOF;
	if (facts->userfault_missing)
		return VMI_FAULT_USERFAULT;
	return facts->pool_empty ? VMI_FAULT_SIGBUS_HUGETLB : VMI_FAULT_MINOR_HUGETLB;
}

static enum vmi_fault absent_page(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	if (facts->region_flags & VMI_REGION_HUGETLB)
		return absent_hugetlb_page(facts);
	if (facts->driver)
		return VMI_FAULT_DRIVER;
	if (facts->region_flags & VMI_REGION_FILE)
		return absent_file_page(facts, access);
	if (facts->userfault_missing)
		return VMI_FAULT_USERFAULT;
	return access == VMI_ACCESS_WRITE ? VMI_FAULT_MINOR_ANON : VMI_FAULT_MINOR_ZERO;
}

/* After do_wp_page(). */
static enum vmi_fault write_to_read_only_entry(const struct vmi_fault_facts *facts)
{
	if (facts->userfault_protected)
		return VMI_FAULT_USERFAULT;
	if (is_shared(facts))
		return VMI_FAULT_MINOR_SHARED_WRITE;
	if (facts->zero)
		return VMI_FAULT_MINOR_ANON;
	return facts->own ? VMI_FAULT_MINOR_REUSE : VMI_FAULT_MINOR_COW;
}

static enum vmi_fault present_page(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	if (facts->protnone)
		return VMI_FAULT_MINOR_NUMA;
	if (access == VMI_ACCESS_WRITE && !facts->writable)
		return write_to_read_only_entry(facts);
	return VMI_FAULT_HIT;
}

static enum vmi_fault page_of_region(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	switch (facts->state) {
	case VMI_PAGE_PRESENT:
		return present_page(facts, access);
	case VMI_PAGE_SWAPPED:
		return facts->cached ? VMI_FAULT_MINOR_SWAP_CACHE : VMI_FAULT_MAJOR_SWAP;
	case VMI_PAGE_MIGRATING:
		return VMI_FAULT_MINOR_MIGRATION;
	case VMI_PAGE_MARKER_POISON:
		return VMI_FAULT_SIGBUS_POISON;
	case VMI_PAGE_MARKER_GUARD:
		return VMI_FAULT_SIGSEGV_GUARD;
	case VMI_PAGE_DEVICE:
		return VMI_FAULT_DRIVER;
	case VMI_PAGE_MARKER_UFFD_WP:
		return access == VMI_ACCESS_WRITE ? VMI_FAULT_USERFAULT : absent_page(facts, access);
	default:
		return absent_page(facts, access);
	}
}

enum vmi_fault vmi_fault_forecast(const struct vmi_fault_facts *facts, enum vmi_access access)
{
	switch (facts->place) {
	case VMI_PLACE_HOLE:
		return hole(facts, access);
	case VMI_PLACE_GATE:
		return gate(facts, access);
	case VMI_PLACE_NONCANONICAL:
		return VMI_FAULT_SIGSEGV_NONCANONICAL;
	default:
		return is_allowed(facts, access) ? page_of_region(facts, access) : VMI_FAULT_SIGSEGV_ACCERR;
	}
}
