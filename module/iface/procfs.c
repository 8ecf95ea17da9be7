// SPDX-License-Identifier: GPL-2.0
/* The directory /proc/vminspect and the coming and going of its files. */
#include "iface/procfs.h"

#include <linux/proc_fs.h>
#include <linux/slab.h>

#include "iface/procfs_file.h"
#include "iface/procfs_watches.h"
#include "watch/process_tracker.h"
#include "watch/watch_list.h"

static struct proc_dir_entry *directory;

static void *appear(struct vmi_process *process)
{
	char name[sizeof("4294967295")];
	struct vmi_procfs_entry *entry = vmi_procfs_entry_create(process);

	if (!entry)
		return NULL;
	snprintf(name, sizeof(name), "%d", process->number);
	entry->file = proc_create_data(name, 0400, directory, &vmi_procfs_file_ops, entry);
	if (!entry->file) {
		vmi_procfs_entry_put(entry);
		return NULL;
	}
	return entry;
}

static void vanish(void *shown)
{
	struct vmi_procfs_entry *entry = shown;

	proc_remove(entry->file);
	vmi_procfs_entry_put(entry);
}

static bool retire(void *shown)
{
	return vmi_procfs_entry_retire(shown);
}

static const struct vmi_process_listener listener = {
	.appear = appear,
	.vanish = vanish,
	.retire = retire,
};

int __init vmi_procfs_init(void)
{
	int ret = -ENOMEM;

	directory = proc_mkdir_mode("vminspect", 0500, NULL);
	if (!directory)
		return ret;
	if (!vmi_procfs_watches_create(directory))
		goto out_directory;
	/* Last: it must not fail once it has begun. */
	ret = vmi_process_tracker_init(&listener);
	if (!ret)
		return 0;
out_directory:
	proc_remove(directory);
	return ret;
}

void vmi_procfs_deinit(void)
{
	vmi_watch_list_deinit();
	vmi_process_tracker_deinit();
	proc_remove(directory);
}
