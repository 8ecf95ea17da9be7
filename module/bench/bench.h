/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The in-kernel half of `make bench`: what can only be timed next to the kernel's own functions. A command is
 * written to a debugfs file, its answer is read back from it.
 */
#ifndef VMI_BENCH_BENCH_H
#define VMI_BENCH_BENCH_H

#include <linux/types.h>

struct pid;

/* Each round is one line of the answer. */
#define VMI_BENCH_MAX_ROUNDS	100
#define VMI_BENCH_ANSWER_BYTES	(VMI_BENCH_MAX_ROUNDS * 128 + 256)

struct vmi_bench_answer {
	char text[VMI_BENCH_ANSWER_BYTES];
	size_t length;
};

/* Appends to the answer; what does not fit is left out. */
__printf(2, 3) void vmi_bench_say(struct vmi_bench_answer *answer, const char *format, ...);

/* True when the writer of the command was killed: the measure is to end with -EINTR. */
bool vmi_bench_interrupted(void);

struct vmi_bench_find_options {
	u32 lookups;			/* a round */
	u32 rounds;
	u64 seed;
	bool cold;			/* caches are emptied before every few look-ups */
};

/*
 * Looks addresses of random regions of a process up, by our AVL tree and by the kernel's find_vma(), the same ones
 * and in turn. -EBADE when the two do not agree. May sleep.
 */
int vmi_bench_find(struct pid *process, const struct vmi_bench_find_options *options, struct vmi_bench_answer *answer);

/*
 * Walks the page tables of a whole process by our walk with a sink that does nothing, and copies the same entries of
 * the same tables, by memcpy() and by words, in turn. -EBADE when not all saw the same number of bytes. May sleep.
 */
int vmi_bench_walk(struct pid *process, u32 rounds, struct vmi_bench_answer *answer);

#endif /* VMI_BENCH_BENCH_H */
