// SPDX-License-Identifier: GPL-2.0
/*
 * The page-table walk against memcpy() of what it reads.
 *
 * Ours is the walk as a capture makes it, with the holds it splits into and the runs it makes, and a sink that does
 * nothing with them. The peer finds the same level-1 tables and copies the same entries into one buffer, in a single
 * hold, and does nothing else; huge leaves, which it leaves out, must not be there. A second peer copies them by a
 * loop of 8-byte moves: memcpy() is one string instruction on a current CPU, which an emulator runs byte by byte.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>

#include "bench/bench.h"
#include "mm/table_walk.h"
#include "mm/target.h"

/* The process's memory, and what one round saw. */
struct walk_bench {
	struct vmi_walk_sink sink;	/* first: the callbacks get a pointer to it */
	struct vmi_target target;
	struct vmi_table_walk *walk;
	u64 ours_bytes, peer_bytes;
	void (*copy_entries)(void *to, const void *from, size_t bytes);	/* the peer's way */
	u64 copy[VMI_TABLE_ENTRIES];
};

static void ignore_table(struct vmi_walk_sink *sink, u32 level, u64 address, u64 frame)
{
}

static void count_bytes(struct vmi_walk_sink *sink, const struct vmi_leaf_batch *batch)
{
	container_of(sink, struct walk_bench, sink)->ours_bytes += batch->count * sizeof(u64);
}

/* Goes on from *cursor for as long as a hold may last. False at the end of the address space. */
static bool walk_hold(struct walk_bench *bench, unsigned long *cursor)
{
	VMA_ITERATOR(vmas, bench->target.mm, *cursor);
	struct vm_area_struct *vma;

	vmi_table_walk_begin_hold(bench->walk);
	for_each_vma(vmas, vma) {
		*cursor = vmi_table_walk_vma(bench->walk, vma, max(vma->vm_start, *cursor));
		if (*cursor < vma->vm_end)
			return true;
	}
	return false;
}

static int walk_ours(struct walk_bench *bench)
{
	unsigned long cursor = 0;
	bool more = true;

	bench->ours_bytes = 0;
	while (more) {
		int ret = vmi_target_hold(&bench->target);

		if (ret)
			return ret;
		more = walk_hold(bench, &cursor);
		vmi_target_release(&bench->target);
	}
	return 0;
}

/* The table of PMD entries for an address, or NULL. */
static pmd_t *pmd_table(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud, value;

	if (pgd_none(READ_ONCE(*pgd)))
		return NULL;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(READ_ONCE(*p4d)))
		return NULL;
	pud = pud_offset(p4d, address);
	value = READ_ONCE(*pud);
	if (!pud_present(value) || pud_leaf(value))
		return NULL;
	return pmd_offset(&value, address) - pmd_index(address);
}

static void copy_by_memcpy(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}

static void copy_by_words(void *to, const void *from, size_t bytes)
{
	const u64 *words = from;
	u64 *copies = to;
	size_t i;

	for (i = 0; i < bytes / sizeof(u64); i++)
		copies[i] = READ_ONCE(words[i]);
}

/* Copies the entries for [address, end) of one table, under RCU, which keeps a table that is being retracted. */
static void copy_one_table(struct walk_bench *bench, pmd_t *pmd, unsigned long address, unsigned long end)
{
	size_t bytes = ((end - address) >> PAGE_SHIFT) * sizeof(u64);
	pmd_t value;

	rcu_read_lock();
	value = READ_ONCE(*pmd);
	if (pmd_present(value) && !pmd_leaf(value)) {
		bench->copy_entries(bench->copy, pte_offset_kernel(&value, address), bytes);
		bench->peer_bytes += bytes;
	}
	rcu_read_unlock();
}

static void copy_tables(struct walk_bench *bench, struct vm_area_struct *vma)
{
	unsigned long address = vma->vm_start, next, span_end;

	for (; address < vma->vm_end; address = span_end) {
		pmd_t *table = pmd_table(bench->target.mm, address);

		span_end = pud_addr_end(address, vma->vm_end);
		for (next = address; table && address < span_end; address = next) {
			next = pmd_addr_end(address, span_end);
			copy_one_table(bench, table + pmd_index(address), address, next);
		}
	}
}

static int copy_peer(struct walk_bench *bench)
{
	VMA_ITERATOR(vmas, bench->target.mm, 0);
	struct vm_area_struct *vma;
	int ret = vmi_target_hold(&bench->target);

	if (ret)
		return ret;
	bench->peer_bytes = 0;
	for_each_vma(vmas, vma)
		copy_tables(bench, vma);
	vmi_target_release(&bench->target);
	return 0;
}

static int time_it(struct walk_bench *bench, int (*run)(struct walk_bench *), u64 *ret_ns)
{
	u64 start = ktime_get_ns();
	int ret = run(bench);

	*ret_ns = ktime_get_ns() - start;
	return ret;
}

/* -EBADE when the peer did not copy what we have read. */
static int time_peer(struct walk_bench *bench, void (*copy_entries)(void *, const void *, size_t), u64 *ret_ns)
{
	int ret;

	bench->copy_entries = copy_entries;
	ret = time_it(bench, copy_peer, ret_ns);
	if (!ret && bench->ours_bytes != bench->peer_bytes)
		ret = -EBADE;
	return ret;
}

static int run_round(struct walk_bench *bench, struct vmi_bench_answer *answer)
{
	u64 ours_ns, memcpy_ns, words_ns;
	int ret = time_it(bench, walk_ours, &ours_ns);

	if (!ret)
		ret = time_peer(bench, copy_by_memcpy, &memcpy_ns);
	if (!ret)
		ret = time_peer(bench, copy_by_words, &words_ns);
	if (!ret)
		vmi_bench_say(answer, "bytes=%llu ours_ns=%llu memcpy_ns=%llu words_ns=%llu\n", bench->ours_bytes,
			      ours_ns,
			      memcpy_ns, words_ns);
	return ret;
}

static int run_rounds(struct walk_bench *bench, u32 rounds, struct vmi_bench_answer *answer)
{
	u32 round;
	int ret;

	for (round = 0; round < rounds; round++) {
		ret = run_round(bench, answer);
		if (ret)
			return ret;
		if (vmi_bench_interrupted())
			return -EINTR;
		cond_resched();
	}
	return 0;
}

int vmi_bench_walk(struct pid *process, u32 rounds, struct vmi_bench_answer *answer)
{
	struct walk_bench *bench = kvzalloc(sizeof(*bench), GFP_KERNEL);
	int ret;

	if (!bench)
		return -ENOMEM;
	bench->sink = (struct vmi_walk_sink){ .table = ignore_table, .leaves = count_bytes };
	ret = vmi_target_open(&bench->target, process);
	if (ret)
		goto out_bench;
	bench->walk = vmi_table_walk_create(&bench->target, &bench->sink);
	ret = bench->walk ? run_rounds(bench, rounds, answer) : -ENOMEM;
	if (bench->walk)
		vmi_table_walk_destroy(bench->walk);
	vmi_target_close(&bench->target);
out_bench:
	kvfree(bench);
	return ret;
}
