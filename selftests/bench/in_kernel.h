/* SPDX-License-Identifier: GPL-2.0 */
/* P5 and P11: what vminspect_bench.ko times inside the kernel. It must be loaded. */
#ifndef VMI_BENCH_IN_KERNEL_H
#define VMI_BENCH_IN_KERNEL_H

void bench_find(void);
void bench_walk(void);

#endif /* VMI_BENCH_IN_KERNEL_H */
