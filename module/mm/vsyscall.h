/* SPDX-License-Identifier: GPL-2.0 */
/* The [vsyscall] gate, which maps shows last though it is no VMA of the process. */
#ifndef VMI_MM_VSYSCALL_H
#define VMI_MM_VSYSCALL_H

#include <linux/mm_types.h>

/*
 * Finds out by which protection this kernel shows the gate, if at all: its built-in default, overridden by the last
 * "vsyscall=" on its command line. The kernel's own variable is out of a module's reach. Called once, at load; may
 * sleep. Without a mounted /proc the default stands, and a message says so.
 */
void vmi_vsyscall_init(void);

/* Protection of the gate as VMI_REGION_* bits, or 0 when maps of this mm does not show it. */
u32 vmi_vsyscall_protection(struct mm_struct *mm);

#define VMI_VSYSCALL_START 0xffffffffff600000ULL
#define VMI_VSYSCALL_END   0xffffffffff601000ULL

#endif /* VMI_MM_VSYSCALL_H */
