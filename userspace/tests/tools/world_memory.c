// SPDX-License-Identifier: GPL-2.0
/* The memory of the made-up machine's processes: regions, page tables, pages, and a few addresses explained. */
#include "world_memory.h"

#include <errno.h>

#define PAGE 0x1000ull

#define R VMINSPECT_REGION_FLAGS_READ
#define W VMINSPECT_REGION_FLAGS_WRITE
#define X VMINSPECT_REGION_FLAGS_EXEC
#define S VMINSPECT_REGION_FLAGS_MAYSHARE
#define FILE_ VMINSPECT_REGION_FLAGS_FILE
#define ANON VMINSPECT_REGION_FLAGS_ANON

static const struct fake_ack fine = { .attribute = -1, .missing = -1 };

/* --- regions ------------------------------------------------------------------------------------------------------ */

static const struct region {
	uint64_t start, end;
	uint32_t flags;
	uint64_t offset, inode;
	const char *name, *ops;
	uint64_t present, young, dirty, cow, swapped, untouched, unmapped;
} regions[] = {
	{ 0x400000, 0x402000, R | X | FILE_, 0, 77, "/usr/lib/postgresql/bin/postgres", "ext4_file_vm_ops",
	  1, 1, 0, 0, 0, 0, 1 },
	{ 0x602000, 0x603000, R | W | FILE_, 0x2000, 77, "/usr/lib/postgresql/bin/postgres", "ext4_file_vm_ops",
	  1, 1, 1, 1, 0, 0, 0 },
	{ 0x1c00000, 0x1c08000, R | W | ANON, 0, 0, "[heap]", "", 4, 2, 3, 0, 2, 2, 0 },
	{ 0x7f2c00000000, 0x7f2c00400000, R | W | ANON, 0, 0, "", "", 1024, 512, 1024, 0, 0, 0, 0 },
	{ 0x7f2c10000000, 0x7f2c10010000, R | W | S | FILE_ | VMINSPECT_REGION_FLAGS_SHMEM, 0, 1029,
	  "/dev/shm/pg\\012shared (deleted)", "shmem_vm_ops", 8, 8, 8, 0, 4, 0, 4 },
	{ 0x7f2c20000000, 0x7f2c20010000, R | W | ANON | VMINSPECT_REGION_FLAGS_UFFD, 0, 0, "", "",
	  4, 0, 0, 0, 1, 7, 0 },
	{ 0x7ffd00000000, 0x7ffd00021000, R | W | ANON | VMINSPECT_REGION_FLAGS_GROWSDOWN, 0, 0, "[stack]", "",
	  3, 3, 3, 0, 0, 30, 0 },
	{ 0xffffffffff600000, 0xffffffffff601000, X | VMINSPECT_REGION_FLAGS_GATE, 0, 0, "[vsyscall]", "",
	  0, 0, 0, 0, 0, 0, 0 },
};

#define REGIONS (sizeof(regions) / sizeof(regions[0]))

static void put_u64(struct nlmsghdr *m, uint16_t attribute, uint64_t value)
{
	if (value)
		mnl_attr_put_u64(m, attribute, value);
}

static void put_region_counts(struct nlmsghdr *m, const struct region *region)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_REGION_COUNTS);

	put_u64(m, VMI_A_COUNTS_PRESENT, region->present);
	put_u64(m, VMI_A_COUNTS_ANON, region->flags & ANON ? region->present : 0);
	put_u64(m, VMI_A_COUNTS_SHMEM, region->flags & VMINSPECT_REGION_FLAGS_SHMEM ? region->present : 0);
	put_u64(m, VMI_A_COUNTS_YOUNG, region->young);
	put_u64(m, VMI_A_COUNTS_DIRTY, region->dirty);
	put_u64(m, VMI_A_COUNTS_COW, region->cow);
	put_u64(m, VMI_A_COUNTS_SWAPPED, region->swapped);
	put_u64(m, VMI_A_COUNTS_UNTOUCHED, region->untouched);
	put_u64(m, VMI_A_COUNTS_UNMAPPED_FILE, region->unmapped);
	put_u64(m, VMI_A_COUNTS_HUGE_2M, region->present == 1024 ? 2 : 0);
	if (region->flags & VMINSPECT_REGION_FLAGS_UFFD) {
		put_u64(m, VMI_A_COUNTS_ZERO, 3);
		put_u64(m, VMI_A_COUNTS_HUGETLB, 1);
		put_u64(m, VMI_A_COUNTS_MIGRATING, 1);
		put_u64(m, VMI_A_COUNTS_MARKER, 2);
		put_u64(m, VMI_A_COUNTS_DEVICE, 1);
	}
	mnl_attr_nest_end(m, nest);
}

