/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvminspect: what vminspect.ko knows, as typed snapshots.
 *
 *	struct vmi_region_query query = { .pid = 42 };
 *	struct vmi_region_list list;
 *	struct vmi_client *client;
 *	int err = vmi_client_open(&client);
 *
 *	err = vmi_region_list_read(client, &query, &list);
 *	for (i = 0; i < list.count; i++)
 *		printf("%llx %s\n", (unsigned long long)list.items[i]->start, list.items[i]->name);
 *	vmi_region_list_release(&list);
 *	vmi_client_close(client);
 *
 * Results are 0 or a negative errno; vmi_client_error() has what the kernel said about the last refusal. Units and
 * meanings are those of <linux/vminspect.h>: addresses and sizes in bytes, ranges half-open, amounts of pages in pages
 * of 4 KiB, times in nanoseconds, rates in parts per million.
 *
 * A list owns everything that hangs on it, until it is released. Strings are never NULL. A pointer to a nested object
 * is NULL when the kernel did not tell it. Lists are arrays of pointers, and the structures that the library hands out
 * are made by it alone, so that members can be added at their ends without breaking programs. A query is made by the
 * caller: zero it, for zero asks for nothing special in every member.
 *
 * A client is for one thread at a time. Different clients are independent.
 */
#ifndef VMINSPECT_H
#define VMINSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vminspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- clients ------------------------------------------------------------------------------------------------------ */

struct vmi_client;

/*
 * Connects to the module; or to the daemon vminspectd, if the module will not answer this user and the daemon is there,
 * or if the environment variable VMINSPECT_SOCKET names its socket. -ENOENT: no such netlink family, so the module is
 * not loaded, or this is not the initial network namespace. *ret is set on success only.
 */
int vmi_client_open(struct vmi_client **ret);

#define VMI_SOCKET_PATH		"/run/vminspectd.sock"
#define VMI_SOCKET_VARIABLE	"VMINSPECT_SOCKET"

/*
 * Connects to the daemon at that path, NULL for the usual one. It answers what changes nothing: a user about processes
 * of theirs, without frame numbers, and root and administrators as the module does. Requests that it refuses end with
 * -EACCES and a text; -ECONNRESET: it ended the connection, having too many.
 */
int vmi_client_open_socket(const char *path, struct vmi_client **ret);

/* Answers out of a recording, made by vmi_client_record(). -EINVAL: not a recording. */
int vmi_client_open_recording(const char *path, struct vmi_client **ret);

/* Ends the connection, and with it the watches that it owns. NULL is allowed. */
void vmi_client_close(struct vmi_client *client);

/*
 * Keeps all that is said from here on in a file, a pcap of link type NETLINK, which Wireshark reads too. Clients may
 * share a file: the path is created by the first and appended to while one of them is open. A file that has something
 * in it must be a recording (else -EINVAL), and a whole one (else -EBADMSG); one that is refused stays as it is.
 */
int vmi_client_record(struct vmi_client *client, const char *path);

/*
 * Why the recording ended before the client, as a negative errno (-ENOSPC: the disk is full); 0: it did not. What was
 * being written then may stand in the file in part: it is read up to there, and nothing can be added to it.
 */
int vmi_client_recording_error(const struct vmi_client *client);

/* What the kernel said about the last request that it refused. Empty after a success. */
struct vmi_error {
	int error;			/* negative errno */
	const char *text;		/* of the kernel, "" if it gave none */
	const char *attribute;		/* the offending attribute as in vminspect.yaml, "" if none was named */
	bool missing;			/* it was not there, but must be */
};

const struct vmi_error *vmi_client_error(const struct vmi_client *client);

/* Called while a list is read, now and then, with the number of items so far. NULL: not. */
typedef void (*vmi_progress_fn)(size_t items, void *argument);
void vmi_client_set_progress(struct vmi_client *client, vmi_progress_fn progress, void *argument);

/* --- what is told ------------------------------------------------------------------------------------------------- */

