// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of private anonymous memory: page states, protections, moves, address space limits, sharing by fork.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <alloca.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "maps.h"
#include "pagemap.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

#define MANY_REGIONS 65530
#define POLL_MICROSECONDS 20000

/* Start of the calling process's own region of that name, or NULL; its size in `ret_pages`. */
static char *own_region(const char *name, size_t *ret_pages)
{
	struct map_list maps;
	char *start = NULL;
	long i;

	if (map_list_read(getpid(), &maps))
		return NULL;
	i = map_list_find_name(&maps, name);
	if (i >= 0) {
		start = (char *)(uintptr_t)maps.lines[i].start;
		*ret_pages = (maps.lines[i].end - maps.lines[i].start) / PAGE_BYTES;
	}
	map_list_free(&maps);
	return start;
}

/* Nothing of its own: what every process has. The clock lives in [vvar]. */
void layout_plain(struct layout_report *report)
{
	struct timespec now;
	size_t pages;
	char *vvar = own_region("[vvar]", &pages);
	char *vdso = own_region("[vdso]", &pages);
	long (*vdso_clock)(clockid_t, struct timespec *) = (void *)clock_gettime;

	vdso_clock(CLOCK_MONOTONIC, &now);
	if (!vvar || !vdso) {
		layout_missing(report, "[vvar] and [vdso]");
		return;
	}
	layout_claim_at_least(report, vvar, SHADOW_PRESENT, 1);
	layout_claim(report, vvar, SHADOW_ANON, 0);
	layout_claim_at_least(report, vdso, SHADOW_PRESENT, 1);
}

void layout_touched_read_and_untouched(struct layout_report *report)
{
	char *area = layout_anon(report, 64);

	if (!area)
		return;
	layout_write(area, 10);
	layout_read(area + 10 * PAGE_BYTES, 5);
	layout_claim(report, area, SHADOW_PRESENT, 15);
	layout_claim(report, area, SHADOW_ZERO, 5);
	layout_claim(report, area, SHADOW_ANON, 10);
	layout_claim(report, area, SHADOW_DIRTY, 10);
	layout_claim(report, area, SHADOW_ABSENT, 49);
	layout_claim(report, area, SHADOW_UNMAPPED, 0);
	layout_claim(report, area, SHADOW_COW, 5);
	layout_claim(report, area, SHADOW_SHARED, 0);
}

void layout_zero_page_reads(struct layout_report *report)
{
	char *area = layout_anon(report, 16);

	if (!area)
		return;
	layout_read(area, 16);
	layout_claim(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_ZERO, 16);
	layout_claim(report, area, SHADOW_COW, 16);
	layout_claim(report, area, SHADOW_ANON, 0);
	layout_claim(report, area, SHADOW_DIRTY, 0);
}

void layout_madvise_dontneed(struct layout_report *report)
{
	char *area = layout_anon(report, 32);

	if (!area)
		return;
	layout_write(area, 32);
	if (madvise(area + 10 * PAGE_BYTES, 12 * PAGE_BYTES, MADV_DONTNEED))
		layout_failed(report, "MADV_DONTNEED: %s", strerror(errno));
	layout_claim(report, area, SHADOW_PRESENT, 20);
	layout_claim(report, area, SHADOW_ABSENT, 12);
}

/* Lazily freed pages stay until there is need; the dirty bits are gone at once. */
void layout_madvise_free(struct layout_report *report)
{
	char *area = layout_anon(report, 32);

	if (!area)
		return;
	layout_write(area, 32);
	if (madvise(area, 24 * PAGE_BYTES, MADV_FREE))
		layout_failed(report, "MADV_FREE: %s", strerror(errno));
	layout_claim(report, area, SHADOW_PRESENT, 32);
	layout_claim(report, area, SHADOW_DIRTY, 8);
	layout_claim(report, area, SHADOW_ANON, 32);
}

static void written_then_protected(struct layout_report *report, int protection)
{
	char *area = layout_anon(report, 16);

	if (!area)
		return;
	layout_write(area, 16);
	if (mprotect(area, 16 * PAGE_BYTES, protection))
		layout_failed(report, "mprotect: %s", strerror(errno));
	layout_claim(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_ANON, 16);
	layout_claim(report, area, SHADOW_DIRTY, 16);
	layout_claim(report, area, SHADOW_COW, 0);
}

void layout_prot_none(struct layout_report *report)
{
	written_then_protected(report, PROT_NONE);
}

void layout_read_only_again(struct layout_report *report)
{
	written_then_protected(report, PROT_READ);
}

