// SPDX-License-Identifier: GPL-2.0
/*
 * The explanation of an address: region or hole, table entries, page, frame, file, and what a forecast of faults needs
 * to know of them.
 */
#include "mm/explain.h"

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/vminspect.h>

#include "compat/vma.h"
#include "mm/explain_tables.h"
#include "mm/shmem_swap.h"
#include "mm/target.h"
#include "mm/vma_facts.h"
#include "mm/vsyscall.h"

/* The kernel's default distance between a stack and what lies below it; the variable is out of a module's reach. */
#define STACK_GUARD_GAP (256UL << PAGE_SHIFT)

/* The state of an explanation under way. */
struct explain_work {
	struct vmi_target target;
	struct vmi_explanation *result;
	struct vmi_vma_namer *namer;
	struct vmi_explain_tables *tables;
	unsigned long stack_limit;	/* RLIMIT_STACK of the process */
};

static void add_region(struct explain_work *work, struct vm_area_struct *vma)
{
	struct vmi_region_set *set = &work->result->regions;

	vmi_vma_facts(vma, set, vmi_region_set_append(set, vma->vm_start, vma->vm_end), work->namer);
}

/* --- outside of regions ------------------------------------------------------------------------------------------- */

/* After acct_stack_growth() and expand_downwards(). */
static bool may_grow_to(const struct explain_work *work, struct vm_area_struct *vma, struct vm_area_struct *below)
{
	unsigned long page = work->result->address & PAGE_MASK;

	if (!(vma->vm_flags & VM_GROWSDOWN) || vma->vm_end - page > work->stack_limit)
		return false;
	return !below || (below->vm_flags & VM_GROWSDOWN) || !vma_is_accessible(below) ||
	       page - below->vm_end >= STACK_GUARD_GAP;
}

static void explain_hole(struct explain_work *work, struct vm_area_struct *above)
{
	VMA_ITERATOR(vmas, work->target.mm, work->result->address);
	struct vm_area_struct *below = vma_prev(&vmas);
	struct vmi_explanation *result = work->result;

	result->in_hole = true;
	result->hole.start = below ? below->vm_end : 0;
	result->hole.end = above ? above->vm_start : work->target.mm->task_size;
	if (below)
		add_region(work, below);
	if (!above)
		return;
	add_region(work, above);
	result->facts.stack_growth = may_grow_to(work, above, below);
	result->facts.region_flags = result->regions.regions[result->regions.count - 1].flags;
}

/* Above the user half: the vsyscall gate, or nothing that a process could have. */
static void explain_outside(struct explain_work *work)
{
	struct vmi_explanation *result = work->result;
	u32 protection = vmi_vsyscall_protection(work->target.mm);

	if (protection && result->address >= VMI_VSYSCALL_START && result->address < VMI_VSYSCALL_END) {
		struct vmi_region *gate = vmi_region_set_append(&result->regions, VMI_VSYSCALL_START,
								VMI_VSYSCALL_END);

		gate->flags = protection | VMI_REGION_GATE;
		gate->name = vmi_region_set_add_string(&result->regions, "[vsyscall]", strlen("[vsyscall]"));
		result->in_region = true;
		result->facts.place = VMI_PLACE_GATE;
		result->facts.region_flags = gate->flags;
	} else if ((s64)result->address >> (__VIRTUAL_MASK_SHIFT) != 0 &&
		   (s64)result->address >> (__VIRTUAL_MASK_SHIFT) != -1) {
		result->facts.place = VMI_PLACE_NONCANONICAL;
	}
}

/* --- in a region -------------------------------------------------------------------------------------------------- */

static pgoff_t file_page_index(const struct vm_area_struct *vma, u64 address)
{
	return vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
}

/* Looks the page up in its file's page cache. A slot may hold a swap entry (shmem), or a trace of an evicted page. */
static void look_into_page_cache(struct vmi_explanation *result, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	void *slot;

	rcu_read_lock();
	slot = xa_load(&mapping->i_pages, file_page_index(vma, result->address));
	/* Its flags may be those of another page by now: a forecast can live with that. */
	result->facts.cached = slot && !xa_is_value(slot) && folio_test_uptodate(slot);
	rcu_read_unlock();
	if (xa_is_value(slot) && vmi_vma_is_shmem(vma) && result->page.state == VMI_PAGE_UNMAPPED_FILE) {
		result->page.state = VMI_PAGE_SWAPPED;
		result->page.swap_type = VMI_NO_SWAP_SLOT;
	}
}

static void explain_file(struct vmi_explanation *result, struct vm_area_struct *vma)
{
	loff_t size = i_size_read(vma->vm_file->f_mapping->host);

	result->file_size = size;
	result->file_offset = (u64)file_page_index(vma, result->address) << PAGE_SHIFT;
	result->facts.beyond_eof = result->file_offset >= round_up((u64)size, PAGE_SIZE);
	if (is_vm_hugetlb_page(vma)) {
		result->facts.pool_empty = (vma->vm_flags & VM_NORESERVE) &&
					   hstate_vma(vma)->free_huge_pages <= hstate_vma(vma)->resv_huge_pages;
		return;
	}
	look_into_page_cache(result, vma);
}

