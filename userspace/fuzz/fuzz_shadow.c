// SPDX-License-Identifier: GPL-2.0
/* The shadow under any stream of observations, sensible or not: whatever is said, the audit finds it sound. */
#include "input.h"
#include "shadow.h"

#define ADDRESS	0x7f0000000000ULL
#define BLOCK	0x200000ULL
#define MIRRORS	3

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

static void pass_some(struct input *input, struct vmi_mirror *mirror)
{
	u64 address = ADDRESS + input_u8(input) % 4 * BLOCK;
	u32 first = input_u8(input) % 16 * 32;
	u32 count = 1 + input_u8(input) % 32;
	struct vmi_observation seen[32];
	struct vmi_pass_stats stats;
	u32 i;

	for (i = 0; i < count; i++)
		seen[i] = input_observation(input);
	vmi_pass_begin(mirror);
	if (first % 2)
		vmi_pass_gone(mirror, address, seen, first, count);
	vmi_pass_block(mirror, address, seen, first, count);
	vmi_pass_end(mirror, &stats);
}

static void pass_leaf(struct input *input, struct vmi_mirror *mirror)
{
	struct vmi_observation seen = input_observation(input);
	bool giant = seen.pfn & 1;
	u64 address = giant ? ADDRESS : ADDRESS + input_u8(input) % 4 * BLOCK;

	seen.pfn *= giant ? 1 << 18 : 512;
	vmi_pass_huge(mirror, address, giant ? 512 * 512 : 512, &seen);
}

static void pass_hole(struct input *input, struct vmi_mirror *mirror)
{
	u64 start = ADDRESS + input_bytes(input, 2) % 2048 * 4096;

	vmi_pass_absent(mirror, start, start + input_bytes(input, 2) % 2048 * 4096);
}

static void step(struct input *input, struct vmi_shadow *shadow, struct vmi_mirror **mirrors)
{
	u8 what = input_u8(input);
	struct vmi_mirror **mirror = &mirrors[what / 8 % MIRRORS];

	switch (what % 8) {
	case 0:
	case 1:
	case 2:
		pass_some(input, *mirror);
		break;
	case 3:
		pass_leaf(input, *mirror);
		break;
	case 4:
		pass_hole(input, *mirror);
		break;
	case 5:
		vmi_mirror_destroy(*mirror);
		REQUIRE(!vmi_mirror_create(shadow, mirror));
		break;
	case 6:
		vmi_shadow_limit_rss(shadow, input_u8(input), what / 32 * 1000);
		break;
	default:
		vmi_shadow_scan(shadow, what / 64);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { .data = data, .left = size };
	struct vmi_mirror *mirrors[MIRRORS];
	struct vmi_shadow_config config;
	struct vmi_shadow *shadow;
	const char *what;
	u32 steps = 0;
	u32 i;

	vmi_shadow_config_init(&config);
	config.policies = VMI_POLICIES_ALL;
	REQUIRE(!vmi_shadow_create(&config, &shadow));
	for (i = 0; i < MIRRORS; i++)
		REQUIRE(!vmi_mirror_create(shadow, &mirrors[i]));
	while (input.left) {
		step(&input, shadow, mirrors);
		REQUIRE(++steps % 16 || !vmi_shadow_audit(shadow, &what));
	}
	REQUIRE(!vmi_shadow_audit(shadow, &what));
	for (i = 0; i < MIRRORS; i++)
		vmi_mirror_destroy(mirrors[i]);
	REQUIRE(!vmi_shadow_audit(shadow, &what));
	vmi_shadow_destroy(shadow);
	return 0;
}
