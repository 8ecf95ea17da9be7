// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of huge pages: hugetlb and transparent ones, whole and split.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "pagemap.h"
#include "smaps.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MFD_HUGETLB
#define MFD_HUGETLB 4U
#endif
#ifndef MAP_HUGE_1GB
#define MAP_HUGE_1GB (30 << 26)
#endif
#ifndef MFD_HUGE_1GB
#define MFD_HUGE_1GB MAP_HUGE_1GB
#endif

#define HUGE 512UL		/* pages of 4 KiB in one of 2 MiB */
#define HUGE_BYTES (HUGE * PAGE_BYTES)
#define HUGE_SHIFT 21
#define GIB (1UL << 30)

static char *map_hugetlb(struct layout_report *report, int fd, size_t bytes, int flags)
{
	char *area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (area != MAP_FAILED)
		return area;
	layout_failed(report, "mmap of huge pages: %s", strerror(errno));
	return NULL;
}

static void claim_hugetlb(struct layout_report *report, const char *area, size_t leaves, size_t absent)
{
	layout_claim(report, area, SHADOW_PRESENT, leaves * HUGE);
	layout_claim(report, area, SHADOW_HUGETLB, leaves * HUGE);
	layout_claim(report, area, SHADOW_HUGE2M, leaves);
	layout_claim(report, area, SHADOW_ABSENT, absent * HUGE);
}

void layout_hugetlb_private(struct layout_report *report)
{
	char *area = map_hugetlb(report, -1, 3 * HUGE_BYTES, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB);

	if (!area)
		return;
	layout_write(area, 2 * HUGE);
	claim_hugetlb(report, area, 2, 1);
	layout_claim(report, area, SHADOW_COW, 0);
}

void layout_hugetlb_forked(struct layout_report *report)
{
	char *area = map_hugetlb(report, -1, 2 * HUGE_BYTES, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB);

	if (!area)
		return;
	layout_write(area, HUGE);
	if (!layout_fork_partner(NULL, NULL))
		layout_failed(report, "fork: %s", strerror(errno));
	claim_hugetlb(report, area, 1, 1);
	layout_claim(report, area, SHADOW_COW, HUGE);
}

static int huge_memfd(struct layout_report *report, size_t bytes, unsigned int flags)
{
	int fd = memfd_create("huge", MFD_CLOEXEC | flags);

	if (fd >= 0 && !ftruncate(fd, bytes))
		return fd;
	layout_failed(report, "memfd: %s", strerror(errno));
	return -1;
}

void layout_hugetlb_memfd(struct layout_report *report)
{
	int fd = huge_memfd(report, 3 * HUGE_BYTES, MFD_HUGETLB);
	char *area = map_hugetlb(report, fd, 3 * HUGE_BYTES, MAP_SHARED);

	if (!area)
		return;
	layout_write(area + HUGE_BYTES, HUGE);
	claim_hugetlb(report, area, 1, 2);
	layout_claim(report, area, SHADOW_COW, 0);
}

static void touch_huge(void *area)
{
	layout_read(area, 1);
}

/* Two processes that map the same aligned GiB of hugetlb share the table itself. */
void layout_hugetlb_shared_tables(struct layout_report *report)
{
	int fd = huge_memfd(report, GIB, MFD_HUGETLB);
	char *place = layout_free_space(GIB / PAGE_BYTES, 30);
	char *area = mmap(place, GIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, fd, 0);

	if (area != place) {
		layout_failed(report, "mmap of a GiB of huge pages at %p: %s", place, strerror(errno));
		return;
	}
	layout_write(area, 1);
	layout_write(area + 5 * HUGE_BYTES, 1);
	if (!layout_fork_partner(touch_huge, area))
		layout_failed(report, "fork: %s", strerror(errno));
	claim_hugetlb(report, area, 2, GIB / HUGE_BYTES - 2);
}

void layout_hugetlb_sysv_shm(struct layout_report *report)
{
	int id = shmget(IPC_PRIVATE, 2 * HUGE_BYTES, IPC_CREAT | SHM_HUGETLB | 0600);
	char *area = shmat(id, NULL, 0);

	if (id < 0 || area == (void *)-1) {
		layout_missing(report, "System V shared memory of huge pages: %s", strerror(errno));
		return;
	}
	shmctl(id, IPC_RMID, NULL);
	layout_write(area, HUGE);
	claim_hugetlb(report, area, 1, 1);
}

