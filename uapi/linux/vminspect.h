/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The generic netlink family "vminspect": names, numbers and manual. It follows from uapi/vminspect.yaml.
 *
 * WHO: the caller needs CAP_NET_ADMIN and CAP_SYS_ADMIN in the initial user namespace, or gets EPERM. The family exists
 * in the initial network namespace only. The multicast groups may be joined with CAP_SYS_ADMIN.
 *
 * VALUES: pids are thread groups in the initial pid namespace. Addresses and sizes are bytes, ranges half-open [start,
 * end), amounts of pages are pages of 4 KiB whatever the size of the leaf, times are nanoseconds, rates and shares are
 * parts per million, unless said otherwise. An attribute that is left out of a reply stands for zero, for an empty
 * text or for "no"; so one that a newer module adds and an older does not know reads as zero. Readers skip attributes
 * and bits that they do not know. Numbers are never used for anything else; new ones are added at the ends.
 * VMI_A_*_PAD carries nothing.
 *
 * REQUESTS: an attribute that a command does not take, or a bit that has no name: EINVAL; a value out of range: ERANGE.
 * Each refusal has an extended-ACK text, and names the offending attribute or the missing one; ask for them
 * (NETLINK_EXT_ACK). Older kernels (6.1) tell the text only, where a dump is refused.
 *
 * ERRORS: of a "do" command, and of a dump that cannot begin, in the acknowledgement (NLMSG_ERROR). Of a dump under way
 * in its NLMSG_DONE: what came before stands. Common ones:
 *	ESRCH		no process of that pid, or it has no address space (a kernel thread, a zombie)
 *	EINVAL		see above
 *	EPERM		see above
 *	ENOMEM		no memory
 *	EINTR		a fatal signal came while waiting for the process's mmap lock
 *	EOPNOTSUPP	this module does not have the command
 * A process that dies during a dump ends it without an error, with what had been read.
 *
 * DUMPS: an object a message, page runs excepted, as many messages as it takes. A dump of one process reads it in
 * bounded holds of its mmap lock, the next one when there is room for what was read. When its layout changed between
 * two holds, the next message (or NLMSG_DONE) has NLM_F_DUMP_INTR: everything told was true when it was read, but not
 * at one time; begin again if that matters. A process that is stopped is told exactly.
 *
 * COST: without VMI_A_*_DETAIL no page table is looked at.
 */
#ifndef _UAPI_LINUX_VMINSPECT_H
#define _UAPI_LINUX_VMINSPECT_H

#define VMINSPECT_FAMILY_NAME		"vminspect"
#define VMINSPECT_FAMILY_VERSION	1

#define VMINSPECT_MCGRP_STATS		"stats"
#define VMINSPECT_MCGRP_REGION		"region"
#define VMINSPECT_MCGRP_RECLAIM		"reclaim"
#define VMINSPECT_MCGRP_PROCESS		"process"

enum vmi_cmd {
	VMI_CMD_MODULE_GET = 1,
	VMI_CMD_PROCESS_GET = 2,
	VMI_CMD_REGION_GET = 3,
	VMI_CMD_TABLE_GET = 4,
	VMI_CMD_PAGE_GET = 5,
	VMI_CMD_EXPLAIN_GET = 6,
	VMI_CMD_WATCH_GET = 7,
	VMI_CMD_WATCH_NEW = 8,
	VMI_CMD_WATCH_DEL = 9,
	VMI_CMD_POLICY_GET = 10,
	VMI_CMD_STATS_GET = 11,
	VMI_CMD_SCORE_GET = 12,
	VMI_CMD_STATS_NTF = 13,
	VMI_CMD_REGION_NTF = 14,
	VMI_CMD_RECLAIM_NTF = 15,
	VMI_CMD_PROCESS_NTF = 16,

	__VMI_CMD_MAX,
	VMI_CMD_MAX = __VMI_CMD_MAX - 1
};

/*
 * VMI_CMD_MODULE_GET, do: what module and kernel offer.
 *	request		nothing
 *	reply		VMI_A_MODULE_*
 */
/* What this kernel offers to the module. */
enum vminspect_features {
	/* PG_young, so that exact watches can hand the accessed bit over */
	VMINSPECT_FEATURES_PAGE_YOUNG = 0x1,
	VMINSPECT_FEATURES_MGLRU = 0x2,			/* compiled with multi-generational LRU */
	VMINSPECT_FEATURES_FIVE_LEVELS = 0x4,		/* runs with five levels of page tables */
	VMINSPECT_FEATURES_GUARD_REGIONS = 0x8,
	VMINSPECT_FEATURES_WATCHES = 0x10,		/* the module can watch processes */
	/* interrupted dumps are told exactly; without it, changes that leave all totals alone go unseen */
	VMINSPECT_FEATURES_EXACT_CHANGE = 0x20,
};

/* Which of the kernel's two reclaim algorithms runs. */
enum vminspect_lru_kind {
	VMINSPECT_LRU_KIND_CLASSIC = 1,
	VMINSPECT_LRU_KIND_MGLRU = 2,
};

enum vmi_module_attr {
	VMI_A_MODULE_PAD = 1,
	VMI_A_MODULE_VERSION = 2,			/* string; of the module */
	VMI_A_MODULE_FEATURES = 3,			/* u64, VMINSPECT_FEATURES_* */
	VMI_A_MODULE_LRU_KIND = 4,			/* u32, VMINSPECT_LRU_KIND_* */
	VMI_A_MODULE_TABLE_LEVELS = 5,			/* u32; 4 or 5 */
	/* u32; longest hold of a process's mmap lock, in microseconds */
	VMI_A_MODULE_HOLD_LIMIT = 6,
	VMI_A_MODULE_WATCHES_MAX = 7,			/* u32 */
	VMI_A_MODULE_WATCHES = 8,			/* u32; watches that there are now */
	/* u64; bytes that the shadows of all watches may take */
	VMI_A_MODULE_WATCH_MEMORY_MAX = 9,
	VMI_A_MODULE_WATCH_MEMORY = 10,			/* u64; bytes that they take now */
	/* u64; bytes that captures may take which are being read */
	VMI_A_MODULE_CAPTURE_MEMORY_MAX = 11,
	VMI_A_MODULE_CAPTURE_MEMORY = 12,		/* u64; bytes that they take now */

	__VMI_A_MODULE_MAX,
	VMI_A_MODULE_MAX = __VMI_A_MODULE_MAX - 1
};

/*
 * VMI_CMD_PROCESS_GET: a process and its address space as a whole.
 *	do		VMI_A_PROCESS_PID, [VMI_A_PROCESS_DETAIL]
 *	dump		[VMI_A_PROCESS_DETAIL]: all processes with user space, by rising pid, one a message
 *	reply		VMI_A_PROCESS_PID .. _COMM
 *			VMI_A_PROCESS_SEGMENTS, _TOTALS	unless it has no address space (any more)
 *			VMI_A_PROCESS_COUNTS, _INDEX, _TABLES, _CAPTURE	with DETAIL
 *			VMI_A_PROCESS_WATCH		when a watch is on it
 * A zombie, or a process that dies meanwhile, is told without what can no longer be had. A dump of all goes by pid and
 * so is never marked interrupted; processes come and go while it lasts.
 *
 * VMI_CMD_PROCESS_NTF, group "process": a process has exited.
 *	VMI_A_PROCESS_EVENT, _PID, _START_TIME, _COMM, [_WATCH]
 */
enum vminspect_process_event {
	VMINSPECT_PROCESS_EVENT_EXITED = 1,		/* the last thread has gone */
};

