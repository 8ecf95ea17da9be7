/* SPDX-License-Identifier: GPL-2.0 */
/* DAEMON: what vminspectd takes. */
#ifndef VMI_BENCH_DAEMON_COST_H
#define VMI_BENCH_DAEMON_COST_H

void bench_daemon(void);

#endif /* VMI_BENCH_DAEMON_COST_H */