static void put_shadow(struct nlmsghdr *m, uint64_t present)
{
	struct nlattr *shadow = mnl_attr_nest_start(m, VMI_A_REGION_SHADOW), *nest;
	uint32_t i;

	mnl_attr_put_u32(m, VMI_A_SHADOW_POLICY, VMINSPECT_POLICY_ID_AGING24);
	for (i = 0; i < 8; i++) {
		nest = mnl_attr_nest_start(m, VMI_A_SHADOW_BUCKET);
		mnl_attr_put_u32(m, VMI_A_BUCKET_AGE, i ? 1 << (i - 1) : 0);
		put_u64(m, VMI_A_BUCKET_PAGES, present * (8 - i) / 36);
		mnl_attr_nest_end(m, nest);
	}
	nest = mnl_attr_nest_start(m, VMI_A_SHADOW_LIST);
	mnl_attr_put_u32(m, VMI_A_LIST_LIST, 3);
	mnl_attr_put_strz(m, VMI_A_LIST_NAME, "active");
	mnl_attr_put_u64(m, VMI_A_LIST_PAGES, present);
	mnl_attr_nest_end(m, nest);
	put_u64(m, VMI_A_SHADOW_EVICTED, present / 5);
	put_u64(m, VMI_A_SHADOW_REFAULTED, present / 7);
	put_u64(m, VMI_A_SHADOW_SHADOW_REFAULTED, present / 3);
	mnl_attr_nest_end(m, shadow);
}

static void put_place(struct nlmsghdr *m, const struct region *region)
{
	mnl_attr_put_u64(m, VMI_A_REGION_START, region->start);
	mnl_attr_put_u64(m, VMI_A_REGION_END, region->end);
	mnl_attr_put_u32(m, VMI_A_REGION_FLAGS, region->flags);
	put_u64(m, VMI_A_REGION_OFFSET, region->offset);
	put_u64(m, VMI_A_REGION_INODE, region->inode);
	if (region->inode) {
		mnl_attr_put_u32(m, VMI_A_REGION_DEV_MAJOR, 8);
		mnl_attr_put_u32(m, VMI_A_REGION_DEV_MINOR, 1);
	}
	mnl_attr_put_strz(m, VMI_A_REGION_NAME, region->name);
}

/* As many as one likes in a message. */
static void put_item(struct nlmsghdr *m, const struct region *region)
{
	struct nlattr *item = mnl_attr_nest_start(m, VMI_A_REGION_ITEM);

	put_place(m, region);
	mnl_attr_nest_end(m, item);
}

static void put_region(struct fake *fake, const struct region *region)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_REGION_GET, NLM_F_MULTI);

	put_place(m, region);
	if (*region->ops)
		mnl_attr_put_strz(m, VMI_A_REGION_OPS_NAME, region->ops);
	put_region_counts(m, region);
	if (region->present)
		put_shadow(m, region->present);
}

/* Page states that a region has, as a filter has them. */
static uint32_t states_of(const struct region *region)
{
	return (region->present ? VMINSPECT_PAGE_STATES_PRESENT : 0) |
	       (region->swapped ? VMINSPECT_PAGE_STATES_SWAPPED : 0) |
	       (region->untouched ? VMINSPECT_PAGE_STATES_UNTOUCHED : 0) |
	       (region->unmapped ? VMINSPECT_PAGE_STATES_UNMAPPED_FILE : 0);
}

static void put_regions(struct fake *fake, const struct fake_request *request)
{
	uint64_t start = fake_number(request, VMI_A_REGION_START, 0);
	uint64_t end = fake_number(request, VMI_A_REGION_END, UINT64_MAX);
	uint32_t states = fake_number(request, VMI_A_REGION_STATES, 0);
	bool detail = states || fake_has(request, VMI_A_REGION_DETAIL);
	struct nlmsghdr *m = NULL;
	size_t i;

	for (i = 0; i < REGIONS; i++) {
		if (regions[i].end <= start || regions[i].start >= end)
			continue;
		if (states && !(states & states_of(&regions[i])))
			continue;
		if (detail) {
			put_region(fake, &regions[i]);
			continue;
		}
		if (i % 3 == 0 || !m)
			m = fake_message(fake, VMI_CMD_REGION_GET, NLM_F_MULTI);
		put_item(m, &regions[i]);
	}
	fake_done(fake, 0, 0);
}

