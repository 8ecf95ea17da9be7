// SPDX-License-Identifier: GPL-2.0
/*
 * Real programs, stopped, with transparent huge pages always and never and part of their memory in swap: what
 * /proc/vminspect shows of them against the kernel's own files.
 */
#include "lib/harness.h"

#include "lib/check.h"
#include "lib/module.h"
#include "lib/program.h"
#include "lib/smaps.h"

FIXTURE(program)
{
	struct program program;
	struct knobs knobs;
	struct swap swap;
	const char *missing;
};

FIXTURE_VARIANT(program)
{
	const struct program_recipe *recipe;
	const char *huge_pages;
};

#define VARIANTS(name) \
	FIXTURE_VARIANT_ADD(program, name##_thp_always) { .recipe = &program_##name, .huge_pages = "always" }; \
	FIXTURE_VARIANT_ADD(program, name##_thp_never) { .recipe = &program_##name, .huge_pages = "never" };

VARIANTS(python3)
VARIANTS(sqlite3)
VARIANTS(perl)
VARIANTS(bash)
VARIANTS(udevd)

/* Every fourth MiB (or so) of the anonymous memory goes to swap; true when some has. */
static bool swap_some(pid_t pid)
{
	struct smaps smaps;
	uint64_t swapped = 0;
	size_t i;

	if (smaps_read(pid, &smaps))
		return false;
	for (i = 0; i < smaps.count; i++) {
		const struct map_line *line = &smaps.regions[i].line;

		if (smaps.regions[i].pages[SMAPS_ANONYMOUS] > 16)
			swap_out_other(pid, line->start, line->start + (line->end - line->start) / 8192 * 4096);
	}
	smaps_free(&smaps);
	if (smaps_read(pid, &smaps))
		return false;
	for (i = 0; i < smaps.count; i++)
		swapped += smaps.regions[i].pages[SMAPS_SWAP];
	smaps_free(&smaps);
	return swapped > 0;
}

FIXTURE_SETUP(program)
{
	self->swap.device = -1;
	ASSERT_TRUE(module_ready());
	if (knob_set(&self->knobs, KNOB_THP_ENABLED, variant->huge_pages))
		self->missing = "transparent huge pages";
	else
		self->missing = swap_start(&self->swap, 256);
	if (self->missing)
		return;
	if (!program_start(&self->program, variant->recipe)) {
		self->missing = self->program.missing;
		EXPECT_STREQ("", self->program.failed);
		return;
	}
	EXPECT_TRUE(program_stop(&self->program));
	EXPECT_TRUE(swap_some(self->program.pid));
}

FIXTURE_TEARDOWN(program)
{
	program_end(&self->program);
	swap_end(&self->swap);
	knobs_restore(&self->knobs);
}

/* A program is started once for all that is compared: starting it takes longer. */
TEST_F_TIMEOUT(program, shows_what_the_kernel_shows, 300)
{
	pid_t pid = self->program.pid;

	SKIP_WITHOUT(self->missing);
	EXPECT_EQ(0, check_maps(pid));
	EXPECT_EQ(0, check_smaps(pid));
	EXPECT_EQ(0, check_pagemap(pid));
	EXPECT_EQ(0, check_states(pid));
	EXPECT_EQ(0, check_tables(pid));
	EXPECT_EQ(0, check_index(pid));
}

TEST_HARNESS_MAIN
