// SPDX-License-Identifier: GPL-2.0
/* Memory of readers, counted. */
#include "mm/reader_memory.h"

struct vmi_pool vmi_reader_memory;

void *vmi_reader_alloc(size_t bytes)
{
	void *memory;

	if (!vmi_pool_take(&vmi_reader_memory, bytes))
		return NULL;
	memory = vmi_alloc_array(1, bytes);
	if (!memory)
		vmi_pool_give(&vmi_reader_memory, bytes);
	return memory;
}

void vmi_reader_free(void *memory, size_t bytes)
{
	vmi_free(memory);
	vmi_pool_give(&vmi_reader_memory, bytes);
}
