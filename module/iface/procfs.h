/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/vminspect/: one file a process, for people. */
#ifndef VMI_IFACE_PROCFS_H
#define VMI_IFACE_PROCFS_H

/* Makes the directory and a file for every live process; from then on files come and go with their processes. */
int vmi_procfs_init(void);

/* Removes all of it; no reader is inside any more when it returns. */
void vmi_procfs_deinit(void);

#endif /* VMI_IFACE_PROCFS_H */