enum vmi_process_attr {
	VMI_A_PROCESS_PAD = 1,
	VMI_A_PROCESS_PID = 2,				/* u32; thread group, in the initial pid namespace */
	VMI_A_PROCESS_DETAIL = 3,			/* flag; in a request, walk the page tables too */
	/* u64; since boot; with the pid it names a process for good */
	VMI_A_PROCESS_START_TIME = 4,
	VMI_A_PROCESS_PARENT = 5,			/* u32 */
	VMI_A_PROCESS_UID = 6,				/* u32; effective user, in the initial user namespace */
	VMI_A_PROCESS_THREADS = 7,			/* u32 */
	VMI_A_PROCESS_COMM = 8,				/* string; raw bytes, at most 15 */
	VMI_A_PROCESS_SEGMENTS = 9,			/* nest of VMI_A_SEGMENTS_* */
	VMI_A_PROCESS_TOTALS = 10,			/* nest of VMI_A_TOTALS_* */
	VMI_A_PROCESS_COUNTS = 11,			/* nest of VMI_A_COUNTS_*; sums over all regions */
	VMI_A_PROCESS_INDEX = 12,			/* nest of VMI_A_INDEX_* */
	VMI_A_PROCESS_TABLES = 13,			/* nest of VMI_A_TABLES_* */
	VMI_A_PROCESS_CAPTURE = 14,			/* nest of VMI_A_CAPTURE_* */
	VMI_A_PROCESS_WATCH = 15,			/* u32; id of its watch */
	VMI_A_PROCESS_EVENT = 16,			/* u32, VMINSPECT_PROCESS_EVENT_* */

	__VMI_A_PROCESS_MAX,
	VMI_A_PROCESS_MAX = __VMI_A_PROCESS_MAX - 1
};

enum vmi_segments_attr {
	VMI_A_SEGMENTS_PAD = 1,
	VMI_A_SEGMENTS_START_CODE = 2,			/* u64 */
	VMI_A_SEGMENTS_END_CODE = 3,			/* u64 */
	VMI_A_SEGMENTS_START_DATA = 4,			/* u64 */
	VMI_A_SEGMENTS_END_DATA = 5,			/* u64 */
	VMI_A_SEGMENTS_START_BRK = 6,			/* u64 */
	VMI_A_SEGMENTS_BRK = 7,				/* u64 */
	VMI_A_SEGMENTS_MMAP_BASE = 8,			/* u64 */
	VMI_A_SEGMENTS_START_STACK = 9,			/* u64 */
	VMI_A_SEGMENTS_ARG_START = 10,			/* u64 */
	VMI_A_SEGMENTS_ARG_END = 11,			/* u64 */
	VMI_A_SEGMENTS_ENV_START = 12,			/* u64 */
	VMI_A_SEGMENTS_ENV_END = 13,			/* u64 */
	VMI_A_SEGMENTS_TASK_SIZE = 14,			/* u64; end of the user half */

	__VMI_A_SEGMENTS_MAX,
	VMI_A_SEGMENTS_MAX = __VMI_A_SEGMENTS_MAX - 1
};

enum vmi_totals_attr {
	VMI_A_TOTALS_PAD = 1,
	VMI_A_TOTALS_TOTAL_VM = 2,			/* u64 */
	VMI_A_TOTALS_LOCKED_VM = 3,			/* u64 */
	VMI_A_TOTALS_PINNED_VM = 4,			/* u64 */
	VMI_A_TOTALS_DATA_VM = 5,			/* u64 */
	VMI_A_TOTALS_EXEC_VM = 6,			/* u64 */
	VMI_A_TOTALS_STACK_VM = 7,			/* u64 */
	VMI_A_TOTALS_RSS_ANON = 8,			/* u64 */
	VMI_A_TOTALS_RSS_FILE = 9,			/* u64 */
	VMI_A_TOTALS_RSS_SHMEM = 10,			/* u64 */
	VMI_A_TOTALS_SWAP = 11,				/* u64 */
	VMI_A_TOTALS_PGTABLES_BYTES = 12,		/* u64; VmPTE of /proc/PID/status */

	__VMI_A_TOTALS_MAX,
	VMI_A_TOTALS_MAX = __VMI_A_TOTALS_MAX - 1
};

enum vmi_counts_attr {
	VMI_A_COUNTS_PAD = 1,
	VMI_A_COUNTS_PRESENT = 2,			/* u64 */
	VMI_A_COUNTS_ZERO = 3,				/* u64; of present, the zero page */
	VMI_A_COUNTS_SPECIAL = 4,			/* u64; of present, no page to account */
	VMI_A_COUNTS_HUGETLB = 5,			/* u64; of present */
	VMI_A_COUNTS_ANON = 6,				/* u64; of present */
	VMI_A_COUNTS_SHMEM = 7,				/* u64; of present */
	VMI_A_COUNTS_SWAPPED = 8,			/* u64 */
	VMI_A_COUNTS_UNTOUCHED = 9,			/* u64 */
	VMI_A_COUNTS_UNMAPPED_FILE = 10,		/* u64 */
	VMI_A_COUNTS_MIGRATING = 11,			/* u64 */
	VMI_A_COUNTS_MARKER = 12,			/* u64 */
	VMI_A_COUNTS_DEVICE = 13,			/* u64 */
	VMI_A_COUNTS_YOUNG = 14,			/* u64; accessed bit set */
	VMI_A_COUNTS_DIRTY = 15,			/* u64; entry or folio dirty, as smaps counts */
	VMI_A_COUNTS_COW = 16,				/* u64; a write would copy */
	VMI_A_COUNTS_SHARED = 17,			/* u64; mapped more than once */
	VMI_A_COUNTS_HUGE_2M = 18,			/* u64; leaves, not pages */
	VMI_A_COUNTS_HUGE_1G = 19,			/* u64; leaves, not pages */
	VMI_A_COUNTS_DEPOSITED = 20,			/* u64; page tables kept behind anonymous huge leaves */

	__VMI_A_COUNTS_MAX,
	VMI_A_COUNTS_MAX = __VMI_A_COUNTS_MAX - 1
};

enum vmi_index_attr {
	VMI_A_INDEX_PAD = 1,
	VMI_A_INDEX_REGIONS = 2,			/* u64 */
	VMI_A_INDEX_HEIGHT = 3,				/* u32; of the AVL tree; zero when there is only the list */
	VMI_A_INDEX_HOLES = 4,				/* u64; between the first and the last region */
	VMI_A_INDEX_LARGEST_START = 5,			/* u64; the largest hole */
	VMI_A_INDEX_LARGEST_END = 6,			/* u64 */

	__VMI_A_INDEX_MAX,
	VMI_A_INDEX_MAX = __VMI_A_INDEX_MAX - 1
};

enum vmi_tables_attr {
	VMI_A_TABLES_PAD = 1,
	VMI_A_TABLES_LEVELS = 2,			/* u32; 4 or 5 */
	/* nest of VMI_A_TABLE_*, one each; one a level, from the leaves up */
	VMI_A_TABLES_LEVEL = 3,
	VMI_A_TABLES_DEPOSITED = 4,			/* u64; tables kept behind anonymous huge leaves */
	/* u64; of all tables below the top, the deposited among them */
	VMI_A_TABLES_BYTES = 5,

	__VMI_A_TABLES_MAX,
	VMI_A_TABLES_MAX = __VMI_A_TABLES_MAX - 1
};

