/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an access to one address would do now, from what is known of it: the kernel's fault handling in small
 * (do_user_addr_fault(), handle_pte_fault() and below). A forecast, since another thread may change it first.
 */
#ifndef VMI_CORE_FAULT_FORECAST_H
#define VMI_CORE_FAULT_FORECAST_H

#include "port.h"

/* The numbers are part of the user interface: append only. uapi/vminspect.yaml says what they mean. */
enum vmi_fault {
	VMI_FAULT_HIT = 1,
	VMI_FAULT_MINOR_ZERO = 2,
	VMI_FAULT_MINOR_ANON = 3,
	VMI_FAULT_MINOR_FILE = 4,
	VMI_FAULT_MINOR_COW = 5,
	VMI_FAULT_MINOR_REUSE = 6,
	VMI_FAULT_MINOR_SHARED_WRITE = 7,
	VMI_FAULT_MINOR_SHMEM = 8,
	VMI_FAULT_MINOR_SWAP_CACHE = 9,
	VMI_FAULT_MINOR_NUMA = 10,
	VMI_FAULT_MINOR_MIGRATION = 11,
	VMI_FAULT_MINOR_HUGETLB = 12,
	VMI_FAULT_MAJOR_SWAP = 13,
	VMI_FAULT_MAJOR_FILE = 14,
	VMI_FAULT_USERFAULT = 15,
	VMI_FAULT_STACK_GROWTH = 16,
	VMI_FAULT_DRIVER = 17,
	VMI_FAULT_EMULATED = 18,
	VMI_FAULT_SIGSEGV_MAPERR = 19,
	VMI_FAULT_SIGSEGV_ACCERR = 20,
	VMI_FAULT_SIGSEGV_GUARD = 21,
	VMI_FAULT_SIGSEGV_NONCANONICAL = 22,
	VMI_FAULT_SIGBUS_EOF = 23,
	VMI_FAULT_SIGBUS_POISON = 24,
	VMI_FAULT_SIGBUS_HUGETLB = 25,
};

enum vmi_access {
	VMI_ACCESS_READ,
	VMI_ACCESS_WRITE,
	VMI_ACCESS_EXECUTE,
};

enum vmi_place {
	VMI_PLACE_HOLE,			/* no region; also canonical addresses outside of the user half */
	VMI_PLACE_REGION,
	VMI_PLACE_GATE,			/* [vsyscall] */
	VMI_PLACE_NONCANONICAL,
};

struct vmi_fault_facts {
	enum vmi_place place;
	u32 region_flags;		/* VMI_REGION_*; in a hole: of the region that would grow, see stack_growth */
	u32 state;			/* enum vmi_page_state, of the page, in a region */
	bool stack_growth;		/* hole: the region above grows downwards and may grow this far */
	bool execute_only;		/* the region's protection key is the one for execute-only memory */
	bool driver;			/* neither private memory nor pages of a file: its own handler decides */
	bool userfault_missing;		/* the region is registered for missing pages */
	bool userfault_minor;		/* likewise for pages that are in the page cache */
	bool cached;			/* not mapped here, but uptodate in the page cache, or in the swap cache */
	bool beyond_eof;		/* of the file, in whole pages */
	bool pool_empty;		/* hugetlb: no page is left for it */
	/* Of a page that is present. */
	bool writable;			/* the entry allows writing */
	bool protnone;			/* the entry allows nothing */
	bool userfault_protected;	/* by the entry; also of a marker */
	bool zero;			/* the zero page */
	bool own;			/* an anonymous page that no one else uses */
};

enum vmi_fault vmi_fault_forecast(const struct vmi_fault_facts *facts, enum vmi_access access);

#endif /* VMI_CORE_FAULT_FORECAST_H */
