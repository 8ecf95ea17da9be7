/* SPDX-License-Identifier: GPL-2.0 */
/* P10: what making and ending processes costs while the module follows them. */
#ifndef VMI_BENCH_FORK_COST_H
#define VMI_BENCH_FORK_COST_H

/* The module must not be loaded, and is not when this returns. */
void bench_fork(void);

#endif /* VMI_BENCH_FORK_COST_H */
