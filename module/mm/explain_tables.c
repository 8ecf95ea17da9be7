// SPDX-License-Identifier: GPL-2.0
/*
 * The steps down to the table of the leaf are read here, each entry once; the leaf itself and its frame by the walk,
 * under the lock of its table. When a leaf has become a table in between, or the other way round, it is tried again.
 */
#include "mm/explain_tables.h"

#include <linux/cgroup.h>
#include <linux/io.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vminspect.h>

#include "compat/frame.h"
#include "mm/explain.h"
#include "mm/frame_facts.h"
#include "mm/table_walk.h"
#include "mm/target.h"

#define TRIES 4

struct vmi_explain_tables {
	struct vmi_walk_sink sink;	/* first: the callbacks get a pointer to it */
	struct vmi_target *target;
	struct vmi_table_walk *walk;
	struct vmi_explanation *result;
	u32 leaf_level;			/* where the walk found entries for the address; 0: nowhere */
	u64 leaf_value;
};

static struct vmi_explain_tables *tables_of(struct vmi_walk_sink *sink)
{
	return container_of(sink, struct vmi_explain_tables, sink);
}

/* --- under the page-table lock ------------------------------------------------------------------------------------ */

static u64 memcg_inode(struct folio *folio)
{
	struct mem_cgroup *memcg;
	u64 inode;

	rcu_read_lock();
	memcg = folio_memcg(folio);
	inode = memcg ? cgroup_ino(memcg->css.cgroup) : 0;
	rcu_read_unlock();
	return inode;
}

/* An anonymous page that the kernel does not know to be exclusive is reused all the same if nobody else holds it. */
static bool is_own(struct folio *folio, u64 flags)
{
	int references = 1 + folio_test_swapcache(folio) + !folio_test_lru(folio);

	if (flags & VMINSPECT_PAGE_FLAGS_EXCLUSIVE)
		return true;
	return folio_test_anon(folio) && !folio_test_large(folio) && !folio_test_ksm(folio) &&
	       folio_ref_count(folio) <= references;
}

static void describe_frame(struct vmi_explanation *result)
{
	u64 frame = result->page.frame + ((result->address - result->page.start) >> PAGE_SHIFT);
	struct page *page = pfn_to_page(frame);
	struct folio *folio = page_folio(page);

	result->has_frame = true;
	result->frame = (struct vmi_frame_detail){
		.frame = frame,
		.folio = folio_pfn(folio),
		.order = folio_order(folio),
		.node = folio_nid(folio),
		.zone = folio_zone(folio)->name,
		.references = folio_ref_count(folio),
		.mapcount = vmi_page_mapcount(folio, page),
		.memcg = memcg_inode(folio),
	};
	result->facts.own = is_own(folio, result->page.flags);
}

static void inspect(struct vmi_walk_sink *sink, const struct vmi_locked_leaves *leaves)
{
	struct vmi_explain_tables *tables = tables_of(sink);
	struct vmi_explanation *result = tables->result;
	struct vmi_frame_memo memo = { 0 };

	/* The walk looks on when nothing is there. */
	if (leaves->start > result->address)
		return;
	tables->leaf_level = leaves->level;
	tables->leaf_value = leaves->entries[0];
	if (!tables->leaf_value)
		return;
	vmi_frame_facts(leaves->context, &memo, leaves->level, tables->leaf_value, &result->page);
	result->page.start = leaves->start;
	if (result->page.state == VMI_PAGE_PRESENT &&
	    !(result->page.flags & (VMINSPECT_PAGE_FLAGS_SPECIAL | VMINSPECT_PAGE_FLAGS_ZERO)))
		describe_frame(result);
}

/* --- without it --------------------------------------------------------------------------------------------------- */

static void ignore_table(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame)
{
}

static void stop(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch)
{
	sink->stop = true;
}

/* Adds an entry; true when it points to a table below. */
static bool add_step(struct vmi_explanation *result, u32 level, u64 entry_address, u64 value)
{
	struct vmi_table_step *step = &result->steps[result->step_count++];

	step->level = level;
	step->index = (result->address >> vmi_level_shift(level)) % VMI_TABLE_ENTRIES;
	step->entry_address = entry_address;
	step->value = value;
	step->leaf = vmi_entry_leaf(value, level);
	return vmi_entry_table(value, level);
}

