// SPDX-License-Identifier: GPL-2.0
/* Regions and page counts of one process, in bounded holds. */
#include "mm/capture.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "compat/mm_layout.h"
#include "mm/mm_facts.h"
#include "mm/reader_memory.h"
#include "mm/shmem_swap.h"
#include "mm/table_walk.h"
#include "mm/vma_facts.h"
#include "mm/vsyscall.h"

/*
 * Nothing is allocated within a hold; it ends when there is no room left. Room for the string bytes of a hold, and for
 * regions that come to be while the walk is under way.
 */
#define STRINGS_A_HOLD		(4 * VMI_VMA_STRING_MAX)
#define SPARE_REGIONS		64

/* Regions without pages take little time: the clock is looked at once in so many. A power of two. */
#define REGIONS_A_CLOCK_LOOK	16

/* The state of a capture under way. */
struct capture_walk {
	struct vmi_walk_sink sink;	/* first: the callbacks get a pointer to it */
	struct vmi_capture *capture;
	struct vmi_target target;
	struct vmi_table_walk *tables;
	struct vmi_vma_namer *namer;
	struct vmi_page_counts *counts;	/* of the region being walked */
	struct vm_area_struct *shmem_vma;	/* the VMA being walked when its holes may be in swap, else NULL */
	unsigned long shmem_next;	/* of it: end of what was looked at for swapped holes */
	unsigned long cursor;		/* all below is done */
	unsigned long open_vm_start; /* of the VMA whose region is open: its identity over holds, with open_vm_pgoff */
	unsigned long open_vm_pgoff;
	u32 layout_stamp;		/* of the last hold */
	bool region_open;		/* the last region goes on at cursor */
	bool facts_taken;
};

static struct capture_walk *walk_of(struct vmi_walk_sink *sink)
{
	return container_of(sink, struct capture_walk, sink);
}

static void count_table(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame)
{
	vmi_table_census_table(&walk_of(sink)->capture->census, level, address);
}

/* Swapped shmem pages are looked for in this many slots of the page cache between two looks at the clock. */
#define SHMEM_SLOTS_A_CLOCK_LOOK	(1UL << 15)

/*
 * shmem pages in swap leave holes in the tables: counts those of [shmem_next, until), where nothing is mapped, and
 * moves shmem_next there, or less far when the hold has become too long.
 */
static void count_swapped_hole(struct capture_walk *walk, unsigned long until)
{
	while (walk->shmem_next < until) {
		unsigned long piece = min(until - walk->shmem_next, SHMEM_SLOTS_A_CLOCK_LOOK << PAGE_SHIFT);

		walk->counts->swapped += vmi_shmem_swapped(walk->shmem_vma, walk->shmem_next, walk->shmem_next + piece);
		walk->shmem_next += piece;
		if (vmi_target_should_yield(&walk->target))
			return;
	}
}

/* The holes before and between the entries of a batch, done at once: each is at most a piece of walk_shmem(). */
static void count_swapped_holes(struct capture_walk *walk, const struct vmi_leaf_batch *batch)
{
	u32 shift = vmi_level_shift(batch->level), i;

	for (i = 0; i < batch->count; i++) {
		unsigned long address = batch->start + ((u64)i << shift);

		if (!batch->entries[i])
			continue;
		while (walk->shmem_next < address)
			count_swapped_hole(walk, address);
		walk->shmem_next = address + (1UL << shift);
	}
}

static void count_leaves(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch)
{
	struct capture_walk *walk = walk_of(sink);
	u32 shift = vmi_level_shift(batch->level), i;

	vmi_table_census_entries(&walk->capture->census, batch->level, batch->used, batch->present);
	for (i = 0; i < batch->run_count; i++)
		vmi_page_counts_add_run(walk->counts, &batch->runs[i], shift);
	walk->counts->shared += batch->partly_shared;
	if (walk->shmem_vma)
		count_swapped_holes(walk, batch);
}

static struct vmi_region *last_region(struct vmi_region_set *set)
{
	return set->regions + set->count - 1;
}

