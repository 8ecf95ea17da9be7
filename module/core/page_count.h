/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of each page of a region, and the sums of it.
 *
 * mm/ copies the raw table entries and turns what only the kernel can say (the kind of a non-present entry,
 * facts about the frame) into the stable VMI_FACT_* bits below; counting them is pure and done here.
 */
#ifndef VMI_CORE_PAGE_COUNT_H
#define VMI_CORE_PAGE_COUNT_H

#include "port.h"

/* Exactly one of the states 1..9 per page. The numbers are part of the user interface: append only. */
enum vmi_page_state {
	VMI_PAGE_UNTOUCHED = 1,		/* nothing mapped, and no file behind it: the next touch gives a zero page */
	VMI_PAGE_PRESENT = 2,		/* a frame is mapped (also a zero page, a special or a PROTNONE entry) */
	VMI_PAGE_SWAPPED = 3,		/* a swap entry, or a shmem page whose page-cache slot holds one */
	VMI_PAGE_UNMAPPED_FILE = 4,	/* file-backed, not mapped here now */
	VMI_PAGE_MIGRATING = 5,		/* migration entry: the frame is being moved */
	VMI_PAGE_MARKER_UFFD_WP = 6,	/* userfaultfd write-protect marker */
	VMI_PAGE_MARKER_POISON = 7,	/* poisoned, or a swap-in that failed: a touch gives SIGBUS */
	VMI_PAGE_MARKER_GUARD = 8,	/* guard region: a touch gives SIGSEGV */
	VMI_PAGE_DEVICE = 9,		/* device-private or device-exclusive memory */
};

#define VMI_FACT_STATE_MASK	0x000f	/* enum vmi_page_state; 0 is never a state of a mapped entry */
#define VMI_FACT_ZERO		0x0010	/* the zero page or the huge zero page */
#define VMI_FACT_SPECIAL	0x0020	/* no `struct page` to account: PFN map, device */
#define VMI_FACT_FOLIO_DIRTY	0x0040	/* the folio is dirty, whatever the entry says */
#define VMI_FACT_SHARED		0x0080	/* mapped more than once (by smaps' own definition) */
#define VMI_FACT_COW		0x0100	/* a write would copy it: see struct vmi_page_counts */
#define VMI_FACT_ANON		0x0200	/* anonymous frame */
#define VMI_FACT_SHMEM		0x0400	/* shmem frame (anon clear) */
#define VMI_FACT_HUGETLB	0x0800	/* hugetlbfs: not part of RSS */
#define VMI_FACT_KSM		0x1000	/* merged by KSM */
#define VMI_FACT_DEPOSITED	0x2000	/* the kernel keeps one page table behind this huge PMD */

/*
 * A run of neighbouring leaf entries of one table that agree in every bit but the frame number, and in facts.
 */
struct vmi_leaf_run {
	u64 bits;			/* the x86 entry with the frame number masked out; 0 for non-present ones */
	u32 count;			/* entries */
	u32 facts;			/* VMI_FACT_* */
};

/*
 * Sums over a region. In pages of 4 KiB whatever the leaf size, but for huge2m and huge1g which count leaves.
 * present + swapped + untouched + unmapped_file + migrating + marker + device = pages of the region.
 */
struct vmi_page_counts {
	u64 present;			/* includes zero and special; equals RSS (+ hugetlb) without those two */
	u64 zero;			/* of present: maps the (huge) zero page */
	u64 special;			/* of present: no page behind it to account */
	u64 hugetlb;			/* of present: hugetlbfs */
	u64 anon;			/* of present: anonymous */
	u64 shmem;			/* of present: shmem */
	u64 swapped;
	u64 untouched;
	u64 unmapped_file;
	u64 migrating;
	u64 marker;			/* uffd-wp, poison and guard markers together */
	u64 device;
	u64 young;			/* accessed bit set; huge leaves count all their pages */
	u64 dirty;			/* entry or folio dirty; not zero, special, hugetlb: smaps' own definition */
	u64 cow;			/* COW pending: private writable region, entry read-only, frame not exclusive */
	u64 shared;			/* mapcount above one; zero, special and hugetlb not counted */
	u64 huge2m;			/* leaves */
	u64 huge1g;			/* leaves */
	u64 deposited;			/* page tables kept out of sight behind anonymous huge PMDs */
};

/*
 * Adds `run`, whose leaves map 1 << (page_shift - 12) pages each; page_shift is 12, 21 or 30. Facts without a
 * state are a bug of the caller and count as present.
 */
void vmi_page_counts_add_run(struct vmi_page_counts *counts, const struct vmi_leaf_run *run, u32 page_shift);

/* Adds every member of `more` to `counts`. */
void vmi_page_counts_add(struct vmi_page_counts *counts, const struct vmi_page_counts *more);

/* The same for `more` in which only `untouched` and `unmapped_file` are not 0: most regions have no pages at all. */
static inline void vmi_page_counts_add_absent(struct vmi_page_counts *counts, const struct vmi_page_counts *more)
{
	counts->untouched += more->untouched;
	counts->unmapped_file += more->unmapped_file;
}

/* Pages that nothing maps and that are not swapped either: untouched + unmapped_file. */
static inline u64 vmi_page_counts_absent(const struct vmi_page_counts *counts)
{
	return counts->untouched + counts->unmapped_file;
}

/* Resident pages as smaps' Rss has them, but that it also counts pages that are migrating or device-private. */
static inline u64 vmi_page_counts_rss(const struct vmi_page_counts *counts)
{
	return counts->present - counts->zero - counts->special - counts->hugetlb;
}

#endif /* VMI_CORE_PAGE_COUNT_H */
