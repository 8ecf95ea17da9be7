/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shadow: a mem_map of our own for the frames that watched processes map, and reclaim policies that run on it
 * without evicting anything.
 *
 * The sampler walks each watched address space once a period and tells the shadow what it saw; the shadow compares
 * with that address space's mirror, which is what it saw the last time:
 *
 *	vmi_pass_begin(mirror)
 *	vmi_pass_block(), vmi_pass_huge(), vmi_pass_absent() in any order, each address at most once; vmi_pass_gone()
 *	before vmi_pass_block()
 *	vmi_pass_end(mirror, &stats)
 *	... the same for every other mirror, then
 *	vmi_shadow_scan(shadow, priority), which ends the period
 *
 * A pass may be broken off: what it does not mention stays as it was. Frames are counted in pages of 4 KiB; a huge
 * leaf is one frame of 512 or 512 * 512 pages, distinct from the small frames it is made of, so that a huge page
 * mapped by one process as one leaf and by another as small ones is counted in both sizes.
 *
 * Memory comes from vmi_alloc_array() and may sleep. There are no locks: the caller lets one at a time at a shadow
 * and its mirrors.
 */
#ifndef VMI_CORE_SHADOW_H
#define VMI_CORE_SHADOW_H

#include "page_count.h"
#include "policy.h"
#include "score.h"

/* Zones are numbered 4 * node + zone, as vmi_observation.zone has them. */
#define VMI_ZONES_MAX		256
#define VMI_ZONE_ALL		VMI_ZONES_MAX	/* where a zone is asked for: the sum of all */

/* Where the kernel's own reclaim holds a frame. */
enum vmi_lru {
	VMI_LRU_UNKNOWN = 0,		/* on no list now, or we cannot tell */
	VMI_LRU_INACTIVE = 1,
	VMI_LRU_ACTIVE = 2,
	VMI_LRU_GEN0 = 3,		/* MGLRU, the youngest generation */
	VMI_LRU_GEN1 = 4,
	VMI_LRU_GEN2 = 5,
	VMI_LRU_GEN3 = 6,		/* the oldest */
	VMI_LRU_UNEVICTABLE = 7,
};

#define VMI_SEEN_ACCESSED	0x0001	/* touched since the last pass */
#define VMI_SEEN_DIRTY		0x0002	/* entry or folio */
#define VMI_SEEN_ANON		0x0004
#define VMI_SEEN_FILE		0x0008
#define VMI_SEEN_SHMEM		0x0010
#define VMI_SEEN_KSM		0x0020
#define VMI_SEEN_MLOCKED	0x0040
#define VMI_SEEN_WRITEBACK	0x0080
#define VMI_SEEN_LOCKED		0x0100

/*
 * What reclaim needs to know of a frame: enum vmi_lru in the low three bits, and these. Folded into one byte by
 * vmi_standing() because a page whose frame and standing are those of the last pass is done with at once.
 */
#define VMI_STANDING_LRU	0x07
#define VMI_STANDING_DIRTY	0x08
#define VMI_STANDING_PINNED	0x10	/* mlocked, unevictable, locked or under writeback: scans leave it alone */

static inline u8 vmi_standing(enum vmi_lru lru, u32 seen)
{
	const u32 pinned = VMI_SEEN_MLOCKED | VMI_SEEN_WRITEBACK | VMI_SEEN_LOCKED;

	return lru | (seen & VMI_SEEN_DIRTY ? VMI_STANDING_DIRTY : 0) |
	       (seen & pinned || lru == VMI_LRU_UNEVICTABLE ? VMI_STANDING_PINNED : 0);
}

/*
 * What was seen of one page, or of one huge leaf. Only `state` counts unless that is VMI_PAGE_PRESENT. Pages that
 * reclaim has nothing to do with (zero page, PFN maps, hugetlbfs) are to be given as VMI_PAGE_UNTOUCHED.
 */
struct vmi_observation {
	u32 pfn;			/* of a huge leaf: of its first page */
	u16 identity;			/* of what it holds, as a hash of mapping and index: a change starts afresh */
	u16 flags;			/* VMI_SEEN_* */
	u8 state;			/* enum vmi_page_state */
	u8 standing;			/* vmi_standing() */
	u8 zone;			/* 4 * node + zone */
	u8 unused;
};

/* What an untouched page of the same frame is compared by: when this is as it was, there is nothing to tell of it. */
static inline u32 vmi_brief(u16 identity, u8 standing)
{
	return (u32)identity << 8 | standing;
}

struct vmi_shadow_config {
	u32 policies;			/* 1 << enum vmi_policy_id, at least one */
	struct vmi_policy_params params;
	u64 memory_limit;		/* bytes that shadow and mirrors may take; 0: no limit */
	struct vmi_pool *pool;		/* that they are taken from besides, or NULL; outlives the shadow */
	u64 rss_limit;			/* pages a policy may keep before it evicts; 0: no limit */
	u32 rss_basis_points;		/* the same in 1/10000 of the pages watched, 1..10000; 0: no limit */
};

/* aging24 with the classic parameters, no limits. */
void vmi_shadow_config_init(struct vmi_shadow_config *config);