/* Pages that no table entry says anything about have a state too. */
static void close_region(struct capture_walk *walk)
{
	struct vmi_region *region = last_region(&walk->capture->regions);
	struct vmi_page_counts *counts = &region->counts;
	u64 pages = (region->end - region->start) >> PAGE_SHIFT;
	u64 known = counts->present + counts->swapped + counts->migrating + counts->marker + counts->device;
	/* A process that changes its pages while they are walked can make us see one twice. */
	u64 rest = pages > known ? pages - known : 0;

	if (region->flags & VMI_REGION_FILE)
		counts->unmapped_file = rest;
	else
		counts->untouched = rest;
	if (known)
		vmi_page_counts_add(&walk->capture->counts, counts);
	else
		vmi_page_counts_add_absent(&walk->capture->counts, counts);
	walk->region_open = false;
}

/* Ends the last region where the walk had got to, because its VMA is gone or has become another one. */
static void cut_region(struct capture_walk *walk)
{
	struct vmi_region *region = last_region(&walk->capture->regions);

	walk->capture->torn_regions++;
	if (walk->cursor <= region->start) {
		/* Nothing of it had been walked. */
		walk->capture->regions.count--;
		walk->region_open = false;
		return;
	}
	region->end = walk->cursor;
	close_region(walk);
}

/* False when there is no room for another region: the hold must end. */
static bool open_region(struct capture_walk *walk, struct vm_area_struct *vma)
{
	struct vmi_region_set *set = &walk->capture->regions;
	struct vmi_region *region;

	if (walk->region_open) {
		region = last_region(set);
		if (vma->vm_start == walk->open_vm_start && vma->vm_pgoff == walk->open_vm_pgoff &&
		    vmi_vma_continues(vma, region)) {
			region->end = vma->vm_end;
			return true;
		}
		cut_region(walk);
	}
	if (set->strings_capacity - set->strings_used < VMI_VMA_STRING_MAX)
		return false;
	region = vmi_region_set_append(set, max(vma->vm_start, walk->cursor), vma->vm_end);
	if (!region)
		return false;
	vmi_vma_facts(vma, set, region, walk->namer);
	walk->open_vm_start = vma->vm_start;
	walk->open_vm_pgoff = vma->vm_pgoff;
	walk->region_open = true;
	return true;
}

/* The tables of a piece, and then what is swapped where they say nothing; until the VMA's end, or that of the hold. */
static void walk_shmem(struct capture_walk *walk, struct vm_area_struct *vma, unsigned long start)
{
	walk->shmem_next = start;
	walk->cursor = start;
	while (walk->cursor < vma->vm_end) {
		/* Whole tables, or a huge leaf would be in two pieces. */
		unsigned long end = min(ALIGN_DOWN(walk->cursor + (SHMEM_SLOTS_A_CLOCK_LOOK << PAGE_SHIFT), PMD_SIZE),
					vma->vm_end);

		walk->cursor = vmi_table_walk_part(walk->tables, vma, walk->cursor, end);
		/* What is left of the hole is walked again in the next hold; there are no entries in it. */
		count_swapped_hole(walk, walk->cursor);
		walk->cursor = min(walk->cursor, walk->shmem_next);
		if (walk->cursor < end || vmi_target_should_yield(&walk->target))
			return;
	}
}

/* False when the hold should end before the VMA's end was reached. */
static bool walk_region(struct capture_walk *walk, struct vm_area_struct *vma)
{
	struct vmi_region *region = last_region(&walk->capture->regions);
	unsigned long start = max(vma->vm_start, walk->cursor);

	walk->counts = &region->counts;
	walk->shmem_vma = (region->flags & VMI_REGION_SHMEM) && vmi_vma_has_shmem_swap(vma) ? vma : NULL;
	if (walk->shmem_vma)
		walk_shmem(walk, vma, start);
	else
		walk->cursor = vmi_table_walk_vma(walk->tables, vma, start);
	if (walk->cursor < vma->vm_end)
		return false;
	close_region(walk);
	return true;
}

static bool should_end_hold(struct capture_walk *walk)
{
	return walk->capture->regions.count % REGIONS_A_CLOCK_LOOK == 0 && vmi_target_should_yield(&walk->target);
}

