// SPDX-License-Identifier: GPL-2.0
/*
 * The shadow under any stream of observations, sensible or not, with any of the policies, under any limit and with
 * allocations that fail: whatever is said, the audit finds it sound, no page is lost count of, and all memory is given
 * back. The first bytes are the policies, the memory limit and how often allocations fail.
 */
#include "alloc.h"
#include "bits.h"
#include "input.h"
#include "pool.h"
#include "shadow.h"
#include "x86_entry.h"

#define ADDRESS		0x7f0000000000ULL
#define BLOCK		0x200000ULL
#define MIRRORS		3
#define LIMIT_UNIT	2048		/* bytes; a shadow with all policies takes some 20 of these */
#define SEEN_MAX	32

struct fuzz {
	struct input input;
	struct vmi_pool pool;
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirrors[MIRRORS];	/* NULL: refused */
	u64 limit;			/* bytes, 0: none */
	u8 failing;			/* of so many steps each fails another one of its allocations; 0: none fails */
};

static struct vmi_observation input_observation(struct input *input)
{
	u8 what = input_u8(input);
	u8 which = input_u8(input);

	return (struct vmi_observation){
		.pfn = (which % 4 << 20) + which / 4,
		.identity = what >> 6,
		.state = what & 1 ? VMI_PAGE_PRESENT : what >> 1 & 15,
		.flags = what >> 1 & VMI_SEEN_ACCESSED ? VMI_SEEN_ACCESSED : VMI_SEEN_FILE,
		.standing = what >> 2 & 31,
		.zone = which % 4,
	};
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

static u64 bytes_used(const struct fuzz *fuzz)
{
	struct vmi_shadow_stats stats;

	vmi_shadow_get_stats(fuzz->shadow, &stats);
	return stats.bytes;
}

/* 0, or a refusal for a reason that there is. */
static bool is_refusal(const struct fuzz *fuzz, int err)
{
	return !err || (err == -ENOMEM && alloc_has_failed()) || (err == -ENOSPC && fuzz->limit);
}

static bool have_mirror(const struct fuzz *fuzz, struct vmi_mirror **mirror)
{
	REQUIRE(*mirror || is_refusal(fuzz, vmi_mirror_create(fuzz->shadow, mirror)));
	return *mirror;
}

/* Of what was seen present all is taken in or refused. */
static void end_pass(const struct fuzz *fuzz, struct vmi_mirror *mirror, int err, u64 present)
{
	struct vmi_pass_stats stats;

	vmi_pass_end(mirror, &stats);
	REQUIRE(is_refusal(fuzz, err) && (err || !stats.refused));
	REQUIRE(stats.pages + stats.refused == present && stats.accessed <= stats.pages);
}

/* --- passes ------------------------------------------------------------------------------------------------------- */

static void pass_some(struct fuzz *fuzz, struct vmi_mirror *mirror)
{
	struct input *input = &fuzz->input;
	u64 address = ADDRESS + input_u8(input) % 4 * BLOCK;
	u32 first = input_u8(input) % 16 * SEEN_MAX;
	u32 count = 1 + input_u8(input) % SEEN_MAX;
	struct vmi_observation seen[SEEN_MAX];
	u32 present = 0, i;

	for (i = 0; i < count; i++) {
		seen[i] = input_observation(input);
		present += seen[i].state == VMI_PAGE_PRESENT;
	}
	vmi_pass_begin(mirror);
	if (first / SEEN_MAX % 2)
		vmi_pass_gone(mirror, address, seen, first, count);
	end_pass(fuzz, mirror, vmi_pass_block(mirror, address, seen, first, count), present);
}

static void pass_leaf(struct fuzz *fuzz, struct vmi_mirror *mirror)
{
	struct vmi_observation seen = input_observation(&fuzz->input);
	bool giant = seen.pfn & 1;
	u64 address = giant ? ADDRESS : ADDRESS + input_u8(&fuzz->input) % 4 * BLOCK;
	u32 pages = giant ? 512 * 512 : 512;

	seen.pfn *= giant ? 1 << 18 : 512;
	vmi_pass_begin(mirror);
	end_pass(fuzz, mirror, vmi_pass_huge(mirror, address, pages, &seen),
		   seen.state == VMI_PAGE_PRESENT ? pages : 0);
}

static void pass_hole(struct fuzz *fuzz, struct vmi_mirror *mirror)
{
	u64 start = ADDRESS + input_bytes(&fuzz->input, 2) % 2048 * VMI_PAGE_BYTES;

	vmi_pass_absent(mirror, start, start + input_bytes(&fuzz->input, 2) % 2048 * VMI_PAGE_BYTES);
}

/* --- what is left out --------------------------------------------------------------------------------------------- */

static u64 input_entry(struct input *input)
{
	struct vmi_observation seen = input_observation(input);
	u64 frame = (u64)seen.pfn << VMI_PAGE_SHIFT;

	switch (seen.state) {
	case VMI_PAGE_PRESENT:
		return frame | VMI_X86_PRESENT | (seen.flags & VMI_SEEN_ACCESSED ? VMI_X86_ACCESSED : 0);
	case VMI_PAGE_SWAPPED:
		return (1 + frame) << 32;
	case VMI_PAGE_MIGRATING:
		return (~frame & VMI_X86_FRAME_MASK) | VMI_X86_GLOBAL;
	default:
		return 0;
	}
}

/* Nothing is looked at that was not asked for, and of a table that is left out as a whole no entry. */
static void choose(struct vmi_mirror *mirror, u64 address, const struct vmi_raw_entries *raw, u64 ret_look[8])
{
	bool whole = vmi_pass_skip_table(mirror, address, raw->entries, raw->first, raw->count);
	u32 i;

	vmi_pass_skip(mirror, address, raw, ret_look);
	for (i = 0; i < 512; i++)
		REQUIRE(!vmi_bit_is_set(ret_look, i) ||
			(i - raw->first < raw->count && (!whole || raw->briefs || raw->owed)));
}

/* Entries of which only what has to be looked at is told, and what is seen there is anything. */
static void skip_some(struct fuzz *fuzz, struct vmi_mirror *mirror)
{
	struct input *input = &fuzz->input;
	u64 address = ADDRESS + input_u8(input) % 4 * BLOCK;
	u8 what = input_u8(input);
	u64 entries[SEEN_MAX], look[8], owed[8] = { 0 };
	u32 briefs[SEEN_MAX];
	struct vmi_raw_entries raw = {
		.entries = entries, .first = what % 16 * SEEN_MAX, .count = 1 + input_u8(input) % SEEN_MAX,
		.frame_mask = VMI_X86_FRAME_MASK,
	};
	u32 i;

	for (i = 0; i < raw.count; i++) {
		entries[i] = input_entry(input);
		briefs[i] = what & 16 ? vmi_brief(0, input_u8(input) % 32) : 0;
	}
	raw.briefs = what & 16 ? briefs : NULL;
	if (what & 32)
		vmi_bit_set(owed, raw.first);
	raw.owed = what & 64 ? owed : NULL;
	vmi_pass_begin(mirror);
	choose(mirror, address, &raw, look);
	for (i = raw.first; i < raw.first + raw.count; i++) {
		struct vmi_observation seen;

		if (!vmi_bit_is_set(look, i))
			continue;
		seen = input_observation(input);
		vmi_pass_block(mirror, address, &seen, i, 1);
	}
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static void use_mirror(struct fuzz *fuzz, u8 what, struct vmi_mirror **mirror)
{
	if (!have_mirror(fuzz, mirror))
		return;
	switch (what) {
	case 0:
	case 1:
	case 2:
		pass_some(fuzz, *mirror);
		break;
	case 3:
		pass_leaf(fuzz, *mirror);
		break;
	case 4:
		pass_hole(fuzz, *mirror);
		break;
	case 5:
		skip_some(fuzz, *mirror);
		break;
	default:
		vmi_mirror_destroy(*mirror);
		*mirror = NULL;
		break;
	}
}

static void step(struct fuzz *fuzz)
{
	u8 what = input_u8(&fuzz->input);
	u64 before = bytes_used(fuzz);

	switch (what % 10) {
	case 7:
		vmi_shadow_limit_rss(fuzz->shadow, input_u8(&fuzz->input), what / 32 * 1000);
		break;
	case 8:
		fuzz->limit = input_u8(&fuzz->input) * LIMIT_UNIT;
		vmi_shadow_limit_memory(fuzz->shadow, fuzz->limit);
		break;
	case 9:
		vmi_shadow_scan(fuzz->shadow, what / 64);
		break;
	default:
		use_mirror(fuzz, what % 10, &fuzz->mirrors[what / 10 % MIRRORS]);
	}
	REQUIRE(!fuzz->limit || bytes_used(fuzz) <= max_t(u64, fuzz->limit, before));
}

static void audit(const struct fuzz *fuzz)
{
	const char *what;

	alloc_fail_nth(0);
	REQUIRE(!vmi_shadow_audit(fuzz->shadow, &what));
}

static void run(struct fuzz *fuzz)
{
	u32 steps = 0, i;

	while (fuzz->input.left) {
		alloc_fail_nth(fuzz->failing ? 1 + steps % fuzz->failing : 0);
		step(fuzz);
		if (++steps % 16 == 0)
			audit(fuzz);
	}
	audit(fuzz);
	for (i = 0; i < MIRRORS; i++)
		vmi_mirror_destroy(fuzz->mirrors[i]);
	audit(fuzz);
	vmi_shadow_destroy(fuzz->shadow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { .input = { data, size } };
	struct vmi_shadow_config config;
	int err;

	vmi_shadow_config_init(&config);
	config.policies = 1 + input_u8(&fuzz.input) % VMI_POLICIES_ALL;
	config.memory_limit = fuzz.limit = input_u8(&fuzz.input) * LIMIT_UNIT;
	config.pool = &fuzz.pool;
	fuzz.failing = input_u8(&fuzz.input);
	alloc_fail_nth(fuzz.failing);
	err = vmi_shadow_create(&config, &fuzz.shadow);
	REQUIRE(is_refusal(&fuzz, err));
	if (!err)
		run(&fuzz);
	REQUIRE(!vmi_pool_used(&fuzz.pool) && !alloc_live());
	return 0;
}