/* The module, and what the kernel offers to it. */
struct vmi_module {
	const char *version;
	uint64_t features;		/* VMINSPECT_FEATURES_* */
	uint32_t lru_kind;		/* enum vminspect_lru_kind */
	uint32_t table_levels;		/* 4 or 5 */
	uint32_t hold_limit;		/* longest hold of a process's mmap lock, in microseconds */
	uint32_t watches_max;
	uint32_t watches;		/* that there are now */
	uint64_t watch_memory_max;	/* bytes that the shadows of all watches may take */
	uint64_t watch_memory;		/* and take now */
	uint64_t capture_memory_max;	/* bytes that captures may take which are being read */
	uint64_t capture_memory;	/* and take now */
};

/* Where the parts of an address space lie. */
struct vmi_segments {
	uint64_t start_code;
	uint64_t end_code;
	uint64_t start_data;
	uint64_t end_data;
	uint64_t start_brk;
	uint64_t brk;
	uint64_t mmap_base;
	uint64_t start_stack;
	uint64_t arg_start;
	uint64_t arg_end;
	uint64_t env_start;
	uint64_t env_end;
	uint64_t task_size;		/* end of the user half */
};

/* The kernel's own sums, in pages but for the last. */
struct vmi_totals {
	uint64_t total_vm;
	uint64_t locked_vm;
	uint64_t pinned_vm;
	uint64_t data_vm;
	uint64_t exec_vm;
	uint64_t stack_vm;
	uint64_t rss_anon;
	uint64_t rss_file;
	uint64_t rss_shmem;
	uint64_t swap;
	uint64_t pgtables_bytes;
};

/* Pages by what they are. Each page is in exactly one of present to device, but for what is marked "of present". */
struct vmi_counts {
	uint64_t present;
	uint64_t zero;			/* of present: the zero page */
	uint64_t special;		/* of present: no page to account */
	uint64_t hugetlb;		/* of present */
	uint64_t anon;			/* of present */
	uint64_t shmem;			/* of present */
	uint64_t swapped;
	uint64_t untouched;
	uint64_t unmapped_file;
	uint64_t migrating;
	uint64_t marker;
	uint64_t device;
	uint64_t young;			/* of present: accessed bit set */
	uint64_t dirty;			/* of present: entry or folio dirty */
	uint64_t cow;			/* of present: a write would copy */
	uint64_t shared;		/* of present: mapped more than once */
	uint64_t huge_2m;		/* leaves, not pages */
	uint64_t huge_1g;		/* leaves, not pages */
	uint64_t deposited;		/* page tables kept behind anonymous huge leaves */
};

/* All members of struct vmi_counts, as X(member), for whoever sums them up. */
#define VMI_COUNTS(X) \
	X(present) X(zero) X(special) X(hugetlb) X(anon) X(shmem) X(swapped) X(untouched) X(unmapped_file) \
	X(migrating) X(marker) X(device) X(young) X(dirty) X(cow) X(shared) X(huge_2m) X(huge_1g) X(deposited)

/* The AVL tree over the regions; up to 32 of them there is only the list. */
struct vmi_index {
	uint64_t regions;
	uint32_t height;		/* 0: only the list */
	uint64_t holes;			/* between the first and the last region */
	uint64_t largest_start;		/* the largest hole */
	uint64_t largest_end;
};

/* A run of leaves, a table page or a level of the page tables, as enum vminspect_table_mode asks for. */
struct vmi_table {
	uint64_t start;			/* of what is mapped, or of what the table can map */
	uint64_t end;
	uint32_t level;			/* 1 is the leaves' */
	const char *name;		/* of the level, "pte" to "pgd" */
	uint64_t bits;			/* of a run: the entry without frame number, accessed and dirty bit */
	const char *text;		/* of a run: names of the bits, parted by blanks */
	uint64_t frame;			/* of a table page */
	uint64_t tables;		/* of a level */
	uint64_t used;			/* entries that are not empty */
	uint64_t leaves;		/* entries that map a page */
	uint64_t cost;			/* of a level: bytes of tables if this were the top one */
};

/* All page tables of a process. */
struct vmi_table_totals {
	uint32_t levels;		/* 4 or 5 */
	const struct vmi_table *const *level;	/* from the leaves up */
	size_t level_count;
	uint64_t deposited;		/* tables kept behind anonymous huge leaves */
	uint64_t bytes;			/* of all tables below the top, the deposited among them */
};

