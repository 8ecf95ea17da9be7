// SPDX-License-Identifier: GPL-2.0
/* Passes over the accessed bits of one address space, in bounded holds. */
#include "mm/access_pass.h"

#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/xarray.h>

#include "compat/frame.h"
#include "compat/leaf_entry.h"
#include "compat/lru.h"
#include "compat/tlb.h"
#include "mm/access_bits.h"
#include "mm/lru_state.h"
#include "mm/table_walk.h"
#include "mm/valid_frames.h"

/* Tables whose pages are kept until the mirror is told of them: those of one hold of the mmap lock, or of several. */
#define TABLES_AT_ONCE 32

/* VMAs without pages take little time: the clock is looked at once in so many. */
#define VMAS_A_CLOCK_LOOK 16

/* What was seen of one table, or of one huge leaf. */
struct seen_table {
	u64 start;			/* address of the first observation */
	u32 level;
	u32 count;
	u64 look[8];			/* bit by index from `start`'s table: pages[] was filled in; level 1 only */
	struct vmi_observation *pages;	/* by index from `start` */
};

struct vmi_access_pass {
	struct vmi_walk_sink sink;	/* first: the callbacks get a pointer to it */
	struct vmi_target target;
	struct vmi_table_walk *tables;
	struct vmi_access_bits bits;
	bool flush_tlb;
	bool all_pages;
	struct vmi_mirror *mirror;
	struct vmi_access_result *result;
	unsigned long cursor;		/* all below is done */
	u64 told_until;			/* the mirror knows about all below */
	struct vm_area_struct *vma;	/* being walked; valid within the hold */
	struct vmi_valid_frames valid_frames;	/* in the table being inspected */
	u32 briefs[VMI_TABLE_ENTRIES];	/* of the table being inspected */
	u32 seen_count;
	struct seen_table seen[TABLES_AT_ONCE];
	struct vmi_observation pages[TABLES_AT_ONCE * VMI_TABLE_ENTRIES];
};

/* As the kernel's searches for bits want it. */
static const unsigned long *bitmap_of(const u64 look[8])
{
	return (const unsigned long *)look;
}

static struct vmi_access_pass *pass_of(struct vmi_walk_sink *sink)
{
	return container_of(sink, struct vmi_access_pass, sink);
}

/*
 * True for an entry that maps a page which reclaim could have to do with; fills in frame and page. PROTNONE is such an
 * entry: the NUMA balancer, or mprotect(), has taken the right to access away, the page stays.
 */
static bool maps_a_page(struct vmi_access_pass *pass, const struct vmi_leaf_context *context, u32 level,
			struct vmi_live_entry *entry)
{
	if (!vmi_entry_leaf(entry->value, level) || !vmi_entry_present(entry->value) ||
	    (entry->value & VMI_PTE_NO_PAGE_BITS))
		return false;
	/* The kernel's own way to the frame number: it knows of memory encryption bits. */
	entry->frame = level == 1 ? pte_pfn(__pte(entry->value)) : pmd_pfn(__pmd(entry->value));
	if (is_zero_pfn(entry->frame) || !vmi_frame_has_page(&pass->valid_frames, entry->frame))
		return false;
	entry->page = pfn_to_page(entry->frame);
	return level == 1 || !vmi_is_huge_zero(context, __pmd(entry->value));
}

static bool is_file_backed(const struct vm_area_struct *vma)
{
	return vma->vm_file && vma->vm_ops;
}

/* What an entry says that maps no page of ours. Empty entries of files are looked into later, without the lock. */
static u8 absent_state(const struct vmi_access_pass *pass, u64 value, u32 level)
{
	if (!value)
		return is_file_backed(pass->vma) ? VMI_PAGE_UNMAPPED_FILE : VMI_PAGE_UNTOUCHED;
	if (vmi_entry_present(value) || (level > 1 && (value & _PAGE_PSE)))
		return VMI_PAGE_UNTOUCHED;
	return level == 1 ? vmi_nonpresent_pte_state(__pte(value)) : vmi_nonpresent_pmd_state(__pmd(value));
}