/* The depth and height of node `index` in a balanced tree over [low, high). */
static void place_in_tree(uint32_t index, uint32_t low, uint32_t high, uint32_t *depth, uint32_t *height)
{
	uint32_t middle = low + (high - low) / 2, size;

	for (*depth = 0; index != middle; ++*depth) {
		if (index < middle)
			high = middle;
		else
			low = middle + 1;
		middle = low + (high - low) / 2;
	}
	for (*height = 0, size = high - low; size; size /= 2)
		++*height;
}

#define TREE_REGIONS 35

static struct region tree_region(uint32_t i)
{
	const struct region region = {
		.start = 0x7f0000000000 + i * 0x100000, .end = 0x7f0000000000 + i * 0x100000 + (i + 1) * PAGE,
		.flags = i % 3 ? R | FILE_ : R | W | ANON, .inode = i % 3 ? 500 + i : 0,
		.name = i % 3 ? "/usr/lib/libc.so.6" : "", .ops = i % 3 ? "ext4_file_vm_ops" : "",
		.present = i + 1, .young = i / 2,
	};

	return region;
}

static void put_tree_regions(struct fake *fake, const struct fake_request *request)
{
	bool detail = fake_has(request, VMI_A_REGION_DETAIL);
	uint32_t i, depth, height;

	for (i = 0; i < TREE_REGIONS; i++) {
		struct nlmsghdr *m = fake_message(fake, VMI_CMD_REGION_GET, NLM_F_MULTI);
		struct region region = tree_region(i);

		if (!detail) {
			put_item(m, &region);
			continue;
		}
		put_place(m, &region);
		place_in_tree(i, 0, TREE_REGIONS, &depth, &height);
		mnl_attr_put_u32(m, VMI_A_REGION_DEPTH, depth);
		mnl_attr_put_u32(m, VMI_A_REGION_HEIGHT, height);
		if (*region.ops)
			mnl_attr_put_strz(m, VMI_A_REGION_OPS_NAME, region.ops);
		put_region_counts(m, &region);
	}
	fake_done(fake, 0, 0);
}

/* Each try is interrupted. */
static void put_torn_regions(struct fake *fake)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_REGION_GET, NLM_F_MULTI);

	put_place(m, &regions[0]);
	m = fake_message(fake, VMI_CMD_REGION_GET, NLM_F_MULTI | NLM_F_DUMP_INTR);
	put_place(m, &regions[2]);
	fake_done(fake, 0, NLM_F_DUMP_INTR);
}

/* --- page tables -------------------------------------------------------------------------------------------------- */

struct table {
	uint64_t start, end;
	uint32_t level;
	uint64_t bits;
	const char *name, *text;
	uint64_t frame, tables, used, leaves, cost;
};

static const struct table runs[] = {
	{ 0x400000, 0x401000, 1, 0x5, "", "present user", 0, 0, 0, 0, 0 },
	{ 0x602000, 0x603000, 1, 0x8000000000000005, "", "present user nx", 0, 0, 0, 0, 0 },
	{ 0x7f2c00000000, 0x7f2c00400000, 2, 0x8000000000000087, "", "present write user leaf nx", 0, 0, 0, 0, 0 },
	{ 0x7f3000000000, 0x7f3040000000, 3, 0x8000000000000087, "", "present write user leaf nx", 0, 0, 0, 0, 0 },
};

static const struct table tables[] = {
	{ 0x400000, 0x600000, 1, 0, "pte", "", 0x2f1a0, 0, 1, 1, 0 },
	{ 0, 0x40000000, 2, 0, "pmd", "", 0x2f1a1, 0, 2, 0, 0 },
	{ 0, 0x8000000000, 3, 0, "pud", "", 0x2f1a2, 0, 1, 0, 0 },
	{ 0, 0x800000000000, 4, 0, "pgd", "", 0x2f1a3, 0, 2, 0, 0 },
};

static const struct table levels[] = {
	{ 0, 0, 1, 0, "pte", "", 0, 7, 600, 600, 549755813888 },
	{ 0, 0, 2, 0, "pmd", "", 0, 4, 9, 2, 1073770496 },
	{ 0, 0, 3, 0, "pud", "", 0, 2, 5, 1, 2146304 },
	{ 0, 0, 4, 0, "pgd", "", 0, 1, 2, 0, 57344 },
	{ 0, 0, 5, 0, "", "", 0, 0, 0, 0, 61440 },
};