/* How a process was read. */
struct vmi_capture {
	bool complete;			/* false: it died half-way */
	uint64_t holds;			/* of its mmap lock */
	uint64_t hold_max;		/* the longest, in nanoseconds */
	uint64_t hold_total;
	uint64_t torn_regions;		/* changed while they were walked */
};

struct vmi_process {
	uint32_t pid;
	uint64_t start_time;		/* since boot; with the pid it names a process for good */
	uint32_t parent;
	uint32_t uid;			/* effective, in the initial user namespace */
	uint32_t threads;
	const char *comm;		/* raw bytes */
	const struct vmi_segments *segments;	/* NULL: no address space (any more) */
	const struct vmi_totals *totals;
	const struct vmi_counts *counts;	/* this and the next three with detail */
	const struct vmi_index *index;
	const struct vmi_table_totals *tables;
	const struct vmi_capture *capture;
	uint32_t watch;			/* id of the watch on it, or 0 */
	uint32_t event;			/* of a notification: enum vminspect_process_event */
};

struct vmi_bucket {
	uint32_t age;			/* the least of the bucket; the next one begins where it ends */
	uint64_t pages;
};

/* A list of a policy. */
struct vmi_page_list {
	uint32_t list;			/* 1 is what the shadow has evicted */
	const char *name;
	uint64_t pages;
};

/* What a policy makes of a region. */
struct vmi_shadow {
	uint32_t policy;		/* enum vminspect_policy_id */
	const struct vmi_bucket *const *bucket;	/* histogram of ages, in the policy's own measure */
	size_t bucket_count;
	const struct vmi_page_list *const *list;
	size_t list_count;
	uint64_t evicted;		/* pages that are not mapped now, since the kernel evicted them */
	uint64_t refaulted;		/* mapped pages that the kernel had evicted before */
	uint64_t shadow_refaulted;	/* mapped pages that the policy had evicted, and that were touched again */
};

struct vmi_region {
	uint32_t pid;			/* of a notification */
	uint64_t start;
	uint64_t end;
	uint32_t flags;			/* VMINSPECT_REGION_FLAGS_* */
	uint64_t offset;		/* in the file */
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	const char *name;		/* as /proc/PID/maps prints it */
	const char *ops_name;		/* this and the next four with detail */
	uint32_t depth;			/* in the AVL tree; the root has 0 */
	uint32_t height;		/* in the AVL tree; a leaf has 1; 0: there is only the list */
	const struct vmi_counts *counts;
	const struct vmi_shadow *const *shadow;	/* one a policy, when the process is watched */
	size_t shadow_count;
	uint32_t event;			/* of a notification: enum vminspect_region_event */
	uint32_t old_flags;		/* of a notification: before a region was protected */
};

/* A run of equal pages. */
struct vmi_run {
	uint64_t start;			/* address of the first page */
	uint64_t pages;
	uint32_t state;			/* enum vminspect_page_state */
	uint64_t flags;			/* VMINSPECT_PAGE_FLAGS_* */
	uint64_t frame;			/* of the first page, when present; they follow one another */
	uint32_t mapcount;		/* of each page, in all processes */
	uint32_t lru;			/* enum vminspect_lru */
	uint32_t swap_type;		/* when swapped: the swap area */
	uint64_t swap_offset;		/* slot of the first page in it; they follow one another */
	uint32_t age;			/* the requested policy's */
	uint32_t list;			/* the requested policy's */
};

/* Where no region is. */
struct vmi_hole {
	uint64_t start;
	uint64_t end;
	const struct vmi_region *before;	/* NULL: none */
	const struct vmi_region *after;
};

/* An entry of a page table. */
struct vmi_entry {
	uint32_t level;			/* 1 is the leaves' */
	const char *name;		/* "pte" to "pgd" */
	uint32_t index;			/* in its table, 0 to 511 */
	uint64_t address;		/* physical, of the entry itself */
	uint64_t value;
	const char *text;		/* names of the bits of a present entry, parted by blanks */
	bool leaf;			/* maps a page */
};

