// SPDX-License-Identifier: GPL-2.0
/* The memory behind a list: chunks cut from the front, freed together. */
#include "snapshot.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES	(64 * 1024 - 64)	/* with malloc's own head, within a power of two */
#define ITEMS_FIRST	64

struct vmi_snapshot_chunk {
	struct vmi_snapshot_chunk *next;
	size_t size;			/* of bytes[] */
	size_t used;
	char bytes[] __attribute__((aligned(alignof(max_align_t))));
};

struct vmi_snapshot *vmi_snapshot_create(void)
{
	return calloc(1, sizeof(struct vmi_snapshot));
}

static void free_chunks(struct vmi_snapshot_chunk *chunk)
{
	while (chunk) {
		struct vmi_snapshot_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void vmi_snapshot_destroy(struct vmi_snapshot *snapshot)
{
	if (!snapshot)
		return;
	free_chunks(snapshot->chunks);
	free(snapshot->items);
	free(snapshot);
}

void vmi_snapshot_reset(struct vmi_snapshot *snapshot)
{
	snapshot->count = 0;
	if (!snapshot->chunks)
		return;
	free_chunks(snapshot->chunks->next);
	snapshot->chunks->next = NULL;
	snapshot->chunks->used = 0;
}

static int add_chunk(struct vmi_snapshot *snapshot, size_t least)
{
	size_t size = least > CHUNK_BYTES ? least : CHUNK_BYTES;
	struct vmi_snapshot_chunk *chunk = malloc(sizeof(*chunk) + size);

	if (!chunk)
		return -ENOMEM;
	chunk->next = snapshot->chunks;
	chunk->size = size;
	chunk->used = 0;
	snapshot->chunks = chunk;
	return 0;
}

void *vmi_snapshot_alloc(struct vmi_snapshot *snapshot, size_t size)
{
	struct vmi_snapshot_chunk *chunk;
	void *memory;

	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	chunk = snapshot->chunks;
	if ((!chunk || chunk->size - chunk->used < size) && add_chunk(snapshot, size))
		return NULL;
	chunk = snapshot->chunks;
	memory = chunk->bytes + chunk->used;
	chunk->used += size;
	return memset(memory, 0, size);
}

static int grow_items(struct vmi_snapshot *snapshot)
{
	size_t capacity = snapshot->capacity ? 2 * snapshot->capacity : ITEMS_FIRST;
	void **items = reallocarray(snapshot->items, capacity, sizeof(*items));

	if (!items)
		return -ENOMEM;
	snapshot->items = items;
	snapshot->capacity = capacity;
	return 0;
}

int vmi_snapshot_add(struct vmi_snapshot *snapshot, void *item)
{
	if (snapshot->count == snapshot->capacity && grow_items(snapshot))
		return -ENOMEM;
	snapshot->items[snapshot->count++] = item;
	return 0;
}