enum vmi_capture_attr {
	VMI_A_CAPTURE_PAD = 1,
	VMI_A_CAPTURE_COMPLETE = 2,			/* flag; left out when the process died half-way */
	VMI_A_CAPTURE_HOLDS = 3,			/* u64; of the mmap lock */
	VMI_A_CAPTURE_HOLD_MAX = 4,			/* u64; the longest, in nanoseconds */
	VMI_A_CAPTURE_HOLD_TOTAL = 5,			/* u64; in nanoseconds */
	VMI_A_CAPTURE_TORN_REGIONS = 6,			/* u64; changed while they were walked */

	__VMI_A_CAPTURE_MAX,
	VMI_A_CAPTURE_MAX = __VMI_A_CAPTURE_MAX - 1
};

/*
 * VMI_CMD_REGION_GET, dump: the regions of a process, by rising address; last the [vsyscall] gate, where maps shows it.
 *	request		VMI_A_REGION_PID, [_START], [_END], [_STATES], [_DETAIL]
 *	reply		VMI_A_REGION_ITEM ...: regions, as many as fit into a message, each a nest of what
 *			/proc/PID/maps shows, VMI_A_REGION_START, _END, _FLAGS, _OFFSET, _INODE, _DEV_MAJOR,
 *			_DEV_MINOR, _NAME
 *	with DETAIL or STATES one region a message, without a nest:
 *			what maps shows, and VMI_A_REGION_OPS_NAME, _DEPTH, _HEIGHT, _COUNTS, [_SHADOW ...]
 * A region is told whole when a part of it lies in [START, END). With DETAIL the process is read when the dump begins
 * and all of it is told from that; without, as the dump goes on.
 *
 * VMI_CMD_REGION_NTF, group "region": the layout of a watched process has changed.
 *	VMI_A_REGION_PID, _EVENT, _START, _END, _FLAGS, [_OLD_FLAGS], and what maps shows of it
 * START and END are the stretch that changed, the other attributes those of the region it is (or was) in.
 */
enum vminspect_region_flags {
	VMINSPECT_REGION_FLAGS_READ = 0x1,
	VMINSPECT_REGION_FLAGS_WRITE = 0x2,
	VMINSPECT_REGION_FLAGS_EXEC = 0x4,
	VMINSPECT_REGION_FLAGS_MAYSHARE = 0x8,		/* MAP_SHARED, maps shows s */
	VMINSPECT_REGION_FLAGS_GROWSDOWN = 0x10,
	VMINSPECT_REGION_FLAGS_LOCKED = 0x20,		/* locked by mlock() */
	VMINSPECT_REGION_FLAGS_HUGETLB = 0x40,
	/* maps frames without a page to account (VM_PFNMAP or VM_MIXEDMAP) */
	VMINSPECT_REGION_FLAGS_PFNMAP = 0x80,
	VMINSPECT_REGION_FLAGS_IO = 0x100,
	VMINSPECT_REGION_FLAGS_ANON = 0x200,		/* private anonymous memory (no vm_ops) */
	VMINSPECT_REGION_FLAGS_FILE = 0x400,		/* has a backing file */
	VMINSPECT_REGION_FLAGS_SHMEM = 0x800,		/* the backing file lives in shmem or tmpfs */
	VMINSPECT_REGION_FLAGS_UFFD = 0x1000,		/* registered with a userfaultfd */
	VMINSPECT_REGION_FLAGS_DONTDUMP = 0x2000,
	VMINSPECT_REGION_FLAGS_GATE = 0x4000,		/* the [vsyscall] gate, which is no VMA of the process */
	VMINSPECT_REGION_FLAGS_SEALED = 0x8000,		/* sealed by mseal() */
};

/* What a page of a region is. Every page has exactly one. */
enum vminspect_page_state {
	VMINSPECT_PAGE_STATE_UNTOUCHED = 1,		/* nothing mapped and no file behind it */
	/* a frame is mapped (also a zero page, a special or a PROTNONE entry) */
	VMINSPECT_PAGE_STATE_PRESENT = 2,
	/* a swap entry, or a shmem page whose page-cache slot holds one */
	VMINSPECT_PAGE_STATE_SWAPPED = 3,
	VMINSPECT_PAGE_STATE_UNMAPPED_FILE = 4,		/* file-backed, not mapped here now */
	VMINSPECT_PAGE_STATE_MIGRATING = 5,		/* a migration entry, the frame is being moved */
	VMINSPECT_PAGE_STATE_MARKER_UFFD_WP = 6,	/* a userfaultfd write-protect marker */
	VMINSPECT_PAGE_STATE_MARKER_POISON = 7,		/* poisoned, or a swap-in that failed */
	VMINSPECT_PAGE_STATE_MARKER_GUARD = 8,		/* a guard region */
	VMINSPECT_PAGE_STATE_DEVICE = 9,		/* device-private or device-exclusive memory */
};

/* A set of page states, to filter by. Bit N - 1 stands for the page-state N. */
enum vminspect_page_states {
	VMINSPECT_PAGE_STATES_UNTOUCHED = 0x1,
	VMINSPECT_PAGE_STATES_PRESENT = 0x2,
	VMINSPECT_PAGE_STATES_SWAPPED = 0x4,
	VMINSPECT_PAGE_STATES_UNMAPPED_FILE = 0x8,
	VMINSPECT_PAGE_STATES_MIGRATING = 0x10,
	VMINSPECT_PAGE_STATES_MARKER_UFFD_WP = 0x20,
	VMINSPECT_PAGE_STATES_MARKER_POISON = 0x40,
	VMINSPECT_PAGE_STATES_MARKER_GUARD = 0x80,
	VMINSPECT_PAGE_STATES_DEVICE = 0x100,
};

enum vminspect_region_event {
	VMINSPECT_REGION_EVENT_MAPPED = 1,
	VMINSPECT_REGION_EVENT_UNMAPPED = 2,
	VMINSPECT_REGION_EVENT_GROWN = 3,
	VMINSPECT_REGION_EVENT_SHRUNK = 4,
	VMINSPECT_REGION_EVENT_PROTECTED = 5,
};

enum vmi_region_attr {
	VMI_A_REGION_PAD = 1,
	VMI_A_REGION_PID = 2,				/* u32 */
	VMI_A_REGION_START = 3,				/* u64; in a request, only regions that end above it */
	VMI_A_REGION_END = 4,				/* u64; in a request, only regions that begin below it */
	/*
	 * u32, VMINSPECT_PAGE_STATES_*; in a request, only regions with a page in one of these states; implies
	 * detail
	 */
	VMI_A_REGION_STATES = 5,
	VMI_A_REGION_DETAIL = 6,			/* flag; in a request, walk the page tables too */
	VMI_A_REGION_FLAGS = 7,				/* u32, VMINSPECT_REGION_FLAGS_* */
	VMI_A_REGION_OFFSET = 8,			/* u64; in the file */
	VMI_A_REGION_INODE = 9,				/* u64 */
	VMI_A_REGION_DEV_MAJOR = 10,			/* u32 */
	VMI_A_REGION_DEV_MINOR = 11,			/* u32 */
	VMI_A_REGION_NAME = 12,				/* string; as /proc/PID/maps prints it */
	VMI_A_REGION_OPS_NAME = 13,			/* string; symbol of its vm_operations_struct (detail) */
	/* u32; of its node in the AVL tree, the root has 0 (detail) */
	VMI_A_REGION_DEPTH = 14,
	/* u32; of its node in the AVL tree, a leaf has 1; zero when there is only the list (detail) */
	VMI_A_REGION_HEIGHT = 15,
	VMI_A_REGION_COUNTS = 16,			/* nest of VMI_A_COUNTS_*; with detail */
	/* nest of VMI_A_SHADOW_*, one each; one a policy, when the process is watched (detail) */
	VMI_A_REGION_SHADOW = 17,
	VMI_A_REGION_EVENT = 18,			/* u32, VMINSPECT_REGION_EVENT_* */
	/* u32, VMINSPECT_REGION_FLAGS_*; before a region was protected */
	VMI_A_REGION_OLD_FLAGS = 19,
	/* nest of VMI_A_REGION_*, one each; regions in a row, as many as fit (without detail) */
	VMI_A_REGION_ITEM = 20,

