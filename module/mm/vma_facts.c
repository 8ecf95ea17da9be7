// SPDX-License-Identifier: GPL-2.0
/* VMA facts and names; the naming follows show_map_vma() of fs/proc/task_mmu.c. */
#include "mm/vma_facts.h"

#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kallsyms.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/userfaultfd_k.h>

#include "compat/vma.h"
#include "mm/shmem_swap.h"

/* What few VMAs are: looked for one by one only where there is any of it. */
#define UNUSUAL_FLAGS (VM_GROWSDOWN | VM_LOCKED | VM_HUGETLB | VM_PFNMAP | VM_MIXEDMAP | VM_IO | VM_DONTDUMP | \
		       VM_SEALED | VM_UFFD_MISSING | VM_UFFD_WP)

#define FLAG_OF(vm_flag, region_flag) (vm_flags & (vm_flag) ? (region_flag) : 0)

static u32 unusual_flags(vm_flags_t vm_flags)
{
	return FLAG_OF(VM_GROWSDOWN, VMI_REGION_GROWSDOWN) |
	       FLAG_OF(VM_LOCKED, VMI_REGION_LOCKED) |
	       FLAG_OF(VM_HUGETLB, VMI_REGION_HUGETLB) |
	       FLAG_OF(VM_PFNMAP | VM_MIXEDMAP, VMI_REGION_PFNMAP) |
	       FLAG_OF(VM_IO, VMI_REGION_IO) |
	       FLAG_OF(VM_DONTDUMP, VMI_REGION_DONTDUMP) |
	       FLAG_OF(VM_SEALED, VMI_REGION_SEALED) |
	       FLAG_OF(VM_UFFD_MISSING | VM_UFFD_WP, VMI_REGION_UFFD);
}

/* Written out rather than looped over a table: it is done for each of 65,530 VMAs while the target waits. */
static u32 region_flags(struct vm_area_struct *vma)
{
	vm_flags_t vm_flags = vma->vm_flags;
	u32 flags = FLAG_OF(VM_READ, VMI_REGION_READ) |
		    FLAG_OF(VM_WRITE, VMI_REGION_WRITE) |
		    FLAG_OF(VM_EXEC, VMI_REGION_EXEC) |
		    FLAG_OF(VM_MAYSHARE, VMI_REGION_MAYSHARE);

	if (vm_flags & UNUSUAL_FLAGS)
		flags |= unusual_flags(vm_flags);
	if (!vma->vm_ops)
		flags |= VMI_REGION_ANON;
	if (vma->vm_file)
		flags |= VMI_REGION_FILE | (vmi_vma_is_shmem(vma) ? VMI_REGION_SHMEM : 0);
	return flags;
}

#undef FLAG_OF

void vmi_vma_namer_begin_hold(struct vmi_vma_namer *namer)
{
	namer->last_file = NULL;
}

/* Puts the name into namer->text, unless it is there still. */
static void name_file(struct file *file, struct vmi_vma_namer *namer)
{
	/* maps prints by seq_path(); as much of a seq_file as it needs is a buffer and its size. */
	struct seq_file text = { .buf = namer->text, .size = sizeof(namer->text) };

	if (namer->last_file == file)
		return;
	namer->last_length = max(seq_path(&text, vmi_file_path(file), "\n"), 0);
	namer->last_file = file;
	namer->in_set = false;
}

static const char *special_name(struct vm_area_struct *vma)
{
	if (vma->vm_ops && vma->vm_ops->name) {
		const char *name = vma->vm_ops->name(vma);

		if (name)
			return name;
	}
	if (vmi_vma_is_heap(vma))
		return "[heap]";
	if (vmi_vma_is_stack(vma))
		return "[stack]";
	return NULL;
}

const char *vmi_vma_name(struct vm_area_struct *vma, struct vmi_vma_namer *namer, u32 *ret_length)
{
	const char *name;

	if (vma->vm_file) {
		name_file(vma->vm_file, namer);
		*ret_length = namer->last_length;
		return namer->last_length ? namer->text : NULL;
	}
	name = special_name(vma);
	*ret_length = name ? strlen(name) : 0;
	return name;
}

/* Neighbours that map one file share the string. */
static u32 region_name(struct vm_area_struct *vma, struct vmi_region_set *set, struct vmi_vma_namer *namer)
{
	u32 length;
	const char *name = vmi_vma_name(vma, namer, &length);

	if (!vma->vm_file)
		return name ? vmi_region_set_add_string(set, name, length) : VMI_NAME_NONE;
	if (!namer->in_set) {
		namer->last_name = vmi_region_set_add_string(set, namer->text, length);
		namer->in_set = true;
	}
	return namer->last_name;
}

/* Looks a symbol up, and writes "?" rather than an address when there is none. */
static u32 add_symbol(const void *object, struct vmi_region_set *set, struct vmi_vma_namer *namer)
{
	sprint_symbol_no_offset(namer->symbol, (unsigned long)object);
	if (!strncmp(namer->symbol, "0x", 2))
		strcpy(namer->symbol, "?");
	/* A symbol of a module is followed by " [module]"; a value must not have blanks. */
	strreplace(namer->symbol, ' ', ':');
	return vmi_region_set_add_string(set, namer->symbol, strlen(namer->symbol));
}

static u32 ops_name(const struct vm_operations_struct *ops, struct vmi_region_set *set, struct vmi_vma_namer *namer)
{
	struct vmi_known_ops *slot;
	u32 i;

	if (!ops)
		return VMI_NAME_NONE;
	for (i = 0; i < namer->known_ops_count; i++)
		if (namer->known_ops[i].ops == ops)
			return namer->known_ops[i].name;
	/* More kinds than slots: the last slot is used in turn. */
	i = min_t(u32, namer->known_ops_count, ARRAY_SIZE(namer->known_ops) - 1);
	slot = &namer->known_ops[i];
	slot->ops = ops;
	slot->name = add_symbol(ops, set, namer);
	namer->known_ops_count = i + 1;
	return slot->name;
}

void vmi_vma_maps_facts(struct vm_area_struct *vma, struct vmi_region *region)
{
	region->flags = region_flags(vma);
	if (vma->vm_file) {
		const struct inode *inode = vmi_file_inode(vma->vm_file);

		/* A region cut by a change begins inside its VMA. */
		region->file_offset = ((u64)vma->vm_pgoff << PAGE_SHIFT) + (region->start - vma->vm_start);
		region->inode = inode->i_ino;
		region->dev_major = MAJOR(inode->i_sb->s_dev);
		region->dev_minor = MINOR(inode->i_sb->s_dev);
	}
}

void vmi_vma_facts(struct vm_area_struct *vma, struct vmi_region_set *set, struct vmi_region *region,
		   struct vmi_vma_namer *namer)
{
	vmi_vma_maps_facts(vma, region);
	region->name = region_name(vma, set, namer);
	region->ops_name = ops_name(vma->vm_ops, set, namer);
}

bool vmi_vma_continues(struct vm_area_struct *vma, const struct vmi_region *region)
{
	if (region_flags(vma) != region->flags)
		return false;
	return !vma->vm_file || vmi_file_inode(vma->vm_file)->i_ino == region->inode;
}
