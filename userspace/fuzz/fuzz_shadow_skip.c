// SPDX-License-Identifier: GPL-2.0
/*
 * What a pass leaves out, in a world made of bytes: two processes with tables that share frames, and two shadows of
 * them under the same limit, in which the same allocations fail. The quick shadow, which is told of what has to be
 * looked at, must come to the same as the plain one, which is told of all.
 *
 * Without briefs nobody notices that a frame holds another page, so in a world where that happens every pass has them.
 * There no page comes back to a frame that it was in.
 */
#include "alloc.h"
#include "bits.h"
#include "input.h"
#include "shadow.h"
#include "x86_entry.h"

#define ADDRESS		0x7f0000000000ULL
#define BLOCK		0x200000ULL
#define PROCESSES	2
#define TABLES		2		/* of each */
#define FIRST		40		/* the entries of a table that are used lie across words of a bitmap */
#define COUNT		48
#define END		(FIRST + COUNT)
#define FRAMES		64		/* fewer than entries, so that many are shared */
#define FRAME_SHIFT	6		/* a few of them in each section */
#define SWAPPED		(7ULL << 32)
#define MIGRATING	(9ULL << 32)
#define LIMIT_UNIT	2048		/* bytes */

struct process {
	u64 table[TABLES][VMI_TABLE_ENTRIES];
	u64 owed[TABLES][VMI_TABLE_ENTRIES / 64];	/* by index: its accessed bit was borrowed and is needed back */
	bool huge[TABLES];		/* a leaf is in the table's place */
	bool file[TABLES];		/* what is empty has been evicted */
};

enum { PLAIN, QUICK, SHADOWS };

struct world {
	struct input input;
	struct process process[PROCESSES];
	struct {
		u16 identity;
		u8 standing;
	} frame[FRAMES];
	bool changing;			/* frames get other pages, and these another standing */
	u8 failing;			/* of so many steps each fails another one of its allocations; 0: none fails */
	struct vmi_shadow *shadow[SHADOWS];
	struct vmi_mirror *mirror[SHADOWS][PROCESSES];	/* NULL: refused */
};

/* --- what happens between passes ---------------------------------------------------------------------------------- */

static u64 entry_of(u32 frame)
{
	return (u64)(frame % FRAMES) << FRAME_SHIFT << VMI_PAGE_SHIFT | VMI_X86_PRESENT;
}

static u64 input_entry(struct input *input)
{
	static const u64 absent[] = { 0, SWAPPED, 0, MIGRATING };
	u8 what = input_u8(input);

	switch (what / FRAMES) {
	case 0:
		return entry_of(what);
	case 1:
		return entry_of(what) | VMI_X86_ACCESSED;
	case 2:		/* PROTNONE */
		return (~entry_of(what) & VMI_X86_FRAME_MASK) | VMI_X86_GLOBAL;
	default:
		return absent[what % ARRAY_SIZE(absent)];
	}
}

static u64 *input_place(struct world *world, u64 *table)
{
	return &table[FIRST + input_u8(&world->input) % COUNT];
}

static void fill(struct world *world, u64 *table)
{
	u64 *entry = input_place(world, table);
	u8 frame = input_u8(&world->input);

	while (entry < table + END)
		*entry++ = entry_of(frame++);
}

static void swap_entries(struct world *world, u64 *table)
{
	u64 *one = input_place(world, table), *other = input_place(world, table), value = *one;

	*one = *other;
	*other = value;
}

static void touch(struct world *world, u64 *table)
{
	u64 *entry = input_place(world, table);

	*entry |= vmi_entry_present(*entry) ? VMI_X86_ACCESSED : 0;
}

static void change_entry(struct world *world, u64 *table)
{
	u64 *entry = input_place(world, table);

	*entry = input_entry(&world->input);
}

static void change_frame(struct world *world)
{
	u8 what = input_u8(&world->input), standing = input_u8(&world->input);

	if (!world->changing)
		return;
	world->frame[what % FRAMES].identity += what / FRAMES;
	world->frame[what % FRAMES].standing = standing % 32;
}