	__VMI_A_REGION_MAX,
	VMI_A_REGION_MAX = __VMI_A_REGION_MAX - 1
};

enum vmi_shadow_attr {
	VMI_A_SHADOW_PAD = 1,
	VMI_A_SHADOW_POLICY = 2,			/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_SHADOW_BUCKET = 3,			/* nest of VMI_A_BUCKET_*, one each; the histogram of ages */
	VMI_A_SHADOW_LIST = 4,				/* nest of VMI_A_LIST_*, one each */
	/* u64; pages that are not mapped now, since the kernel evicted them */
	VMI_A_SHADOW_EVICTED = 5,
	VMI_A_SHADOW_REFAULTED = 6,			/* u64; mapped pages that the kernel had evicted before */
	/* u64; mapped pages that the policy had evicted before, and that were touched again */
	VMI_A_SHADOW_SHADOW_REFAULTED = 7,

	__VMI_A_SHADOW_MAX,
	VMI_A_SHADOW_MAX = __VMI_A_SHADOW_MAX - 1
};

enum vmi_bucket_attr {
	VMI_A_BUCKET_PAD = 1,
	/* u32; the least of the bucket, in the policy's own measure; the next bucket begins where this one ends */
	VMI_A_BUCKET_AGE = 2,
	VMI_A_BUCKET_PAGES = 3,				/* u64 */

	__VMI_A_BUCKET_MAX,
	VMI_A_BUCKET_MAX = __VMI_A_BUCKET_MAX - 1
};

enum vmi_list_attr {
	VMI_A_LIST_PAD = 1,
	/* u32; 1 is what the shadow has evicted, others are the policy's own */
	VMI_A_LIST_LIST = 2,
	VMI_A_LIST_NAME = 3,				/* string */
	VMI_A_LIST_PAGES = 4,				/* u64 */

	__VMI_A_LIST_MAX,
	VMI_A_LIST_MAX = __VMI_A_LIST_MAX - 1
};

/*
 * VMI_CMD_TABLE_GET, dump: the page tables of a process.
 *	request		VMI_A_TABLE_PID, VMI_A_TABLE_MODE, [_START], [_END]
 *	reply, runs	VMI_A_TABLE_START, _END, _LEVEL, _BITS, _TEXT; by rising address
 *	reply, tables	VMI_A_TABLE_LEVEL, _NAME, _START, _END, _FRAME, _USED, _LEAVES; a table after those below it
 *	reply, levels	VMI_A_TABLE_LEVEL, _NAME, _TABLES, _USED, _LEAVES, _COST; levels 1 to 5, also one that this
 *			machine does not use (then it has a cost only)
 * Runs never join leaves of different sizes. A table's START and END are all that it can map. Tables reached only
 * through holes between regions are not told. Runs are cut at START and END; tables and levels count what lies there.
 */
enum vminspect_table_mode {
	/* neighbouring present leaves of one size with equal bits, merged (accessed and dirty not compared) */
	VMINSPECT_TABLE_MODE_RUNS = 1,
	VMINSPECT_TABLE_MODE_TABLES = 2,		/* each page-table page */
	/* one reply a level, with sums, and with the cost of an address space mapped by that many levels */
	VMINSPECT_TABLE_MODE_LEVELS = 3,
};

enum vmi_table_attr {
	VMI_A_TABLE_PAD = 1,
	VMI_A_TABLE_PID = 2,				/* u32 */
	VMI_A_TABLE_START = 3,				/* u64; of what is mapped. In a request, where to begin */
	VMI_A_TABLE_END = 4,				/* u64; of what is mapped. In a request, where to end */
	VMI_A_TABLE_MODE = 5,				/* u32, VMINSPECT_TABLE_MODE_* */
	/* u32; 1 PTE, 2 PMD, 3 PUD, 4 P4D, or the top with four levels, 5 PGD */
	VMI_A_TABLE_LEVEL = 6,
	VMI_A_TABLE_NAME = 7,				/* string; of the level; "pte" to "pgd" */
	/* u64; of a run, the x86 entry without frame number, accessed and dirty bit */
	VMI_A_TABLE_BITS = 8,
	VMI_A_TABLE_TEXT = 9,				/* string; names of the bits, parted by blanks */
	VMI_A_TABLE_FRAME = 10,				/* u64; of a table page */
	VMI_A_TABLE_TABLES = 11,			/* u64; of a level */
	VMI_A_TABLE_USED = 12,				/* u64; entries that are not empty */
	VMI_A_TABLE_LEAVES = 13,			/* u64; entries that map a page */
	/* u64; bytes of tables if the same pages were mapped by this many levels; the top one flat */
	VMI_A_TABLE_COST = 14,

	__VMI_A_TABLE_MAX,
	VMI_A_TABLE_MAX = __VMI_A_TABLE_MAX - 1
};

/*
 * VMI_CMD_PAGE_GET, dump: the pages of a process, by rising address, equal neighbours in one run.
 *	request		VMI_A_PAGE_PID, [_START], [_END], [_STATES], [_POLICY]
 *	reply		VMI_A_PAGE_RUN ...; as many in a message as it has room for
 * A run never crosses the border of a region. Pages of holes are not told. A run of present pages has consecutive
 * frames, but that the zero page is one; one of swapped pages has consecutive slots, but that shmem pages in swap
 * have no slot here. POLICY without a watch that uses it on this process: ENOENT.
 */
/*
 * Facts about a mapped page. Bits below 16 come from the page-table entry, the others from the frame; they keep
 * their numbers whatever the kernel's own are.
 */
