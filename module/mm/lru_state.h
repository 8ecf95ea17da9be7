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

/* VMI_SEEN_* of the folio; VMI_SEEN_ACCESSED is never among them. Lock: likewise. */
u16 vmi_folio_seen(struct folio *folio);

/* 4 * node + zone. */
u8 vmi_folio_zone(struct folio *folio);

/* Of a zone by that number: its node, and the kernel's name for it. */
u32 vmi_zone_node(u8 zone);
const char *vmi_zone_name(u8 zone);

/* Sixteen bits that change when the frame is used for something else: a hash of its mapping and index there. */
u16 vmi_folio_identity(struct folio *folio, struct page *page);

#endif /* VMI_MM_LRU_STATE_H */
