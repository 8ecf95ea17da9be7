// SPDX-License-Identifier: GPL-2.0
/*
 * Look-up by address: vmi_region_find() over a capture against find_vma() under the mmap lock.
 *
 * Both answer the same question, which region an address lies in, so the peer's time includes the look at vm_start
 * that find_vma() leaves to its caller; taking the lock is not counted. Addresses come in small batches, ours and
 * the peer's in turn, so that a change of the machine's speed meets both.
 *
 * Warm: each batch is looked up once before it is timed. Cold: before each batch a buffer larger than any cache is
 * read through, which empties the data caches and the TLB of the CPU (an instruction that does so traps, or does
 * nothing, in a guest).
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "bench/bench.h"
#include "mm/capture.h"

#define WARM_BATCH	64
#define COLD_BATCH	8
#define SWEEP_BYTES	(96 * 1024 * 1024)
#define CACHE_LINE	64

/* One process's regions in both forms. */
struct lookup_bench {
	const struct vmi_bench_find_options *options;
	struct vmi_capture *capture;
	struct vmi_target target;
	struct rnd_state random;
	const char *sweep;		/* NULL for warm caches */
	u64 addresses[WARM_BATCH];
	u64 ours_ns, peer_ns;
	u64 ours_found, peer_found;
	u64 swept;			/* keeps the sweep from being optimised away */
};

static void pick_addresses(struct lookup_bench *bench, u32 count)
{
	const struct vmi_region_set *set = &bench->capture->regions;
	u32 i;

	for (i = 0; i < count; i++) {
		const struct vmi_region *region = &set->regions[prandom_u32_state(&bench->random) % set->count];
		u64 pages = (region->end - region->start) >> PAGE_SHIFT;

		bench->addresses[i] = region->start + (prandom_u32_state(&bench->random) % pages << PAGE_SHIFT);
	}
}

static u64 find_ours(struct lookup_bench *bench, u32 count)
{
	u64 found = 0;
	u32 i;

	for (i = 0; i < count; i++)
		found += vmi_region_find(&bench->capture->regions, bench->addresses[i]) != NULL;
	return found;
}

static u64 find_peer(struct lookup_bench *bench, u32 count)
{
	u64 found = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		struct vm_area_struct *vma = find_vma(bench->target.mm, bench->addresses[i]);

		found += vma && vma->vm_start <= bench->addresses[i];
	}
	return found;
}

static void prepare_caches(struct lookup_bench *bench, u64 (*find)(struct lookup_bench *, u32), u32 count)
{
	size_t at;

	if (!bench->sweep) {
		bench->swept += find(bench, count);
		return;
	}
	for (at = 0; at < SWEEP_BYTES; at += CACHE_LINE)
		bench->swept += READ_ONCE(bench->sweep[at]);
}

static u64 time_batch(struct lookup_bench *bench, u64 (*find)(struct lookup_bench *, u32), u32 count, u64 *found)
{
	u64 start;

	prepare_caches(bench, find, count);
	start = ktime_get_ns();
	*found += find(bench, count);
	return ktime_get_ns() - start;
}

static int time_peer(struct lookup_bench *bench, u32 count)
{
	int ret = vmi_target_hold(&bench->target);

	if (ret)
		return ret;
	bench->peer_ns += time_batch(bench, find_peer, count, &bench->peer_found);
	vmi_target_release(&bench->target);
	return 0;
}

static int run_round(struct lookup_bench *bench)
{
	u32 batch = bench->sweep ? COLD_BATCH : WARM_BATCH, left;
	int ret;

	bench->ours_ns = 0;
	bench->peer_ns = 0;
	for (left = bench->options->lookups; left; left -= min(left, batch)) {
		u32 count = min(left, batch);

		pick_addresses(bench, count);
		bench->ours_ns += time_batch(bench, find_ours, count, &bench->ours_found);
		ret = time_peer(bench, count);
		if (ret)
			return ret;
		if (vmi_bench_interrupted())
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int run_rounds(struct lookup_bench *bench, struct vmi_bench_answer *answer)
{
	u32 round;
	int ret;

	vmi_bench_say(answer, "regions=%zu height=%u lookups=%u\n", bench->capture->regions.count,
		      vmi_avl_height(&bench->capture->regions.tree), bench->options->lookups);
	for (round = 0; round < bench->options->rounds; round++) {
		ret = run_round(bench);
		if (ret)
			return ret;
		vmi_bench_say(answer, "ours_ns=%llu peer_ns=%llu\n", bench->ours_ns, bench->peer_ns);
	}
	/* All addresses lie in regions, so each look-up must have found one. */
	if (bench->ours_found != (u64)bench->options->lookups * bench->options->rounds)
		return -EBADE;
	return bench->ours_found == bench->peer_found ? 0 : -EBADE;
}

/* A buffer of ones, since pages that were never written may all be one page of the host. */
static int make_sweep(struct lookup_bench *bench)
{
	char *sweep;

	if (!bench->options->cold)
		return 0;
	sweep = vmalloc(SWEEP_BYTES);
	if (!sweep)
		return -ENOMEM;
	memset(sweep, 1, SWEEP_BYTES);
	bench->sweep = sweep;
	return 0;
}

int vmi_bench_find(struct pid *process, const struct vmi_bench_find_options *options, struct vmi_bench_answer *answer)
{
	struct lookup_bench *bench = kvzalloc(sizeof(*bench), GFP_KERNEL);
	int ret;

	if (!bench)
		return -ENOMEM;
	bench->options = options;
	prandom_seed_state(&bench->random, options->seed);
	ret = vmi_target_open(&bench->target, process);
	if (ret)
		goto out_bench;
	ret = vmi_capture_process(process, &bench->capture);
	if (ret)
		goto out_target;
	ret = make_sweep(bench);
	if (!ret)
		ret = run_rounds(bench, answer);
	vfree(bench->sweep);
	vmi_capture_free(bench->capture);
out_target:
	vmi_target_close(&bench->target);
out_bench:
	kvfree(bench);
	return ret;
}
