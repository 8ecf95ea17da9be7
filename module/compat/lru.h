/* SPDX-License-Identifier: GPL-2.0 */
/* MGLRU's bookkeeping, whose structures were renamed over time. */
#ifndef VMI_COMPAT_LRU_H
#define VMI_COMPAT_LRU_H

#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/rcupdate.h>

/* All flags of a folio by one read. Since v6.18 they are the only member of a structure (memdesc_flags_t). */
static inline unsigned long vmi_folio_flags(const struct folio *folio)
{
	BUILD_BUG_ON(sizeof(folio->flags) != sizeof(unsigned long));
	return READ_ONCE(*(const unsigned long *)&folio->flags);
}

/*
 * The youngest generation of the folio's lruvec. folio_lruvec() does not link in modules of every supported kernel,
 * so the way through the folio's memory cgroup, or its node when there are no cgroups, is gone by hand.
 */
static inline unsigned long vmi_folio_max_seq(struct folio *folio)
{
	struct mem_cgroup *memcg;
	struct lruvec *lruvec;
	unsigned long max_seq;

	rcu_read_lock();
	memcg = folio_memcg(folio);
	lruvec = memcg ? &memcg->nodeinfo[folio_nid(folio)]->lruvec : &NODE_DATA(folio_nid(folio))->__lruvec;
	max_seq = READ_ONCE(lruvec->lrugen.max_seq);
	rcu_read_unlock();
	return max_seq;
}

/* True while MGLRU runs: it can be switched at run time, for all memory cgroups and nodes at once. */
static inline bool vmi_lru_is_generational(void)
{
	struct mem_cgroup *memcg;
	struct lruvec *lruvec;
	bool enabled;

	rcu_read_lock();
	memcg = mem_cgroup_from_task(current);
	lruvec = memcg ? &memcg->nodeinfo[numa_mem_id()]->lruvec : &NODE_DATA(numa_mem_id())->__lruvec;
	enabled = READ_ONCE(lruvec->lrugen.enabled);
	rcu_read_unlock();
	return enabled;
}

#endif /* VMI_COMPAT_LRU_H */
