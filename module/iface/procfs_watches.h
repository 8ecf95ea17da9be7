/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/vminspect/watches, one line a watch below a head, and /proc/vminspect/shadow, one block a policy of each watch.
 *
 * `echo audit >/proc/vminspect/watches` has every watch's shadow counted again from scratch and compared: EUCLEAN when
 * something is wrong, and the log says what.
 */
#ifndef VMI_IFACE_PROCFS_WATCHES_H
#define VMI_IFACE_PROCFS_WATCHES_H

#include <linux/proc_fs.h>

/* Makes both files; they go with their directory. False when there is no memory. */
bool vmi_procfs_watches_create(struct proc_dir_entry *directory);

#endif /* VMI_IFACE_PROCFS_WATCHES_H */