static void map_hugetlb_1g(struct layout_report *report, int fd, int flags)
{
	char *area = mmap(NULL, GIB, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (area == MAP_FAILED) {
		layout_missing(report, "a free huge page of 1 GiB");
		return;
	}
	layout_write(area, 1);
	layout_claim(report, area, SHADOW_HUGE1G, 1);
	layout_claim(report, area, SHADOW_HUGETLB, GIB / PAGE_BYTES);
	layout_claim(report, area, SHADOW_PRESENT, GIB / PAGE_BYTES);
}

void layout_hugetlb_1g(struct layout_report *report)
{
	map_hugetlb_1g(report, -1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_1GB);
}

void layout_hugetlb_1g_shared(struct layout_report *report)
{
	map_hugetlb_1g(report, memfd_create("hugetlb 1G", MFD_HUGETLB | MFD_HUGE_1GB), MAP_SHARED);
}

/* Pages in huge leaves of the own region that begins at `start`, as smaps says. */
static uint64_t own_huge_pages(const char *start)
{
	struct smaps smaps;
	uint64_t pages = 0;
	size_t i;

	if (smaps_read(getpid(), &smaps))
		return 0;
	for (i = 0; i < smaps.count; i++)
		if (smaps.regions[i].line.start == (uintptr_t)start)
			pages = smaps.regions[i].pages[SMAPS_ANON_HUGE] + smaps.regions[i].pages[SMAPS_SHMEM_PMD] +
				smaps.regions[i].pages[SMAPS_FILE_PMD];
	smaps_free(&smaps);
	return pages;
}

/* Private anonymous memory of `leaves` huge pages, touched nowhere. */
static char *thp_space(struct layout_report *report, size_t leaves)
{
	char *place = layout_free_space(leaves * HUGE, HUGE_SHIFT);
	char *area = mmap(place, leaves * HUGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (area == place && !madvise(area, leaves * HUGE_BYTES, MADV_HUGEPAGE))
		return area;
	layout_failed(report, "mmap of %zu huge pages: %s", leaves, strerror(errno));
	return NULL;
}

/* The same, written: all of it must be in huge pages. */
static char *thp_written(struct layout_report *report, size_t leaves)
{
	char *area = thp_space(report, leaves);

	if (!area)
		return NULL;
	layout_write(area, leaves * HUGE);
	if (own_huge_pages(area) == leaves * HUGE)
		return area;
	layout_failed(report, "%zu huge pages wanted, smaps shows %llu KiB", leaves,
		      (unsigned long long)own_huge_pages(area) * 4);
	return NULL;
}

void layout_thp_anon(struct layout_report *report)
{
	char *area = thp_written(report, 2);

	if (!area)
		return;
	layout_claim(report, area, SHADOW_HUGE2M, 2);
	layout_claim(report, area, SHADOW_PRESENT, 2 * HUGE);
	layout_claim(report, area, SHADOW_ANON, 2 * HUGE);
	layout_claim(report, area, SHADOW_DIRTY, 2 * HUGE);
	layout_claim(report, area, SHADOW_COW, 0);
	layout_claim(report, area, SHADOW_HUGETLB, 0);
}

void layout_thp_anon_forked(struct layout_report *report)
{
	char *area = thp_written(report, 2);

	if (!area)
		return;
	if (!layout_fork_partner(NULL, NULL))
		layout_failed(report, "fork: %s", strerror(errno));
	layout_claim(report, area, SHADOW_HUGE2M, 2);
	layout_claim(report, area, SHADOW_SHARED, 2 * HUGE);
	layout_claim(report, area, SHADOW_COW, 2 * HUGE);
}

void layout_thp_anon_prot_none(struct layout_report *report)
{
	char *area = thp_written(report, 1);

	if (!area)
		return;
	if (mprotect(area, HUGE_BYTES, PROT_NONE))
		layout_failed(report, "mprotect: %s", strerror(errno));
	layout_claim(report, area, SHADOW_HUGE2M, 1);
	layout_claim(report, area, SHADOW_PRESENT, HUGE);
}

/* One page in the middle gets other rights: three regions, one of one page, over small entries of one huge page. */
void layout_thp_anon_split_by_mprotect(struct layout_report *report)
{
	char *area = thp_written(report, 1);

	if (!area)
		return;
	if (mprotect(area + 100 * PAGE_BYTES, PAGE_BYTES, PROT_READ))
		layout_failed(report, "mprotect: %s", strerror(errno));
	layout_claim(report, area, SHADOW_HUGE2M, 0);
	layout_claim(report, area, SHADOW_PRESENT, 100);
	layout_claim(report, area + 100 * PAGE_BYTES, SHADOW_PRESENT, 1);
	layout_claim(report, area + 101 * PAGE_BYTES, SHADOW_PRESENT, HUGE - 101);
}

void layout_thp_anon_split_by_munmap(struct layout_report *report)
{
	char *area = thp_written(report, 1);

	if (!area)
		return;
	if (munmap(area, PAGE_BYTES))
		layout_failed(report, "munmap: %s", strerror(errno));
	layout_claim(report, area + PAGE_BYTES, SHADOW_HUGE2M, 0);
	layout_claim(report, area + PAGE_BYTES, SHADOW_PRESENT, HUGE - 1);
}

void layout_thp_anon_split_by_dontneed(struct layout_report *report)
{
	char *area = thp_written(report, 2);

	if (!area)
		return;
	if (madvise(area + HUGE_BYTES, PAGE_BYTES, MADV_DONTNEED))
		layout_failed(report, "MADV_DONTNEED: %s", strerror(errno));
	layout_claim(report, area, SHADOW_HUGE2M, 1);
	layout_claim(report, area, SHADOW_PRESENT, 2 * HUGE - 1);
	layout_claim(report, area, SHADOW_ABSENT, 1);
}

/* Reads only: one huge zero page. smaps does not count it and pagemap does. */
void layout_thp_zero_page(struct layout_report *report)
{
	char *area = thp_space(report, 1);

	if (!area)
		return;
	layout_read(area, 1);
	if (pagemap_own_count(area, HUGE, PAGEMAP_PRESENT) != HUGE) {
		layout_missing(report, "the huge zero page (use_zero_page)");
		return;
	}
	layout_claim(report, area, SHADOW_PRESENT, HUGE);
	layout_claim(report, area, SHADOW_ZERO, HUGE);
	layout_claim(report, area, SHADOW_HUGE2M, 1);
	layout_claim(report, area, SHADOW_ANON, 0);
}

void layout_thp_shmem(struct layout_report *report)
{
	int fd = huge_memfd(report, 2 * HUGE_BYTES, 0);
	char *place = layout_free_space(2 * HUGE, HUGE_SHIFT);
	char *area = mmap(place, 2 * HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);

	if (area != place || madvise(area, 2 * HUGE_BYTES, MADV_HUGEPAGE)) {
		layout_failed(report, "mmap of shared huge pages: %s", strerror(errno));
		return;
	}
	layout_write(area, 2 * HUGE);
	if (own_huge_pages(area) != 2 * HUGE)
		layout_failed(report, "smaps shows %llu KiB in huge pages",
			      (unsigned long long)own_huge_pages(area) * 4);
	layout_claim(report, area, SHADOW_HUGE2M, 2);
	layout_claim(report, area, SHADOW_SHMEM, 2 * HUGE);
	layout_claim(report, area, SHADOW_PRESENT, 2 * HUGE);
}

/* A file of one huge page, as the text of a program is mapped: read and execute, clean, and nobody writes to it. */
static char *map_text(struct layout_report *report)
{
	char *place = layout_free_space(HUGE, HUGE_SHIFT);
	int fd = layout_ext4_file(report, "text", HUGE, HUGE);
	char *area;

	if (fd < 0)
		return NULL;
	fsync(fd);
	close(fd);
	fd = open("text", O_RDONLY | O_CLOEXEC);
	area = mmap(place, HUGE_BYTES, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED_NOREPLACE, fd, 0);
	if (area == place)
		return area;
	layout_failed(report, "mmap of a file: %s", strerror(errno));
	return NULL;
}

/* Only kernels with CONFIG_READ_ONLY_THP_FOR_FS make huge pages of such a file when asked. */
void layout_thp_file(struct layout_report *report)
{
	char *area = map_text(report);

	if (!area)
		return;
	layout_read(area, HUGE);
	if (madvise(area, HUGE_BYTES, MADV_COLLAPSE)) {
		layout_missing(report, "huge pages of files (CONFIG_READ_ONLY_THP_FOR_FS): %s", strerror(errno));
		return;
	}
	layout_read(area, HUGE);
	if (own_huge_pages(area) != HUGE)
		layout_failed(report, "smaps shows %llu KiB in huge pages",
			      (unsigned long long)own_huge_pages(area) * 4);
	layout_claim(report, area, SHADOW_HUGE2M, 1);
	layout_claim(report, area, SHADOW_PRESENT, HUGE);
	layout_claim(report, area, SHADOW_ANON, 0);
	layout_claim(report, area, SHADOW_SHMEM, 0);
}