static void live_on(struct world *world, u8 what)
{
	struct process *process = &world->process[what / 16 % PROCESSES];
	u32 t = what / 32 % TABLES;

	switch (what % 16) {
	case 0:
		fill(world, process->table[t]);
		break;
	case 1:
		swap_entries(world, process->table[t]);
		break;
	case 2:
		touch(world, process->table[t]);
		break;
	case 3:
		change_frame(world);
		break;
	case 4:
		vmi_bit_set(process->owed[t], FIRST + input_u8(&world->input) % COUNT);
		break;
	case 5:
		process->huge[t] = !process->huge[t];
		break;
	case 6:
		process->file[t] = !process->file[t];
		break;
	default:
		change_entry(world, process->table[t]);
		break;
	}
}

/* --- a pass over one process -------------------------------------------------------------------------------------- */

struct pass {
	struct world *world;
	const struct process *process;
	struct vmi_mirror *mirror;
	bool quick;
	bool briefs, owed;		/* what there is to go by */
	bool gone_first;
	u8 cut;				/* not 0: a table belongs to two regions, the first of so many entries */
};

static struct vmi_observation observe(const struct pass *pass, u32 t, u32 index)
{
	u64 entry = pass->process->table[t][index];
	u32 pfn = vmi_entry_frame(entry, 1), frame = pfn >> FRAME_SHIFT;
	bool touched = entry & VMI_X86_ACCESSED || (pass->owed && vmi_bit_is_set(pass->process->owed[t], index));

	if (!vmi_entry_present(entry))
		return (struct vmi_observation){
			.state = entry == SWAPPED ? VMI_PAGE_SWAPPED : entry == MIGRATING ? VMI_PAGE_MIGRATING :
				 pass->process->file[t] ? VMI_PAGE_UNMAPPED_FILE : VMI_PAGE_UNTOUCHED,
		};
	return (struct vmi_observation){
		.pfn = pfn,
		.identity = pass->world->frame[frame].identity,
		.flags = (frame % 2 ? VMI_SEEN_ANON : VMI_SEEN_FILE) | (touched ? VMI_SEEN_ACCESSED : 0),
		.state = VMI_PAGE_PRESENT,
		.standing = pass->world->frame[frame].standing,
		.zone = frame / (FRAMES / 2),
	};
}

static void choose(const struct pass *pass, u32 t, u32 first, u32 count, u64 look[8])
{
	const u64 *entries = pass->process->table[t] + first;
	u32 briefs[COUNT], i;
	struct vmi_raw_entries raw = {
		.entries = entries, .first = first, .count = count, .frame_mask = VMI_X86_FRAME_MASK,
		.owed = pass->owed ? pass->process->owed[t] : NULL, .briefs = pass->briefs ? briefs : NULL,
	};

	memset(look, pass->quick ? 0 : 0xff, 8 * sizeof(*look));
	if (!pass->quick || (!pass->owed && !pass->briefs &&
			     vmi_pass_skip_table(pass->mirror, ADDRESS + t * BLOCK, entries, first, count)))
		return;
	for (i = 0; i < count; i++) {
		struct vmi_observation seen = observe(pass, t, first + i);

		briefs[i] = vmi_entry_present(entries[i]) ? vmi_brief(seen.identity, seen.standing) : 0;
	}
	vmi_pass_skip(pass->mirror, ADDRESS + t * BLOCK, &raw, look);
}

/* Entry by entry, so that both shadows are told of what has changed in the same order. */
static void pass_entries(const struct pass *pass, u32 t, u32 first, u32 count)
{
	u64 block = ADDRESS + t * BLOCK, look[8];
	u32 tell, i;

	choose(pass, t, first, count, look);
	for (tell = pass->gone_first ? 0 : 1; tell < 2; tell++) {
		for (i = first; i < first + count; i++) {
			struct vmi_observation seen = observe(pass, t, i);

			if (!vmi_bit_is_set(look, i))
				continue;
			if (tell)
				vmi_pass_block(pass->mirror, block, &seen, i, 1);
			else
				vmi_pass_gone(pass->mirror, block, &seen, i, 1);
		}
	}
}

