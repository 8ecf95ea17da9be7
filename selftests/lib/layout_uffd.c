// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of memory that is registered with a userfaultfd: missing pages, write protection, markers.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagemap.h"

#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM (1 << 12)
#endif

static int open_uffd(struct layout_report *report, uint64_t features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		layout_missing(report, "userfaultfd: %s", strerror(errno));
		return -1;
	}
	if (ioctl(fd, UFFDIO_API, &api)) {
		layout_missing(report, "userfaultfd features %llx", (unsigned long long)features);
		close(fd);
		return -1;
	}
	return fd;
}

static bool watch(struct layout_report *report, int fd, char *start, size_t pages, uint64_t mode)
{
	struct uffdio_register request = {
		.range = { .start = (uintptr_t)start, .len = pages * PAGE_BYTES },
		.mode = mode,
	};

	if (!ioctl(fd, UFFDIO_REGISTER, &request))
		return true;
	layout_failed(report, "UFFDIO_REGISTER: %s", strerror(errno));
	return false;
}

static void write_protect(struct layout_report *report, int fd, char *start, size_t pages)
{
	struct uffdio_writeprotect request = {
		.range = { .start = (uintptr_t)start, .len = pages * PAGE_BYTES },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	if (ioctl(fd, UFFDIO_WRITEPROTECT, &request))
		layout_failed(report, "UFFDIO_WRITEPROTECT: %s", strerror(errno));
}

void layout_uffd_missing(struct layout_report *report)
{
	int fd = open_uffd(report, 0);
	char *area = layout_anon(report, 16);

	if (fd < 0 || !area)
		return;
	layout_write(area, 4);
	watch(report, fd, area, 16, UFFDIO_REGISTER_MODE_MISSING);
	layout_claim(report, area, SHADOW_PRESENT, 4);
	layout_claim(report, area, SHADOW_ABSENT, 12);
}

/* Write-protected for the watcher, yet nobody else's: a write would not copy. */
void layout_uffd_wp_anon(struct layout_report *report)
{
	int fd = open_uffd(report, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *area = layout_anon(report, 16);

	if (fd < 0 || !area)
		return;
	layout_write(area, 16);
	if (!watch(report, fd, area, 16, UFFDIO_REGISTER_MODE_WP))
		return;
	write_protect(report, fd, area, 8);
	if (pagemap_own_count(area, 16, PAGEMAP_UFFD_WP) != 8)
		layout_failed(report, "pagemap does not show 8 write-protected pages");
	layout_claim(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_COW, 0);
}

/* Protecting shmem pages that are not mapped, or dropping mapped ones, leaves a marker in the table. */
void layout_uffd_wp_shmem_markers(struct layout_report *report)
{
	int fd = open_uffd(report, UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	int memory = memfd_create("markers", MFD_CLOEXEC);
	char *area;

	if (fd < 0 || ftruncate(memory, 32 * PAGE_BYTES))
		return;
	area = layout_map_file(report, memory, 32, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	layout_write(area, 8);
	if (!watch(report, fd, area, 32, UFFDIO_REGISTER_MODE_WP))
		return;
	write_protect(report, fd, area, 24);
	if (madvise(area, 4 * PAGE_BYTES, MADV_DONTNEED))
		layout_failed(report, "MADV_DONTNEED: %s", strerror(errno));
	layout_claim(report, area, SHADOW_PRESENT, 4);
	layout_claim(report, area, SHADOW_MARKER, 20);
	layout_claim(report, area, SHADOW_ABSENT, 8);
}

/* Protected pages that went to swap leave a marker, too; what they hold is in swap all the same. */
void layout_uffd_wp_shmem_swapped(struct layout_report *report)
{
	int fd = open_uffd(report, UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	int memory = memfd_create("protected", MFD_CLOEXEC);
	char *area;

	if (fd < 0 || ftruncate(memory, 64 * PAGE_BYTES))
		return;
	area = layout_map_file(report, memory, 64, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	layout_write(area, 64);
	if (!watch(report, fd, area, 64, UFFDIO_REGISTER_MODE_WP))
		return;
	write_protect(report, fd, area, 64);
	if (swap_out_own(area, 64, 40) < 40)
		layout_failed(report, "MADV_PAGEOUT has moved less than 40 of 64 pages");
	layout_claim_at_least(report, area, SHADOW_MARKER, 40);
	layout_claim(report, area, SHADOW_ABSENT, 0);
}
