/* SPDX-License-Identifier: GPL-2.0 */
/* The way down the page tables to one address, and the frame that it ends at. */
#ifndef VMI_MM_EXPLAIN_TABLES_H
#define VMI_MM_EXPLAIN_TABLES_H

struct vm_area_struct;
struct vmi_explain_tables;
struct vmi_explanation;
struct vmi_target;

/* NULL when there is no memory. May sleep. */
struct vmi_explain_tables *vmi_explain_tables_create(struct vmi_target *target);
void vmi_explain_tables_destroy(struct vmi_explain_tables *tables);	/* NULL is allowed */

/*
 * Fills in the steps of an explanation whose address lies in the VMA; page, frame and what the page's use by others
 * tells, when an entry stands there. Lock: the target's mmap lock; vma found in this hold.
 */
void vmi_explain_tables_walk(struct vmi_explain_tables *tables, struct vm_area_struct *vma,
			     struct vmi_explanation *result);

#endif /* VMI_MM_EXPLAIN_TABLES_H */
