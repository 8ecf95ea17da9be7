/* SPDX-License-Identifier: GPL-2.0 */
/* Facts about VMAs as /proc/PID/maps of the same kernel tells them. */
#ifndef VMI_COMPAT_VMA_H
#define VMI_COMPAT_VMA_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pkeys.h>
#include <asm/mmu.h>

/*
 * Since v6.6 these checks have names, and the heap's bounds are exclusive; older kernels print what is spelled out
 * here (fs/proc/task_mmu.c of 6.1).
 */
static inline bool vmi_vma_is_heap(struct vm_area_struct *vma)
{
#ifdef VMI_HAVE_VMA_IS_INITIAL_HEAP
	return vma_is_initial_heap(vma);
#else
	return vma->vm_start <= vma->vm_mm->brk && vma->vm_end >= vma->vm_mm->start_brk;
#endif
}

static inline bool vmi_vma_is_stack(struct vm_area_struct *vma)
{
#ifdef VMI_HAVE_VMA_IS_INITIAL_HEAP
	return vma_is_initial_stack(vma);
#else
	return vma->vm_start <= vma->vm_mm->start_stack && vma->vm_end >= vma->vm_mm->start_stack;
#endif
}

/*
 * The path and inode that maps shows. Stacking file systems hand their own file to the VMA since v6.7, and these name
 * the one that the user opened.
 */
static inline const struct path *vmi_file_path(struct file *file)
{
#ifdef VMI_HAVE_FILE_USER_PATH
	return file_user_path(file);
#else
	return &file->f_path;
#endif
}

static inline const struct inode *vmi_file_inode(struct file *file)
{
#ifdef VMI_HAVE_FILE_USER_PATH
	return file_user_inode(file);
#else
	return file_inode(file);
#endif
}

/*
 * True when maps ends with the [vsyscall] gate for this mm (64-bit tasks). The flag was a mask before v6.4 and is a
 * bit number since.
 */
static inline bool vmi_mm_has_vsyscall(struct mm_struct *mm)
{
#ifdef VMI_MM_CONTEXT_FLAGS_ARE_MASKS
	return mm->context.flags & MM_CONTEXT_HAS_VSYSCALL;
#else
	return test_bit(MM_CONTEXT_HAS_VSYSCALL, &mm->context.flags);
#endif
}

/* True when the VMA has the protection key by which PROT_EXEC alone keeps reads away. */
static inline bool vmi_vma_has_execute_only_key(struct vm_area_struct *vma)
{
#ifdef CONFIG_X86_INTEL_MEMORY_PROTECTION_KEYS
	int key = vma->vm_mm->context.execute_only_pkey;

	return key > 0 && vma_pkey(vma) == key;
#else
	return false;
#endif
}

#ifndef VM_SEALED
#define VM_SEALED VM_NONE		/* mseal(), v6.10 */
#endif

#endif /* VMI_COMPAT_VMA_H */