/* Which entries to look at: all of them, unless the mirror knows better. Lock: the page-table lock. */
static void choose_entries(struct vmi_access_pass *pass, const struct vmi_locked_leaves *leaves, u32 first,
			   const struct vmi_ledger_block *block, u64 look[8])
{
	bool owing = block && pass->bits.action == VMI_ACCESS_RETURN;
	struct vmi_raw_entries raw = {
		.entries = leaves->entries,
		.first = first,
		.count = leaves->count,
		.frame_mask = PTE_PFN_MASK,
		.owed = owing ? block->owed : NULL,
	};

	/*
	 * Each page of a huge leaf that was split is owed its bit, and has no entry of its own that says so. The search
	 * for moved frames would find them, but of so many leaves only.
	 */
	if (!pass->mirror || leaves->level > 1 || (owing && block->huge_frame)) {
		memset(look, 0xff, 8 * sizeof(*look));
		return;
	}
	if (pass->all_pages) {
		vmi_pages_brief(leaves->entries, leaves->count, pass->briefs);
		raw.briefs = pass->briefs;
	}
	vmi_pass_skip(pass->mirror, leaves->start & PMD_MASK, &raw, look);
}

static void inspect_entry(struct vmi_access_pass *pass, const struct vmi_locked_leaves *leaves, u32 i, u32 index,
			  struct vmi_ledger_block *block)
{
	struct vmi_observation *seen = &pass->pages[pass->seen_count * VMI_TABLE_ENTRIES + i];
	struct vmi_live_entry entry = {
		.value = leaves->entries[i],
		.live = leaves->live + i,
		.level = leaves->level,
		.index = index,
	};
	bool touched;

	if (!maps_a_page(pass, leaves->context, leaves->level, &entry)) {
		seen->state = absent_state(pass, entry.value, leaves->level);
		return;
	}
	touched = vmi_access_bits_act(&pass->bits, block, &entry);
	if (pass->mirror)
		vmi_page_observe(entry.page, entry.frame, (touched ? VMI_SEEN_ACCESSED : 0) |
				 (entry.value & _PAGE_DIRTY ? VMI_SEEN_DIRTY : 0), seen);
}

/* A table in which nothing has happened since the last pass. Under the page-table lock. */
static bool know_table(struct vmi_walk_sink *sink, u64 start, const unsigned long *live, u32 count)
{
	struct vmi_access_pass *pass = pass_of(sink);
	const struct vmi_ledger_block *owed = NULL;

	if (!pass->mirror || pass->all_pages)
		return false;
	if (pass->bits.action == VMI_ACCESS_RETURN)
		owed = vmi_access_bits_block(&pass->bits, start);
	if (owed && (owed->borrowed || owed->huge_frame))
		return false;
	if (!vmi_pass_skip_table(pass->mirror, start & PMD_MASK, (const u64 *)live,
				 (start >> PAGE_SHIFT) % VMI_TABLE_ENTRIES, count))
		return false;
	memset(pass->seen[pass->seen_count].look, 0, sizeof(pass->seen[0].look));
	return true;
}

/* Under the page-table lock. */
static void inspect_leaves(struct vmi_walk_sink *sink, const struct vmi_locked_leaves *leaves)
{
	struct vmi_access_pass *pass = pass_of(sink);
	struct vmi_ledger_block *block = vmi_access_bits_block(&pass->bits, leaves->start);
	u32 first = leaves->level == 1 ? (leaves->start >> PAGE_SHIFT) % VMI_TABLE_ENTRIES : 0;
	u64 *look = pass->seen[pass->seen_count].look;
	u32 index = first;

	pass->valid_frames = VMI_VALID_FRAMES_NONE;
	choose_entries(pass, leaves, first, block, look);
	for_each_set_bit_from(index, bitmap_of(look), first + leaves->count)
		inspect_entry(pass, leaves, index - first, index, block);
}

/* Reclaim, and whoever writes it out for reclaim, keeps a folio locked or under writeback. Lock: RCU. */
static bool may_be_leaving(const struct folio *folio)
{
	return vmi_folio_flags(folio) & (BIT(PG_locked) | BIT(PG_writeback));
}

/*
 * A file page that is no longer mapped has been evicted when its slot in the page cache holds what reclaim leaves
 * there: a shadow entry, or for shmem a swap entry. A folio is still cached, and an empty slot was truncated, or
 * reclaimed so long ago that its shadow entry has been dropped: these count as unmapped, not as evicted. But reclaim
 * unmaps a page before it takes it out of the cache, and what happens to it in the end the next pass will see. One that
 * was evicted and is cached again, by readahead say, has not come back to this address space yet.
 */
static u8 evicted_state(const struct vm_area_struct *vma, u64 address, bool was_evicted)
{
	pgoff_t index = vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
	u8 state = VMI_PAGE_UNTOUCHED;
	void *slot;

	rcu_read_lock();
	slot = xa_load(&vma->vm_file->f_mapping->i_pages, index);
	if (xa_is_value(slot) || (slot && was_evicted))
		state = VMI_PAGE_UNMAPPED_FILE;
	else if (slot && may_be_leaving(slot))
		state = VMI_PAGE_MIGRATING;
	rcu_read_unlock();
	return state;
}