static void put_table(struct fake *fake, const struct table *table)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_TABLE_GET, NLM_F_MULTI);

	put_u64(m, VMI_A_TABLE_START, table->start);
	put_u64(m, VMI_A_TABLE_END, table->end);
	mnl_attr_put_u32(m, VMI_A_TABLE_LEVEL, table->level);
	if (*table->name)
		mnl_attr_put_strz(m, VMI_A_TABLE_NAME, table->name);
	put_u64(m, VMI_A_TABLE_BITS, table->bits);
	if (*table->text)
		mnl_attr_put_strz(m, VMI_A_TABLE_TEXT, table->text);
	put_u64(m, VMI_A_TABLE_FRAME, table->frame);
	put_u64(m, VMI_A_TABLE_TABLES, table->tables);
	put_u64(m, VMI_A_TABLE_USED, table->used);
	put_u64(m, VMI_A_TABLE_LEAVES, table->leaves);
	put_u64(m, VMI_A_TABLE_COST, table->cost);
}

#define PUT_ALL(fake, array) \
	do { \
		size_t i; \
		\
		for (i = 0; i < sizeof(array) / sizeof((array)[0]); i++) \
			put_table(fake, &(array)[i]); \
	} while (0)

static void put_tables(struct fake *fake, uint32_t mode)
{
	switch (mode) {
	case VMINSPECT_TABLE_MODE_RUNS:
		PUT_ALL(fake, runs);
		break;
	case VMINSPECT_TABLE_MODE_TABLES:
		PUT_ALL(fake, tables);
		break;
	default:
		PUT_ALL(fake, levels);
		break;
	}
	fake_done(fake, 0, 0);
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

#define F(name) VMINSPECT_PAGE_FLAGS_##name
#define PRESENT VMINSPECT_PAGE_STATE_PRESENT

struct run {
	uint64_t start, pages;
	uint32_t state;
	uint64_t flags, frame;
	uint32_t mapcount, lru, swap_type;
	uint64_t swap_offset;
	uint32_t age, list;
};

static const struct run pages_1234[] = {
	{ 0x400000, 1, PRESENT, F(ACCESSED) | F(EXECUTABLE) | F(FILE) | F(LRU) | F(ACTIVE) | F(UPTODATE), 0x1000, 2,
	  VMINSPECT_LRU_ACTIVE, 0, 0, 12, 3 },
	{ 0x401000, 1, VMINSPECT_PAGE_STATE_UNMAPPED_FILE, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x602000, 1, PRESENT, F(ACCESSED) | F(COW) | F(ANON) | F(LRU) | F(SWAP_BACKED), 0x1010, 3,
	  VMINSPECT_LRU_INACTIVE, 0, 0, 2, 2 },
	{ 0x1c00000, 3, PRESENT, F(ACCESSED) | F(DIRTY) | F(WRITABLE) | F(EXCLUSIVE) | F(ANON) | F(SWAP_BACKED), 0x1020,
	  1, VMINSPECT_LRU_GEN_1, 0, 0, 4, 2 },
	{ 0x1c03000, 1, PRESENT, F(ANON) | F(KSM) | F(YOUNG), 0x1030, 40, VMINSPECT_LRU_INACTIVE, 0, 0, 0, 1 },
	{ 0x1c04000, 2, VMINSPECT_PAGE_STATE_SWAPPED, 0, 0, 0, 0, 1, 0x4d2, 0, 0 },
	{ 0x1c06000, 2, VMINSPECT_PAGE_STATE_UNTOUCHED, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c00000000, 512, PRESENT, F(ACCESSED) | F(DIRTY) | F(WRITABLE) | F(EXCLUSIVE) | F(HUGE_2M) | F(ANON) |
	  F(LARGE), 0x40000, 1, VMINSPECT_LRU_ACTIVE, 0, 0, 64, 3 },
	{ 0x7f2c00200000, 512, PRESENT, F(DIRTY) | F(WRITABLE) | F(EXCLUSIVE) | F(HUGE_2M) | F(ANON) | F(LARGE),
	  0x40200, 1, VMINSPECT_LRU_INACTIVE, 0, 0, 0, 2 },
	{ 0x7f2c10000000, 8, PRESENT, F(ACCESSED) | F(DIRTY) | F(WRITABLE) | F(SHMEM), 0x2000, 2,
	  VMINSPECT_LRU_ACTIVE, 0, 0, 9, 3 },
	{ 0x7f2c10008000, 4, VMINSPECT_PAGE_STATE_SWAPPED, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c1000c000, 4, VMINSPECT_PAGE_STATE_UNMAPPED_FILE, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20000000, 1, PRESENT, F(ZERO) | F(SPECIAL), 0x7, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20001000, 1, PRESENT, F(PROTNONE) | F(ANON) | 1ull << 60, 0x3000, 1, VMINSPECT_LRU_UNEVICTABLE, 0, 0, 0,
	  0 },
	{ 0x7f2c20002000, 1, VMINSPECT_PAGE_STATE_SWAPPED, 0, 0, 0, 0, 0, 0x99, 0, 0 },
	{ 0x7f2c20003000, 1, VMINSPECT_PAGE_STATE_MIGRATING, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20004000, 1, VMINSPECT_PAGE_STATE_MARKER_GUARD, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20005000, 1, VMINSPECT_PAGE_STATE_MARKER_POISON, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20006000, 1, VMINSPECT_PAGE_STATE_DEVICE, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20007000, 2, PRESENT, F(ZERO) | F(SPECIAL), 0x7, 0, 0, 0, 0, 0, 0 },
	{ 0x7f2c20009000, 7, VMINSPECT_PAGE_STATE_UNTOUCHED, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7ffd00000000, 30, VMINSPECT_PAGE_STATE_UNTOUCHED, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ 0x7ffd0001e000, 3, PRESENT, F(ACCESSED) | F(DIRTY) | F(WRITABLE) | F(EXCLUSIVE) | F(ANON), 0x5000, 1,
	  VMINSPECT_LRU_ACTIVE, 0, 0, 20, 3 },
};

/* Frames 0x1000 and 0x1010 are 1234's too, and half of the 8 shmem frames; the last is somebody else's as well. */
static const struct run pages_1240[] = {
	{ 0x7f0000000000, 1, PRESENT, F(ACCESSED) | F(ANON), 0x1010, 3, VMINSPECT_LRU_INACTIVE, 0, 0, 0, 0 },
	{ 0x7f0000100000, 1, PRESENT, F(ACCESSED) | F(FILE), 0x1000, 2, VMINSPECT_LRU_ACTIVE, 0, 0, 0, 0 },
	{ 0x7f0000200000, 3, PRESENT, F(ACCESSED) | F(SHMEM), 0x2004, 2, VMINSPECT_LRU_ACTIVE, 0, 0, 0, 0 },
	{ 0x7f0000400000, 2, PRESENT, F(FILE), 0x6000, 7, VMINSPECT_LRU_ACTIVE, 0, 0, 0, 0 },
	{ 0x7f0000500000, 5, VMINSPECT_PAGE_STATE_SWAPPED, 0, 0, 0, 0, 1, 0x10, 0, 0 },
};

static void put_run_attributes(struct nlmsghdr *m, const struct run *run, bool with_policy)
{
	mnl_attr_put_u64(m, VMI_A_RUN_START, run->start);
	mnl_attr_put_u64(m, VMI_A_RUN_PAGES, run->pages);
	mnl_attr_put_u32(m, VMI_A_RUN_STATE, run->state);
	put_u64(m, VMI_A_RUN_FLAGS, run->flags);
	put_u64(m, VMI_A_RUN_FRAME, run->frame);
	mnl_attr_put_u32(m, VMI_A_RUN_MAPCOUNT, run->mapcount);
	mnl_attr_put_u32(m, VMI_A_RUN_LRU, run->lru);
	mnl_attr_put_u32(m, VMI_A_RUN_SWAP_TYPE, run->swap_type);
	put_u64(m, VMI_A_RUN_SWAP_OFFSET, run->swap_offset);
	if (!with_policy)
		return;
	mnl_attr_put_u32(m, VMI_A_RUN_AGE, run->age);
	mnl_attr_put_u32(m, VMI_A_RUN_LIST, run->list);
}

static void put_nested_run(struct nlmsghdr *m, uint16_t attribute, const struct run *run, bool with_policy)
{
	struct nlattr *nest = mnl_attr_nest_start(m, attribute);

	put_run_attributes(m, run, with_policy);
	mnl_attr_nest_end(m, nest);
}

static struct run without_frame(const struct run *run)
{
	struct run told = *run;

	told.frame = 0;
	told.swap_type = 0;
	told.swap_offset = 0;
	return told;
}

static void put_pages(struct fake *fake, const struct fake_request *request, const struct run *all, size_t count,
		      bool with_frames)
{
	uint64_t start = fake_number(request, VMI_A_PAGE_START, 0);
	uint64_t end = fake_number(request, VMI_A_PAGE_END, UINT64_MAX);
	uint32_t states = fake_number(request, VMI_A_PAGE_STATES, ~0u);
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_PAGE_GET, NLM_F_MULTI);
	size_t i;

	for (i = 0; i < count; i++) {
		const struct run run = with_frames ? all[i] : without_frame(&all[i]);

		if (all[i].start < start || all[i].start >= end || !(states & 1u << (all[i].state - 1)))
			continue;
		if (m->nlmsg_len > 1500)
			m = fake_message(fake, VMI_CMD_PAGE_GET, NLM_F_MULTI);
		put_nested_run(m, VMI_A_PAGE_RUN, &run, fake_has(request, VMI_A_PAGE_POLICY));
	}
	fake_done(fake, 0, 0);
}