/* Notes whether the layout is what it was in the hold before. */
static void note_layout(struct capture_walk *walk)
{
	u32 stamp = vmi_mm_layout_stamp(walk->target.mm);

	if (walk->facts_taken && stamp != walk->layout_stamp)
		walk->capture->layout_changed = true;
	walk->layout_stamp = stamp;
}

/* Goes on from the cursor for as long as one hold may last. True when the end of the address space was reached. */
static bool walk_one_hold(struct capture_walk *walk)
{
	VMA_ITERATOR(vmas, walk->target.mm, walk->cursor);
	struct vm_area_struct *vma;

	vmi_vma_namer_begin_hold(walk->namer);
	vmi_table_walk_begin_hold(walk->tables);
	note_layout(walk);
	if (!walk->facts_taken) {
		vmi_mm_facts(walk->target.mm, &walk->capture->mm);
		walk->facts_taken = true;
	}
	for_each_vma(vmas, vma) {
		if (!open_region(walk, vma) || !walk_region(walk, vma) || should_end_hold(walk))
			return false;
	}
	if (walk->region_open)
		cut_region(walk);
	return true;
}

/* Room for all regions at once: growing step by step would copy the array over and over. */
static int make_room(struct capture_walk *walk)
{
	struct vmi_region_set *set = &walk->capture->regions;
	size_t expected = READ_ONCE(walk->target.mm->map_count);
	size_t more = expected > set->count ? expected - set->count : 0;

	return vmi_region_set_reserve(set, more + SPARE_REGIONS, STRINGS_A_HOLD);
}

static int walk_all_holds(struct capture_walk *walk)
{
	bool done = false;
	int ret = 0;

	while (!done) {
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = make_room(walk) ?: vmi_target_hold(&walk->target);
		if (ret)
			return ret;
		done = walk_one_hold(walk);
		vmi_target_release(&walk->target);
		cond_resched();
	}
	return 0;
}

/* A process that died half way leaves what was captured; any other failure leaves nothing. */
static int run_walk(struct capture_walk *walk)
{
	int ret = walk_all_holds(walk);

	if (ret == -ESRCH && walk->facts_taken) {
		if (walk->region_open)
			cut_region(walk);
		ret = 0;
	} else if (!ret) {
		walk->capture->complete = true;
	}
	vmi_region_set_seal(&walk->capture->regions);
	return ret;
}

static int capture_target(struct capture_walk *walk)
{
	int ret = -ENOMEM;

	walk->namer = vmi_zalloc_array(1, sizeof(*walk->namer));
	walk->tables = vmi_table_walk_create(&walk->target, &walk->sink);
	if (walk->namer && walk->tables)
		ret = vmi_target_begin_turn(&walk->target);
	if (!ret) {
		ret = run_walk(walk);
		vmi_target_end_turn(&walk->target);
	}
	if (walk->tables)
		vmi_table_walk_destroy(walk->tables);
	vmi_free(walk->namer);
	return ret;
}

int vmi_capture_process(struct pid *process, struct vmi_capture **ret)
{
	struct capture_walk walk = { .sink = { .table = count_table, .leaves = count_leaves } };
	int error = vmi_target_open_reader(&walk.target, process);

	if (error)
		return error;
	walk.capture = vmi_zalloc_array(1, sizeof(*walk.capture));
	if (!walk.capture) {
		vmi_target_close(&walk.target);
		return -ENOMEM;
	}
	walk.target.stats = &walk.capture->holds;
	vmi_region_set_init(&walk.capture->regions);
	walk.capture->regions.pool = &vmi_reader_memory;
	vmi_table_census_init(&walk.capture->census, vmi_table_levels());
	walk.capture->vsyscall_protection = vmi_vsyscall_protection(walk.target.mm);
	error = capture_target(&walk);
	vmi_target_close(&walk.target);
	if (error) {
		vmi_capture_free(walk.capture);
		return error;
	}
	*ret = walk.capture;
	return 0;
}

void vmi_capture_free(struct vmi_capture *capture)
{
	if (!capture)
		return;
	vmi_region_set_deinit(&capture->regions);
	vmi_free(capture);
}
