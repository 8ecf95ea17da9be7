// SPDX-License-Identifier: GPL-2.0
/* The real LRU's view of a folio. */
#include "mm/lru_state.h"

#include <linux/hash.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/page-flags.h>

#include "compat/lru.h"

/* How far behind the youngest generation; generations are numbered modulo MAX_NR_GENS. */
static enum vmi_lru generation(struct folio *folio, int gen)
{
	return VMI_LRU_GEN0 + (vmi_folio_max_seq(folio) - gen) % MAX_NR_GENS;
}

enum vmi_lru vmi_folio_lru(struct folio *folio)
{
	int gen;

	if (folio_test_unevictable(folio))
		return VMI_LRU_UNEVICTABLE;
	gen = folio_lru_gen(folio);
	if (gen >= 0)
		return generation(folio, gen);
	if (!folio_test_lru(folio))
		return VMI_LRU_UNKNOWN;
	return folio_test_active(folio) ? VMI_LRU_ACTIVE : VMI_LRU_INACTIVE;
}

u16 vmi_folio_seen(struct folio *folio)
{
	u16 seen = 0;

	if (folio_test_anon(folio))
		seen |= VMI_SEEN_ANON | (folio_test_ksm(folio) ? VMI_SEEN_KSM : 0);
	else
		seen |= folio_test_swapbacked(folio) ? VMI_SEEN_SHMEM : VMI_SEEN_FILE;
	if (folio_test_dirty(folio))
		seen |= VMI_SEEN_DIRTY;
	if (folio_test_mlocked(folio))
		seen |= VMI_SEEN_MLOCKED;
	if (folio_test_writeback(folio))
		seen |= VMI_SEEN_WRITEBACK;
	if (folio_test_locked(folio))
		seen |= VMI_SEEN_LOCKED;
	return seen;
}

u8 vmi_folio_zone(struct folio *folio)
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

u16 vmi_folio_identity(struct folio *folio, struct page *page)
{
	unsigned long mapping = (unsigned long)READ_ONCE(folio->mapping);

	return hash_64(mapping + (folio->index + folio_page_idx(folio, page)) * GOLDEN_RATIO_64, 16);
}
