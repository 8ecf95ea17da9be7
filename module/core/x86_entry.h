/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bits of an x86-64 page-table entry (Intel SDM vol. 3A, 4.5), and of Linux's use of those left to software.
 *
 * Levels are numbered from the leaf up: 1 = PTE, 2 = PMD, 3 = PUD, 4 = P4D, 5 = PGD. With 4-level paging the
 * P4D is folded away and the top table (PGD) is reached as level 4 by hardware; we keep calling the top one by
 * Linux's name through vmi_table_name().
 */
#ifndef VMI_CORE_X86_ENTRY_H
#define VMI_CORE_X86_ENTRY_H

#include "port.h"

#define VMI_PAGE_SHIFT		12
#define VMI_PAGE_BYTES		(1ULL << VMI_PAGE_SHIFT)
#define VMI_TABLE_ENTRIES	512
#define VMI_TABLE_BYTES		4096ULL
#define VMI_MAX_LEVELS		5

#define VMI_X86_PRESENT		(1ULL << 0)
#define VMI_X86_WRITE		(1ULL << 1)
#define VMI_X86_USER		(1ULL << 2)
#define VMI_X86_PWT		(1ULL << 3)
#define VMI_X86_PCD		(1ULL << 4)
#define VMI_X86_ACCESSED	(1ULL << 5)
#define VMI_X86_DIRTY		(1ULL << 6)
#define VMI_X86_PSE		(1ULL << 7)	/* levels 2 and 3: a leaf; level 1: PAT */
#define VMI_X86_GLOBAL		(1ULL << 8)	/* without PRESENT: Linux's PROTNONE */
#define VMI_X86_SOFT1		(1ULL << 9)	/* Linux: special */
#define VMI_X86_SOFT2		(1ULL << 10)	/* Linux: userfaultfd write-protect */
#define VMI_X86_SOFT3		(1ULL << 11)	/* Linux: soft-dirty */
#define VMI_X86_PAT_LARGE	(1ULL << 12)	/* levels 2 and 3, leaves */
#define VMI_X86_PKEY_SHIFT	59
#define VMI_X86_PKEY_MASK	(0xfULL << VMI_X86_PKEY_SHIFT)
#define VMI_X86_NX		(1ULL << 63)
#define VMI_X86_FRAME_MASK	0x000ffffffffff000ULL	/* bits 12..51 */

/* Bytes that one entry of a table of this level maps: level 1 4 KiB, 2 2 MiB, 3 1 GiB, 4 512 GiB, 5 256 TiB. */
static inline u32 vmi_level_shift(u32 level)
{
	return VMI_PAGE_SHIFT + 9 * (level - 1);
}

/* True for an entry that Linux treats as present: PRESENT, or PROTNONE (pte_present(), pmd_present()). */
static inline bool vmi_entry_present(u64 entry)
{
	return entry & (VMI_X86_PRESENT | VMI_X86_GLOBAL);
}

/*
 * True for a present entry that maps a page. At levels 2 and 3 PSE alone makes one: Linux takes PRESENT away and
 * leaves PSE while it splits a huge page, and has it clear in every entry that is not present.
 */
static inline bool vmi_entry_leaf(u64 entry, u32 level)
{
	return level == 1 ? vmi_entry_present(entry) : level <= 3 && (entry & VMI_X86_PSE);
}

/* True for an entry that points to a table of the level below. */
static inline bool vmi_entry_table(u64 entry, u32 level)
{
	return level > 1 && (entry & VMI_X86_PRESENT) && !vmi_entry_leaf(entry, level);
}

/*
 * Frame number of a present leaf entry. Linux stores it inverted in an entry without PRESENT (PROTNONE), as a
 * guard against L1TF (arch/x86/include/asm/pgtable-invert.h); that is undone here. level is 1, 2 or 3.
 */
u64 vmi_entry_frame(u64 entry, u32 level);

/* The bits that runs are merged by: everything but the frame number (and its inversion); level 1, 2 or 3. */
u64 vmi_entry_bits(u64 entry, u32 level);

/* Linux's name of a table that is `level` from the leaf in a tree of `levels` (4 or 5): "pte" .. "pgd". */
const char *vmi_table_name(u32 level, u32 levels);

/*
 * Writes the names of all bits that are set, separated by one blank ("present write user accessed dirty nx
 * pkey=3"), ended by NUL and cut at `size`; every one of the 64 bits of an entry has a name, reserved ones
 * "bitNN", the frame's bits excepted. Names bits by the meaning they have in a present leaf or table entry of `level`.
 * Returns the length that the whole text has (as snprintf does).
 */
size_t vmi_entry_describe(u64 entry, u32 level, bool leaf, char *text, size_t size);

#endif /* VMI_CORE_X86_ENTRY_H */
