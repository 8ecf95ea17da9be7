/* SPDX-License-Identifier: GPL-2.0 */
/* What readers hold for as long as they have not read to the end, in files and in dumps: under one bound for all. */
#ifndef VMI_MM_READER_MEMORY_H
#define VMI_MM_READER_MEMORY_H

#include "core/pool.h"

/* Captures take from it as they grow. */
extern struct vmi_pool vmi_reader_memory;

/* Memory of a dump, not zeroed. NULL: there is none, or the bound is reached. May sleep. */
void *vmi_reader_alloc(size_t bytes);

/* `bytes`: as asked for. */
void vmi_reader_free(void *memory, size_t bytes);

#endif /* VMI_MM_READER_MEMORY_H */
