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

/*
 * A stage is set once for all that is compared there: setting it costs most of the time. A stage that lacks something
 * is a skip that names it, and so is, when all else is well, a layout that smaps is wrong of.
 */
TEST_F_TIMEOUT(layout, shows_what_the_kernel_shows_and_what_was_built, 600)
{
	const struct layout_report *report = &self->stage.report;
	pid_t pid = self->stage.worker.pid;
	unsigned int wrong;

	if (report->status == LAYOUT_MISSING)
		SKIP(return, "shows_what_the_kernel_shows: missing: %s", report->message);
	wrong = check_maps(pid) + check_pagemap(pid) + check_claims(pid, report) + check_states(pid) +
		check_tables(pid) + check_index(pid) + check_holes(pid);
	if (!report->smaps_is_wrong)
		wrong += check_smaps(pid);
	EXPECT_EQ(0, wrong);
	if (!wrong && report->smaps_is_wrong)
		SKIP(return, "counts_equal_smaps: missing: an smaps that counts these pages (Linux 6.6)");
}

TEST_HARNESS_MAIN