static void answer_pages(struct fake *fake, const struct fake_request *request, uint32_t pid, bool with_frames)
{
	if (fake_number(request, VMI_A_PAGE_POLICY, 0) == VMINSPECT_POLICY_ID_CLOCK)
		fake_acknowledge(fake, &(struct fake_ack){ -ENOENT, "no watch on the process has this policy",
							   VMI_A_PAGE_POLICY, -1 });
	else if (pid == 1234)
		put_pages(fake, request, pages_1234, sizeof(pages_1234) / sizeof(pages_1234[0]), with_frames);
	else
		put_pages(fake, request, pages_1240, sizeof(pages_1240) / sizeof(pages_1240[0]), with_frames);
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static void put_nested_region(struct nlmsghdr *m, uint16_t attribute, const struct region *region)
{
	struct nlattr *nest = mnl_attr_nest_start(m, attribute);

	put_place(m, region);
	if (*region->ops)
		mnl_attr_put_strz(m, VMI_A_REGION_OPS_NAME, region->ops);
	mnl_attr_nest_end(m, nest);
}

struct entry {
	uint32_t level;
	const char *name;
	uint64_t value;
	const char *text;
	bool leaf;
};

static void put_entry(struct nlmsghdr *m, const struct entry *entry, bool with_frames)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_EXPLAIN_LEVEL);

	mnl_attr_put_u32(m, VMI_A_ENTRY_LEVEL, entry->level);
	mnl_attr_put_strz(m, VMI_A_ENTRY_NAME, entry->name);
	mnl_attr_put_u32(m, VMI_A_ENTRY_INDEX, entry->level * 3);
	if (with_frames) {
		mnl_attr_put_u64(m, VMI_A_ENTRY_ADDRESS, 0x2f1a0000 + 0x1000 * entry->level + 24 * entry->level);
		put_u64(m, VMI_A_ENTRY_VALUE, entry->value);
	}
	if (*entry->text)
		mnl_attr_put_strz(m, VMI_A_ENTRY_TEXT, entry->text);
	if (entry->leaf)
		mnl_attr_put(m, VMI_A_ENTRY_LEAF, 0, NULL);
	mnl_attr_nest_end(m, nest);
}