/* Looks into the page cache for pages of files that were mapped once and are not now: they may have been evicted. */
static void find_evicted(struct vmi_access_pass *pass, const struct seen_table *table)
{
	u64 block = table->start & PMD_MASK;
	u32 first = (table->start - block) >> PAGE_SHIFT, index = first;
	struct vmi_known_pages pages;
	bool any = vmi_mirror_known(pass->mirror, block, &pages);

	for_each_set_bit_from(index, bitmap_of(table->look), first + table->count) {
		struct vmi_observation *page = &table->pages[index - first];

		if (page->state != VMI_PAGE_UNMAPPED_FILE)
			continue;
		page->state = VMI_PAGE_UNTOUCHED;
		if (any && test_bit(index, bitmap_of(pages.known)))
			page->state = evicted_state(pass->vma, block + ((u64)index << PAGE_SHIFT),
						    test_bit(index, bitmap_of(pages.evicted)));
	}
}

static void keep_table(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch)
{
	struct vmi_access_pass *pass = pass_of(sink);

	pass->result->entries += batch->count;
	if (pass->mirror) {
		struct seen_table *table = &pass->seen[pass->seen_count];

		table->start = batch->start;
		table->level = batch->level;
		table->count = batch->count;
		table->pages = &pass->pages[pass->seen_count * VMI_TABLE_ENTRIES];
		if (batch->level == 1 && is_file_backed(pass->vma))
			find_evicted(pass, table);
		pass->seen_count++;
	}
	pass->sink.stop = pass->seen_count >= TABLES_AT_ONCE || vmi_access_bits_need_spares(&pass->bits);
}

static void ignore_table(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame)
{
}

static bool has_reclaimable_pages(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_HUGETLB | VM_PFNMAP | VM_MIXEDMAP | VM_IO));
}

/* True when the end of the address space was reached. */
static bool walk_one_hold(struct vmi_access_pass *pass)
{
	VMA_ITERATOR(vmas, pass->target.mm, pass->cursor);
	struct vm_area_struct *vma;
	u32 count = 0;

	vmi_table_walk_begin_hold(pass->tables);
	pass->sink.stop = false;
	for_each_vma(vmas, vma) {
		unsigned long start = max(vma->vm_start, pass->cursor);

		if (has_reclaimable_pages(vma)) {
			pass->vma = vma;
			pass->cursor = vmi_table_walk_vma(pass->tables, vma, start);
		} else {
			pass->cursor = vma->vm_end;
		}
		if (pass->cursor < vma->vm_end || pass->sink.stop)
			return false;
		if (++count % VMAS_A_CLOCK_LOOK == 0 && vmi_target_should_yield(&pass->target))
			return false;
	}
	pass->cursor = TASK_SIZE_MAX;
	return true;
}

/* Of what is told of a run of entries there are two parts: what has gone, and all of it. */
typedef void (*tell_run)(struct vmi_access_pass *pass, u64 block, const struct vmi_observation *seen, u32 first,
			 u32 count);

static void tell_gone(struct vmi_access_pass *pass, u64 block, const struct vmi_observation *seen, u32 first, u32 count)
{
	vmi_pass_gone(pass->mirror, block, seen, first, count);
}

static void tell_all(struct vmi_access_pass *pass, u64 block, const struct vmi_observation *seen, u32 first, u32 count)
{
	vmi_pass_block(pass->mirror, block, seen, first, count);
}

/* The entries that were looked at, run by run: the mirror knows the others as they are. */
static void tell_entries(struct vmi_access_pass *pass, const struct seen_table *table, tell_run tell)
{
	u64 block = table->start & PMD_MASK;
	u32 first = (table->start - block) >> PAGE_SHIFT, last = first + table->count;
	const unsigned long *look = bitmap_of(table->look);
	u32 from, end;

	for (from = find_next_bit(look, last, first); from < last; from = find_next_bit(look, last, end)) {
		end = find_next_zero_bit(look, last, from);
		tell(pass, block, table->pages + (from - first), from, end - from);
	}
}

static void tell_table(struct vmi_access_pass *pass, const struct seen_table *table)
{
	u64 end = table->start + ((u64)table->count << vmi_level_shift(table->level));

	vmi_pass_absent(pass->mirror, pass->told_until, table->start);
	if (table->level == 1)
		tell_entries(pass, table, tell_all);
	else if (table->pages[0].state == VMI_PAGE_PRESENT || table->pages[0].state == VMI_PAGE_MIGRATING)
		vmi_pass_huge(pass->mirror, table->start, 1U << (vmi_level_shift(table->level) - PAGE_SHIFT),
			      table->pages);
	else
		vmi_pass_absent(pass->mirror, table->start, end);
	pass->told_until = end;
}

