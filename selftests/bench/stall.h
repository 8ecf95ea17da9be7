/* SPDX-License-Identifier: GPL-2.0 */
/* P9: how long a process at work is held up while it is read. */
#ifndef VMI_BENCH_STALL_H
#define VMI_BENCH_STALL_H

void bench_stall(void);

#endif /* VMI_BENCH_STALL_H */