static void put_upper_entries(struct nlmsghdr *m, bool with_frames)
{
	put_entry(m, &(struct entry){ 4, "pgd", 0x2f1a2067, "present write user accessed dirty", false }, with_frames);
	put_entry(m, &(struct entry){ 3, "pud", 0x2f1a1067, "present write user accessed dirty", false }, with_frames);
	put_entry(m, &(struct entry){ 2, "pmd", 0x2f1a0067, "present write user accessed dirty", false }, with_frames);
}

static void put_explained_run(struct nlmsghdr *m, const struct run *run, bool with_frames)
{
	const struct run told = with_frames ? *run : without_frame(run);

	put_nested_run(m, VMI_A_EXPLAIN_PAGE, &told, false);
}

static void put_frame(struct nlmsghdr *m, bool with_frames)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_EXPLAIN_FRAME);

	mnl_attr_put_strz(m, VMI_A_FRAME_ZONE, "Normal");
	mnl_attr_put_u32(m, VMI_A_FRAME_MAPCOUNT, 3);
	if (with_frames) {
		mnl_attr_put_u64(m, VMI_A_FRAME_FRAME, 0x1010);
		mnl_attr_put_u64(m, VMI_A_FRAME_FOLIO, 0x1010);
		mnl_attr_put_u32(m, VMI_A_FRAME_REFERENCES, 4);
		mnl_attr_put_u64(m, VMI_A_FRAME_MEMCG, 4711);
	}
	mnl_attr_nest_end(m, nest);
}

