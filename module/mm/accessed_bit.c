// SPDX-License-Identifier: GPL-2.0
/* Writing the accessed bit. */
#include "mm/accessed_bit.h"

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/page_idle.h>

static atomic64_t writes = ATOMIC64_INIT(0);

bool vmi_accessed_clear(unsigned long *live)
{
	if (!(READ_ONCE(*live) & _PAGE_ACCESSED))
		return false;
	atomic64_inc(&writes);
	return test_and_clear_bit(_PAGE_BIT_ACCESSED, live);
}

bool vmi_accessed_set(unsigned long *live)
{
	if (READ_ONCE(*live) & _PAGE_ACCESSED)
		return false;
	atomic64_inc(&writes);
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
	return atomic64_read(&writes);
}