struct vmi_shadow;
struct vmi_mirror;

/* -EINVAL for a config that is not one, -ENOMEM; *ret is set on success only. */
int vmi_shadow_create(const struct vmi_shadow_config *config, struct vmi_shadow **ret);

/* All its mirrors must be gone. NULL is allowed. */
void vmi_shadow_destroy(struct vmi_shadow *shadow);

/* Change a limit at any time. Memory in use above a new limit is kept, but nothing is added. */
void vmi_shadow_limit_memory(struct vmi_shadow *shadow, u64 bytes);
void vmi_shadow_limit_rss(struct vmi_shadow *shadow, u64 pages, u32 basis_points);

/* What its memory is counted by, for what belongs to it and lies elsewhere. Lives as long as the shadow. */
struct vmi_budget *vmi_shadow_budget(struct vmi_shadow *shadow);

/* One watched address space, empty. -ENOMEM, or -ENOSPC for the memory limit. */
int vmi_mirror_create(struct vmi_shadow *shadow, struct vmi_mirror **ret);

/* Takes its mappings out of the shadow: frames that nobody else maps are dropped. NULL is allowed. */
void vmi_mirror_destroy(struct vmi_mirror *mirror);

/*
 * What a pass found, in pages. A frame that two spaces still map after it was freed and reused is new to the one that
 * shows it first; to the other, whose entry did not change either, it is as it was.
 */
struct vmi_pass_stats {
	u64 pages;			/* present */
	u64 accessed;			/* of those, touched since the last pass */
	u64 mapped;			/* new, or with another frame than the last time */
	u64 unmapped;			/* gone, frames replaced included, evictions not */
	u64 evicted;			/* gone by the kernel's doing: swapped, or a file page no longer mapped */
	u64 refaulted;			/* of the mapped: evicted by the kernel before */
	u64 refused;			/* not taken in, for want of memory or for its limit; not in `pages` */
};

/* Of 512 pages; bit N of a bitmap for page N, all of them under a huge leaf. */
struct vmi_known_pages {
	u64 known[8];			/* had a frame at the last pass, or have been evicted and not been seen since */
	u64 evicted[8];			/* the latter alone: by the kernel */
};

/* What is known of the pages from `block` (2 MiB aligned) on. False, and no bit set: none. */
bool vmi_mirror_known(const struct vmi_mirror *mirror, u64 block, struct vmi_known_pages *ret);

void vmi_pass_begin(struct vmi_mirror *mirror);

/* Raw level-1 entries of one table, as copied from it. */
struct vmi_raw_entries {
	const u64 *entries;
	u32 first;			/* index in the table of the first one */
	u32 count;
	u64 frame_mask;			/* bits of the frame number in a present entry, as this machine has them */
	const u64 *owed;		/* NULL, or a bit by index in the table: where it is set there must be a look */
	const u32 *briefs;		/* NULL, or as `entries`: vmi_brief() of what maps a page untouched, else 0 */
};

/*
 * Tells which entries of the table for `address` have to be looked at: bit N of ret_look for index N. Left out are
 * those that map nothing now and mapped nothing at the last pass, those that were swapped then and are, and those that
 * map the same frame and have not been touched since, with the same brief if there are briefs; the latter are counted
 * as seen, with the standing that they had. The others are to be told to vmi_pass_block(). Never allocates.
 */
void vmi_pass_skip(struct vmi_mirror *mirror, u64 address, const struct vmi_raw_entries *raw, u64 ret_look[8]);

/*
 * True when vmi_pass_skip() has found before that nothing of a table has to be looked at, and neither the table nor
 * what the mirror knows has changed since (vmi_table_print() says how sure that is): its pages are counted as seen.
 * `live` are the entries first .. first + count - 1 themselves, as in a table that others write to. Not to be asked
 * while bits of the table are owed.
 */
bool vmi_pass_skip_table(struct vmi_mirror *mirror, u64 address, const u64 *live, u32 first, u32 count);

/*
 * Of what vmi_pass_block() is about to be told, takes out what is no longer there. To be called for several tables
 * before the first of them is told: a frame that reclaim has taken from one page may be another page's by now, and is
 * known as evicted only while the shadow has it in its old place. Not needed otherwise; never allocates.
 */
void vmi_pass_gone(struct vmi_mirror *mirror, u64 block, const struct vmi_observation *seen, u32 first_index,
		   u32 count);

/*
 * What the entries first_index .. first_index + count - 1 of the leaf table for `block` (2 MiB aligned) map; they do
 * not cross its end. Other entries of the block stay as they were, but a huge leaf that was there has been split.
 * 0, or -ENOMEM or -ENOSPC when pages had to be refused: the pass goes on all the same.
 */
int vmi_pass_block(struct vmi_mirror *mirror, u64 block, const struct vmi_observation *seen, u32 first_index,
		   u32 count);

/* A huge leaf at `address`, page_count 512 or 512 * 512; small pages that were there have been collapsed into it. */
int vmi_pass_huge(struct vmi_mirror *mirror, u64 address, u32 page_count, const struct vmi_observation *seen);