static void put_file(struct nlmsghdr *m, const char *name, uint64_t offset, uint64_t size)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_EXPLAIN_FILE);

	mnl_attr_put_strz(m, VMI_A_FILE_NAME, name);
	mnl_attr_put_u64(m, VMI_A_FILE_INODE, 77);
	mnl_attr_put_u32(m, VMI_A_FILE_DEV_MAJOR, 8);
	mnl_attr_put_u32(m, VMI_A_FILE_DEV_MINOR, 1);
	put_u64(m, VMI_A_FILE_OFFSET, offset);
	mnl_attr_put_u64(m, VMI_A_FILE_SIZE, size);
	mnl_attr_nest_end(m, nest);
}

static void put_faults(struct nlmsghdr *m, uint32_t read, uint32_t write, uint32_t execute)
{
	mnl_attr_put_u32(m, VMI_A_EXPLAIN_READ, read);
	mnl_attr_put_u32(m, VMI_A_EXPLAIN_WRITE, write);
	mnl_attr_put_u32(m, VMI_A_EXPLAIN_EXECUTE, execute);
}

/* A page that is shared after a fork, watched, with everything that there is to tell. */
static void explain_cow(struct nlmsghdr *m, bool with_frames)
{
	struct nlattr *nest;

	put_nested_region(m, VMI_A_EXPLAIN_REGION, &regions[1]);
	put_upper_entries(m, with_frames);
	put_entry(m, &(struct entry){ 1, "pte", 0x8000000001010025, "present user accessed nx", true }, with_frames);
	put_explained_run(m, &pages_1234[2], with_frames);
	put_frame(m, with_frames);
	put_file(m, regions[1].name, 0x2000, 0x2800);
	put_faults(m, VMINSPECT_FAULT_HIT, VMINSPECT_FAULT_MINOR_COW, VMINSPECT_FAULT_SIGSEGV_ACCERR);
	/* What policies hold of a frame that others map, and who they are, is not told with it. */
	if (!with_frames)
		return;
	nest = mnl_attr_nest_start(m, VMI_A_EXPLAIN_OPINION);
	mnl_attr_put_u32(m, VMI_A_OPINION_AGE, 2);
	mnl_attr_put_u32(m, VMI_A_OPINION_LIST, 2);
	mnl_attr_put_u32(m, VMI_A_OPINION_COLDER, 125000);
	mnl_attr_nest_end(m, nest);
	nest = mnl_attr_nest_start(m, VMI_A_EXPLAIN_OPINION);
	mnl_attr_put_u32(m, VMI_A_OPINION_POLICY, VMINSPECT_POLICY_ID_TWOLIST);
	mnl_attr_put_u32(m, VMI_A_OPINION_LIST, 3);
	mnl_attr_put_u32(m, VMI_A_OPINION_COLDER, 900000);
	mnl_attr_nest_end(m, nest);
	nest = mnl_attr_nest_start(m, VMI_A_EXPLAIN_SHARER);
	mnl_attr_put_u32(m, VMI_A_SHARER_PID, 1240);
	mnl_attr_put_u64(m, VMI_A_SHARER_ADDRESS, 0x7f0000000000);
	mnl_attr_nest_end(m, nest);
}

static void explain_swapped(struct nlmsghdr *m, bool with_frames)
{
	put_nested_region(m, VMI_A_EXPLAIN_REGION, &regions[2]);
	put_upper_entries(m, with_frames);
	put_entry(m, &(struct entry){ 1, "pte", 0x9a402, "", false }, with_frames);
	put_explained_run(m, &pages_1234[5], with_frames);
	put_faults(m, VMINSPECT_FAULT_MAJOR_SWAP, VMINSPECT_FAULT_MAJOR_SWAP, VMINSPECT_FAULT_SIGSEGV_ACCERR);
}

