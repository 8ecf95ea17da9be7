// SPDX-License-Identifier: GPL-2.0
/*
 * Turmoil: random work on memory with known contents.
 *
 * A page of an area holds, in its first and last word, a value made of the area's id, the page's number and its
 * generation, which counts the writes to it, and zeros between them; generation 0 is a page of zeros. What an operation
 * does to the contents is done to the generations too, so any page can be checked at any time.
 */
#define _GNU_SOURCE
#include "turmoil.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layout.h"
#include "pagemap.h"
#include "random.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define AREAS 16
#define MOST_PAGES 1024
#define HUGE 512
#define RUN 48			/* pages that one operation works on, at most */
#define PRINTED 5

struct area {
	char *start;			/* NULL: not in use */
	size_t pages;
	uint64_t id;
	bool shared;			/* of a memfd: MADV_DONTNEED does not lose its contents */
	uint32_t generation[MOST_PAGES];
};

struct turmoil {
	uint64_t random;
	uint64_t next_id;
	unsigned int wrong;
	struct area areas[AREAS];
};

static uint64_t contents(const struct area *area, size_t page)
{
	if (!area->generation[page])
		return 0;
	return random_mix(area->id << 32 ^ (uint64_t)page << 20 ^ area->generation[page]);
}

static volatile uint64_t *first_word(const struct area *area, size_t page)
{
	return (volatile uint64_t *)(area->start + page * PAGE_BYTES);
}

static volatile uint64_t *last_word(const struct area *area, size_t page)
{
	return first_word(area, page) + PAGE_BYTES / sizeof(uint64_t) - 1;
}

static bool is_zero_between(const struct area *area, size_t page)
{
	static const char zeros[PAGE_BYTES - 2 * sizeof(uint64_t)];

	return !memcmp(area->start + page * PAGE_BYTES + sizeof(uint64_t), zeros, sizeof(zeros));
}

static void check_page(struct turmoil *turmoil, const struct area *area, size_t page)
{
	uint64_t wanted = contents(area, page);

	if (*first_word(area, page) == wanted && *last_word(area, page) == wanted && is_zero_between(area, page))
		return;
	if (turmoil->wrong++ < PRINTED) {
		printf("# area %llu page %zu: %llx and %llx, must be %llx\n", (unsigned long long)area->id, page,
		       (unsigned long long)*first_word(area, page), (unsigned long long)*last_word(area, page),
		       (unsigned long long)wanted);
		fflush(stdout);
	}
}

static void write_page(struct area *area, size_t page)
{
	area->generation[page]++;
	*first_word(area, page) = contents(area, page);
	*last_word(area, page) = contents(area, page);
}

/* A run of pages within the area: at least one, RUN at most. */
static size_t choose_run(struct turmoil *turmoil, const struct area *area, size_t *ret_first)
{
	size_t count;

	*ret_first = random_below(&turmoil->random, area->pages);
	count = 1 + random_below(&turmoil->random, RUN);
	return count < area->pages - *ret_first ? count : area->pages - *ret_first;
}

static void map_area(struct turmoil *turmoil, struct area *area)
{
	bool huge = random_below(&turmoil->random, 3) == 0;
	size_t pages = huge ? HUGE * (1 + random_below(&turmoil->random, MOST_PAGES / HUGE)) :
			      1 + random_below(&turmoil->random, 200);
	int fd = -1;

	area->shared = random_below(&turmoil->random, 4) == 0;
	if (area->shared) {
		fd = memfd_create("turmoil", MFD_CLOEXEC);
		if (ftruncate(fd, MOST_PAGES * PAGE_BYTES)) {
			close(fd);
			return;
		}
	}
	area->start = mmap(layout_free_space(pages, huge ? 21 : 12), pages * PAGE_BYTES, PROT_READ | PROT_WRITE,
			   area->shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
	if (fd >= 0)
		close(fd);
	if (area->start == MAP_FAILED) {
		area->start = NULL;
		return;
	}
	area->pages = pages;
	area->id = turmoil->next_id++;
	memset(area->generation, 0, sizeof(area->generation));
	if (huge)
		madvise(area->start, pages * PAGE_BYTES, MADV_HUGEPAGE);
}

static void do_write(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first);

	while (count--)
		write_page(area, first + count);
}

static void do_check(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first);

	while (count--)
		check_page(turmoil, area, first + count);
}

static void do_unmap(struct turmoil *turmoil, struct area *area)
{
	size_t keep = random_below(&turmoil->random, area->pages);

	munmap(area->start + keep * PAGE_BYTES, (area->pages - keep) * PAGE_BYTES);
	area->pages = keep;
	if (!keep)
		area->start = NULL;
}

/* Grown pages of an anonymous area are zero; a shared one's are what the file held there, so it is only shrunk. */
static void do_remap(struct turmoil *turmoil, struct area *area)
{
	size_t most = area->shared ? area->pages : MOST_PAGES;
	size_t pages = 1 + random_below(&turmoil->random, most);
	char *moved = mremap(area->start, area->pages * PAGE_BYTES, pages * PAGE_BYTES, MREMAP_MAYMOVE);

	if (moved == MAP_FAILED)
		return;
	area->start = moved;
	if (pages > area->pages)
		memset(area->generation + area->pages, 0, (pages - area->pages) * sizeof(area->generation[0]));
	area->pages = pages;
}

