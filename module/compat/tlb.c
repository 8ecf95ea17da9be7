// SPDX-License-Identifier: GPL-2.0
/* TLB flushes after Intel SDM vol. 3A, 4.10.4.1; __flush_tlb_all() is for KVM alone from 6.17 on. */
#include "compat/tlb.h"

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/invpcid.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>

/* Changing CR4.PGE drops all entries of all PCIDs, global ones too. Interrupts are off in a cross-call. */
static void toggle_global_pages(void)
{
	unsigned long cr4;

	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	asm volatile("mov %0, %%cr4" : : "r" (cr4 ^ X86_CR4_PGE) : "memory");
	asm volatile("mov %0, %%cr4" : : "r" (cr4) : "memory");
}

static void flush_this_cpu(void *unused)
{
	if (boot_cpu_has(X86_FEATURE_INVPCID))
		invpcid_flush_all();
	else
		toggle_global_pages();
}

/*
 * A processor that has switched to another process keeps our entries under their PCID, and is no more in the mask: the
 * new generation has it drop them when it switches back (switch_mm_irqs_off() of arch/x86/mm/tlb.c).
 */
void vmi_flush_tlb_mm(struct mm_struct *mm)
{
	atomic64_inc(&mm->context.tlb_gen);
	on_each_cpu_mask(mm_cpumask(mm), flush_this_cpu, NULL, true);
}
