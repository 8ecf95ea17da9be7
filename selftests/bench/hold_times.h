/* SPDX-License-Identifier: GPL-2.0 */
/* How long a reader holds the mmap lock of the process that it looks at. */
#ifndef VMI_BENCH_HOLD_TIMES_H
#define VMI_BENCH_HOLD_TIMES_H

void bench_holds(void);

#endif /* VMI_BENCH_HOLD_TIMES_H */
