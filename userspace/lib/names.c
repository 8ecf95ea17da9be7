// SPDX-License-Identifier: GPL-2.0
/* Numbers and their names, as uapi/vminspect.yaml has them. */
#include "vminspect.h"

/* By number. */
struct names {
	const char *const *names;
	uint32_t count;
};

#define NAMES(array) (struct names){ array, sizeof(array) / sizeof((array)[0]) }

static const char *name_of(struct names names, uint32_t number)
{
	return number < names.count ? names.names[number] : NULL;
}

const char *vmi_page_state_name(uint32_t state)
{
	static const char *const names[] = {
		[VMINSPECT_PAGE_STATE_UNTOUCHED] = "untouched",
		[VMINSPECT_PAGE_STATE_PRESENT] = "present",
		[VMINSPECT_PAGE_STATE_SWAPPED] = "swapped",
		[VMINSPECT_PAGE_STATE_UNMAPPED_FILE] = "unmapped-file",
		[VMINSPECT_PAGE_STATE_MIGRATING] = "migrating",
		[VMINSPECT_PAGE_STATE_MARKER_UFFD_WP] = "marker-uffd-wp",
		[VMINSPECT_PAGE_STATE_MARKER_POISON] = "marker-poison",
		[VMINSPECT_PAGE_STATE_MARKER_GUARD] = "marker-guard",
		[VMINSPECT_PAGE_STATE_DEVICE] = "device",
	};

	return name_of(NAMES(names), state);
}

const char *vmi_lru_name(uint32_t lru)
{
	static const char *const names[] = {
		[VMINSPECT_LRU_INACTIVE] = "inactive",
		[VMINSPECT_LRU_ACTIVE] = "active",
		[VMINSPECT_LRU_GEN_0] = "gen-0",
		[VMINSPECT_LRU_GEN_1] = "gen-1",
		[VMINSPECT_LRU_GEN_2] = "gen-2",
		[VMINSPECT_LRU_GEN_3] = "gen-3",
		[VMINSPECT_LRU_UNEVICTABLE] = "unevictable",
	};

	return name_of(NAMES(names), lru);
}

const char *vmi_lru_kind_name(uint32_t kind)
{
	static const char *const names[] = {
		[VMINSPECT_LRU_KIND_CLASSIC] = "classic",
		[VMINSPECT_LRU_KIND_MGLRU] = "mglru",
	};

	return name_of(NAMES(names), kind);
}

/* The name, and the sentence for people. */
#define FAULTS(X) \
	X(HIT, "hit", "no fault") \
	X(MINOR_ZERO, "minor-zero", "minor fault: the zero page is mapped read-only") \
	X(MINOR_ANON, "minor-anon", "minor fault: a new zero-filled frame") \
	X(MINOR_FILE, "minor-file", "minor fault: the page-cache frame is mapped") \
	X(MINOR_COW, "minor-cow", "minor fault: copy on write") \
	X(MINOR_REUSE, "minor-reuse", "minor fault: the frame, nobody else's, is made writable") \
	X(MINOR_SHARED_WRITE, "minor-shared-write", "minor fault: the shared file's page is made writable") \
	X(MINOR_SHMEM, "minor-shmem", "minor fault: a new zero-filled page of the shmem file") \
	X(MINOR_SWAP_CACHE, "minor-swap-cache", "minor fault: the frame is still in the swap cache") \
	X(MINOR_NUMA, "minor-numa", "minor fault: NUMA-balancing hint, the frame is mapped again and may move") \
	X(MINOR_MIGRATION, "minor-migration", "minor fault: waits until the frame has been moved") \
	X(MINOR_HUGETLB, "minor-hugetlb", "minor fault: a huge page from the hugetlb pool") \
	X(MAJOR_SWAP, "major-swap", "major fault: read from swap") \
	X(MAJOR_FILE, "major-file", "major fault: read from the file") \
	X(USERFAULT, "userfault", "handed to a userfaultfd") \
	X(STACK_GROWTH, "stack-growth", "the stack grows, then a new zero-filled frame") \
	X(DRIVER, "driver", "left to the mapping's own fault handler") \
	X(EMULATED, "emulated", "the kernel emulates the vsyscall") \
	X(SIGSEGV_MAPERR, "sigsegv-maperr", "SIGSEGV: no region there") \
	X(SIGSEGV_ACCERR, "sigsegv-accerr", "SIGSEGV: the region forbids it") \
	X(SIGSEGV_GUARD, "sigsegv-guard", "SIGSEGV: a guard region") \
	X(SIGSEGV_NONCANONICAL, "sigsegv-noncanonical", "SIGSEGV: not an address of the user half") \
	X(SIGBUS_EOF, "sigbus-eof", "SIGBUS: beyond the end of the file") \
	X(SIGBUS_POISON, "sigbus-poison", "SIGBUS: a poisoned frame") \
	X(SIGBUS_HUGETLB, "sigbus-hugetlb", "SIGBUS: no huge page is left in the pool")

