// SPDX-License-Identifier: GPL-2.0
/* The page-table walk; the header says what makes it safe. */
#include "mm/table_walk.h"

#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "core/port.h"
#include "mm/target.h"

/* A PMD that changes under us this often within one visit is left out; each change means real work elsewhere. */
#define PTE_TABLE_TRIES 8

/* Empty upper entries stepped over between two looks at the clock. */
#define EMPTY_STEPS_A_CLOCK_LOOK 64

struct vmi_table_walk *vmi_table_walk_create(struct vmi_target *target, struct vmi_walk_sink *sink)
{
	struct vmi_table_walk *walk = vmi_alloc_array(1, sizeof(*walk));

	if (!walk)
		return NULL;
	walk->target = target;
	walk->sink = sink;
	walk->pmd_table = NULL;
	walk->wait_for_mapping = false;
	return walk;
}

void vmi_table_walk_destroy(struct vmi_table_walk *walk)
{
	vmi_free(walk);
}

void vmi_table_walk_begin_hold(struct vmi_table_walk *walk)
{
	walk->pmd_table = NULL;
}

u32 vmi_table_levels(void)
{
	return pgtable_l5_enabled() ? 5 : 4;
}

static void tell_table(struct vmi_table_walk *walk, u32 level, unsigned long address, unsigned long frame)
{
	walk->sink->table(walk->sink, level, address, frame);
}

static struct vmi_leaf_batch new_batch(struct vmi_table_walk *walk, unsigned long address, u32 level, u32 count)
{
	return (struct vmi_leaf_batch){ .start = address, .level = level, .count = count, .entries = walk->entries,
					.runs = walk->runs };
}

/* Lock: the page-table lock. True when the sink looked at the entries itself. */
static bool sink_inspects(struct vmi_table_walk *walk, const struct vmi_leaf_batch *batch, void *live)
{
	const struct vmi_locked_leaves leaves = {
		.start = batch->start,
		.level = batch->level,
		.count = batch->count,
		.entries = batch->entries,
		.live = live,
		.context = &walk->context,
	};

	if (!walk->sink->inspect)
		return false;
	walk->sink->inspect(walk->sink, &leaves);
	return true;
}

/*
 * Each entry is read once and whole: other CPUs set accessed and dirty bits meanwhile, and memcpy() says nothing about
 * the sizes it reads by.
 */
static void copy_entries(u64 *to, const pte_t *from, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		to[i] = READ_ONCE(from[i].pte);
}

/* Lock: the page-table lock. What the sink wants to know of a PTE table. */
static void take_pte_table(struct vmi_table_walk *walk, struct vmi_leaf_batch *batch, pte_t *live)
{
	if (walk->sink->known && walk->sink->known(walk->sink, batch->start, &live->pte, batch->count)) {
		batch->entries = NULL;
		return;
	}
	copy_entries(walk->entries, live, batch->count);
	if (!sink_inspects(walk, batch, live))
		batch->run_count = vmi_pte_runs(&walk->context, walk->entries, batch->count, walk->runs, &batch->used,
						&batch->present);
}

static bool points_to_table(pmd_t value)
{
	return pmd_present(value) && !pmd_leaf(value) && !pmd_bad(value);
}

/*
 * Copies the entries for [address, end) out of the PTE table that *pmd points to. False when *pmd points to none, or
 * has changed meanwhile: then the table may be gone and nothing was read. Retracted tables are freed after a grace
 * period, so the one that *pmd is seen to point to within RCU stays allocated, and its lock with it.
 */