static void explain_huge(struct nlmsghdr *m, bool with_frames)
{
	put_nested_region(m, VMI_A_EXPLAIN_REGION, &regions[3]);
	put_entry(m, &(struct entry){ 4, "pgd", 0x2f1a2067, "present write user accessed dirty", false }, with_frames);
	put_entry(m, &(struct entry){ 3, "pud", 0x2f1a1067, "present write user accessed dirty", false }, with_frames);
	put_entry(m, &(struct entry){ 2, "pmd", 0x80000000400008e7, "present write user accessed dirty leaf nx", true },
		  with_frames);
	put_explained_run(m, &pages_1234[7], with_frames);
	put_faults(m, VMINSPECT_FAULT_HIT, VMINSPECT_FAULT_HIT, VMINSPECT_FAULT_SIGSEGV_ACCERR);
}

static void explain_hole(struct nlmsghdr *m, bool with_frames)
{
	struct nlattr *hole = mnl_attr_nest_start(m, VMI_A_EXPLAIN_HOLE);

	mnl_attr_put_u64(m, VMI_A_HOLE_START, 0x1c08000);
	mnl_attr_put_u64(m, VMI_A_HOLE_END, 0x7f2c00000000);
	put_nested_region(m, VMI_A_HOLE_BEFORE, &regions[2]);
	put_nested_region(m, VMI_A_HOLE_AFTER, &regions[3]);
	mnl_attr_nest_end(m, hole);
	put_entry(m, &(struct entry){ 4, "pgd", 0, "", false }, with_frames);
	put_faults(m, VMINSPECT_FAULT_SIGSEGV_MAPERR, VMINSPECT_FAULT_SIGSEGV_MAPERR, VMINSPECT_FAULT_SIGSEGV_MAPERR);
}

static void explain_end_of_file(struct nlmsghdr *m, bool with_frames)
{
	put_nested_region(m, VMI_A_EXPLAIN_REGION, &regions[0]);
	put_upper_entries(m, with_frames);
	put_explained_run(m, &pages_1234[1], with_frames);
	put_file(m, regions[0].name, 0x3000, 0x2800);
	put_faults(m, VMINSPECT_FAULT_SIGBUS_EOF, VMINSPECT_FAULT_SIGSEGV_ACCERR, 99);
}

static void explain(struct fake *fake, const struct fake_request *request, bool with_frames)
{
	uint64_t address = fake_number(request, VMI_A_EXPLAIN_ADDRESS, 0);
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_EXPLAIN_GET, 0);

	mnl_attr_put_u32(m, VMI_A_EXPLAIN_PID, 1234);
	mnl_attr_put_u64(m, VMI_A_EXPLAIN_ADDRESS, address);
	switch (address & ~0xfffull) {
	case 0x602000:
		explain_cow(m, with_frames);
		break;
	case 0x1c04000:
		explain_swapped(m, with_frames);
		break;
	case 0x7f2c00123000:
		explain_huge(m, with_frames);
		break;
	case 0x401000:
		explain_end_of_file(m, with_frames);
		break;
	default:
		explain_hole(m, with_frames);
		break;
	}
	fake_acknowledge(fake, &fine);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const uint16_t pid_attribute[] = {
	[VMI_CMD_REGION_GET] = VMI_A_REGION_PID,
	[VMI_CMD_TABLE_GET] = VMI_A_TABLE_PID,
	[VMI_CMD_PAGE_GET] = VMI_A_PAGE_PID,
	[VMI_CMD_EXPLAIN_GET] = VMI_A_EXPLAIN_PID,
};

static void answer_regions(struct fake *fake, const struct fake_request *request, uint32_t pid)
{
	if (pid == 1234)
		put_regions(fake, request);
	else if (pid == 1240)
		put_tree_regions(fake, request);
	else
		put_torn_regions(fake);
}

void world_answer_memory(struct fake *fake, const struct fake_request *request, bool with_frames)
{
	uint32_t pid = fake_number(request, pid_attribute[request->command], 0);

	if (pid != 1234 && pid != 1240 && pid != 3000) {
		fake_acknowledge(fake, &(struct fake_ack){ -ESRCH, "no process of that pid",
							   pid_attribute[request->command], -1 });
		return;
	}
	switch (request->command) {
	case VMI_CMD_REGION_GET:
		answer_regions(fake, request, pid);
		break;
	case VMI_CMD_TABLE_GET:
		put_tables(fake, fake_number(request, VMI_A_TABLE_MODE, 0));
		break;
	case VMI_CMD_PAGE_GET:
		answer_pages(fake, request, pid, with_frames);
		break;
	default:
		explain(fake, request, with_frames);
		break;
	}
}
