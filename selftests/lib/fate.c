// SPDX-License-Identifier: GPL-2.0
/*
 * Fates of memory.
 */
#define _GNU_SOURCE
#include "fate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numa.h"
#include "pagemap.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

#define SWAP_MEBIBYTES 64

/* EINVAL says that the kernel does not know the advice: then it is missing, else the step has failed. */
static void refused(struct fate_scene *scene, const char *advice)
{
	if (errno == EINVAL)
		snprintf(scene->missing, sizeof(scene->missing), "%s", advice);
	else
		snprintf(scene->failed, sizeof(scene->failed), "%s: %s", advice, strerror(errno));
}

static void failed(struct fate_scene *scene, const char *what)
{
	snprintf(scene->failed, sizeof(scene->failed), "%s", what);
}

void fate_free_half(struct fate_scene *scene)
{
	madvise(scene->area, FATE_PAGES / 2 * PAGE_BYTES, MADV_DONTNEED);
}

void fate_touch_all(struct fate_scene *scene)
{
	layout_write(scene->area, FATE_PAGES);
}

void fate_unmap_half(struct fate_scene *scene)
{
	munmap(scene->area + FATE_PAGES / 2 * PAGE_BYTES, FATE_PAGES / 2 * PAGE_BYTES);
}

/* A page that somebody else has a hold of just now (a per-CPU batch of the LRU, say) is refused for the moment. */
static int advise(char *start, size_t pages, int advice)
{
	int tries = 50;

	while (madvise(start, pages * PAGE_BYTES, advice)) {
		if ((errno != EAGAIN && errno != EBUSY && errno != ENOMEM) || !tries--)
			return -1;
		usleep(10000);
	}
	return 0;
}

/* Soft offlining is the one way to have a frame of one's own migrated on any machine: it moves it out of use. */
void fate_migrate_some(struct fate_scene *scene)
{
	int i;

	for (i = 0; i < FATE_MIGRATED; i++) {
		char *page = scene->area + i * 7 * PAGE_BYTES;
		uint64_t before = pagemap_own(page);

		if (advise(page, 1, MADV_SOFT_OFFLINE))
			refused(scene, "MADV_SOFT_OFFLINE");
		else if (pagemap_own(page) == before)
			failed(scene, "MADV_SOFT_OFFLINE has not moved a page");
	}
}

void fate_collapse(struct fate_scene *scene)
{
	if (advise(scene->area, 2 * FATE_HUGE, MADV_HUGEPAGE) || advise(scene->area, 2 * FATE_HUGE, MADV_COLLAPSE))
		refused(scene, "MADV_COLLAPSE");
}

void fate_split_by_hole(struct fate_scene *scene)
{
	madvise(scene->area + 5 * PAGE_BYTES, PAGE_BYTES, MADV_DONTNEED);
}

void fate_split_by_rights(struct fate_scene *scene)
{
	mprotect(scene->area + (FATE_HUGE + 100) * PAGE_BYTES, PAGE_BYTES, PROT_READ);
}

void fate_fold(struct fate_scene *scene)
{
	madvise(scene->area, FATE_PAGES * PAGE_BYTES, MADV_DONTNEED);
	madvise(scene->area, FATE_PAGES * PAGE_BYTES, MADV_HUGEPAGE);
	layout_write(scene->area, FATE_PAGES);
	if (pagemap_own_large(scene->area, FATE_PAGES) != FATE_PAGES)
		failed(scene, "not all pages are in large folios");
}

void fate_swap_half_out(struct fate_scene *scene)
{
	if (swap_out_own(scene->area, FATE_PAGES / 2, FATE_PAGES / 4) < FATE_PAGES / 4)
		failed(scene, "MADV_PAGEOUT has not moved half of the pages");
}

void fate_swap_huge_out(struct fate_scene *scene)
{
	if (swap_out_own(scene->area, FATE_HUGE, FATE_HUGE / 2) < FATE_HUGE / 2)
		failed(scene, "MADV_PAGEOUT has not moved half of a huge page");
}

void fate_read_all(struct fate_scene *scene)
{
	layout_read(scene->area, FATE_PAGES);
}

void fate_make_equal(struct fate_scene *scene)
{
	memset(scene->area, 0x5a, FATE_PAGES * PAGE_BYTES);
	if (madvise(scene->area, 64 * PAGE_BYTES, MADV_MERGEABLE))
		refused(scene, "MADV_MERGEABLE (CONFIG_KSM)");
}

/* Until ksmd has made one frame of 64 equal pages. */
void fate_await_merge(struct fate_scene *scene)
{
	int i, same = 0, tries = 1500;

	for (; same < 64 && tries; tries--) {
		uint64_t first = pagemap_own(scene->area);

		usleep(10000);
		for (i = 0, same = 0; i < 64; i++)
			same += pagemap_own(scene->area + i * PAGE_BYTES) == first;
	}
	if (!tries)
		failed(scene, "ksmd has not merged 64 equal pages in 15 s");
}

