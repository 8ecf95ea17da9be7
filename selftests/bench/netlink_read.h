/* SPDX-License-Identifier: GPL-2.0 */
/* P3 and P4: lists over netlink against the files that hold the same. */
#ifndef VMI_BENCH_NETLINK_READ_H
#define VMI_BENCH_NETLINK_READ_H

void bench_region_list(void);
void bench_page_dump(void);

#endif /* VMI_BENCH_NETLINK_READ_H */
