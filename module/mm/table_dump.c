// SPDX-License-Identifier: GPL-2.0
/*
 * Runs of leaves and table pages. A run, or a table, is kept open until something comes up that does not belong to it;
 * of tables one a level, which ends when the walk reaches another one of that level, lower levels first.
 */
#include "mm/table_dump.h"

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "compat/leaf_entry.h"
#include "mm/range_walk.h"
#include "mm/reader_memory.h"

/* Items that one hold may find, and what one more table can add. */
#define ITEMS_MAX	(4 * VMI_TABLE_ENTRIES)
#define ITEMS_A_TABLE	(VMI_TABLE_ENTRIES + VMI_MAX_LEVELS)

struct vmi_table_dump {
	struct vmi_range_walk walk;	/* first: the callbacks get a pointer to it */
	enum vmi_table_dump_mode mode;
	u64 start;			/* of what is asked for; its end is in the walk */
	struct vmi_table_census census;
	struct vmi_table_item run;	/* that may go on; level 0: none */
	struct vmi_table_item table[VMI_MAX_LEVELS + 1];	/* by level, likewise */
	bool over;			/* all was told */
	u32 count;
	struct vmi_table_item items[ITEMS_MAX];
};

static struct vmi_table_dump *dump_of(struct vmi_walk_sink *sink)
{
	return container_of(sink, struct vmi_table_dump, walk.sink);
}

/* Hands out an item that nothing can be added to any more; one of level 0 is none. */
static void hand_out(struct vmi_table_dump *dump, struct vmi_table_item *item)
{
	if (item->level)
		dump->items[dump->count++] = *item;
	item->level = 0;
}

static void open_table(struct vmi_table_dump *dump, u32 level, u64 address, u64 frame)
{
	u64 span = 1ULL << vmi_level_shift(level + 1);
	struct vmi_table_item *table = &dump->table[level];

	if (table->level && table->start == (address & ~(span - 1)))
		return;
	hand_out(dump, table);
	table->level = level;
	table->start = address & ~(span - 1);
	table->end = table->start + span;
	table->frame = frame;
	table->used = 0;
	table->leaves = 0;
	if (level < dump->census.levels)
		dump->table[level + 1].used++;
}

/* To be asked after whatever may have handed out items: what comes next adds up to ITEMS_A_TABLE. */
static bool is_full(const struct vmi_table_dump *dump)
{
	return ITEMS_MAX - dump->count < ITEMS_A_TABLE;
}

/* Tables can follow one another without a leaf in between: what was unmapped leaves them behind. */
static void table(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame)
{
	struct vmi_table_dump *dump = dump_of(sink);
	u32 lower;

	vmi_table_census_table(&dump->census, level, address);
	if (dump->mode != VMI_TABLE_DUMP_TABLES)
		return;
	/* A table that is left takes those below it along. */
	if (dump->table[level].level && dump->table[level].end <= address)
		for (lower = 1; lower < level; lower++)
			hand_out(dump, &dump->table[lower]);
	open_table(dump, level, address, frame);
	if (is_full(dump))
		sink->stop = true;
}

static void add_leaf(struct vmi_table_dump *dump, u64 address, u32 level, u64 entry)
{
	u64 start = max(address, dump->start);
	u64 end = min(address + (1ULL << vmi_level_shift(level)), dump->walk.end);
	u64 bits = vmi_entry_bits(entry, level) & ~(u64)VMI_PTE_ACCESS_BITS;
	struct vmi_table_item *run = &dump->run;

	if (start >= end)
		return;
	if (run->level == level && run->end == start && run->bits == bits) {
		run->end = end;
		return;
	}
	hand_out(dump, run);
	*run = (struct vmi_table_item){ .start = start, .end = end, .level = level, .bits = bits };
}