static bool copy_pte_table(struct vmi_table_walk *walk, pmd_t *pmd, unsigned long address, unsigned long end)
{
	struct vmi_leaf_batch batch = new_batch(walk, address, 1, (end - address) >> PAGE_SHIFT);
	spinlock_t *lock;
	pmd_t value;
	pte_t *pte;
	bool same;

	rcu_read_lock();
	value = READ_ONCE(*pmd);
	if (!points_to_table(value)) {
		rcu_read_unlock();
		return false;
	}
	lock = pte_lockptr(walk->target->mm, &value);
	pte = pte_offset_kernel(&value, address);
	spin_lock(lock);
	same = pmd_same(value, READ_ONCE(*pmd));
	if (same)
		take_pte_table(walk, &batch, pte);
	spin_unlock(lock);
	rcu_read_unlock();
	if (same) {
		tell_table(walk, 1, address, pmd_pfn(value));
		walk->sink->leaves(walk->sink, &batch);
	}
	return same;
}

/* Lock: the lock of the leaf's table. */
static void copy_huge_leaf(struct vmi_table_walk *walk, struct vmi_leaf_batch *batch, void *live, u64 value)
{
	walk->entries[0] = value;
	if (sink_inspects(walk, batch, live))
		return;
	walk->runs[0] = vmi_huge_leaf_run(&walk->context, value, 1U << (vmi_level_shift(batch->level) - PAGE_SHIFT),
					  &batch->partly_shared);
	batch->run_count = 1;
	batch->used = 1;
	batch->present = (walk->runs[0].facts & VMI_FACT_STATE_MASK) == VMI_PAGE_PRESENT;
}

/* False when *pmd has meanwhile become something else than a leaf or a non-present entry. */
static bool copy_pmd_leaf(struct vmi_table_walk *walk, pmd_t *pmd, unsigned long address)
{
	struct vmi_leaf_batch batch = new_batch(walk, address & PMD_MASK, 2, 1);
	spinlock_t *lock = pmd_lock(walk->target->mm, pmd);
	pmd_t value = READ_ONCE(*pmd);
	bool is_leaf = !pmd_none(value) && (!pmd_present(value) || pmd_leaf(value));

	if (is_leaf)
		copy_huge_leaf(walk, &batch, pmd, pmd_val(value));
	spin_unlock(lock);
	if (is_leaf)
		walk->sink->leaves(walk->sink, &batch);
	return is_leaf;
}

/* What one PMD entry maps of [address, end). Tries again when it changes between a leaf and a table under us. */
static void walk_pmd(struct vmi_table_walk *walk, pmd_t *pmd, unsigned long address, unsigned long end)
{
	unsigned int try;

	for (try = 0; try < PTE_TABLE_TRIES; try++) {
		pmd_t value = READ_ONCE(*pmd);

		if (pmd_none(value))
			return;
		if (points_to_table(value)) {
			if (copy_pte_table(walk, pmd, address, end))
				return;
		} else if (copy_pmd_leaf(walk, pmd, address)) {
			return;
		}
	}
}

static void walk_pud_leaf(struct vmi_table_walk *walk, pud_t *pud, unsigned long address)
{
	struct vmi_leaf_batch batch = new_batch(walk, address & PUD_MASK, 3, 1);
	spinlock_t *lock = pud_lock(walk->target->mm, pud);
	pud_t value = READ_ONCE(*pud);
	bool is_leaf = !pud_none(value) && (!pud_present(value) || pud_leaf(value));

	if (is_leaf)
		copy_huge_leaf(walk, &batch, pud, pud_val(value));
	spin_unlock(lock);
	if (is_leaf)
		walk->sink->leaves(walk->sink, &batch);
}

/* The PUD entry for an address; NULL, and the address where the hole ends, when no table reaches down to it. */
static pud_t *find_pud(struct vmi_table_walk *walk, unsigned long address, unsigned long end, unsigned long *hole_end)
{
	pgd_t *pgd = pgd_offset(walk->target->mm, address);
	pgd_t pgd_value = READ_ONCE(*pgd);
	p4d_t *p4d, p4d_value;

	if (pgd_none(pgd_value) || pgd_bad(pgd_value)) {
		*hole_end = pgd_addr_end(address, end);
		return NULL;
	}
	/* With 4 levels p4d_offset() returns the PGD entry itself. */
	p4d = p4d_offset(pgd, address);
	p4d_value = READ_ONCE(*p4d);
	if (pgtable_l5_enabled())
		tell_table(walk, 4, address, pgd_pfn(pgd_value));
	if (!p4d_present(p4d_value) || p4d_bad(p4d_value)) {
		*hole_end = p4d_addr_end(address, end);
		return NULL;
	}
	tell_table(walk, 3, address, p4d_pfn(p4d_value));
	return pud_offset(p4d, address);
}