/* Other processes may have a PMD table in common with this one, which can be taken away meanwhile. */
static pmd_t read_pmd(const struct vm_area_struct *vma, pmd_t *pmd)
{
	return vmi_has_shared_tables(vma) ? __pmd(0) : READ_ONCE(*pmd);
}

/*
 * Follows the upper entries. Returns the PMD entry when it points to a table, else an empty one. What stands in a table
 * that is shared is left to the walk, which has the lock that keeps it.
 */
static pmd_t read_upper_steps(struct vmi_explain_tables *tables, const struct vm_area_struct *vma,
			      unsigned long address)
{
	struct vmi_explanation *result = tables->result;
	pgd_t *pgd = pgd_offset(tables->target->mm, address);
	p4d_t *p4d, p4d_value;
	pud_t *pud, pud_value;
	pmd_t *pmd, pmd_value;

	if (pgtable_l5_enabled() && !add_step(result, 5, virt_to_phys(pgd), pgd_val(READ_ONCE(*pgd))))
		return __pmd(0);
	p4d = p4d_offset(pgd, address);
	p4d_value = READ_ONCE(*p4d);
	if (!add_step(result, 4, virt_to_phys(p4d), p4d_val(p4d_value)))
		return __pmd(0);
	pud = pud_offset(&p4d_value, address);
	pud_value = READ_ONCE(*pud);
	if (!add_step(result, 3, virt_to_phys(pud), pud_val(pud_value)))
		return __pmd(0);
	pmd = pmd_offset(&pud_value, address);
	pmd_value = read_pmd(vma, pmd);
	return add_step(result, 2, virt_to_phys(pmd), pmd_val(pmd_value)) ? pmd_value : __pmd(0);
}

/* The last step becomes what was seen under the lock: a huge leaf, or something in its place, or nothing. */
static bool take_huge_leaf(struct vmi_explain_tables *tables)
{
	struct vmi_table_step *last = &tables->result->steps[tables->result->step_count - 1];

	if (!tables->leaf_level)
		return !last->value;
	last->value = tables->leaf_value;
	last->leaf = vmi_entry_leaf(last->value, last->level);
	return last->level == tables->leaf_level;
}

/* True when the steps and what the walk found fit each other. */
static bool try_walk(struct vmi_explain_tables *tables, struct vm_area_struct *vma)
{
	unsigned long address = tables->result->address & PAGE_MASK;
	u64 offset = pte_index(address) * sizeof(pte_t);
	pmd_t table;

	tables->result->step_count = 0;
	tables->leaf_level = 0;
	tables->sink.stop = false;
	vmi_table_walk_begin_hold(tables->walk);
	table = read_upper_steps(tables, vma, address);
	/* It gets nowhere when it has to wait for the lock of shared tables. */
	if (vmi_table_walk_vma(tables->walk, vma, address) == address)
		return false;
	if (tables->leaf_level != 1)
		return pmd_none(table) && take_huge_leaf(tables);
	if (pmd_none(table))
		return false;
	add_step(tables->result, 1, ((u64)pmd_pfn(table) << PAGE_SHIFT) + offset, tables->leaf_value);
	return true;
}

void vmi_explain_tables_walk(struct vmi_explain_tables *tables, struct vm_area_struct *vma,
			     struct vmi_explanation *result)
{
	const struct vmi_page_run absent = result->page;
	u32 try;

	tables->result = result;
	for (try = 0; try < TRIES; try++) {
		result->page = absent;
		result->has_frame = false;
		if (try_walk(tables, vma))
			return;
	}
}

struct vmi_explain_tables *vmi_explain_tables_create(struct vmi_target *target)
{
	struct vmi_explain_tables *tables = vmi_zalloc_array(1, sizeof(*tables));

	if (!tables)
		return NULL;
	tables->sink.inspect = inspect;
	tables->sink.table = ignore_table;
	tables->sink.leaves = stop;
	tables->target = target;
	tables->walk = vmi_table_walk_create(target, &tables->sink);
	if (!tables->walk) {
		vmi_free(tables);
		return NULL;
	}
	return tables;
}

void vmi_explain_tables_destroy(struct vmi_explain_tables *tables)
{
	if (!tables)
		return;
	vmi_table_walk_destroy(tables->walk);
	vmi_free(tables);
}
