/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel's real reclaim holds a folio, and what else the shadow's policies need to know of it. */
#ifndef VMI_MM_LRU_STATE_H
#define VMI_MM_LRU_STATE_H

#include <linux/mm_types.h>

#include "core/shadow.h"

/*
 * The list that the folio is on: a generation when MGLRU has it (told by the folio itself, so a switch at run time
 * is seen page by page), else active or inactive; VMI_LRU_UNKNOWN for one that is isolated or on no list yet. The
 * youngest generation is that of the folio's own lruvec. Lock: the caller keeps the folio from being freed.
 */
enum vmi_lru vmi_folio_lru(struct folio *folio);

/*
 * What the shadow is told of a present page in that frame, whose entry says `seen` (VMI_SEEN_ACCESSED, _DIRTY). Lock:
 * likewise.
 */
void vmi_page_observe(struct page *page, u32 frame, u32 seen, struct vmi_observation *ret);

/*
 * vmi_brief() of the pages that `count` level-1 entries of one table map, entry by entry; 0 where an entry maps no page
 * or was accessed. Lock: the page-table lock.
 */
void vmi_pages_brief(const u64 *entries, u32 count, u32 *ret);

/* Of a zone by that number: its node, and the kernel's name for it. */
u32 vmi_zone_node(u8 zone);
const char *vmi_zone_name(u8 zone);

#endif /* VMI_MM_LRU_STATE_H */