struct vmi_frame {
	uint64_t frame;
	uint64_t folio;			/* first frame of the folio */
	uint32_t order;			/* the folio has 1 << order pages */
	uint32_t node;
	const char *zone;
	uint32_t references;		/* of the folio */
	uint32_t mapcount;		/* of the page */
	uint64_t memcg;			/* inode number of the memory cgroup that is charged */
};

struct vmi_file {
	const char *name;
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint64_t offset;		/* of the page */
	uint64_t size;
};

/* What a policy thinks of a frame. */
struct vmi_opinion {
	uint32_t policy;		/* enum vminspect_policy_id */
	uint32_t age;
	uint32_t list;
	uint32_t colder;		/* share of the zone's pages that it holds for colder */
};

/* A watched process that maps a frame. */
struct vmi_sharer {
	uint32_t pid;
	uint64_t address;
};

/* Everything about one address. */
struct vmi_explanation {
	uint32_t pid;
	uint64_t address;
	const struct vmi_region *region;	/* what it lies in; NULL: a hole */
	const struct vmi_hole *hole;
	const struct vmi_entry *const *level;	/* from the top table down */
	size_t level_count;
	const struct vmi_run *page;	/* the page or the huge leaf; NULL: a hole */
	const struct vmi_frame *frame;	/* NULL: none with a page behind it is mapped */
	const struct vmi_file *file;	/* NULL: the region has none */
	uint32_t read;			/* enum vminspect_fault: what an access would do now */
	uint32_t write;
	uint32_t execute;
	const struct vmi_opinion *const *opinion;	/* one a policy, when the process is watched */
	size_t opinion_count;
	const struct vmi_sharer *const *sharer;
	size_t sharer_count;
};

struct vmi_parameter {
	const char *name;
	uint64_t value;			/* of the watch; of a policy, that of watches that were told no other */
	uint64_t default_value;
	uint64_t least;
	uint64_t most;
};

struct vmi_watch {
	uint32_t id;
	uint32_t pid;
	uint32_t scope;			/* enum vminspect_watch_scope */
	uint32_t mode;			/* enum vminspect_watch_mode */
	uint32_t policies;		/* bits 1 << enum vminspect_policy_id */
	uint64_t period;		/* wished for */
	uint64_t window;		/* wished for */
	uint32_t budget;		/* of one CPU, ppm */
	uint64_t memory_limit;		/* bytes of shadow memory, or 0 */
	uint32_t memory_share;		/* the same as a share of the resident memory, or 0 */
	uint64_t rss_limit;		/* bytes that a policy may keep, or 0 */
	uint32_t rss_share;		/* the same as a share of the pages watched, or 0 */
	uint32_t processes;		/* watched now */
	uint64_t effective_period;
	uint64_t effective_window;
	uint32_t cpu;			/* used of one CPU, ppm */
	uint64_t pages_a_second;
	uint64_t memory;		/* bytes of shadow memory in use */
	uint64_t frames;		/* in the shadow */
	uint32_t owner;			/* port id of the socket that it ends with, or 0 */
	const struct vmi_parameter *const *parameter;	/* those that its policies have */
	size_t parameter_count;
};

struct vmi_policy {
	uint32_t id;			/* enum vminspect_policy_id */
	const char *name;
	const char *source;		/* where it is from */
	const struct vmi_page_list *const *list;	/* the coldest first; without pages */
	size_t list_count;
	const struct vmi_parameter *const *parameter;
	size_t parameter_count;
	uint32_t watches;		/* that use it now */
};

/*
 * The counts of a watch that only grow, of which differences make sense, and those of a policy in it. In one place,
 * for the structures, the differences and the tools: X(member).
 */
#define VMI_STATS_COUNTS(X) \
	X(passes) X(seen) X(young) X(mapped) X(unmapped) X(kernel_evicted) X(kernel_refaulted) \
	X(borrowed) X(returned) X(lost) X(refused) X(cpu_time) X(locked_out)

#define VMI_POLICY_STATS_COUNTS(X) \
	X(scanned) X(promoted) X(demoted) X(laundered) X(evicted) X(refaulted)