#define VMINSPECT_PAGE_FLAGS_ACCESSED		(1ULL << 0)	/* the entry's accessed bit */
#define VMINSPECT_PAGE_FLAGS_DIRTY		(1ULL << 1)	/* the entry's dirty bit */
#define VMINSPECT_PAGE_FLAGS_WRITABLE		(1ULL << 2)	/* the entry allows writing */
#define VMINSPECT_PAGE_FLAGS_EXECUTABLE		(1ULL << 3)	/* the entry does not forbid execution */
#define VMINSPECT_PAGE_FLAGS_SOFT_DIRTY		(1ULL << 4)
#define VMINSPECT_PAGE_FLAGS_UFFD_WP		(1ULL << 5)	/* write-protected by userfaultfd */
/* present for the kernel, not for the processor (NUMA balancing, PROT_NONE) */
#define VMINSPECT_PAGE_FLAGS_PROTNONE		(1ULL << 6)
#define VMINSPECT_PAGE_FLAGS_SPECIAL		(1ULL << 7)	/* no page to account behind the entry */
#define VMINSPECT_PAGE_FLAGS_ZERO		(1ULL << 8)	/* the zero page or the huge zero page */
/* a private writable region's read-only entry with a frame that is not its own alone; a write would copy */
#define VMINSPECT_PAGE_FLAGS_COW		(1ULL << 9)
/* an anonymous page that belongs to this process alone */
#define VMINSPECT_PAGE_FLAGS_EXCLUSIVE		(1ULL << 10)
#define VMINSPECT_PAGE_FLAGS_HUGE_2M		(1ULL << 11)	/* mapped by a 2 MiB leaf */
#define VMINSPECT_PAGE_FLAGS_HUGE_1G		(1ULL << 12)	/* mapped by a 1 GiB leaf */
/* not mapped here, but in the page cache or the swap cache (explain only) */
#define VMINSPECT_PAGE_FLAGS_CACHED		(1ULL << 13)
#define VMINSPECT_PAGE_FLAGS_ANON		(1ULL << 16)	/* anonymous frame */
#define VMINSPECT_PAGE_FLAGS_FILE		(1ULL << 17)	/* page-cache frame of a file that is not in shmem */
#define VMINSPECT_PAGE_FLAGS_SHMEM		(1ULL << 18)	/* page-cache frame of shmem or tmpfs */
#define VMINSPECT_PAGE_FLAGS_HUGETLB		(1ULL << 19)
#define VMINSPECT_PAGE_FLAGS_KSM		(1ULL << 20)	/* merged by KSM */
#define VMINSPECT_PAGE_FLAGS_LARGE		(1ULL << 21)	/* part of a folio of more than one page */
#define VMINSPECT_PAGE_FLAGS_LOCKED		(1ULL << 22)
#define VMINSPECT_PAGE_FLAGS_REFERENCED		(1ULL << 23)
#define VMINSPECT_PAGE_FLAGS_UPTODATE		(1ULL << 24)
#define VMINSPECT_PAGE_FLAGS_FOLIO_DIRTY	(1ULL << 25)	/* the folio's own dirty flag */
#define VMINSPECT_PAGE_FLAGS_LRU		(1ULL << 26)	/* on one of the kernel's LRU lists */
#define VMINSPECT_PAGE_FLAGS_ACTIVE		(1ULL << 27)	/* the folio's active flag; see lru for its meaning */
#define VMINSPECT_PAGE_FLAGS_UNEVICTABLE	(1ULL << 28)
#define VMINSPECT_PAGE_FLAGS_MLOCKED		(1ULL << 29)
#define VMINSPECT_PAGE_FLAGS_WRITEBACK		(1ULL << 30)
#define VMINSPECT_PAGE_FLAGS_RECLAIM		(1ULL << 31)	/* to be reclaimed as soon as it is written back */
#define VMINSPECT_PAGE_FLAGS_SWAP_CACHE		(1ULL << 32)
/* was active when it was evicted, or refaulted soon */
#define VMINSPECT_PAGE_FLAGS_WORKINGSET		(1ULL << 33)
#define VMINSPECT_PAGE_FLAGS_SWAP_BACKED	(1ULL << 34)
#define VMINSPECT_PAGE_FLAGS_PRIVATE		(1ULL << 35)	/* the file system keeps data of its own with it */
/* PG_young, an access that idle tracking has taken from the entry */
#define VMINSPECT_PAGE_FLAGS_YOUNG		(1ULL << 36)
#define VMINSPECT_PAGE_FLAGS_IDLE		(1ULL << 37)	/* PG_idle, not accessed since idle tracking set it */
#define VMINSPECT_PAGE_FLAGS_HWPOISON		(1ULL << 38)
#define VMINSPECT_PAGE_FLAGS_RESERVED		(1ULL << 39)
#define VMINSPECT_PAGE_FLAGS_ZONE_DEVICE	(1ULL << 40)

/*
 * Where the kernel's own reclaim holds a frame. Zero means on no list that is known. The generations are those of
 * MGLRU, counted from the youngest.
 */
enum vminspect_lru {
	VMINSPECT_LRU_INACTIVE = 1,
	VMINSPECT_LRU_ACTIVE = 2,
	VMINSPECT_LRU_GEN_0 = 3,
	VMINSPECT_LRU_GEN_1 = 4,
	VMINSPECT_LRU_GEN_2 = 5,
	VMINSPECT_LRU_GEN_3 = 6,
	VMINSPECT_LRU_UNEVICTABLE = 7,
};

enum vmi_page_attr {
	VMI_A_PAGE_PAD = 1,
	VMI_A_PAGE_PID = 2,				/* u32 */
	VMI_A_PAGE_START = 3,				/* u64; in a request, where to begin */
	VMI_A_PAGE_END = 4,				/* u64; in a request, where to end */
	/* u32, VMINSPECT_PAGE_STATES_*; in a request, only pages in one of these states */
	VMI_A_PAGE_STATES = 5,
	/*
	 * u32, VMINSPECT_POLICY_ID_*; in a request, whose age and list to tell; the process must be watched with it
	 */
	VMI_A_PAGE_POLICY = 6,
	VMI_A_PAGE_RUN = 7,				/* nest of VMI_A_RUN_*, one each; in rising address order */

	__VMI_A_PAGE_MAX,
	VMI_A_PAGE_MAX = __VMI_A_PAGE_MAX - 1
};

enum vmi_run_attr {
	VMI_A_RUN_PAD = 1,
	VMI_A_RUN_START = 2,				/* u64; address of the first page */
	VMI_A_RUN_PAGES = 3,				/* u64 */
	VMI_A_RUN_STATE = 4,				/* u32, VMINSPECT_PAGE_STATE_* */
	VMI_A_RUN_FLAGS = 5,				/* u64, VMINSPECT_PAGE_FLAGS_* */
	VMI_A_RUN_FRAME = 6,				/* u64; page frame number of the first page, when present */
	VMI_A_RUN_MAPCOUNT = 7,				/* u32; how often each page is mapped, in all processes */
	VMI_A_RUN_LRU = 8,				/* u32, VMINSPECT_LRU_* */
	VMI_A_RUN_SWAP_TYPE = 9,			/* u32; number of the swap area, when swapped */
	/* u64; slot of the first page in its swap area, when swapped */
	VMI_A_RUN_SWAP_OFFSET = 10,
	VMI_A_RUN_AGE = 11,				/* u32; the requested policy's value */
	/* u32; the requested policy's list; policy-get has their names */
	VMI_A_RUN_LIST = 12,

	__VMI_A_RUN_MAX,
	VMI_A_RUN_MAX = __VMI_A_RUN_MAX - 1
};

/*
 * VMI_CMD_EXPLAIN_GET, do: everything about one address.
 *	request		VMI_A_EXPLAIN_PID, VMI_A_EXPLAIN_ADDRESS (any, not only of a page's start)
 *	reply		VMI_A_EXPLAIN_PID, _ADDRESS
 *			VMI_A_EXPLAIN_REGION or _HOLE	the region it lies in, or the hole and its neighbours
 *			VMI_A_EXPLAIN_LEVEL ...		entries from the top table down to a leaf or an empty one,
 *	in a region
 *			VMI_A_EXPLAIN_PAGE		when it lies in a region
 *			VMI_A_EXPLAIN_FRAME		when a frame with a page behind it is mapped
 *			VMI_A_EXPLAIN_FILE		when the region has a file
 *			VMI_A_EXPLAIN_READ, _WRITE, _EXECUTE	what an access by the process itself would do now
 *			VMI_A_EXPLAIN_OPINION ..., _SHARER ...	when the frame is watched
 * What an access would do is a forecast from what was read; the process may change it before it is read.
 * Protection keys are not looked at, since each thread has its own rights.
 */
