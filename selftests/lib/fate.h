/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fates of memory: a worker has a stretch of memory and does one thing after another to it that changes which frames it
 * maps, and how. It stops after each step.
 */
#ifndef SELFTESTS_FATE_H
#define SELFTESTS_FATE_H

#include "layout.h"
#include "worker.h"

#define FATE_HUGE 512UL
#define FATE_PAGES (4 * FATE_HUGE)
#define FATE_CONTROL_PAGES 64
#define FATE_STEPS 4

/* Shared by the test and the processes. */
struct fate_scene {
	char *area;			/* in the worker; FATE_PAGES pages, 2 MiB aligned, written to */
	char *control;			/* likewise, FATE_CONTROL_PAGES pages that no step touches */
	pid_t partner;			/* its child, or 0 */
	char missing[64];		/* what this kernel lacks: the test is to be skipped */
	char failed[96];		/* what a step did not achieve */
	size_t reclaimed;		/* pages that fate_reclaim_mapped() had taken, by mincore(2) */
};

typedef void (*fate_step)(struct fate_scene *scene);

/* Memory comes and goes: the first half is dropped, the second half unmapped; all is written. */
void fate_free_half(struct fate_scene *scene);
void fate_unmap_half(struct fate_scene *scene);
void fate_touch_all(struct fate_scene *scene);
void fate_read_all(struct fate_scene *scene);

/* Frames change by the kernel's doing: some pages move to other frames; the first half becomes huge pages. */
#define FATE_MIGRATED 8
void fate_migrate_some(struct fate_scene *scene);
void fate_collapse(struct fate_scene *scene);

/* The first huge page is split by a hole in it, the second one by a page with other rights. */
void fate_split_by_hole(struct fate_scene *scene);
void fate_split_by_rights(struct fate_scene *scene);

/* All of it is in folios of several pages. */
void fate_fold(struct fate_scene *scene);

/* A good part of the first half, or of the first huge page, is swapped out. */
void fate_swap_half_out(struct fate_scene *scene);
void fate_swap_huge_out(struct fate_scene *scene);

/* 64 pages become equal, then ksmd has made one frame of them. */
void fate_make_equal(struct fate_scene *scene);
void fate_await_merge(struct fate_scene *scene);

/* The NUMA balancer takes the access to half of its pages away, or more. */
void fate_await_marks(struct fate_scene *scene);

/* A child shares all of it, writes a quarter, ends. */
void fate_fork_partner(struct fate_scene *scene);
void fate_partner_writes(struct fate_scene *scene);
void fate_partner_ends(struct fate_scene *scene);

/* Three quarters of it are on node 0, the last one on node 1; the first half moves there, too. */
void fate_spread_over_nodes(struct fate_scene *scene);
void fate_change_nodes(struct fate_scene *scene);

/* The first half is locked in memory; it no longer is. */
void fate_lock_half(struct fate_scene *scene);
void fate_unlock(struct fate_scene *scene);

/*
 * All of it moves to other addresses, which are 2 MiB aligned or by a page are not; its second half moves to where
 * the first was, and is all there is then; some pages move out of it; all becomes read-only.
 */
void fate_move(struct fate_scene *scene);
void fate_move_askew(struct fate_scene *scene);
void fate_move_onto_itself(struct fate_scene *scene);
void fate_move_some_out(struct fate_scene *scene);
void fate_protect(struct fate_scene *scene);

/* A quarter of it is shared memory from now on, mapped twice. */
void fate_map_shared_memory(struct fate_scene *scene);

/*
 * Its first FATE_MAPPED pages become a file's, all of them mapped: of memory, or of a disk. Then a good part of them is
 * reclaimed, and then they are read.
 */
#define FATE_MAPPED (FATE_PAGES / 4)
void fate_map_memory_file(struct fate_scene *scene);
void fate_map_disk_file(struct fate_scene *scene);
void fate_reclaim_mapped(struct fate_scene *scene);
void fate_read_mapped(struct fate_scene *scene);

/* A worker on its scene, and the settings that its steps need. */
struct fate_stage {
	struct fate_scene *scene;
	struct worker worker;
	struct knobs knobs;
	struct swap swap;
};

/*
 * Starts a worker that has its memory and has stopped before the first of its steps (a list that NULL ends, or of
 * FATE_STEPS); `needs` as in layout.h. NULL, or what is missing. To be cleared in any case.
 */
const char *fate_stage_set(struct fate_stage *stage, const fate_step *steps, uint32_t needs);
void fate_stage_clear(struct fate_stage *stage);

#endif /* SELFTESTS_FATE_H */
