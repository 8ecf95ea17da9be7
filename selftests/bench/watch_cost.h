/* SPDX-License-Identifier: GPL-2.0 */
/* P6, P7 and P8: what watching a process takes, in time and memory, and what it costs the process. */
#ifndef VMI_BENCH_WATCH_COST_H
#define VMI_BENCH_WATCH_COST_H

void bench_watch_pass(void);
void bench_watch_memory(void);
void bench_watch_slowdown(void);

#endif /* VMI_BENCH_WATCH_COST_H */