/* What happens at an access. */
enum vminspect_fault {
	/* no fault; the processor sets the accessed bit, and the dirty bit at a write */
	VMINSPECT_FAULT_HIT = 1,
	VMINSPECT_FAULT_MINOR_ZERO = 2,			/* the zero page is mapped read-only */
	VMINSPECT_FAULT_MINOR_ANON = 3,			/* a new zero-filled frame */
	VMINSPECT_FAULT_MINOR_FILE = 4,			/* a page-cache frame is mapped */
	VMINSPECT_FAULT_MINOR_COW = 5,			/* the frame is copied */
	VMINSPECT_FAULT_MINOR_REUSE = 6,		/* a frame that is this process's alone is made writable */
	/* a shared file's page is made writable, after its file system has been told */
	VMINSPECT_FAULT_MINOR_SHARED_WRITE = 7,
	/* a new zero-filled page of a shmem file, or of a hole in it */
	VMINSPECT_FAULT_MINOR_SHMEM = 8,
	VMINSPECT_FAULT_MINOR_SWAP_CACHE = 9,		/* a frame that is still in the swap cache */
	/* a NUMA-balancing hint; the frame is mapped again and may move */
	VMINSPECT_FAULT_MINOR_NUMA = 10,
	VMINSPECT_FAULT_MINOR_MIGRATION = 11,		/* waits until the frame has been moved, then tries again */
	VMINSPECT_FAULT_MINOR_HUGETLB = 12,		/* a huge page from the hugetlb pool */
	VMINSPECT_FAULT_MAJOR_SWAP = 13,		/* read from swap */
	VMINSPECT_FAULT_MAJOR_FILE = 14,		/* read from the file */
	VMINSPECT_FAULT_USERFAULT = 15,			/* handed to a userfaultfd */
	/* a region that grows downwards is extended, then a new zero-filled frame */
	VMINSPECT_FAULT_STACK_GROWTH = 16,
	VMINSPECT_FAULT_DRIVER = 17,			/* left to the handler of a driver's or special mapping */
	/* the kernel emulates the vsyscall; other accesses give SIGSEGV */
	VMINSPECT_FAULT_EMULATED = 18,
	VMINSPECT_FAULT_SIGSEGV_MAPERR = 19,		/* no region there */
	VMINSPECT_FAULT_SIGSEGV_ACCERR = 20,		/* the region forbids it */
	VMINSPECT_FAULT_SIGSEGV_GUARD = 21,		/* a guard region */
	VMINSPECT_FAULT_SIGSEGV_NONCANONICAL = 22,	/* not an address of the user half */
	VMINSPECT_FAULT_SIGBUS_EOF = 23,		/* beyond the end of the file */
	VMINSPECT_FAULT_SIGBUS_POISON = 24,		/* a poisoned frame */
	VMINSPECT_FAULT_SIGBUS_HUGETLB = 25,		/* no huge page is left in the pool */
};

enum vmi_explain_attr {
	VMI_A_EXPLAIN_PAD = 1,
	VMI_A_EXPLAIN_PID = 2,				/* u32 */
	VMI_A_EXPLAIN_ADDRESS = 3,			/* u64 */
	VMI_A_EXPLAIN_REGION = 4,			/* nest of VMI_A_REGION_*; what it lies in */
	/* nest of VMI_A_HOLE_*; what it lies in when no region is there */
	VMI_A_EXPLAIN_HOLE = 5,
	/* nest of VMI_A_ENTRY_*, one each; the table entries that lead to it, from the top */
	VMI_A_EXPLAIN_LEVEL = 6,
	VMI_A_EXPLAIN_PAGE = 7,				/* nest of VMI_A_RUN_*; the page, or the whole huge leaf */
	VMI_A_EXPLAIN_FRAME = 8,			/* nest of VMI_A_FRAME_* */
	VMI_A_EXPLAIN_FILE = 9,				/* nest of VMI_A_FILE_* */
	VMI_A_EXPLAIN_READ = 10,			/* u32, VMINSPECT_FAULT_*; what a read would do now */
	VMI_A_EXPLAIN_WRITE = 11,			/* u32, VMINSPECT_FAULT_*; what a write would do now */
	/* u32, VMINSPECT_FAULT_*; what an instruction fetch would do now */
	VMI_A_EXPLAIN_EXECUTE = 12,
	/* nest of VMI_A_OPINION_*, one each; one a policy, when the process is watched */
	VMI_A_EXPLAIN_OPINION = 13,
	/* nest of VMI_A_SHARER_*, one each; watched processes that map the frame */
	VMI_A_EXPLAIN_SHARER = 14,

	__VMI_A_EXPLAIN_MAX,
	VMI_A_EXPLAIN_MAX = __VMI_A_EXPLAIN_MAX - 1
};

enum vmi_hole_attr {
	VMI_A_HOLE_PAD = 1,
	VMI_A_HOLE_START = 2,				/* u64 */
	VMI_A_HOLE_END = 3,				/* u64 */
	VMI_A_HOLE_BEFORE = 4,				/* nest of VMI_A_REGION_* */
	VMI_A_HOLE_AFTER = 5,				/* nest of VMI_A_REGION_* */

	__VMI_A_HOLE_MAX,
	VMI_A_HOLE_MAX = __VMI_A_HOLE_MAX - 1
};

enum vmi_entry_attr {
	VMI_A_ENTRY_PAD = 1,
	VMI_A_ENTRY_LEVEL = 2,				/* u32 */
	VMI_A_ENTRY_NAME = 3,				/* string; of the level; "pte" to "pgd" */
	VMI_A_ENTRY_INDEX = 4,				/* u32; in its table, 0 to 511 */
	VMI_A_ENTRY_ADDRESS = 5,			/* u64; physical address of the entry */
	VMI_A_ENTRY_VALUE = 6,				/* u64 */
	/* string; names of the bits of a present entry, parted by blanks */
	VMI_A_ENTRY_TEXT = 7,
	VMI_A_ENTRY_LEAF = 8,				/* flag; maps a page */

	__VMI_A_ENTRY_MAX,
	VMI_A_ENTRY_MAX = __VMI_A_ENTRY_MAX - 1
};

enum vmi_frame_attr {
	VMI_A_FRAME_PAD = 1,
	/* u64; of the page at the address itself, within a huge leaf too */
	VMI_A_FRAME_FRAME = 2,
	VMI_A_FRAME_FOLIO = 3,				/* u64; first frame of the folio */
	VMI_A_FRAME_ORDER = 4,				/* u32; the folio has 1 << order pages */
	VMI_A_FRAME_NODE = 5,				/* u32 */
	VMI_A_FRAME_ZONE = 6,				/* string */
	VMI_A_FRAME_REFERENCES = 7,			/* u32; the folio's reference count */
	VMI_A_FRAME_MAPCOUNT = 8,			/* u32; of the page at the address itself */
	VMI_A_FRAME_MEMCG = 9,				/* u64; inode number of the memory cgroup that is charged */

	__VMI_A_FRAME_MAX,
	VMI_A_FRAME_MAX = __VMI_A_FRAME_MAX - 1
};

enum vmi_file_attr {
	VMI_A_FILE_PAD = 1,
	VMI_A_FILE_NAME = 2,				/* string; as /proc/PID/maps prints it */
	VMI_A_FILE_INODE = 3,				/* u64 */
	VMI_A_FILE_DEV_MAJOR = 4,			/* u32 */
	VMI_A_FILE_DEV_MINOR = 5,			/* u32 */
	VMI_A_FILE_OFFSET = 6,				/* u64; of the page */
	VMI_A_FILE_SIZE = 7,				/* u64 */

