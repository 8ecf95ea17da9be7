// SPDX-License-Identifier: GPL-2.0
/*
 * Setting the stage for a layout, and what builders have in common.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "numa.h"
#include "pagemap.h"

#define SWAP_MEBIBYTES 256

static void set_status(struct layout_report *report, enum layout_status status, const char *format, va_list arguments)
{
	if (report->status == LAYOUT_FAILED || report->status == LAYOUT_MISSING)
		return;		/* the first reason counts */
	report->status = status;
	vsnprintf(report->message, sizeof(report->message), format, arguments);
}

void layout_missing(struct layout_report *report, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_status(report, LAYOUT_MISSING, format, arguments);
	va_end(arguments);
}

void layout_failed(struct layout_report *report, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_status(report, LAYOUT_FAILED, format, arguments);
	va_end(arguments);
}

static void claim(struct layout_report *report, const void *address, uint32_t key, uint64_t value, bool at_least)
{
	struct layout_claim *next = &report->claims[report->claim_count];

	if (report->claim_count == LAYOUT_MAX_CLAIMS) {
		layout_failed(report, "more than %d claims", LAYOUT_MAX_CLAIMS);
		return;
	}
	next->address = (uintptr_t)address;
	next->key = key;
	next->value = value;
	next->at_least = at_least;
	report->claim_count++;
}

void layout_claim(struct layout_report *report, const void *address, enum shadow_key key, uint64_t value)
{
	claim(report, address, key, value, false);
}

void layout_claim_at_least(struct layout_report *report, const void *address, enum shadow_key key, uint64_t value)
{
	claim(report, address, key, value, true);
}

char *layout_free_space(size_t pages, unsigned int shift)
{
	size_t align = 1UL << shift;
	size_t bytes = pages * PAGE_BYTES + 2 * align + 2 * PAGE_BYTES;
	char *found = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (found == MAP_FAILED)
		return NULL;
	munmap(found, bytes);
	return (char *)(((uintptr_t)found + PAGE_BYTES + align - 1) & ~(align - 1));
}

char *layout_anon(struct layout_report *report, size_t pages)
{
	char *place = layout_free_space(pages, 16);
	char *mapped = mmap(place, pages * PAGE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (!place || mapped != place) {
		layout_failed(report, "mmap of %zu pages: %s", pages, strerror(errno));
		return NULL;
	}
	madvise(mapped, pages * PAGE_BYTES, MADV_NOHUGEPAGE);
	return mapped;
}

char *layout_map_file(struct layout_report *report, int fd, size_t pages, int protection, int flags)
{
	char *place = layout_free_space(pages, 16);
	char *mapped = mmap(place, pages * PAGE_BYTES, protection, flags | MAP_FIXED_NOREPLACE, fd, 0);

	if (!place || mapped != place) {
		layout_failed(report, "mmap of a file, %zu pages: %s", pages, strerror(errno));
		return NULL;
	}
	return mapped;
}

void layout_write(char *start, size_t pages)
{
	size_t i;

	for (i = 0; i < pages; i++)
		*(volatile uint64_t *)(start + i * PAGE_BYTES) = 0x766d690000000000ULL + (uintptr_t)start + i;
}

void layout_read(const char *start, size_t pages)
{
	size_t i;

	for (i = 0; i < pages; i++)
		(void)*(const volatile char *)(start + i * PAGE_BYTES);
}

bool layout_fork_partner(void (*part)(void *argument), void *argument)
{
	pid_t pid = fork();

	if (pid == 0) {
		worker_die_with_parent();
		if (part)
			part(argument);
		worker_stop();
		for (;;)
			pause();
	}
	return pid > 0 && worker_wait_stop(pid);
}

/* The first thing that is needed and not there, or NULL. */
static const char *provide(struct layout_stage *stage, uint32_t needs)
{
	struct knobs *knobs = &stage->knobs;
	const char *missing;

	if (needs & LAYOUT_NEEDS_HUGETLB && knob_set(knobs, KNOB_HUGEPAGES_2M, "16"))
		return "huge pages of 2 MiB (CONFIG_HUGETLBFS)";
	if (needs & LAYOUT_NEEDS_HUGETLB_1G && knob_set(knobs, KNOB_HUGEPAGES_1G, "1"))
		return "huge pages of 1 GiB (CPU flag pdpe1gb)";
	if (needs & LAYOUT_NEEDS_THP && (knob_set(knobs, KNOB_THP_ENABLED, "madvise") ||
					 knob_set(knobs, KNOB_THP_SHMEM, "advise")))
		return "transparent huge pages";
	if (needs & LAYOUT_NEEDS_KSM && (knob_set(knobs, KNOB_KSM_RUN, "1") || knob_set(knobs, KNOB_KSM_SLEEP, "5") ||
					 knob_set(knobs, KNOB_KSM_PAGES, "2000")))
		return "KSM";
	if (needs & LAYOUT_NEEDS_MAP_COUNT && knob_set(knobs, KNOB_MAX_MAP_COUNT, "70000"))
		return KNOB_MAX_MAP_COUNT;
	missing = needs & LAYOUT_NEEDS_NUMA ? numa_balance(knobs) : NULL;
	if (missing)
		return missing;
	return needs & LAYOUT_NEEDS_SWAP ? swap_start(&stage->swap, SWAP_MEBIBYTES) : NULL;
}

static void run_builder(int tell, void *argument)
{
	static struct layout_report report;
	layout_fn build = *(layout_fn *)argument;

	build(&report);
	if (!report.status)
		report.status = LAYOUT_READY;
	worker_tell(tell, &report, sizeof(report));
	worker_stop();
}

void layout_stage_set(struct layout_stage *stage, layout_fn build, uint32_t needs)
{
	const char *missing;

	memset(stage, 0, sizeof(*stage));
	stage->swap.device = -1;
	missing = provide(stage, needs);
	if (missing) {
		layout_missing(&stage->report, "%s", missing);
		return;
	}
	fflush(stdout);
	if (!worker_start(&stage->worker, run_builder, &build) ||
	    !worker_await(&stage->worker, &stage->report, sizeof(stage->report)))
		layout_failed(&stage->report, "the builder of the layout died");
}

void layout_stage_clear(struct layout_stage *stage)
{
	worker_end(&stage->worker);
	swap_end(&stage->swap);
	knobs_restore(&stage->knobs);
}