static void pass_table(const struct pass *pass, u32 t)
{
	const struct vmi_observation leaf = {
		.pfn = 512 * (1 + t), .state = VMI_PAGE_PRESENT, .flags = VMI_SEEN_ANON, .zone = 1,
	};

	if (pass->process->huge[t]) {
		vmi_pass_huge(pass->mirror, ADDRESS + t * BLOCK, VMI_TABLE_ENTRIES, &leaf);
		return;
	}
	if (pass->cut)
		pass_entries(pass, t, FIRST, pass->cut);
	pass_entries(pass, t, FIRST + pass->cut, COUNT - pass->cut);
}

/* Of the tables only some, when it is broken off. */
static void run_pass(struct pass *pass, u32 tables, struct vmi_pass_stats *ret)
{
	u32 t;

	vmi_pass_begin(pass->mirror);
	for (t = 0; t < tables; t++)
		pass_table(pass, t);
	vmi_pass_end(pass->mirror, ret);
}

/* What was touched has been seen, by both. */
static void end_pass(struct process *process, u32 tables, bool owed)
{
	u32 t, i;

	for (t = 0; t < tables; t++) {
		if (owed)
			memset(process->owed[t], 0, sizeof(process->owed[t]));
		for (i = FIRST; i < END; i++)
			process->table[t][i] &= ~(u64)VMI_X86_ACCESSED;
	}
}

static void pass_both(struct world *world, u8 what, u32 nth)
{
	u32 p = what / 16 % PROCESSES, tables = what / 32 % 4 ? TABLES : 1, s;
	u8 how = input_u8(&world->input);
	struct vmi_pass_stats stats[SHADOWS];
	struct pass pass = {
		.world = world, .process = &world->process[p],
		.briefs = world->changing || how & 1, .owed = how & 2, .gone_first = how & 4,
		.cut = how & 8 ? how / 16 * 3 : 0,
	};

	for (s = 0; s < SHADOWS; s++) {
		pass.mirror = world->mirror[s][p];
		pass.quick = s == QUICK;
		alloc_fail_nth(nth);
		run_pass(&pass, tables, &stats[s]);
	}
	REQUIRE(!memcmp(&stats[PLAIN], &stats[QUICK], sizeof(stats[0])));
	end_pass(&world->process[p], tables, pass.owed);
}

/* --- both shadows ------------------------------------------------------------------------------------------------- */

/* A process that is new to the shadows, or another program now; false when its mirrors are refused. */
static bool have_mirrors(struct world *world, u32 p, u32 nth)
{
	int err[SHADOWS] = { 0 };
	u32 s;

	for (s = 0; s < SHADOWS && !world->mirror[s][p]; s++) {
		alloc_fail_nth(nth);
		err[s] = vmi_mirror_create(world->shadow[s], &world->mirror[s][p]);
	}
	REQUIRE(err[PLAIN] == err[QUICK]);
	return !err[PLAIN];
}

static void forget_process(struct world *world, u32 p)
{
	u32 s;

	for (s = 0; s < SHADOWS; s++) {
		vmi_mirror_destroy(world->mirror[s][p]);
		world->mirror[s][p] = NULL;
	}
}

static void forget_range(struct world *world, u32 p)
{
	u64 start = ADDRESS + (FIRST + input_u8(&world->input)) * VMI_PAGE_BYTES;
	u64 end = start + input_bytes(&world->input, 2) % 1024 * VMI_PAGE_BYTES;
	u32 s;

	for (s = 0; s < SHADOWS; s++)
		vmi_pass_absent(world->mirror[s][p], start, end);
}

