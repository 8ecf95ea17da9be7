/* SPDX-License-Identifier: GPL-2.0 */
/* P1 and P2: reading everything about one process. */
#ifndef VMI_BENCH_WHOLE_READ_H
#define VMI_BENCH_WHOLE_READ_H

#include <sys/types.h>

/* Opens a file, reads it to its end by 128 KiB and closes it; how long that took. */
double whole_read_ns(const char *path);

/* The two files that are compared. */
double whole_read_ours_ns(pid_t subject);
double whole_read_smaps_ns(pid_t subject);

void bench_region_read(void);
void bench_page_read(void);

#endif /* VMI_BENCH_WHOLE_READ_H */