const char *vmi_fault_name(uint32_t fault)
{
#define NAME(id, name, text) \
	[VMINSPECT_FAULT_##id] = name,
	static const char *const names[] = { FAULTS(NAME) };
#undef NAME

	return name_of(NAMES(names), fault);
}

const char *vmi_fault_text(uint32_t fault)
{
#define TEXT(id, name, text) \
	[VMINSPECT_FAULT_##id] = text,
	static const char *const names[] = { FAULTS(TEXT) };
#undef TEXT

	return name_of(NAMES(names), fault);
}

const char *vmi_policy_name(uint32_t policy)
{
	static const char *const names[] = {
		[VMINSPECT_POLICY_ID_AGING24] = "aging24",
		[VMINSPECT_POLICY_ID_NBIT] = "nbit",
		[VMINSPECT_POLICY_ID_CLOCK] = "clock",
		[VMINSPECT_POLICY_ID_TWOLIST] = "twolist",
		[VMINSPECT_POLICY_ID_GEN] = "gen",
	};

	return name_of(NAMES(names), policy);
}

const char *vmi_watch_scope_name(uint32_t scope)
{
	static const char *const names[] = {
		[VMINSPECT_WATCH_SCOPE_SELF] = "self",
		[VMINSPECT_WATCH_SCOPE_DESCENDANTS] = "descendants",
		[VMINSPECT_WATCH_SCOPE_ALL] = "all",
	};

	return name_of(NAMES(names), scope);
}

const char *vmi_watch_mode_name(uint32_t mode)
{
	static const char *const names[] = {
		[VMINSPECT_WATCH_MODE_PASSIVE] = "passive",
		[VMINSPECT_WATCH_MODE_WINDOW] = "window",
		[VMINSPECT_WATCH_MODE_EXACT] = "exact",
	};

	return name_of(NAMES(names), mode);
}

const char *vmi_region_event_name(uint32_t event)
{
	static const char *const names[] = {
		[VMINSPECT_REGION_EVENT_MAPPED] = "mapped",
		[VMINSPECT_REGION_EVENT_UNMAPPED] = "unmapped",
		[VMINSPECT_REGION_EVENT_GROWN] = "grown",
		[VMINSPECT_REGION_EVENT_SHRUNK] = "shrunk",
		[VMINSPECT_REGION_EVENT_PROTECTED] = "protected",
	};

	return name_of(NAMES(names), event);
}

const char *vmi_reclaim_event_name(uint32_t event)
{
	static const char *const names[] = {
		[VMINSPECT_RECLAIM_EVENT_EVICTED] = "evicted",
		[VMINSPECT_RECLAIM_EVENT_REFAULTED] = "refaulted",
	};

	return name_of(NAMES(names), event);
}

const char *vmi_process_event_name(uint32_t event)
{
	static const char *const names[] = {
		[VMINSPECT_PROCESS_EVENT_EXITED] = "exited",
	};

	return name_of(NAMES(names), event);
}

/* --- bits --------------------------------------------------------------------------------------------------------- */

#define BIT_OF(flag) __builtin_ctzll(flag)

const char *vmi_region_flag_name(uint32_t bit)
{
	static const char *const names[] = {
		[BIT_OF(VMINSPECT_REGION_FLAGS_READ)] = "read",
		[BIT_OF(VMINSPECT_REGION_FLAGS_WRITE)] = "write",
		[BIT_OF(VMINSPECT_REGION_FLAGS_EXEC)] = "exec",
		[BIT_OF(VMINSPECT_REGION_FLAGS_MAYSHARE)] = "mayshare",
		[BIT_OF(VMINSPECT_REGION_FLAGS_GROWSDOWN)] = "growsdown",
		[BIT_OF(VMINSPECT_REGION_FLAGS_LOCKED)] = "locked",
		[BIT_OF(VMINSPECT_REGION_FLAGS_HUGETLB)] = "hugetlb",
		[BIT_OF(VMINSPECT_REGION_FLAGS_PFNMAP)] = "pfnmap",
		[BIT_OF(VMINSPECT_REGION_FLAGS_IO)] = "io",
		[BIT_OF(VMINSPECT_REGION_FLAGS_ANON)] = "anon",
		[BIT_OF(VMINSPECT_REGION_FLAGS_FILE)] = "file",
		[BIT_OF(VMINSPECT_REGION_FLAGS_SHMEM)] = "shmem",
		[BIT_OF(VMINSPECT_REGION_FLAGS_UFFD)] = "uffd",
		[BIT_OF(VMINSPECT_REGION_FLAGS_DONTDUMP)] = "dontdump",
		[BIT_OF(VMINSPECT_REGION_FLAGS_GATE)] = "gate",
		[BIT_OF(VMINSPECT_REGION_FLAGS_SEALED)] = "sealed",
	};

	return name_of(NAMES(names), bit);
}

const char *vmi_page_flag_name(uint32_t bit)
{
	static const char *const names[] = {
		[BIT_OF(VMINSPECT_PAGE_FLAGS_ACCESSED)] = "accessed",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_DIRTY)] = "dirty",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_WRITABLE)] = "writable",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_EXECUTABLE)] = "executable",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_SOFT_DIRTY)] = "soft-dirty",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_UFFD_WP)] = "uffd-wp",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_PROTNONE)] = "protnone",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_SPECIAL)] = "special",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_ZERO)] = "zero",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_COW)] = "cow",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_EXCLUSIVE)] = "exclusive",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_HUGE_2M)] = "huge-2m",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_HUGE_1G)] = "huge-1g",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_CACHED)] = "cached",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_ANON)] = "anon",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_FILE)] = "file",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_SHMEM)] = "shmem",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_HUGETLB)] = "hugetlb",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_KSM)] = "ksm",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_LARGE)] = "large",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_LOCKED)] = "locked",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_REFERENCED)] = "referenced",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_UPTODATE)] = "uptodate",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_FOLIO_DIRTY)] = "folio-dirty",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_LRU)] = "lru",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_ACTIVE)] = "active",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_UNEVICTABLE)] = "unevictable",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_MLOCKED)] = "mlocked",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_WRITEBACK)] = "writeback",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_RECLAIM)] = "reclaim",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_SWAP_CACHE)] = "swap-cache",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_WORKINGSET)] = "workingset",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_SWAP_BACKED)] = "swap-backed",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_PRIVATE)] = "private",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_YOUNG)] = "young",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_IDLE)] = "idle",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_HWPOISON)] = "hwpoison",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_RESERVED)] = "reserved",
		[BIT_OF(VMINSPECT_PAGE_FLAGS_ZONE_DEVICE)] = "zone-device",
	};

	return name_of(NAMES(names), bit);
}

const char *vmi_feature_name(uint32_t bit)
{
	static const char *const names[] = {
		[BIT_OF(VMINSPECT_FEATURES_PAGE_YOUNG)] = "page-young",
		[BIT_OF(VMINSPECT_FEATURES_MGLRU)] = "mglru",
		[BIT_OF(VMINSPECT_FEATURES_FIVE_LEVELS)] = "five-levels",
		[BIT_OF(VMINSPECT_FEATURES_GUARD_REGIONS)] = "guard-regions",
		[BIT_OF(VMINSPECT_FEATURES_WATCHES)] = "watches",
		[BIT_OF(VMINSPECT_FEATURES_EXACT_CHANGE)] = "exact-change",
	};

	return name_of(NAMES(names), bit);
}