/* True when neither page cache nor anonymous memory fills the region. */
static bool is_driver_mapping(const struct vm_area_struct *vma)
{
	umode_t mode;

	if (!vma->vm_ops)
		return false;
	if (!vma->vm_file || (vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP | VM_IO)))
		return true;
	mode = vma->vm_file->f_mapping->host->i_mode;
	return !S_ISREG(mode) && !S_ISBLK(mode);
}

static bool is_execute_only(struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC)) == VM_EXEC && vmi_vma_has_execute_only_key(vma);
}

static void page_facts(struct vmi_explanation *result)
{
	struct vmi_fault_facts *facts = &result->facts;
	u64 flags = result->page.flags;

	facts->state = result->page.state;
	facts->writable = flags & VMINSPECT_PAGE_FLAGS_WRITABLE;
	facts->protnone = flags & VMINSPECT_PAGE_FLAGS_PROTNONE;
	facts->userfault_protected = flags & VMINSPECT_PAGE_FLAGS_UFFD_WP;
	facts->zero = flags & VMINSPECT_PAGE_FLAGS_ZERO;
	if (facts->cached && facts->state != VMI_PAGE_PRESENT)
		result->page.flags |= VMINSPECT_PAGE_FLAGS_CACHED;
}

static void explain_region(struct explain_work *work, struct vm_area_struct *vma)
{
	struct vmi_explanation *result = work->result;

	add_region(work, vma);
	result->in_region = true;
	result->facts.place = VMI_PLACE_REGION;
	result->facts.region_flags = result->regions.regions[0].flags;
	result->facts.userfault_missing = vma->vm_flags & VM_UFFD_MISSING;
	result->facts.userfault_minor = vma->vm_flags & VM_UFFD_MINOR;
	result->facts.driver = is_driver_mapping(vma);
	result->facts.execute_only = is_execute_only(vma);
	result->page.start = result->address & PAGE_MASK;
	result->page.pages = 1;
	result->page.state = vma->vm_file ? VMI_PAGE_UNMAPPED_FILE : VMI_PAGE_UNTOUCHED;
	vmi_explain_tables_walk(work->tables, vma, result);
	if (vma->vm_file)
		explain_file(result, vma);
	page_facts(result);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static void explain_in_hold(struct explain_work *work)
{
	u64 address = work->result->address;
	struct vm_area_struct *vma;

	if (address >= work->target.mm->task_size) {
		explain_outside(work);
		return;
	}
	vma = find_vma(work->target.mm, address);
	vmi_vma_namer_begin_hold(work->namer);
	if (vma && vma->vm_start <= address)
		explain_region(work, vma);
	else
		explain_hole(work, vma);
}

static int explain_target(struct explain_work *work)
{
	/* Names of two neighbours. */
	int ret = vmi_region_set_reserve(&work->result->regions, 2, 2 * VMI_VMA_STRING_MAX);

	work->namer = vmi_zalloc_array(1, sizeof(*work->namer));
	work->tables = vmi_explain_tables_create(&work->target);
	if (!ret && work->namer && work->tables)
		ret = vmi_target_hold(&work->target);
	else
		ret = -ENOMEM;
	if (!ret) {
		explain_in_hold(work);
		vmi_target_release(&work->target);
		vmi_region_set_seal(&work->result->regions);
	}
	vmi_explain_tables_destroy(work->tables);
	vmi_free(work->namer);
	return ret;
}

static unsigned long stack_limit(struct pid *process)
{
	struct task_struct *task;
	unsigned long limit;

	rcu_read_lock();
	task = pid_task(process, PIDTYPE_TGID);
	limit = task ? task_rlimit(task, RLIMIT_STACK) : 0;
	rcu_read_unlock();
	return limit;
}

int vmi_explain(struct pid *process, u64 address, struct vmi_explanation **ret)
{
	struct explain_work work = { .stack_limit = stack_limit(process) };
	int error = vmi_target_open_reader(&work.target, process);

	if (error)
		return error;
	work.result = vmi_zalloc_array(1, sizeof(*work.result));
	error = -ENOMEM;
	if (work.result) {
		vmi_region_set_init(&work.result->regions);
		work.result->address = address;
		error = explain_target(&work);
	}
	vmi_target_close(&work.target);
	if (error)
		vmi_explain_free(work.result);
	else
		*ret = work.result;
	return error;
}

void vmi_explain_free(struct vmi_explanation *explanation)
{
	if (!explanation)
		return;
	vmi_region_set_deinit(&explanation->regions);
	vmi_free(explanation);
}