	__VMI_A_FILE_MAX,
	VMI_A_FILE_MAX = __VMI_A_FILE_MAX - 1
};

enum vmi_opinion_attr {
	VMI_A_OPINION_PAD = 1,
	VMI_A_OPINION_POLICY = 2,			/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_OPINION_AGE = 3,				/* u32 */
	VMI_A_OPINION_LIST = 4,				/* u32 */
	VMI_A_OPINION_COLDER = 5,			/* u32; share of the zone's pages that it holds for colder */

	__VMI_A_OPINION_MAX,
	VMI_A_OPINION_MAX = __VMI_A_OPINION_MAX - 1
};

enum vmi_sharer_attr {
	VMI_A_SHARER_PAD = 1,
	VMI_A_SHARER_PID = 2,				/* u32 */
	VMI_A_SHARER_ADDRESS = 3,			/* u64; where it maps the frame */

	__VMI_A_SHARER_MAX,
	VMI_A_SHARER_MAX = __VMI_A_SHARER_MAX - 1
};

/*
 * VMI_CMD_WATCH_NEW, do: begins to watch.
 *	request		VMI_A_WATCH_PID, [_OPTIONS], [_OWNED]
 *	reply		as of VMI_CMD_WATCH_GET
 *	errors		EEXIST: that process has a watch; EBUSY: another watch clears its accessed bits, mode=passive
 *			goes beside it; ENOSPC: no more watches; EINVAL, ERANGE: an option, the text says which and why
 * VMI_CMD_WATCH_DEL, do: ends the watch of that id, or of that process; all borrowed bits are back when it answers.
 *	request		VMI_A_WATCH_ID or VMI_A_WATCH_PID
 *	errors		ENOENT: no such watch
 * VMI_CMD_WATCH_GET: a watch.
 *	do		VMI_A_WATCH_ID; ENOENT: no such watch
 *	dump		nothing: all of them, by rising id
 *	reply		VMI_A_WATCH_ID .. VMI_A_WATCH_OWNER but for _OPTIONS and _OWNED
 * An owned watch ends with the socket that made it, however that came about.
 */
/* A policy of the shadow reclaim. */
enum vminspect_policy_id {
	/* Linux 2.4, page ages and the lists active, inactive-dirty and inactive-clean */
	VMINSPECT_POLICY_ID_AGING24 = 0,
	VMINSPECT_POLICY_ID_NBIT = 1,			/* eight bits of use history */
	VMINSPECT_POLICY_ID_CLOCK = 2,			/* second chance */
	/* Linux 2.6, active and inactive list with a referenced bit */
	VMINSPECT_POLICY_ID_TWOLIST = 3,
	VMINSPECT_POLICY_ID_GEN = 4,			/* four generations */
};

enum vminspect_watch_scope {
	VMINSPECT_WATCH_SCOPE_SELF = 1,			/* one process */
	VMINSPECT_WATCH_SCOPE_DESCENDANTS = 2,		/* a process and all its descendants */
	VMINSPECT_WATCH_SCOPE_ALL = 3,			/* every process */
};

/* What the sampler does with accessed bits. */
enum vminspect_watch_mode {
	VMINSPECT_WATCH_MODE_PASSIVE = 1,		/* only looks */
	VMINSPECT_WATCH_MODE_WINDOW = 2,		/* borrows them for short windows */
	VMINSPECT_WATCH_MODE_EXACT = 3,			/* clears them at each pass */
};

enum vmi_watch_attr {
	VMI_A_WATCH_PAD = 1,
	VMI_A_WATCH_ID = 2,				/* u32 */
	VMI_A_WATCH_PID = 3,				/* u32 */
	/*
	 * string; as written to /proc/vminspect/PID after the word watch, for example "policy=aging24,clock
	 * period=500ms"
	 */
	VMI_A_WATCH_OPTIONS = 4,
	/* flag; the watch ends when the socket that made it is closed */
	VMI_A_WATCH_OWNED = 5,
	VMI_A_WATCH_SCOPE = 6,				/* u32, VMINSPECT_WATCH_SCOPE_* */
	VMI_A_WATCH_MODE = 7,				/* u32, VMINSPECT_WATCH_MODE_* */
	VMI_A_WATCH_POLICIES = 8,			/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_WATCH_PERIOD = 9,				/* u64; wished for */
	VMI_A_WATCH_WINDOW = 10,			/* u64; wished for */
	VMI_A_WATCH_BUDGET = 11,			/* u32; of one CPU, parts per million */
	VMI_A_WATCH_MEMORY_LIMIT = 12,			/* u64; bytes of shadow memory */
	/* u32; the same as a share of the resident memory; one of the two is there */
	VMI_A_WATCH_MEMORY_SHARE = 13,
	VMI_A_WATCH_RSS_LIMIT = 14,			/* u64; bytes that a policy may keep before it evicts */
	/* u32; the same as a share of the pages watched; at most one of the two is there */
	VMI_A_WATCH_RSS_SHARE = 15,
	VMI_A_WATCH_PROCESSES = 16,			/* u32; watched now */
	VMI_A_WATCH_EFFECTIVE_PERIOD = 17,		/* u64 */
	VMI_A_WATCH_EFFECTIVE_WINDOW = 18,		/* u64 */
	VMI_A_WATCH_CPU = 19,				/* u32; used of one CPU, parts per million */
	VMI_A_WATCH_PAGES_A_SECOND = 20,		/* u64 */
	VMI_A_WATCH_MEMORY = 21,			/* u64; bytes of shadow memory in use */
	VMI_A_WATCH_FRAMES = 22,			/* u64; in the shadow */
	VMI_A_WATCH_OWNER = 23,				/* u32; port id of the socket that owns it */
	/* nest of VMI_A_PARAMETER_*, one each; those that its policies have */
	VMI_A_WATCH_PARAMETER = 24,

	__VMI_A_WATCH_MAX,
	VMI_A_WATCH_MAX = __VMI_A_WATCH_MAX - 1
};

/*
 * VMI_CMD_POLICY_GET, dump: the policies.
 *	request		nothing
 *	reply		VMI_A_POLICY_*
 */
enum vmi_policy_attr {
	VMI_A_POLICY_PAD = 1,
	VMI_A_POLICY_ID = 2,				/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_POLICY_NAME = 3,				/* string */
	VMI_A_POLICY_SOURCE = 4,			/* string; where it is from */
	/* nest of VMI_A_LIST_*, one each; its lists, the coldest first; pages is not told */
	VMI_A_POLICY_LIST = 5,
	VMI_A_POLICY_PARAMETER = 6,			/* nest of VMI_A_PARAMETER_*, one each */
	VMI_A_POLICY_WATCHES = 7,			/* u32; that use it now */

	__VMI_A_POLICY_MAX,
	VMI_A_POLICY_MAX = __VMI_A_POLICY_MAX - 1
};

enum vmi_parameter_attr {
	VMI_A_PARAMETER_PAD = 1,
	VMI_A_PARAMETER_NAME = 2,			/* string; as `params=` of a watch takes it */
	/* u64; of the watch; of a policy, that of watches that were told no other */
	VMI_A_PARAMETER_VALUE = 3,
	VMI_A_PARAMETER_DEFAULT = 4,			/* u64 */
	VMI_A_PARAMETER_LEAST = 5,			/* u64 */
	VMI_A_PARAMETER_MOST = 6,			/* u64 */

	__VMI_A_PARAMETER_MAX,
	VMI_A_PARAMETER_MAX = __VMI_A_PARAMETER_MAX - 1
};