/* Nothing is mapped in [start, end), page aligned: what was there has been unmapped. */
void vmi_pass_absent(struct vmi_mirror *mirror, u64 start, u64 end);

void vmi_pass_end(struct vmi_mirror *mirror, struct vmi_pass_stats *ret);

/*
 * Ends the period: every policy ages and reclaims in every zone, scanning lists for their length >> priority (0..31;
 * 0, all of it, is the natural choice for periods of a second), then agreement and audit are brought up to date.
 */
void vmi_shadow_scan(struct vmi_shadow *shadow, u32 priority);

struct vmi_shadow_stats {
	u64 periods;			/* scans so far */
	u64 frames;			/* watched; huge ones count once */
	u64 pages;			/* watched; a huge frame counts all its pages */
	u64 mappings;			/* entries of mirrors that map a frame */
	u64 mirrors;
	u64 sections;
	u64 bytes;			/* memory taken by shadow and mirrors */
	u64 refused;			/* pages not taken in, summed over passes */
	u64 evicted;			/* pages that the kernel took from address spaces: from each that mapped them */
	u64 refaulted;			/* of them, pages that came back; to each address space once again */
};

void vmi_shadow_get_stats(const struct vmi_shadow *shadow, struct vmi_shadow_stats *ret);

/* What a policy did, in pages; kept since the shadow was created. */
struct vmi_policy_counts {
	u64 scanned;
	u64 promoted;			/* moved to a warmer list */
	u64 demoted;			/* moved to a colder one, evictions not counted */
	u64 laundered;			/* aging24: dirty pages written, as it would have been */
	u64 evicted;			/* shadow evictions */
	u64 refaulted;			/* touched after a shadow eviction */
};

struct vmi_policy_report {
	const struct vmi_policy_ops *ops;
	struct vmi_policy_params params;
	u64 list_pages[VMI_LISTS_MAX];	/* now */
	struct vmi_policy_counts counts;
	struct vmi_agreement agreement;	/* at the end of the last period */
	u32 agreement_rate;		/* ppm */
	int agreement_kappa;		/* ppm */
	struct vmi_audit_result audit;	/* since the shadow was created */
};

/* The report of a policy for one zone or VMI_ZONE_ALL. -ENOENT when it does not run here or the zone has no frames. */
int vmi_shadow_report(const struct vmi_shadow *shadow, u32 policy, u32 zone, struct vmi_policy_report *ret);

/* The lowest zone with frames that is >= `zone`; VMI_ZONE_ALL when there is none. */
u32 vmi_shadow_next_zone(const struct vmi_shadow *shadow, u32 zone);

/* What a policy makes of a range of addresses, in pages. */
struct vmi_region_shadow {
	u64 pages;			/* present at the last pass */
	u64 evicted;			/* of the absent: evicted by the kernel */
	u64 refaulted;			/* of the present: evicted by the kernel before */
	u64 shadow_refaulted;		/* of the present: evicted by the policy before, and touched again */
	u64 list_pages[VMI_LISTS_MAX];	/* of the present, by list */
	u64 ages[VMI_AGE_BUCKETS];	/* of the present, by age (vmi_age_bucket()) */
};

/* Sums over [start, end), page aligned; a huge leaf counts with its pages that lie inside. -ENOENT as above. */
int vmi_mirror_region_stats(const struct vmi_mirror *mirror, u64 start, u64 end, u32 policy,
			    struct vmi_region_shadow *ret);

/* Neighbouring pages that were present at the last pass, all of them shadow-evicted or none. */
struct vmi_mirror_run {
	u64 start;
	u64 pages;
	bool evicted;
};

/* The first such run at or after `start`, as the policy has it; false when there is none, or no such policy. */
bool vmi_mirror_next_run(const struct vmi_mirror *mirror, u32 policy, u64 start, struct vmi_mirror_run *ret);

/* The lowest address that mapped the frame `pfn` at the last pass; false when none did. Looks through all entries. */
bool vmi_mirror_find_frame(const struct vmi_mirror *mirror, u32 pfn, u64 *ret_address);

/* One frame, as its policies see it. */
struct vmi_frame_facts {
	u16 identity;
	u8 zone;
	u8 standing;			/* VMI_STANDING_* */
	u32 pages;			/* 1, 512 or 512 * 512 */
	u32 sharers;			/* mappings by watched address spaces */
	struct {
		u8 list;		/* VMI_LIST_NONE: the policy does not run here */
		u8 value;
		u32 age;
		u32 percentile;		/* ppm of the zone's pages that were colder at the end of the last period */
	} policy[VMI_POLICY_COUNT];
};

/* The frame that `pfn` lies in, a small one before a huge one. -ENOENT when it is not watched. */
int vmi_shadow_frame(const struct vmi_shadow *shadow, u32 pfn, struct vmi_frame_facts *ret);

/*
 * Recomputes all lists, counts and sharers from the mirrors and compares. 0; -EUCLEAN when something is wrong, and
 * *ret_what says what; -ENOMEM. For tests and the audit mode: visits everything.
 */
int vmi_shadow_audit(const struct vmi_shadow *shadow, const char **ret_what);

#endif /* VMI_CORE_SHADOW_H */