void layout_execute_only(struct layout_report *report)
{
	written_then_protected(report, PROT_EXEC);
}

/* Every other page is made read-only: as many regions as pages. */
void layout_many_regions(struct layout_report *report)
{
	char *area = layout_anon(report, MANY_REGIONS);
	size_t i;

	if (!area)
		return;
	for (i = 0; i < MANY_REGIONS; i += 1000)
		layout_write(area + i * PAGE_BYTES, 1);
	for (i = 1; i < MANY_REGIONS; i += 2) {
		if (!mprotect(area + i * PAGE_BYTES, PAGE_BYTES, PROT_READ))
			continue;
		layout_failed(report, "mprotect of page %zu: %s", i, strerror(errno));
		return;
	}
	layout_claim(report, area, SHADOW_PRESENT, 1);
	layout_claim(report, area + 65000 * PAGE_BYTES, SHADOW_PRESENT, 1);
	layout_claim(report, area + 65001 * PAGE_BYTES, SHADOW_ABSENT, 1);
	layout_claim(report, area + (MANY_REGIONS - 1) * PAGE_BYTES, SHADOW_ABSENT, 1);
}

void layout_heap(struct layout_report *report)
{
	char *grown = sbrk(64 * PAGE_BYTES);

	if (grown == (void *)-1) {
		layout_failed(report, "sbrk: %s", strerror(errno));
		return;
	}
	layout_write(grown, 63);
	layout_claim_at_least(report, grown, SHADOW_PRESENT, 63);
	layout_claim_at_least(report, grown, SHADOW_ANON, 63);
}

void layout_stack_grown(struct layout_report *report)
{
	const size_t pages = 256;
	volatile char *deep = alloca(pages * PAGE_BYTES);
	size_t i;

	for (i = pages; i-- > 0;)
		deep[i * PAGE_BYTES] = 1;
	layout_claim_at_least(report, (void *)deep, SHADOW_PRESENT, pages);
	layout_claim_at_least(report, (void *)deep, SHADOW_ANON, pages);
}

/* One page that grows down to 32 when the pages below it are touched, one after the other. */
void layout_grows_down(struct layout_report *report)
{
	char *space = layout_free_space(1024, 12);
	char *top = space + 1023 * PAGE_BYTES;
	size_t i;

	if (mmap(top, PAGE_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1, 0) != top) {
		layout_failed(report, "mmap of a stack: %s", strerror(errno));
		return;
	}
	for (i = 0; i < 32; i++)
		layout_write(top - i * PAGE_BYTES, 1);
	layout_claim(report, top, SHADOW_PRESENT, 32);
	layout_claim(report, top - 31 * PAGE_BYTES, SHADOW_PRESENT, 32);
}