static void end_period(struct world *world, u8 what)
{
	u8 limit = input_u8(&world->input);
	u32 s;

	for (s = 0; s < SHADOWS; s++) {
		vmi_shadow_limit_rss(world->shadow[s], limit, 0);
		vmi_shadow_scan(world->shadow[s], what / 64);
	}
}

static void compare_shadows(struct world *world)
{
	struct vmi_shadow_stats stats[SHADOWS];
	struct vmi_policy_report report[SHADOWS];
	u32 s, id;

	for (s = 0; s < SHADOWS; s++)
		vmi_shadow_get_stats(world->shadow[s], &stats[s]);
	REQUIRE(!memcmp(&stats[PLAIN], &stats[QUICK], sizeof(stats[0])));
	for (id = 0; id < VMI_POLICY_COUNT; id++) {
		if (vmi_shadow_report(world->shadow[PLAIN], id, VMI_ZONE_ALL, &report[PLAIN]))
			continue;
		REQUIRE(!vmi_shadow_report(world->shadow[QUICK], id, VMI_ZONE_ALL, &report[QUICK]));
		REQUIRE(!memcmp(&report[PLAIN], &report[QUICK], sizeof(report[0])));
	}
}

static void compare_frames(struct world *world)
{
	struct vmi_frame_facts facts[SHADOWS];
	u32 n;

	for (n = 0; n < FRAMES; n++) {
		int err = vmi_shadow_frame(world->shadow[PLAIN], n << FRAME_SHIFT, &facts[PLAIN]);

		REQUIRE(vmi_shadow_frame(world->shadow[QUICK], n << FRAME_SHIFT, &facts[QUICK]) == err);
		REQUIRE(err || !memcmp(&facts[PLAIN], &facts[QUICK], sizeof(facts[0])));
	}
}

static void step(struct world *world, u32 steps)
{
	u32 nth = world->failing ? 1 + steps % world->failing : 0;
	u8 what = input_u8(&world->input);
	u32 p = what / 16 % PROCESSES;

	switch (what % 16) {
	case 15:
		forget_process(world, p);
		break;
	case 14:
		if (have_mirrors(world, p, nth))
			forget_range(world, p);
		break;
	case 13:
		end_period(world, what);
		compare_shadows(world);
		break;
	case 12:
	case 11:
	case 10:
		if (have_mirrors(world, p, nth))
			pass_both(world, what, nth);
		break;
	default:
		live_on(world, what);
		break;
	}
}

static void run(struct world *world)
{
	const char *what;
	u32 steps = 0, s, p;

	while (world->input.left)
		step(world, steps++);
	compare_shadows(world);
	compare_frames(world);
	alloc_fail_nth(0);
	for (s = 0; s < SHADOWS; s++) {
		REQUIRE(!vmi_shadow_audit(world->shadow[s], &what));
		for (p = 0; p < PROCESSES; p++)
			vmi_mirror_destroy(world->mirror[s][p]);
	}
}

/* The first bytes: policies, memory limit, how often allocations fail, and whether frames get other pages. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct vmi_shadow_config config;
	int err[SHADOWS];
	u32 s;

	world = (struct world){ .input = { data, size } };
	vmi_shadow_config_init(&config);
	config.policies = 1 + input_u8(&world.input) % VMI_POLICIES_ALL;
	config.memory_limit = input_u8(&world.input) * LIMIT_UNIT;
	world.failing = input_u8(&world.input);
	world.changing = input_u8(&world.input) % 2;
	for (s = 0; s < SHADOWS; s++) {
		alloc_fail_nth(world.failing);
		err[s] = vmi_shadow_create(&config, &world.shadow[s]);
	}
	REQUIRE(err[PLAIN] == err[QUICK]);
	if (!err[PLAIN])
		run(&world);
	for (s = 0; s < SHADOWS; s++)
		vmi_shadow_destroy(world.shadow[s]);
	REQUIRE(!alloc_live());
	return 0;
}
