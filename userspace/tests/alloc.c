// SPDX-License-Identifier: GPL-2.0
/* The allocator of port.h with a failure to order. */
#include "alloc.h"

static size_t until_failure;		/* 0: none ordered */
static bool has_failed;
static size_t live;

void alloc_fail_nth(size_t nth)
{
	until_failure = nth;
	has_failed = false;
}

bool alloc_has_failed(void)
{
	return has_failed;
}

size_t alloc_live(void)
{
	return live;
}

static bool fails_now(void)
{
	if (!until_failure || --until_failure)
		return false;
	has_failed = true;
	return true;
}

void *vmi_alloc_array(size_t count, size_t size)
{
	void *memory = vmi_zalloc_array(count, size);

	/* What is not promised to be zero had better not be. */
	if (memory)
		memset(memory, 0xa5, count * size);
	return memory;
}

void *vmi_zalloc_array(size_t count, size_t size)
{
	void *memory = fails_now() || (size && count > (SIZE_MAX >> 1) / size) ? NULL : calloc(count, size);

	live += memory != NULL;
	return memory;
}

void vmi_free(void *memory)
{
	live -= memory != NULL;
	free(memory);
}
