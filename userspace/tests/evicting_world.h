/* SPDX-License-Identifier: GPL-2.0 */
/* A shadow of one address space of which a policy has evicted about half, for tests of what tells such pages. */
#ifndef VMI_TESTS_EVICTING_WORLD_H
#define VMI_TESTS_EVICTING_WORLD_H

#include "rng.h"
#include "shadow.h"
#include "x86_entry.h"

#define ADDRESS		0x7f0000000000ULL
#define BLOCK_BYTES	(2ULL << 20)
#define BLOCKS		4		/* the last one is a huge leaf */
#define PAGES		(BLOCKS * 512)
#define HUGE_PFN	0x40000
#define POLICY		VMI_POLICY_CLOCK

struct evicting_world {
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	struct rng rng;
	u32 pfn[PAGES];			/* 0: nothing there */
};

/* What a page is to the policy. */
enum evicting_kind {
	KIND_NOTHING,
	KIND_PRESENT,
	KIND_EVICTED,
};

/* Small pages with holes, those at the ends of blocks being there; half of them may stay. */
void evicting_world_begin(struct evicting_world *world);
void evicting_world_end(struct evicting_world *world);

/* A pass in which so many of the pages turn out to have been accessed, chosen at random, and a scan. */
void evicting_world_pass(struct evicting_world *world, u32 accessed_percent);

/* Of the page at ADDRESS + page * 4 KiB, as the shadow tells for its frame; past the end KIND_NOTHING. */
enum evicting_kind evicting_world_kind(const struct evicting_world *world, u32 page);

#endif /* VMI_TESTS_EVICTING_WORLD_H */
