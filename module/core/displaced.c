// SPDX-License-Identifier: GPL-2.0
/* A table of the frames whose old contents are still waited for. */
#include "displaced.h"

/* The slot that has the frame, or where it would go. There always is one: at most half of them are taken. */
static struct vmi_displaced_frame *slot_of(struct vmi_displaced *displaced, u32 frame)
{
	u32 at = (frame * 0x9e3779b1U) % VMI_DISPLACED_SLOTS;

	while (displaced->slots[at].frame && displaced->slots[at].frame != frame)
		at = (at + 1) % VMI_DISPLACED_SLOTS;
	return &displaced->slots[at];
}

struct vmi_displaced_frame *vmi_displaced_add(struct vmi_displaced *displaced, u32 frame)
{
	struct vmi_displaced_frame *slot = slot_of(displaced, frame);

	if (slot->mappings || (!slot->frame && displaced->count == VMI_DISPLACED_MAX))
		return NULL;
	displaced->count += !slot->frame;
	slot->frame = frame;
	return slot;
}

struct vmi_displaced_frame *vmi_displaced_find(struct vmi_displaced *displaced, u32 frame)
{
	struct vmi_displaced_frame *slot = slot_of(displaced, frame);

	return slot->mappings ? slot : NULL;
}

void vmi_displaced_clear(struct vmi_displaced *displaced)
{
	if (displaced->count)
		memset(displaced, 0, sizeof(*displaced));
}