/*
 * VMI_CMD_STATS_GET, dump: what watches have seen, one watch a message.
 *	request		[VMI_A_STATS_WATCH]
 *	reply		VMI_A_STATS_WATCH ...
 *	errors		ENOENT: no such watch
 * VMI_CMD_STATS_NTF, group "stats": the same, whenever a pass has ended.
 */
enum vmi_stats_attr {
	VMI_A_STATS_PAD = 1,
	VMI_A_STATS_WATCH = 2,				/* u32 */
	VMI_A_STATS_PID = 3,				/* u32 */
	VMI_A_STATS_TIME = 4,				/* u64; when the figures were taken, since boot */
	VMI_A_STATS_PASSES = 5,				/* u64 */
	VMI_A_STATS_SEEN = 6,				/* u64; present pages looked at */
	/* u64; of them accessed since the pass before; in a passive watch since the kernel cleared their bits */
	VMI_A_STATS_YOUNG = 7,
	VMI_A_STATS_MAPPED = 8,				/* u64; pages that appeared */
	VMI_A_STATS_UNMAPPED = 9,			/* u64; pages that went away */
	/* u64; pages that the kernel took; one that is shared from each that mapped it */
	VMI_A_STATS_KERNEL_EVICTED = 10,
	VMI_A_STATS_KERNEL_REFAULTED = 11,		/* u64; of them, pages that came back */
	VMI_A_STATS_RESIDENT = 12,			/* u64; present at the last pass; not a count that grows */
	/* u64; accessed within the last pass; not a count that grows */
	VMI_A_STATS_WORKING_SET = 13,
	VMI_A_STATS_BORROWED = 14,			/* u64; accessed bits cleared */
	VMI_A_STATS_RETURNED = 15,			/* u64; accessed bits set back */
	VMI_A_STATS_LOST = 16,				/* u64; accessed bits whose pages had gone meanwhile */
	/* u64; pages not taken into the shadow, for its memory limit */
	VMI_A_STATS_REFUSED = 17,
	/* u64; the sampler at work for this watch, by the clock: an upper bound of its CPU time */
	VMI_A_STATS_CPU_TIME = 18,
	VMI_A_STATS_HOLD_MAX = 19,			/* u64; longest hold of a member's mmap lock */
	VMI_A_STATS_POLICY = 20,			/* nest of VMI_A_POLICY_STATS_*, one each */
	/* u64; passes over a member that were cut short, as somebody kept its mmap lock */
	VMI_A_STATS_LOCKED_OUT = 21,

	__VMI_A_STATS_MAX,
	VMI_A_STATS_MAX = __VMI_A_STATS_MAX - 1
};

enum vmi_policy_stats_attr {
	VMI_A_POLICY_STATS_PAD = 1,
	VMI_A_POLICY_STATS_POLICY = 2,			/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_POLICY_STATS_SCANNED = 3,			/* u64 */
	VMI_A_POLICY_STATS_PROMOTED = 4,		/* u64 */
	VMI_A_POLICY_STATS_DEMOTED = 5,			/* u64 */
	VMI_A_POLICY_STATS_LAUNDERED = 6,		/* u64 */
	VMI_A_POLICY_STATS_EVICTED = 7,			/* u64 */
	VMI_A_POLICY_STATS_REFAULTED = 8,		/* u64 */
	/* u32; with the kernel's own lists, over all zones; not a count that grows */
	VMI_A_POLICY_STATS_AGREEMENT = 9,
	VMI_A_POLICY_STATS_KAPPA = 10,			/* s32; the same beyond chance; see score */
	VMI_A_POLICY_STATS_LIST = 11,			/* nest of VMI_A_LIST_*, one each; sizes now */

	__VMI_A_POLICY_STATS_MAX,
	VMI_A_POLICY_STATS_MAX = __VMI_A_POLICY_STATS_MAX - 1
};

/*
 * VMI_CMD_SCORE_GET, dump: policies compared to the kernel's own reclaim; one watch, policy and zone a message.
 *	request		[VMI_A_SCORE_WATCH]
 *	reply		VMI_A_SCORE_WATCH ...
 *	errors		ENOENT: no such watch
 */
enum vmi_score_attr {
	VMI_A_SCORE_PAD = 1,
	VMI_A_SCORE_WATCH = 2,				/* u32 */
	VMI_A_SCORE_POLICY = 3,				/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_SCORE_NODE = 4,				/* u32 */
	VMI_A_SCORE_ZONE = 5,				/* string */
	VMI_A_SCORE_LRU_KIND = 6,			/* u32, VMINSPECT_LRU_KIND_* */
	VMI_A_SCORE_BOTH_ACTIVE = 7,			/* u64 */
	VMI_A_SCORE_SHADOW_ACTIVE = 8,			/* u64; active here, inactive in the kernel */
	VMI_A_SCORE_KERNEL_ACTIVE = 9,			/* u64; inactive here, active in the kernel */
	VMI_A_SCORE_BOTH_INACTIVE = 10,			/* u64 */
	VMI_A_SCORE_AGREEMENT = 11,			/* u32; share of the pages that both hold for the same */
	/* s32; Cohen's; agreement beyond chance, -1000000 to 1000000 */
	VMI_A_SCORE_KAPPA = 12,
	VMI_A_SCORE_EVICTED = 13,			/* u64; pages that the kernel took, and that were audited */
	/* u32; their mean rank among the zone's pages; 0 is the coldest */
	VMI_A_SCORE_PERCENTILE = 14,
	/* u32; chance that an evicted page stood colder than one that stayed */
	VMI_A_SCORE_AUC = 15,
	VMI_A_SCORE_PRECISION = 16,			/* u32; share of the evicted among as many coldest pages */
	VMI_A_SCORE_COLDER_HALF = 17,			/* u32; share of the evicted that stood in the colder half */
	/* u64; pages that the kernel took and that came back; of the whole watch, in each of its zones */
	VMI_A_SCORE_KERNEL_REFAULTED = 18,
	VMI_A_SCORE_SHADOW_REFAULTED = 19,		/* u64; pages evicted here and touched again */

	__VMI_A_SCORE_MAX,
	VMI_A_SCORE_MAX = __VMI_A_SCORE_MAX - 1
};

/*
 * VMI_CMD_RECLAIM_NTF, group "reclaim": a policy evicted pages from the shadow, or saw evicted ones touched again.
 *	VMI_A_RECLAIM_WATCH, _PID, _POLICY, _EVENT, _RUN ...; of a run START and PAGES are told
 */
enum vminspect_reclaim_event {
	VMINSPECT_RECLAIM_EVENT_EVICTED = 1,		/* the shadow evicted the pages; the kernel did not */
	VMINSPECT_RECLAIM_EVENT_REFAULTED = 2,		/* pages that the shadow had evicted were touched again */
};

enum vmi_reclaim_attr {
	VMI_A_RECLAIM_PAD = 1,
	VMI_A_RECLAIM_WATCH = 2,			/* u32 */
	VMI_A_RECLAIM_PID = 3,				/* u32 */
	VMI_A_RECLAIM_POLICY = 4,			/* u32, VMINSPECT_POLICY_ID_* */
	VMI_A_RECLAIM_EVENT = 5,			/* u32, VMINSPECT_RECLAIM_EVENT_* */
	VMI_A_RECLAIM_RUN = 6,				/* nest of VMI_A_RUN_*, one each */

	__VMI_A_RECLAIM_MAX,
	VMI_A_RECLAIM_MAX = __VMI_A_RECLAIM_MAX - 1
};

#endif /* _UAPI_LINUX_VMINSPECT_H */