struct vmi_policy_stats {
	uint32_t policy;		/* enum vminspect_policy_id */
	uint64_t scanned;
	uint64_t promoted;
	uint64_t demoted;
	uint64_t laundered;
	uint64_t evicted;
	uint64_t refaulted;
	uint32_t agreement;		/* with the kernel's own lists; not a count */
	int32_t kappa;			/* the same beyond chance; not a count */
	const struct vmi_page_list *const *list;	/* sizes now */
	size_t list_count;
};

struct vmi_stats {
	uint32_t watch;
	uint32_t pid;
	uint64_t time;			/* when they were taken, since boot */
	uint64_t passes;
	uint64_t seen;			/* present pages looked at */
	/* of them accessed since the pass before; in a passive watch since the kernel cleared their bits */
	uint64_t young;
	uint64_t mapped;		/* pages that appeared */
	uint64_t unmapped;		/* pages that went away */
	uint64_t kernel_evicted;	/* pages that the kernel took; one that is shared from each that mapped it */
	uint64_t kernel_refaulted;	/* of them, pages that came back */
	uint64_t resident;		/* present at the last pass; not a count */
	uint64_t working_set;		/* accessed within the last pass; not a count */
	uint64_t borrowed;		/* accessed bits cleared */
	uint64_t returned;		/* accessed bits set back */
	uint64_t lost;			/* accessed bits whose pages had gone */
	uint64_t refused;		/* pages not taken into the shadow, for its memory limit */
	uint64_t cpu_time;		/* the sampler at work, by the clock: an upper bound of its CPU time */
	uint64_t hold_max;		/* longest hold of a member's mmap lock; not a count */
	uint64_t locked_out;		/* passes over a member that were cut short, as somebody kept its mmap lock */
	const struct vmi_policy_stats *const *policy;
	size_t policy_count;
};

/* A policy compared to the kernel's own reclaim, in one zone. */
struct vmi_score {
	uint32_t watch;
	uint32_t policy;		/* enum vminspect_policy_id */
	uint32_t node;
	const char *zone;
	uint32_t lru_kind;		/* enum vminspect_lru_kind */
	uint64_t both_active;
	uint64_t shadow_active;		/* active here, inactive in the kernel */
	uint64_t kernel_active;		/* inactive here, active in the kernel */
	uint64_t both_inactive;
	uint32_t agreement;
	int32_t kappa;			/* Cohen's, -1000000 to 1000000 */
	uint64_t evicted;		/* pages that the kernel took, and that were audited */
	uint32_t percentile;		/* their mean rank; 0 is the coldest */
	uint32_t auc;
	uint32_t precision;
	uint32_t colder_half;
	uint64_t kernel_refaulted;
	uint64_t shadow_refaulted;
};

/* A policy evicted pages from the shadow, or saw evicted ones touched again. */
struct vmi_reclaim {
	uint32_t watch;
	uint32_t pid;
	uint32_t policy;		/* enum vminspect_policy_id */
	uint32_t event;			/* enum vminspect_reclaim_event */
	const struct vmi_run *const *run;	/* start and pages of each */
	size_t run_count;
};

/* --- snapshots ---------------------------------------------------------------------------------------------------- */

struct vmi_snapshot;			/* the memory behind a list */

/*
 * A list X is filled by X_read() and freed, with all that hangs on it, by X_release(), which leaves it empty; an empty
 * or zeroed list may be released again. `snapshot` is the library's.
 *
 * All readers set *ret to an empty list on failure, with one exception: -EAGAIN means that the process changed its
 * layout during each of VMI_DUMP_TRIES attempts. Then *ret is what the last one told, every item of it true when it
 * was read, but not all at one time; it is to be released. A process that is stopped is told exactly.
 *
 * Common errors: -ESRCH no such process or no address space, -EPERM not permitted, -EINVAL see vmi_client_error(),
 * -ENOMEM, -EOPNOTSUPP this module cannot do that, -EPROTO the answer makes no sense.
 */
#define VMI_DUMP_TRIES 5

struct vmi_module_list {
	size_t count;
	const struct vmi_module *const *items;
	struct vmi_snapshot *snapshot;
};