/* The PMD entry for an address; NULL, and the address to go on at, when there is none or a 1 GiB leaf stood here. */
static pmd_t *find_pmd(struct vmi_table_walk *walk, unsigned long address, unsigned long end, unsigned long *next)
{
	pud_t *pud, value;

	if (walk->pmd_table && walk->pmd_span == address >> PUD_SHIFT)
		return walk->pmd_table + pmd_index(address);
	pud = find_pud(walk, address, end, next);
	if (!pud)
		return NULL;
	*next = pud_addr_end(address, end);
	value = READ_ONCE(*pud);
	if (pud_none(value))
		return NULL;
	if (!pud_present(value) || pud_leaf(value)) {
		walk_pud_leaf(walk, pud, address);
		return NULL;
	}
	if (pud_bad(value))
		return NULL;
	tell_table(walk, 2, address, pud_pfn(value));
	walk->pmd_table = pmd_offset(&value, address) - pmd_index(address);
	walk->pmd_span = address >> PUD_SHIFT;
	return walk->pmd_table + pmd_index(address);
}

/*
 * A shared hugetlb mapping's PMD table may belong to several processes; this keeps it from being unshared. Waiting
 * would make the target wait too, so the first failure ends the hold, and only then do we wait. False when it failed.
 */
static bool lock_shared_tables(struct vmi_table_walk *walk, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file->f_mapping;

	if (walk->wait_for_mapping)
		i_mmap_lock_read(mapping);
	else if (!i_mmap_trylock_read(mapping)) {
		walk->wait_for_mapping = true;
		return false;
	}
	walk->wait_for_mapping = false;
	walk->pmd_table = NULL;
	return true;
}

static void unlock_shared_tables(struct vmi_table_walk *walk, struct vm_area_struct *vma)
{
	i_mmap_unlock_read(vma->vm_file->f_mapping);
	walk->pmd_table = NULL;
}

/* Walks [start, end), or less when the hold has become too long; returns where it got to. */
static unsigned long walk_range(struct vmi_table_walk *walk, unsigned long start, unsigned long end)
{
	unsigned long address = start, next = start;
	u32 empty_steps = 0;

	while (address < end) {
		pmd_t *pmd = find_pmd(walk, address, end, &next);
		bool empty = !pmd || pmd_none(READ_ONCE(*pmd));

		if (pmd)
			next = pmd_addr_end(address, end);
		if (!empty)
			walk_pmd(walk, pmd, address, next);
		address = next;
		/* Asked after each step: find_pmd() tells of leaves of 1 GiB, and the sink may have no more room. */
		if (walk->sink->stop)
			break;
		/* Steps over nothing are short, but there can be many. */
		if ((!empty || ++empty_steps % EMPTY_STEPS_A_CLOCK_LOOK == 0) && vmi_target_should_yield(walk->target))
			break;
	}
	return address;
}

unsigned long vmi_table_walk_part(struct vmi_table_walk *walk, struct vm_area_struct *vma, unsigned long start,
				  unsigned long end)
{
	unsigned long reached;

	vmi_leaf_context_init(&walk->context, vma);
	if (!vmi_has_shared_tables(vma))
		return walk_range(walk, start, end);
	if (!lock_shared_tables(walk, vma))
		return start;
	reached = walk_range(walk, start, end);
	unlock_shared_tables(walk, vma);
	return reached;
}

unsigned long vmi_table_walk_vma(struct vmi_table_walk *walk, struct vm_area_struct *vma, unsigned long start)
{
	return vmi_table_walk_part(walk, vma, start, vma->vm_end);
}
