// SPDX-License-Identifier: GPL-2.0
/* Writing the accessed bit. */
#include "mm/accessed_bit.h"

#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/page_idle.h>
#include <linux/percpu.h>

/* By processor, as an atomic count would cost as much again as the bit. */
static DEFINE_PER_CPU(u64, writes);

bool vmi_accessed_clear(unsigned long *live)
{
	if (!(READ_ONCE(*live) & _PAGE_ACCESSED))
		return false;
	this_cpu_inc(writes);
	return test_and_clear_bit(_PAGE_BIT_ACCESSED, live);
}

bool vmi_accessed_set(unsigned long *live)
{
	if (READ_ONCE(*live) & _PAGE_ACCESSED)
		return false;
	this_cpu_inc(writes);
	return !test_and_set_bit(_PAGE_BIT_ACCESSED, live);
}

void vmi_accessed_hand_over(struct folio *folio)
{
	folio_set_young(folio);
}

bool vmi_accessed_can_hand_over(void)
{
	return IS_ENABLED(CONFIG_PAGE_IDLE_FLAG);
}

u64 vmi_accessed_writes(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(writes, cpu);
	return sum;
}