/* One item. */
int vmi_module_list_read(struct vmi_client *client, struct vmi_module_list *ret);
void vmi_module_list_release(struct vmi_module_list *list);

struct vmi_process_list {
	size_t count;
	const struct vmi_process *const *items;
	struct vmi_snapshot *snapshot;
};

struct vmi_process_query {
	uint32_t pid;			/* 0: all processes with user space, by rising pid */
	bool detail;			/* walk the page tables too */
};

int vmi_process_list_read(struct vmi_client *client, const struct vmi_process_query *query,
			  struct vmi_process_list *ret);
void vmi_process_list_release(struct vmi_process_list *list);

struct vmi_region_list {
	size_t count;
	const struct vmi_region *const *items;
	struct vmi_snapshot *snapshot;
};

struct vmi_region_query {
	uint32_t pid;
	uint64_t start;			/* regions that end above it */
	uint64_t end;			/* regions that begin below it; 0: no bound */
	uint32_t states;		/* regions with a page in one of VMINSPECT_PAGE_STATES_*; 0: any */
	bool detail;			/* walk the page tables too */
};

/* By rising address. */
int vmi_region_list_read(struct vmi_client *client, const struct vmi_region_query *query, struct vmi_region_list *ret);
void vmi_region_list_release(struct vmi_region_list *list);

struct vmi_table_list {
	size_t count;
	const struct vmi_table *const *items;
	struct vmi_snapshot *snapshot;
};

struct vmi_table_query {
	uint32_t pid;
	uint32_t mode;			/* enum vminspect_table_mode */
	uint64_t start;
	uint64_t end;			/* 0: no bound */
};

int vmi_table_list_read(struct vmi_client *client, const struct vmi_table_query *query, struct vmi_table_list *ret);
void vmi_table_list_release(struct vmi_table_list *list);

struct vmi_run_list {
	size_t count;
	const struct vmi_run *const *items;
	struct vmi_snapshot *snapshot;
};

struct vmi_run_query {
	uint32_t pid;
	uint64_t start;
	uint64_t end;			/* 0: no bound */
	uint32_t states;		/* VMINSPECT_PAGE_STATES_*; 0: any */
	bool with_policy;		/* tell age and list of `policy`; -ENOENT: no watch has it on this process */
	uint32_t policy;		/* enum vminspect_policy_id */
};

/* By rising address; a run never crosses the border of a region. */
int vmi_run_list_read(struct vmi_client *client, const struct vmi_run_query *query, struct vmi_run_list *ret);
void vmi_run_list_release(struct vmi_run_list *list);

struct vmi_explanation_list {
	size_t count;
	const struct vmi_explanation *const *items;
	struct vmi_snapshot *snapshot;
};

/* One item. */
int vmi_explanation_list_read(struct vmi_client *client, uint32_t pid, uint64_t address,
			      struct vmi_explanation_list *ret);
void vmi_explanation_list_release(struct vmi_explanation_list *list);

struct vmi_watch_list {
	size_t count;
	const struct vmi_watch *const *items;
	struct vmi_snapshot *snapshot;
};

/* The watch of that id, -ENOENT if there is none; all, by rising id, if `id` is 0. */
int vmi_watch_list_read(struct vmi_client *client, uint32_t id, struct vmi_watch_list *ret);
void vmi_watch_list_release(struct vmi_watch_list *list);

struct vmi_policy_list {
	size_t count;
	const struct vmi_policy *const *items;
	struct vmi_snapshot *snapshot;
};

int vmi_policy_list_read(struct vmi_client *client, struct vmi_policy_list *ret);
void vmi_policy_list_release(struct vmi_policy_list *list);

struct vmi_score_list {
	size_t count;
	const struct vmi_score *const *items;
	struct vmi_snapshot *snapshot;
};

/* Of one watch, -ENOENT if there is none; of all if `watch` is 0. */
int vmi_score_list_read(struct vmi_client *client, uint32_t watch, struct vmi_score_list *ret);
void vmi_score_list_release(struct vmi_score_list *list);

struct vmi_stats_list {
	size_t count;
	const struct vmi_stats *const *items;
	struct vmi_snapshot *snapshot;
};

