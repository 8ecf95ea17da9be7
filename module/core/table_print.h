/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tells a page table that has not changed: a pass over idle memory looks at little else.
 */
#ifndef VMI_CORE_TABLE_PRINT_H
#define VMI_CORE_TABLE_PRINT_H

#include "port.h"

/* Any odd number does; this one, 2^64 over the golden ratio, spreads low bits well. */
#define VMI_PRINT_FACTOR 0x9e3779b97f4a7c15ULL

struct vmi_table_print {
	u64 hash;
	u64 bits;			/* all that are set in any entry */
};

static inline void vmi_print_add(struct vmi_table_print *print, u64 entry)
{
	print->bits |= entry;
	print->hash = (print->hash ^ entry) * VMI_PRINT_FACTOR;
}

/*
 * Of the `count` entries of a table from index `first` on. Each step is one to one, so a change of a single entry
 * always changes the hash. Products carry upwards alone: of several changes that begin at bit n one in 2^(64 - n) does
 * not show, so one in 2^52 of other frames, and one in two where only NX, bit 63, changed, which nobody asks for here.
 * Entries may change meanwhile: each is read once.
 */
static inline struct vmi_table_print vmi_table_print(const u64 *entries, u32 first, u32 count)
{
	struct vmi_table_print print = { .hash = ((u64)first << 32 | count) * VMI_PRINT_FACTOR };
	u32 i = 0;

	/* Four at a time: the loop itself would cost as much as its body. */
	for (; i + 4 <= count; i += 4) {
		vmi_print_add(&print, READ_ONCE(entries[i]));
		vmi_print_add(&print, READ_ONCE(entries[i + 1]));
		vmi_print_add(&print, READ_ONCE(entries[i + 2]));
		vmi_print_add(&print, READ_ONCE(entries[i + 3]));
	}
	for (; i < count; i++)
		vmi_print_add(&print, READ_ONCE(entries[i]));
	return print;
}

/* Likewise of the pages of a table, as vmi_brief() has them. */
static inline u64 vmi_brief_print(const u32 *briefs, u32 count)
{
	struct vmi_table_print print = { 0 };
	u32 i = 0;

	for (; i + 4 <= count; i += 4) {
		vmi_print_add(&print, briefs[i] | (u64)briefs[i + 1] << 32);
		vmi_print_add(&print, briefs[i + 2] | (u64)briefs[i + 3] << 32);
	}
	for (; i < count; i++)
		vmi_print_add(&print, briefs[i]);
	return print.hash;
}

#endif /* VMI_CORE_TABLE_PRINT_H */
