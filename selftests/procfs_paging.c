// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator can switch while processes run - compressed swap, swap files, folios of several sizes, the kind
 * of LRU, memory taken offline - changes nothing of the agreement with the kernel's own files.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "lib/check.h"
#include "lib/file_text.h"
#include "lib/knob.h"
#include "lib/memory_block.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/ram_ext4.h"

#define KNOB_ZSWAP "/sys/module/zswap/parameters/enabled"
#define PAGES 256
#define MANY_PAGES 16384

FIXTURE(paging)
{
	struct knobs knobs;
	struct layout_stage stage;
	bool swap_file;
};

FIXTURE_SETUP(paging)
{
	memset(&self->knobs, 0, sizeof(self->knobs));
	memset(&self->stage, 0, sizeof(self->stage));
	self->stage.swap.device = -1;
	self->swap_file = false;
	ASSERT_TRUE(module_ready());
}

/* A file of 32 MiB on an ext4 of 48 MiB in RAM, as swap; all in one folder. What goes wrong is said on stderr. */
#define SWAP_FOLDER "/tmp/vminspect-swap-file"

static bool swap_file_on(void)
{
	return ram_ext4_make(SWAP_FOLDER, 48) &&
	       !system("exec >/dev/null && set -e; cd " SWAP_FOLDER "\n"
		       "dd status=none if=/dev/zero of=mounted/swap bs=1M count=32 && chmod 600 mounted/swap\n"
		       "/sbin/mkswap mounted/swap && /sbin/swapon -p 32001 mounted/swap");
}

static void swap_file_off(void)
{
	if (system("/sbin/swapoff " SWAP_FOLDER "/mounted/swap >/dev/null 2>&1"))
		printf("# the swap file was not in use\n");
	if (!ram_ext4_remove(SWAP_FOLDER))
		printf("# the swap file stays\n");
}

FIXTURE_TEARDOWN(paging)
{
	layout_stage_clear(&self->stage);
	if (self->swap_file)
		swap_file_off();
	knobs_restore(&self->knobs);
}

/* Differences from everything that the kernel says of the staged process, and from what the layout claims. */
static unsigned int disagreements(const struct layout_stage *stage)
{
	pid_t pid = stage->worker.pid;

	if (stage->report.status != LAYOUT_READY) {
		printf("# %s\n", stage->report.message);
		return 1;
	}
	return check_maps(pid) + check_smaps(pid) + check_pagemap(pid) + check_states(pid) + check_tables(pid) +
	       check_claims(pid, &stage->report);
}

TEST_F_TIMEOUT(paging, pages_in_zswap_are_swapped, 600)
{
	if (knob_set(&self->knobs, KNOB_ZSWAP, "Y"))
		SKIP(return, "missing: zswap");
	layout_stage_set(&self->stage, layout_swapped_anon, LAYOUT_NEEDS_SWAP);
	if (self->stage.report.status == LAYOUT_MISSING)
		SKIP(return, "missing: %s", self->stage.report.message);
	EXPECT_LT(0, file_number_after("/proc/meminfo", "\nZswapped:"));
	EXPECT_EQ(0, disagreements(&self->stage));
}

TEST_F_TIMEOUT(paging, pages_in_a_swap_file_are_swapped, 600)
{
	if (access(RAM_EXT4_MKFS, X_OK))
		SKIP(return, "missing: " RAM_EXT4_MKFS " (e2fsprogs)");
	self->swap_file = true;
	ASSERT_TRUE(swap_file_on());
	layout_stage_set(&self->stage, layout_swapped_anon, 0);
	EXPECT_EQ(0, disagreements(&self->stage));
}

static void check_with_generations(struct __test_metadata *const _metadata, FIXTURE_DATA(paging) *self,
				   const char *enabled)
{
	if (knob_set(&self->knobs, KNOB_LRU_GEN, enabled))
		SKIP(return, "missing: multi-generation LRU (CONFIG_LRU_GEN)");
	layout_stage_set(&self->stage, layout_swapped_anon, LAYOUT_NEEDS_SWAP);
	if (self->stage.report.status == LAYOUT_MISSING)
		SKIP(return, "missing: %s", self->stage.report.message);
	EXPECT_EQ(0, disagreements(&self->stage));
}

TEST_F_TIMEOUT(paging, counts_agree_while_generations_are_on, 600)
{
	check_with_generations(_metadata, self, "7");
}

TEST_F_TIMEOUT(paging, counts_agree_while_generations_are_off, 600)
{
	check_with_generations(_metadata, self, "0");
}

/* Folios of 64 KiB: one with a hole, all pages shared with a child but those written since. */
static void folios_of_64k(struct layout_report *report)
{
	char *place = layout_free_space(PAGES, 16);
	char *area = mmap(place, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (!place || area != place) {
		layout_failed(report, "mmap of %d pages", PAGES);
		return;
	}
	layout_write(area, PAGES);
	if (pagemap_own_large(area, PAGES) != PAGES)
		layout_failed(report, "%zu of %d pages are in large folios", pagemap_own_large(area, PAGES), PAGES);
	madvise(area + 4 * PAGE_BYTES, 8 * PAGE_BYTES, MADV_DONTNEED);
	if (!layout_fork_partner(NULL, NULL))
		layout_failed(report, "fork");
	layout_write(area + 100 * PAGE_BYTES, 10);
	layout_claim(report, area, SHADOW_PRESENT, PAGES - 8);
	layout_claim(report, area, SHADOW_ABSENT, 8);
	layout_claim(report, area, SHADOW_HUGE2M, 0);
	layout_claim(report, area, SHADOW_COW, PAGES - 8 - 10);
}

TEST_F_TIMEOUT(paging, folios_of_64_KiB_count_as_their_pages, 120)
{
	if (knob_set(&self->knobs, KNOB_FOLIOS_64K, "always"))
		SKIP(return, "missing: transparent huge pages of several sizes (Linux 6.8)");
	layout_stage_set(&self->stage, folios_of_64k, 0);
	EXPECT_EQ(0, disagreements(&self->stage));
}

static void written_once(struct layout_report *report)
{
	char *area = layout_anon(report, MANY_PAGES);

	if (!area)
		return;
	layout_write(area, MANY_PAGES);
	layout_claim(report, area, SHADOW_PRESENT, MANY_PAGES);
}

/* Reads the process's file over and over until the parent kills it. */
static pid_t start_reader(pid_t pid)
{
	pid_t reader = fork();

	if (reader)
		return reader;
	worker_die_with_parent();
	for (;;) {
		struct shadow shadow;

		if (!shadow_read(pid, &shadow))
			shadow_free(&shadow);
	}
}

TEST_F_TIMEOUT(paging, counts_agree_after_memory_went_offline_under_a_reader, 600)
{
	struct memory_block block;
	pid_t reader;
	bool taken;

	layout_stage_set(&self->stage, written_once, 0);
	ASSERT_EQ(LAYOUT_READY, self->stage.report.status);
	reader = start_reader(self->stage.worker.pid);
	taken = memory_block_take(&block);
	kill(reader, SIGKILL);
	waitpid(reader, NULL, 0);
	if (!taken)
		SKIP(return, "missing: movable memory that can be taken offline (movablecore=)");
	EXPECT_EQ(0, disagreements(&self->stage));
	EXPECT_EQ(0, memory_block_return(&block));
}

TEST_HARNESS_MAIN
