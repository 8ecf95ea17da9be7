// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of mapping (lib/layout.h) in a stopped process: what /proc/vminspect shows of it against the kernel's
 * own files, and against what it was made of.
 */
#include "lib/harness.h"

#include "lib/check.h"
#include "lib/module.h"

FIXTURE(layout)
{
	struct layout_stage stage;
};

FIXTURE_VARIANT(layout)
{
	layout_fn build;
	uint32_t needs;
};

#define VARIANT(name, needed) \
	FIXTURE_VARIANT_ADD(layout, name) { .build = layout_##name, .needs = needed };
LAYOUTS(VARIANT)

FIXTURE_SETUP(layout)
{
	ASSERT_TRUE(module_ready());
	layout_stage_set(&self->stage, variant->build, variant->needs);
	EXPECT_NE(LAYOUT_FAILED, self->stage.report.status) {
		TH_LOG("%s", self->stage.report.message);
		layout_stage_clear(&self->stage);
	}
}

FIXTURE_TEARDOWN(layout)
{
	layout_stage_clear(&self->stage);
}

/* One TEST_F a comparison. A stage that lacks something is a skip that names it. */
#define LAYOUT_TEST(name, check) \
	TEST_F_TIMEOUT(layout, name, 600) \
	{ \
		if (self->stage.report.status == LAYOUT_MISSING) \
			SKIP(return, "%s: missing: %s", #name, self->stage.report.message); \
		EXPECT_EQ(0, (check)); \
	}

LAYOUT_TEST(region_lines_equal_maps, check_maps(self->stage.worker.pid))

TEST_F_TIMEOUT(layout, counts_equal_smaps, 600)
{
	if (self->stage.report.status == LAYOUT_MISSING)
		SKIP(return, "counts_equal_smaps: missing: %s", self->stage.report.message);
	if (self->stage.report.smaps_is_wrong)
		SKIP(return, "counts_equal_smaps: missing: an smaps that counts these pages (Linux 6.6)");
	EXPECT_EQ(0, check_smaps(self->stage.worker.pid));
}

LAYOUT_TEST(counts_equal_pagemap, check_pagemap(self->stage.worker.pid))
LAYOUT_TEST(counts_are_those_of_the_construction, check_claims(self->stage.worker.pid, &self->stage.report))
LAYOUT_TEST(states_fill_every_region, check_states(self->stage.worker.pid))
LAYOUT_TEST(table_bytes_equal_VmPTE, check_tables(self->stage.worker.pid))
LAYOUT_TEST(index_is_a_valid_avl_tree, check_index(self->stage.worker.pid))
LAYOUT_TEST(largest_hole_is_the_widest_gap, check_holes(self->stage.worker.pid))

TEST_HARNESS_MAIN