/* Of one watch, -ENOENT if there is none; of all if `watch` is 0. */
int vmi_stats_list_read(struct vmi_client *client, uint32_t watch, struct vmi_stats_list *ret);
void vmi_stats_list_release(struct vmi_stats_list *list);

/*
 * What happened between two readings: for each watch of `now` one item, its counts those since `before`, its `time`
 * the nanoseconds between, what is not a count as it is now. A watch or policy that `before` does not have, and all of
 * them if it is NULL, counts from its beginning; `time` is 0 then. -ENOMEM.
 */
int vmi_stats_list_subtract(const struct vmi_stats_list *now, const struct vmi_stats_list *before,
			    struct vmi_stats_list *ret);

/* --- watches ------------------------------------------------------------------------------------------------------ */

struct vmi_watch_request {
	uint32_t pid;
	const char *options;		/* as "policy=aging24,clock period=500ms"; NULL: the defaults */
	bool owned;			/* ends when the client is closed, or dies */
};

/*
 * -EEXIST: that process has a watch. -EBUSY: another one clears its accessed bits. -ENOSPC: no more watches. -EINVAL,
 * -ERANGE: an option. One item.
 */
int vmi_watch_begin(struct vmi_client *client, const struct vmi_watch_request *request, struct vmi_watch_list *ret);

/* By id, or by pid if `id` is 0; -ENOENT. All borrowed accessed bits are back when it returns. */
int vmi_watch_end(struct vmi_client *client, uint32_t id, uint32_t pid);

/* --- notifications ------------------------------------------------------------------------------------------------ */

/* The groups, as bits. */
enum vmi_group {
	VMI_GROUP_STATS = 0x1,
	VMI_GROUP_REGION = 0x2,
	VMI_GROUP_RECLAIM = 0x4,
	VMI_GROUP_PROCESS = 0x8,
	VMI_GROUP_ALL = 0xf,
};

/* A client that listens needs to be one of its own: it must not be used for requests as well. */
int vmi_client_listen(struct vmi_client *client, uint32_t groups);

/* For poll(): readable when there is a notification. -1 for a recording, which is always readable. */
int vmi_client_fd(const struct vmi_client *client);

struct vmi_event {
	enum vmi_group group;		/* which of these is set */
	const struct vmi_stats *stats;
	const struct vmi_region *region;
	const struct vmi_reclaim *reclaim;
	const struct vmi_process *process;
};

/*
 * The next notification; waits for it if there is none. *ret is good until the next call. -ENOBUFS: the socket was full
 * and some have been lost: what is known is to be read afresh. -EINTR: a signal. -ENODATA: the recording is at its end.
 */
int vmi_client_next_event(struct vmi_client *client, struct vmi_event *ret);

/* How many notifications have been lost so far, since the socket was full. */
uint64_t vmi_client_lost(const struct vmi_client *client);

/* --- names -------------------------------------------------------------------------------------------------------- */

/* The names of vminspect.yaml; NULL for a number that has none. */
const char *vmi_page_state_name(uint32_t state);
const char *vmi_lru_name(uint32_t lru);
const char *vmi_lru_kind_name(uint32_t kind);
const char *vmi_fault_name(uint32_t fault);
const char *vmi_policy_name(uint32_t policy);
const char *vmi_watch_scope_name(uint32_t scope);
const char *vmi_watch_mode_name(uint32_t mode);
const char *vmi_region_event_name(uint32_t event);
const char *vmi_reclaim_event_name(uint32_t event);
const char *vmi_process_event_name(uint32_t event);

/* Of bit 1 << `bit` of VMINSPECT_REGION_FLAGS_*, VMINSPECT_PAGE_FLAGS_*, VMINSPECT_FEATURES_*. */
const char *vmi_region_flag_name(uint32_t bit);
const char *vmi_page_flag_name(uint32_t bit);
const char *vmi_feature_name(uint32_t bit);

/* What an access does, as a sentence for people: "minor fault: the zero page is mapped read-only". */
const char *vmi_fault_text(uint32_t fault);

#ifdef __cplusplus
}
#endif

#endif /* VMINSPECT_H */