/* Small pages only, also in the second thread's stack: smaps up to Linux 6.5 leaves out huge ones that are marked. */
void fate_await_marks(struct fate_scene *scene)
{
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		refused(scene, "PR_SET_THP_DISABLE");
	numa_start_second_thread();
	if (!numa_await_marks(false, FATE_PAGES / 2))
		failed(scene, "the NUMA balancer has not marked half of the pages");
}

void fate_fork_partner(struct fate_scene *scene)
{
	pid_t pid = fork();

	if (pid == 0) {
		worker_die_with_parent();
		worker_stop();
		layout_write(scene->area, FATE_PAGES / 4);
		worker_stop();
		_exit(0);
	}
	if (pid < 0 || !worker_wait_stop(pid))
		_exit(1);
	scene->partner = pid;
}

void fate_partner_writes(struct fate_scene *scene)
{
	kill(scene->partner, SIGCONT);
	if (!worker_wait_stop(scene->partner))
		_exit(1);
}

void fate_partner_ends(struct fate_scene *scene)
{
	pid_t pid = scene->partner;

	scene->partner = 0;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void move_to(char *from, char *place, size_t pages)
{
	if (mremap(from, pages * PAGE_BYTES, pages * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
		_exit(1);
}

/* Both halves, since advice may have made two regions of them. */
static void move_all_to(struct fate_scene *scene, char *place)
{
	move_to(scene->area, place, FATE_PAGES / 2);
	move_to(scene->area + FATE_PAGES / 2 * PAGE_BYTES, place + FATE_PAGES / 2 * PAGE_BYTES, FATE_PAGES / 2);
	scene->area = place;
}

void fate_move(struct fate_scene *scene)
{
	move_all_to(scene, layout_free_space(FATE_PAGES, 21));
}

void fate_move_askew(struct fate_scene *scene)
{
	move_all_to(scene, layout_free_space(FATE_PAGES + 1, 21) + PAGE_BYTES);
}

void fate_move_onto_itself(struct fate_scene *scene)
{
	move_to(scene->area + FATE_PAGES / 2 * PAGE_BYTES, scene->area, FATE_PAGES / 2);
}

/* Some pages go elsewhere, and leave a hole. */
void fate_move_some_out(struct fate_scene *scene)
{
	move_to(scene->area + 50 * PAGE_BYTES, layout_free_space(100, 12), 100);
}

void fate_protect(struct fate_scene *scene)
{
	if (mprotect(scene->area, FATE_PAGES * PAGE_BYTES, PROT_READ))
		_exit(1);
}

/* One file, mapped twice by us and, after fork_partner(), by the partner too. */
void fate_map_shared_memory(struct fate_scene *scene)
{
	int fd = memfd_create("shared", MFD_CLOEXEC);
	int again;

	munmap(scene->area, FATE_PAGES * PAGE_BYTES);
	if (fd < 0 || ftruncate(fd, FATE_PAGES / 4 * PAGE_BYTES))
		_exit(1);
	for (again = 0; again < 2; again++) {
		char *place = scene->area + again * FATE_PAGES / 4 * PAGE_BYTES;

		if (mmap(place, FATE_PAGES / 4 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			 0) != place)
			_exit(1);
		layout_write(place, FATE_PAGES / 4);
	}
	close(fd);
}

static void map_file(struct fate_scene *scene, int file, int protection, int flags)
{
	if (mmap(scene->area, FATE_MAPPED * PAGE_BYTES, protection, flags | MAP_FIXED, file, 0) != scene->area)
		_exit(1);
	close(file);
}

void fate_map_memory_file(struct fate_scene *scene)
{
	int file = memfd_create("reclaimed", MFD_CLOEXEC);

	if (file < 0 || ftruncate(file, FATE_MAPPED * PAGE_BYTES))
		_exit(1);
	map_file(scene, file, PROT_READ | PROT_WRITE, MAP_SHARED);
	layout_write(scene->area, FATE_MAPPED);
}

/* Programs that do not run now and are large enough: the first one boots guests, and none runs in a guest. */
static int open_idle_program(void)
{
	static const char *const programs[] = { "/usr/bin/qemu-system-x86_64", "/usr/bin/python3" };
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		int file = open(programs[i], O_RDONLY | O_CLOEXEC);
		struct stat stat;

		if (file >= 0 && !fstat(file, &stat) && stat.st_size >= (off_t)(FATE_MAPPED * PAGE_BYTES))
			return file;
		if (file >= 0)
			close(file);
	}
	return -1;
}

void fate_map_disk_file(struct fate_scene *scene)
{
	int file = open_idle_program();

	if (file < 0) {
		snprintf(scene->missing, sizeof(scene->missing), "a program of 2 MiB that does not run");
		return;
	}
	map_file(scene, file, PROT_READ, MAP_PRIVATE);
	fate_read_mapped(scene);
}

static size_t not_cached(char *start, size_t pages)
{
	unsigned char cached[FATE_MAPPED];
	size_t count = 0, i;

	if (mincore(start, pages * PAGE_BYTES, cached))
		return 0;
	for (i = 0; i < pages; i++)
		count += !(cached[i] & 1);
	return count;
}

void fate_reclaim_mapped(struct fate_scene *scene)
{
	size_t own = pagemap_own_count(scene->area, FATE_MAPPED, PAGEMAP_EXCLUSIVE);
	int tries = 50;

	do {
		madvise(scene->area, FATE_MAPPED * PAGE_BYTES, MADV_PAGEOUT);
		scene->reclaimed = not_cached(scene->area, FATE_MAPPED);
	} while (scene->reclaimed < FATE_MAPPED / 2 && tries-- && !usleep(20000));
	if (scene->reclaimed < FATE_MAPPED / 2)
		snprintf(scene->failed, sizeof(scene->failed), "MADV_PAGEOUT: %zu of %lu pages, %zu mapped only here",
			 scene->reclaimed, FATE_MAPPED, own);
}

void fate_read_mapped(struct fate_scene *scene)
{
	layout_read(scene->area, FATE_MAPPED);
}

static void move_to_node(struct fate_scene *scene, size_t from_page, size_t pages, unsigned int node)
{
	if (access("/sys/devices/system/node/node1", F_OK))
		snprintf(scene->missing, sizeof(scene->missing), "a second NUMA node");
	else if (!numa_move(scene->area + from_page * PAGE_BYTES, pages * PAGE_BYTES, node))
		failed(scene, "mbind() has not moved all pages");
}

void fate_spread_over_nodes(struct fate_scene *scene)
{
	move_to_node(scene, 0, FATE_PAGES / 4 * 3, 0);
	move_to_node(scene, FATE_PAGES / 4 * 3, FATE_PAGES / 4, 1);
}

void fate_change_nodes(struct fate_scene *scene)
{
	move_to_node(scene, 0, FATE_PAGES / 2, 1);
}

void fate_lock_half(struct fate_scene *scene)
{
	if (mlock(scene->area, FATE_PAGES / 2 * PAGE_BYTES))
		failed(scene, "mlock");
}

void fate_unlock(struct fate_scene *scene)
{
	munlock(scene->area, FATE_PAGES / 2 * PAGE_BYTES);
}

static void *map_at(char *place, size_t pages)
{
	char *mapped = mmap(place, pages * PAGE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (mapped != place)
		_exit(1);
	madvise(mapped, pages * PAGE_BYTES, MADV_NOHUGEPAGE);
	layout_write(mapped, pages);
	return mapped;
}

struct play {
	struct fate_scene *scene;
	const fate_step *steps;
};

static void perform(int tell, void *argument)
{
	const struct play *play = argument;
	int i;

	play->scene->area = map_at(layout_free_space(FATE_PAGES, 21), FATE_PAGES);
	play->scene->control = map_at(layout_free_space(FATE_CONTROL_PAGES, 16), FATE_CONTROL_PAGES);
	worker_tell(tell, "", 1);
	worker_stop();
	for (i = 0; i < FATE_STEPS && play->steps[i]; i++) {
		play->steps[i](play->scene);
		worker_stop();
	}
}

static const char *provide(struct fate_stage *stage, uint32_t needs)
{
	struct knobs *knobs = &stage->knobs;
	const char *missing;

	if (needs & LAYOUT_NEEDS_THP && knob_set(knobs, KNOB_THP_ENABLED, "madvise"))
		return "transparent huge pages";
	if (needs & LAYOUT_NEEDS_KSM && (knob_set(knobs, KNOB_KSM_RUN, "1") || knob_set(knobs, KNOB_KSM_SLEEP, "5") ||
					 knob_set(knobs, KNOB_KSM_PAGES, "2000")))
		return "KSM";
	/* No larger ones: the advice that allows these allows those, too, where they are enabled. */
	if (needs & LAYOUT_NEEDS_FOLIOS_64K && (knob_set(knobs, KNOB_FOLIOS_64K, "always") ||
						knob_set(knobs, KNOB_THP_ENABLED, "never")))
		return "transparent huge pages of several sizes (Linux 6.8)";
	missing = needs & LAYOUT_NEEDS_NUMA ? numa_balance(knobs) : NULL;
	if (missing)
		return missing;
	return needs & LAYOUT_NEEDS_SWAP ? swap_start(&stage->swap, SWAP_MEBIBYTES) : NULL;
}

const char *fate_stage_set(struct fate_stage *stage, const fate_step *steps, uint32_t needs)
{
	struct play play = { .steps = steps };
	const char *missing;
	char ready;

	memset(stage, 0, sizeof(*stage));
	stage->swap.device = -1;
	stage->scene = mmap(NULL, sizeof(*stage->scene), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage->scene == MAP_FAILED)
		return "memory to share";
	missing = provide(stage, needs);
	if (missing)
		return missing;
	play.scene = stage->scene;
	if (worker_start(&stage->worker, perform, &play) && worker_await(&stage->worker, &ready, sizeof(ready)))
		return NULL;
	return "a worker with 8 MiB";
}

void fate_stage_clear(struct fate_stage *stage)
{
	worker_end(&stage->worker);
	swap_end(&stage->swap);
	knobs_restore(&stage->knobs);
	munmap(stage->scene, sizeof(*stage->scene));
}