/* Another protection for a run and back: splits regions and huge pages, merges regions again. */
static void do_protect(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first);
	char *start = area->start + first * PAGE_BYTES;
	size_t page;

	mprotect(start, count * PAGE_BYTES, PROT_READ);
	for (page = first; page < first + count; page++)
		check_page(turmoil, area, page);
	mprotect(start, count * PAGE_BYTES, PROT_NONE);
	mprotect(start, count * PAGE_BYTES, PROT_READ | PROT_WRITE);
}

static void do_drop(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first);

	/* Some that are locked would be kept, and others dropped. */
	munlock(area->start + first * PAGE_BYTES, count * PAGE_BYTES);
	if (madvise(area->start + first * PAGE_BYTES, count * PAGE_BYTES, MADV_DONTNEED) || area->shared)
		return;
	memset(area->generation + first, 0, count * sizeof(area->generation[0]));
}

static void do_page_out(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first);

	madvise(area->start + first * PAGE_BYTES, count * PAGE_BYTES, MADV_PAGEOUT);
}

static void do_collapse(struct turmoil *turmoil, struct area *area)
{
	uintptr_t aligned = ((uintptr_t)area->start + HUGE * PAGE_BYTES - 1) & ~(HUGE * PAGE_BYTES - 1);

	(void)turmoil;
	if (aligned + HUGE * PAGE_BYTES <= (uintptr_t)area->start + area->pages * PAGE_BYTES)
		madvise((void *)aligned, HUGE * PAGE_BYTES, MADV_COLLAPSE);
}

static void do_lock(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first);

	if (random_below(&turmoil->random, 2))
		mlock(area->start + first * PAGE_BYTES, count * PAGE_BYTES);
	else
		munlock(area->start + first * PAGE_BYTES, count * PAGE_BYTES);
}

/* Pages of zeros are alike: whoever merges pages finds them. They hold what a page that was never written does. */
static void do_merge(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first), page;

	if (area->shared)
		return;
	for (page = first; page < first + count; page++) {
		area->generation[page] = 0;
		*first_word(area, page) = 0;
		*last_word(area, page) = 0;
	}
	madvise(area->start + first * PAGE_BYTES, count * PAGE_BYTES,
		random_below(&turmoil->random, 4) ? MADV_MERGEABLE : MADV_UNMERGEABLE);
}

/* To another node, where there is one. */
static void do_migrate(struct turmoil *turmoil, struct area *area)
{
	size_t first, count = choose_run(turmoil, area, &first), i;
	int node = random_below(&turmoil->random, 2), nodes[RUN], status[RUN];
	void *pages[RUN];

	for (i = 0; i < count; i++) {
		pages[i] = area->start + (first + i) * PAGE_BYTES;
		nodes[i] = node;
	}
	syscall(SYS_move_pages, 0, count, pages, nodes, status, MPOL_MF_MOVE);
}

static void check_all(struct turmoil *turmoil)
{
	size_t i, page;

	for (i = 0; i < AREAS; i++)
		for (page = 0; turmoil->areas[i].start && page < turmoil->areas[i].pages; page++)
			check_page(turmoil, &turmoil->areas[i], page);
}

/* The child has the same contents, and what it writes to private memory is its own. */
static void child(struct turmoil *turmoil, struct area *area)
{
	worker_die_with_parent();
	turmoil->wrong = 0;
	if (random_below(&turmoil->random, 4) == 0)
		execl("/bin/true", "true", NULL);
	do_check(turmoil, area);
	if (!area->shared) {
		do_write(turmoil, area);
		do_check(turmoil, area);
		do_unmap(turmoil, area);
	}
	if (random_below(&turmoil->random, 16) == 0)
		check_all(turmoil);
	_exit(turmoil->wrong != 0);
}

static void do_fork(struct turmoil *turmoil, struct area *area)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		child(turmoil, area);
	if (pid > 0 && (waitpid(pid, &status, 0) != pid || status))
		turmoil->wrong++;
}

static void *nothing(void *unused)
{
	return unused;
}

static void do_thread(struct turmoil *turmoil, struct area *area)
{
	pthread_t thread;

	(void)turmoil;
	(void)area;
	if (!pthread_create(&thread, NULL, nothing, NULL))
		pthread_join(thread, NULL);
}

static void do_one(struct turmoil *turmoil)
{
	static void (*const operations[])(struct turmoil *, struct area *) = {
		do_write, do_write, do_write, do_write, do_check, do_check, do_check, do_unmap, do_remap, do_protect,
		do_protect, do_drop, do_page_out, do_page_out, do_collapse, do_fork, do_thread, do_lock,
		do_merge, do_migrate,
	};
	struct area *area = &turmoil->areas[random_below(&turmoil->random, AREAS)];

	if (!area->start)
		map_area(turmoil, area);
	else
		operations[random_below(&turmoil->random, sizeof(operations) / sizeof(operations[0]))](turmoil, area);
}

unsigned int turmoil_run(uint64_t seed, const volatile bool *stop)
{
	static struct turmoil turmoil;

	memset(&turmoil, 0, sizeof(turmoil));
	turmoil.random = seed;
	turmoil.next_id = 1;
	while (!*stop)
		do_one(&turmoil);
	check_all(&turmoil);
	return turmoil.wrong;
}
