/* SPDX-License-Identifier: GPL-2.0 */
/* P10: what making and ending processes costs while the module follows them. */
#ifndef VMI_BENCH_FORK_COST_H
#define VMI_BENCH_FORK_COST_H

/* The module must not be loaded, and is not when this returns. `program` is what is executed: one that just exits. */
void bench_fork(const char *module_path, const char *program);

#endif /* VMI_BENCH_FORK_COST_H */