static void leaves(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch)
{
	struct vmi_table_dump *dump = dump_of(sink);
	u32 shift = vmi_level_shift(batch->level);
	u32 used = 0, present = 0, i;

	for (i = 0; i < batch->count; i++) {
		u64 address = batch->start + ((u64)i << shift);
		u64 entry = batch->entries[i];
		bool is_leaf = entry && vmi_entry_leaf(entry, batch->level);

		if (address >= dump->walk.end)
			break;
		used += entry != 0;
		present += is_leaf;
		if (is_leaf && dump->mode == VMI_TABLE_DUMP_RUNS)
			add_leaf(dump, address, batch->level, entry);
	}
	vmi_table_census_entries(&dump->census, batch->level, used, present);
	dump->table[batch->level].used += used;
	dump->table[batch->level].leaves += present;
	if (is_full(dump) || batch->start + ((u64)batch->count << shift) >= dump->walk.end)
		sink->stop = true;
}

/* Leaves are handed on without a look at their frames. */
static void inspect_nothing(struct vmi_walk_sink *sink, const struct vmi_locked_leaves *leaves)
{
}

static void enter(struct vmi_range_walk *walk, struct vm_area_struct *vma, unsigned long start)
{
}

static unsigned long leave(struct vmi_range_walk *walk, struct vm_area_struct *vma, unsigned long reached)
{
	return reached;
}

/* The one table that every address space has. */
static void open_top_table(struct vmi_table_dump *dump)
{
	struct vmi_table_item *top = &dump->table[dump->census.levels];

	top->level = dump->census.levels;
	top->end = 1ULL << vmi_level_shift(dump->census.levels + 1);
	top->frame = virt_to_phys(dump->walk.target.mm->pgd) >> PAGE_SHIFT;
}

int vmi_table_dump_open(struct pid *process, u64 start, u64 end, enum vmi_table_dump_mode mode,
			struct vmi_table_dump **ret)
{
	struct vmi_table_dump *dump = vmi_reader_alloc(sizeof(*dump));
	int error;

	if (!dump)
		return -ENOMEM;
	memset(dump, 0, offsetof(struct vmi_table_dump, items));
	dump->walk.sink.inspect = inspect_nothing;
	dump->walk.sink.table = table;
	dump->walk.sink.leaves = leaves;
	dump->walk.enter = enter;
	dump->walk.leave = leave;
	dump->mode = mode;
	dump->start = start & PAGE_MASK;
	vmi_table_census_init(&dump->census, vmi_table_levels());
	error = vmi_range_walk_open(&dump->walk, process, start, end);
	if (error) {
		vmi_reader_free(dump, sizeof(*dump));
		return error;
	}
	open_top_table(dump);
	*ret = dump;
	return 0;
}

void vmi_table_dump_close(struct vmi_table_dump *dump)
{
	vmi_range_walk_close(&dump->walk);
	vmi_reader_free(dump, sizeof(*dump));
}

/* What was open to the last. */
static void hand_out_all(struct vmi_table_dump *dump)
{
	u32 level;

	hand_out(dump, &dump->run);
	for (level = 1; level <= dump->census.levels && dump->mode == VMI_TABLE_DUMP_TABLES; level++)
		hand_out(dump, &dump->table[level]);
	dump->over = true;
}

int vmi_table_dump_next(struct vmi_table_dump *dump, const struct vmi_table_item **ret, u32 *ret_count, u32 *ret_stamp)
{
	int error;

	if (dump->over)
		return 0;
	dump->count = 0;
	error = vmi_range_walk_hold(&dump->walk);
	if (error)
		return error;
	if (dump->walk.done)
		hand_out_all(dump);
	*ret = dump->items;
	*ret_count = dump->count;
	*ret_stamp = dump->walk.stamp;
	return 1;
}

bool vmi_table_dump_is_over(const struct vmi_table_dump *dump)
{
	return dump->over;
}

const struct vmi_table_census *vmi_table_dump_census(const struct vmi_table_dump *dump)
{
	return &dump->census;
}
