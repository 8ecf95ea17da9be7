// SPDX-License-Identifier: GPL-2.0
/* Runs of equal pages; the header tells how they come about. */
#include "mm/page_dump.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/vminspect.h>

#include "mm/frame_facts.h"
#include "mm/range_walk.h"
#include "mm/reader_memory.h"
#include "mm/shmem_swap.h"

/* Runs that one hold may find, and what must be left of that for one more table and the holes in it. */
#define RUNS_MAX		(8 * VMI_TABLE_ENTRIES)
#define RUNS_A_TABLE		(2 * VMI_TABLE_ENTRIES + 1)

/* The page cache is asked for this many slots between two looks at the clock. */
#define SLOTS_A_CLOCK_LOOK	(1UL << 15)

struct vmi_page_dump {
	struct vmi_range_walk walk;	/* first: the callbacks get a pointer to it */
	u64 start;			/* of what is asked for; its end is in the walk */
	u32 states;
	u32 absent_state;		/* of a page of the VMA being walked that no entry says anything about */
	const struct vm_area_struct *shmem;	/* the VMA being walked when its holes may be in swap, else NULL */
	struct vmi_frame_memo memo;
	bool joinable;			/* the next page may join the last run: it is of the same region */
	bool full;			/* no room: what comes up in this hold has to wait */
	unsigned long known;		/* runs tell all below, within the VMA being walked */
	u32 found_count;
	u32 count;
	struct vmi_page_run found[VMI_TABLE_ENTRIES];	/* of one table */
	struct vmi_page_run runs[RUNS_MAX];	/* the last one may go on, while walk.inside */
};

static struct vmi_page_dump *dump_of(struct vmi_walk_sink *sink)
{
	return container_of(sink, struct vmi_page_dump, walk.sink);
}

static u64 end_of(const struct vmi_page_run *run)
{
	return run->start + (run->pages << PAGE_SHIFT);
}

/* How far apart the frames, or slots, of neighbouring pages of a run are. */
static u64 frame_step(const struct vmi_page_run *run)
{
	if (run->state == VMI_PAGE_PRESENT)
		return !(run->flags & VMINSPECT_PAGE_FLAGS_ZERO);
	return run->state == VMI_PAGE_SWAPPED && run->swap_type != VMI_NO_SWAP_SLOT;
}

static bool continues(const struct vmi_page_run *run, const struct vmi_page_run *next)
{
	return next->start == end_of(run) && next->flags == run->flags &&
	       next->frame == run->frame + run->pages * frame_step(run) && next->state == run->state &&
	       next->mapcount == run->mapcount && next->lru == run->lru && next->swap_type == run->swap_type;
}

/* --- under the page-table lock ------------------------------------------------------------------------------------ */

static void inspect(struct vmi_walk_sink *sink, const struct vmi_locked_leaves *leaves)
{
	struct vmi_page_dump *dump = dump_of(sink);
	u32 shift = vmi_level_shift(leaves->level), i;
	struct vmi_page_run *last = NULL, page;

	dump->found_count = 0;
	for (i = 0; i < leaves->count; i++) {
		if (!leaves->entries[i])
			continue;
		page.start = leaves->start + ((u64)i << shift);
		vmi_frame_facts(leaves->context, &dump->memo, leaves->level, leaves->entries[i], &page);
		if (last && continues(last, &page)) {
			last->pages += page.pages;
		} else {
			last = &dump->found[dump->found_count++];
			*last = page;
		}
	}
}

/* --- after it ----------------------------------------------------------------------------------------------------- */

/* Adds a run, cut to what is asked for, unless its state is not; joins it to the last one where they agree. */
static void add_run(struct vmi_page_dump *dump, const struct vmi_page_run *more)
{
	u64 start = max(more->start, dump->start), end = min(end_of(more), dump->walk.end);
	struct vmi_page_run run = *more;

	if (start >= end || !(dump->states & (1U << (run.state - 1))))
		return;
	run.frame += ((start - run.start) >> PAGE_SHIFT) * frame_step(&run);
	run.start = start;
	run.pages = (end - start) >> PAGE_SHIFT;
	if (dump->count && dump->joinable && continues(&dump->runs[dump->count - 1], &run)) {
		dump->runs[dump->count - 1].pages += run.pages;
		return;
	}
	dump->runs[dump->count++] = run;
	dump->joinable = true;
}

/* Adds [known, until), of which no entry says anything, and moves `known` there. */
static void add_absent(struct vmi_page_dump *dump, unsigned long until, u32 state)
{
	const struct vmi_page_run run = {
		.start = dump->known,
		.pages = (until - dump->known) >> PAGE_SHIFT,
		.state = state,
		.swap_type = state == VMI_PAGE_SWAPPED ? VMI_NO_SWAP_SLOT : 0,
	};

	if (dump->known >= until)
		return;
	add_run(dump, &run);
	dump->known = until;
}