/* Tells the mirror of holds that are over: it may allocate, which nobody should have to wait for. */
static void tell_mirror(struct vmi_access_pass *pass)
{
	u32 i;

	if (!pass->mirror)
		return;
	for (i = 0; i < pass->seen_count; i++)
		if (pass->seen[i].level == 1)
			tell_entries(pass, &pass->seen[i], tell_gone);
	for (i = 0; i < pass->seen_count; i++)
		tell_table(pass, &pass->seen[i]);
	if (pass->cursor > pass->told_until)
		vmi_pass_absent(pass->mirror, pass->told_until, pass->cursor);
	pass->told_until = max_t(u64, pass->told_until, pass->cursor);
	pass->seen_count = 0;
}

static int walk_all_holds(struct vmi_access_pass *pass)
{
	bool done = false;
	u64 cleared;
	int ret = 0;

	pass->cursor = 0;
	while (!done) {
		ret = vmi_access_bits_make_spares(&pass->bits, TABLES_AT_ONCE + 1);
		if (!ret)
			ret = vmi_target_hold(&pass->target);
		if (ret)
			break;
		cleared = pass->result->cleared;
		done = walk_one_hold(pass);
		vmi_target_release(&pass->target);
		if (pass->flush_tlb && pass->result->cleared != cleared)
			vmi_flush_tlb_mm(pass->target.mm);
		/* Of many tables at a time: only within them what has gone is told before what has come. */
		if (pass->seen_count >= TABLES_AT_ONCE)
			tell_mirror(pass);
		cond_resched();
	}
	if (ret)
		vmi_access_bits_cut_short(&pass->bits);
	tell_mirror(pass); /* Also of a pass that is cut short: what it saw is no less true. */
	return ret;
}

/* Ends a RETURN: looks once more for pages that were moved, and closes the ledger if all could be looked at. */
static int settle_ledger(struct vmi_access_pass *pass)
{
	struct vmi_mirror *mirror = pass->mirror;
	int ret = 0;

	if (vmi_access_bits_look_for_moved(&pass->bits)) {
		pass->mirror = NULL;
		ret = walk_all_holds(pass);
		pass->mirror = mirror;
	}
	if (!ret)
		vmi_access_bits_close(&pass->bits);
	return ret;
}

static int run_on_target(struct vmi_access_pass *pass)
{
	int ret;

	if (pass->mirror)
		vmi_pass_begin(pass->mirror);
	ret = walk_all_holds(pass);
	if (pass->mirror)
		vmi_pass_end(pass->mirror, &pass->result->pass);
	if (!ret && pass->bits.action == VMI_ACCESS_RETURN)
		ret = settle_ledger(pass);
	return ret;
}

struct vmi_access_pass *vmi_access_pass_create(void)
{
	struct vmi_access_pass *pass = vmi_zalloc_array(1, sizeof(*pass));

	if (!pass)
		return NULL;
	pass->sink.known = know_table;
	pass->sink.inspect = inspect_leaves;
	pass->sink.leaves = keep_table;
	pass->sink.table = ignore_table;
	pass->tables = vmi_table_walk_create(&pass->target, &pass->sink);
	if (pass->tables)
		return pass;
	vmi_free(pass);
	return NULL;
}

void vmi_access_pass_destroy(struct vmi_access_pass *pass)
{
	if (!pass)
		return;
	vmi_table_walk_destroy(pass->tables);
	vmi_access_bits_free_spares(&pass->bits);
	vmi_free(pass);
}

int vmi_access_pass_run(struct vmi_access_pass *pass, const struct vmi_access_request *request,
			struct vmi_access_result *ret)
{
	int error;

	*ret = (struct vmi_access_result){ 0 };
	error = vmi_target_open(&pass->target, request->process);
	if (error)
		return error;
	pass->target.stats = &ret->holds;
	pass->target.wait_ms = request->wait_ms;
	vmi_access_bits_begin(&pass->bits, request->action, request->ledger, ret);
	pass->flush_tlb = request->flush_tlb;
	pass->all_pages = request->all_pages;
	pass->mirror = request->mirror;
	pass->result = ret;
	pass->told_until = 0;
	pass->seen_count = 0;
	error = run_on_target(pass);
	vmi_target_close(&pass->target);
	return error;
}
