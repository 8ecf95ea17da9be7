/* SPDX-License-Identifier: GPL-2.0 */
/* One file of /proc/vminspect: who may open it, its snapshot, its lines, its commands. */
#ifndef VMI_IFACE_PROCFS_FILE_H
#define VMI_IFACE_PROCFS_FILE_H

#include <linux/proc_fs.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

struct vmi_process;

/* The file of one process. Referenced by the directory while it is in it, and by each open file. */
struct vmi_procfs_entry {
	struct vmi_process *process;	/* referenced; init-only */
	struct proc_dir_entry *file;	/* set before anyone can remove it */
	refcount_t references;
	spinlock_t lock;
	u32 open_files;			/* lock */
	bool retired;			/* lock; the process has died: nobody opens the file any more */
};

/* With one reference; NULL when there is no memory. May sleep. */
struct vmi_procfs_entry *vmi_procfs_entry_create(struct vmi_process *process);
void vmi_procfs_entry_put(struct vmi_procfs_entry *entry);

/* Keeps the file from being opened again. True when nobody has it open now. */
bool vmi_procfs_entry_retire(struct vmi_procfs_entry *entry);

extern const struct proc_ops vmi_procfs_file_ops;

#endif /* VMI_IFACE_PROCFS_FILE_H */