/* The same for a shmem mapping: some of the pages may be in swap. Stops early when there is no room or no time. */
static void add_shmem_hole(struct vmi_page_dump *dump, unsigned long until)
{
	while (dump->known < until && !dump->full) {
		unsigned long piece = min(until, dump->known + (SLOTS_A_CLOCK_LOOK << PAGE_SHIFT));
		unsigned long start, end;

		if (vmi_shmem_find_swapped(dump->shmem, dump->known, piece, &start, &end)) {
			add_absent(dump, start, dump->absent_state);
			add_absent(dump, end, VMI_PAGE_SWAPPED);
		} else {
			add_absent(dump, piece, dump->absent_state);
		}
		if (RUNS_MAX - dump->count < RUNS_A_TABLE || vmi_target_should_yield(&dump->walk.target))
			dump->full = true;
	}
}

static void add_hole(struct vmi_page_dump *dump, unsigned long until)
{
	if (dump->shmem)
		add_shmem_hole(dump, until);
	else
		add_absent(dump, until, dump->absent_state);
}

/* What was found in a table, and the holes before it and in it. */
static void leaves(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch)
{
	struct vmi_page_dump *dump = dump_of(sink);
	u32 i;

	for (i = 0; i < dump->found_count && !dump->full; i++) {
		const struct vmi_page_run *run = &dump->found[i];

		add_hole(dump, min_t(u64, run->start, dump->walk.end));
		if (dump->known < run->start && dump->known < dump->walk.end)
			break;
		add_run(dump, run);
		dump->known = end_of(run);
	}
	if (RUNS_MAX - dump->count < RUNS_A_TABLE)
		dump->full = true;
	if (dump->full || batch->start + ((u64)batch->count << vmi_level_shift(batch->level)) >= dump->walk.end)
		sink->stop = true;
}

static void ignore_table(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame)
{
}

static void enter(struct vmi_range_walk *walk, struct vm_area_struct *vma, unsigned long start)
{
	struct vmi_page_dump *dump = dump_of(&walk->sink);

	dump->absent_state = vma->vm_file ? VMI_PAGE_UNMAPPED_FILE : VMI_PAGE_UNTOUCHED;
	dump->shmem = vmi_vma_has_shmem_swap(vma) ? vma : NULL;
	dump->joinable = start > vma->vm_start && walk->inside;
	dump->known = start;
	dump->full = false;
	memset(&dump->memo, 0, sizeof(dump->memo));
}

static unsigned long leave(struct vmi_range_walk *walk, struct vm_area_struct *vma, unsigned long reached)
{
	struct vmi_page_dump *dump = dump_of(&walk->sink);

	if (!dump->full)
		add_hole(dump, reached);
	if (RUNS_MAX - dump->count < RUNS_A_TABLE)
		walk->sink.stop = true;
	/* A huge leaf may reach beyond the end of what is asked for. */
	return min(dump->known, reached);
}

int vmi_page_dump_open(struct pid *process, u64 start, u64 end, u32 states, struct vmi_page_dump **ret)
{
	struct vmi_page_dump *dump = vmi_reader_alloc(sizeof(*dump));
	int error;

	if (!dump)
		return -ENOMEM;
	memset(dump, 0, offsetof(struct vmi_page_dump, found));
	dump->walk.sink.inspect = inspect;
	dump->walk.sink.table = ignore_table;
	dump->walk.sink.leaves = leaves;
	dump->walk.enter = enter;
	dump->walk.leave = leave;
	dump->start = start & PAGE_MASK;
	dump->states = states;
	error = vmi_range_walk_open(&dump->walk, process, start, end);
	if (error)
		vmi_reader_free(dump, sizeof(*dump));
	else
		*ret = dump;
	return error;
}

void vmi_page_dump_close(struct vmi_page_dump *dump)
{
	vmi_range_walk_close(&dump->walk);
	vmi_reader_free(dump, sizeof(*dump));
}

/* Forgets the runs that were handed out, which are all but one that may go on. */
static void drop_told_runs(struct vmi_page_dump *dump)
{
	if (dump->walk.inside && dump->count)
		dump->runs[0] = dump->runs[dump->count - 1];
	dump->count = dump->walk.inside && dump->count;
}

int vmi_page_dump_next(struct vmi_page_dump *dump, const struct vmi_page_run **ret, u32 *ret_count, u32 *ret_stamp)
{
	int error;

	if (dump->walk.done)
		return 0;
	drop_told_runs(dump);
	error = vmi_range_walk_hold(&dump->walk);
	if (error)
		return error;
	*ret = dump->runs;
	*ret_count = dump->count - (dump->walk.inside && dump->count);
	*ret_stamp = dump->walk.stamp;
	return 1;
}