void layout_mremap_moved(struct layout_report *report)
{
	char *area = layout_anon(report, 16);
	char *place = layout_free_space(32, 12);
	char *moved;

	if (!area)
		return;
	layout_write(area, 8);
	moved = mremap(area, 16 * PAGE_BYTES, 32 * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	if (moved != place) {
		layout_failed(report, "mremap: %s", strerror(errno));
		return;
	}
	layout_claim(report, moved, SHADOW_PRESENT, 8);
	layout_claim(report, moved, SHADOW_ABSENT, 24);
	layout_claim(report, moved, SHADOW_COW, 0);
}

void layout_mremap_dontunmap(struct layout_report *report)
{
	char *area = layout_anon(report, 16);
	char *place = layout_free_space(16, 12);
	char *moved;

	if (!area)
		return;
	layout_write(area, 16);
	moved = mremap(area, 16 * PAGE_BYTES, 16 * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, place);
	if (moved != place) {
		layout_failed(report, "mremap: %s", strerror(errno));
		return;
	}
	layout_claim(report, moved, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_ABSENT, 16);
}

void layout_vdso_moved(struct layout_report *report)
{
	size_t pages = 0;
	char *vdso = own_region("[vdso]", &pages);
	char *place = layout_free_space(16, 12);

	if (!vdso) {
		layout_missing(report, "[vdso]");
		return;
	}
	layout_read(vdso, pages);
	if (mremap(vdso, pages * PAGE_BYTES, pages * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
		layout_failed(report, "mremap of [vdso]: %s", strerror(errno));
	layout_claim(report, place, SHADOW_PRESENT, pages);
}

void layout_mlocked(struct layout_report *report)
{
	char *whole = layout_anon(report, 16);
	char *on_fault = layout_anon(report, 16);

	if (!whole || !on_fault)
		return;
	if (mlock(whole, 16 * PAGE_BYTES) || mlock2(on_fault, 16 * PAGE_BYTES, MLOCK_ONFAULT))
		layout_failed(report, "mlock: %s", strerror(errno));
	layout_write(on_fault, 4);
	layout_claim(report, whole, SHADOW_PRESENT, 16);
	layout_claim(report, on_fault, SHADOW_PRESENT, 4);
}

static void map_one_page_at(struct layout_report *report, uintptr_t address)
{
	char *page = mmap((void *)address, PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (page != (char *)address) {
		layout_failed(report, "mmap at %lx: %s", address, strerror(errno));
		return;
	}
	layout_write(page, 1);
	layout_claim(report, page, SHADOW_PRESENT, 1);
}

/* The lowest page that may be mapped and the highest one below 2^47: the widest range that maps has to pad. */
void layout_address_extremes(struct layout_report *report)
{
	map_one_page_at(report, file_number("/proc/sys/vm/mmap_min_addr", 65536));
	map_one_page_at(report, (1UL << 47) - 2 * PAGE_BYTES);
}

void layout_address_above_47_bits(struct layout_report *report)
{
	char *hint = (char *)(1UL << 55);
	char *page = mmap(hint, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page < (char *)(1UL << 47)) {
		layout_missing(report, "5-level paging (CPU flag la57)");
		return;
	}
	layout_write(page, 1);
	layout_claim(report, page, SHADOW_PRESENT, 1);
}

void layout_fork_shared(struct layout_report *report)
{
	char *area = layout_anon(report, 32);

	if (!area)
		return;
	layout_write(area, 24);
	if (!layout_fork_partner(NULL, NULL))
		layout_failed(report, "fork: %s", strerror(errno));
	layout_claim(report, area, SHADOW_PRESENT, 24);
	layout_claim(report, area, SHADOW_COW, 24);
	layout_claim(report, area, SHADOW_SHARED, 24);
	layout_claim(report, area, SHADOW_ANON, 24);
}

void layout_guard_pages(struct layout_report *report)
{
	char *area = layout_anon(report, 16);

	if (!area)
		return;
	layout_write(area, 16);
	if (madvise(area + 4 * PAGE_BYTES, 4 * PAGE_BYTES, MADV_GUARD_INSTALL)) {
		layout_missing(report, "MADV_GUARD_INSTALL (Linux 6.13)");
		return;
	}
	layout_claim(report, area, SHADOW_MARKER, 4);
	layout_claim(report, area, SHADOW_PRESENT, 12);
}

static void ignore(int signal)
{
	(void)signal;
}

/* The signal that newer kernels send to whose page is lost cannot be ignored, only handled. */
void layout_hwpoisoned(struct layout_report *report)
{
	char *area = layout_anon(report, 16);

	if (!area)
		return;
	signal(SIGBUS, ignore);
	layout_write(area, 16);
	if (madvise(area + 3 * PAGE_BYTES, PAGE_BYTES, MADV_HWPOISON)) {
		layout_missing(report, "MADV_HWPOISON (CONFIG_MEMORY_FAILURE)");
		return;
	}
	layout_claim(report, area, SHADOW_MARKER, 1);
	layout_claim(report, area, SHADOW_PRESENT, 15);
}

/* True when all pages map the same frame. */
static bool one_frame(const char *area, size_t pages)
{
	uint64_t first = pagemap_own(area) & PAGEMAP_FRAME_MASK;
	size_t i;

	for (i = 1; i < pages && first; i++)
		if ((pagemap_own(area + i * PAGE_BYTES) & PAGEMAP_FRAME_MASK) != first)
			return false;
	return first;
}

/* Sixteen pages of the same contents, until ksmd has made one frame of them. */
void layout_ksm_merged(struct layout_report *report)
{
	char *area = layout_anon(report, 16);
	int tries = 15 * (1000000 / POLL_MICROSECONDS);

	if (!area)
		return;
	memset(area, 0x5a, 16 * PAGE_BYTES);
	if (madvise(area, 16 * PAGE_BYTES, MADV_MERGEABLE)) {
		layout_missing(report, "MADV_MERGEABLE (CONFIG_KSM)");
		return;
	}
	for (; !one_frame(area, 16) && tries; tries--)
		usleep(POLL_MICROSECONDS);
	if (!tries)
		layout_failed(report, "ksmd has not merged 16 equal pages in 15 s");
	layout_claim(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_SHARED, 16);
	layout_claim(report, area, SHADOW_COW, 16);
}
