/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text of /proc/vminspect/<pid>.
 *
 * Three kinds of lines, told apart by their first byte:
 *   '#'          the process: "# topic key=value ..."; amounts in pages of 4 KiB unless the key says _bytes or _ns,
 *                addresses in hex without 0x
 *   hex digit    a region, byte for byte the line of /proc/<pid>/maps
 *   two blanks   what the shadow knows of the region above: " key=value ..."
 * Keys are never reused for something else; readers ignore keys that they do not know.
 */
#ifndef VMI_IFACE_PROCFS_TEXT_H
#define VMI_IFACE_PROCFS_TEXT_H

#include "core/text.h"
#include "mm/capture.h"

/* What the head of the file says about the process itself. */
struct vmi_process_facts {
	pid_t number;			/* thread group, in the init pid namespace */
	u32 threads;
	char comm[TASK_COMM_LEN];
};

/* All '#' lines but those of a watch; only the first, "# process", when there is no capture (NULL). */
void vmi_procfs_put_head(struct vmi_text *text, const struct vmi_process_facts *process,
			 const struct vmi_capture *capture);

/*
 * The two lines of one region, without the newline at the end; `depth` is that of its node in the tree (0 without
 * one).
 */
void vmi_procfs_put_region(struct vmi_text *text, const struct vmi_capture *capture, const struct vmi_region *region,
			   u32 depth);

/* The two lines of [vsyscall]. */
void vmi_procfs_put_vsyscall(struct vmi_text *text, const struct vmi_capture *capture);

#endif /* VMI_IFACE_PROCFS_TEXT_H */
