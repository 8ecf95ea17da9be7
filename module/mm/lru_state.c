// SPDX-License-Identifier: GPL-2.0
/* The real LRU's view of a folio. */
#include "mm/lru_state.h"

#include <linux/hash.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/page-flags.h>

#include "compat/frame.h"
#include "compat/lru.h"
#include "core/x86_entry.h"
#include "mm/valid_frames.h"

/* How far behind the youngest generation; generations are numbered modulo MAX_NR_GENS. */
static enum vmi_lru generation(struct folio *folio, int gen)
{
	return VMI_LRU_GEN0 + (vmi_folio_max_seq(folio) - gen) % MAX_NR_GENS;
}

/* What folio_lru_gen() returns. */
static int gen_of(unsigned long flags)
{
	return (int)((flags & LRU_GEN_MASK) >> LRU_GEN_PGOFF) - 1;
}

static enum vmi_lru lru_of(struct folio *folio, unsigned long flags)
{
	if (flags & BIT(PG_unevictable))
		return VMI_LRU_UNEVICTABLE;
	if (gen_of(flags) >= 0)
		return generation(folio, gen_of(flags));
	if (!(flags & BIT(PG_lru)))
		return VMI_LRU_UNKNOWN;
	return flags & BIT(PG_active) ? VMI_LRU_ACTIVE : VMI_LRU_INACTIVE;
}

enum vmi_lru vmi_folio_lru(struct folio *folio)
{
	return lru_of(folio, vmi_folio_flags(folio));
}

static u16 kind_of(struct folio *folio, unsigned long flags)
{
	if (folio_test_anon(folio))
		return VMI_SEEN_ANON | (folio_test_ksm(folio) ? VMI_SEEN_KSM : 0);
	return flags & BIT(PG_swapbacked) ? VMI_SEEN_SHMEM : VMI_SEEN_FILE;
}

static u16 seen_of(struct folio *folio, unsigned long flags)
{
	return kind_of(folio, flags) | (flags & BIT(PG_dirty) ? VMI_SEEN_DIRTY : 0) |
	       (flags & BIT(PG_mlocked) ? VMI_SEEN_MLOCKED : 0) |
	       (flags & BIT(PG_writeback) ? VMI_SEEN_WRITEBACK : 0) | (flags & BIT(PG_locked) ? VMI_SEEN_LOCKED : 0);
}

/* 4 * node + zone. */
static u8 zone_of(struct folio *folio)
{
	return 4 * (folio_nid(folio) % (VMI_ZONES_MAX / 4)) + min_t(int, folio_zonenum(folio), 3);
}

u32 vmi_zone_node(u8 zone)
{
	return zone / 4;
}

const char *vmi_zone_name(u8 zone)
{
	return NODE_DATA(vmi_zone_node(zone))->node_zones[zone % 4].name;
}

/* Sixteen bits that change when the frame is used for something else: a hash of its mapping and index there. */
static u16 identity_of(struct folio *folio, struct page *page)
{
	unsigned long mapping = (unsigned long)READ_ONCE(folio->mapping);

	return hash_64(mapping + (folio->index + folio_page_idx(folio, page)) * GOLDEN_RATIO_64, 16);
}

void vmi_page_observe(struct page *page, u32 frame, u32 seen, struct vmi_observation *ret)
{
	struct folio *folio = page_folio(page);
	unsigned long flags = vmi_folio_flags(folio);

	seen |= seen_of(folio, flags);
	*ret = (struct vmi_observation){
		.pfn = frame,
		.identity = identity_of(folio, page),
		.flags = seen,
		.state = VMI_PAGE_PRESENT,
		.standing = vmi_standing(lru_of(folio, flags), seen),
		.zone = zone_of(folio),
	};
}

/* The standing of the page before: neighbours mostly have the same flags, which then say the same of them. */
struct last_standing {
	unsigned long flags;
	u8 standing;
};

/* With a generation what flags say depends on the lruvec. */
static u8 standing_of(struct folio *folio, struct last_standing *last)
{
	unsigned long flags = vmi_folio_flags(folio);

	if (flags != last->flags || (flags & LRU_GEN_MASK)) {
		last->flags = flags;
		last->standing = vmi_standing(lru_of(folio, flags), seen_of(folio, flags));
	}
	return last->standing;
}

static u32 brief_of(struct page *page, u64 entry, struct last_standing *last)
{
	struct folio *folio = page_folio(page);
	u8 standing = standing_of(folio, last);

	return vmi_brief(identity_of(folio, page), standing | (entry & _PAGE_DIRTY ? VMI_STANDING_DIRTY : 0));
}

void vmi_pages_brief(const u64 *entries, u32 count, u32 *ret)
{
	struct vmi_valid_frames valid = VMI_VALID_FRAMES_NONE;
	struct last_standing last = { 0 };
	u32 i;

	for (i = 0; i < count; i++) {
		u64 entry = entries[i], frame;

		ret[i] = 0;
		if (!vmi_entry_present(entry) || (entry & (_PAGE_ACCESSED | VMI_PTE_NO_PAGE_BITS)))
			continue;
		frame = pte_pfn(__pte(entry));
		if (vmi_frame_has_page(&valid, frame))
			ret[i] = brief_of(pfn_to_page(frame), entry, &last);
	}
}
