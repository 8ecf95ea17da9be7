/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shadow mem_map: a descriptor for each watched page frame, in sections of 64 frames (256 KiB of 4 KiB pages) that
 * are allocated when their first frame is watched and freed when the last one goes. Memory that has been in use for a
 * while is scattered, and a process has but a few of the frames that lie together: larger sections are mostly empty.
 *
 * A frame is named by a dense id of 26 bits, section number * 64 + place, so that links between frames and from
 * mirrors to frames fit into 26 bits whatever the PFNs are; 0 is no frame, for section 0 does not exist. Frames of
 * 4 KiB, 2 MiB and 1 GiB (orders 0, 9, 18) are in sections of their own, counted in units of their order.
 *
 * A descriptor is three bytes and a bit: identity (u16), standing with the number of sharers (u8), touched in this
 * period (one bit); and for each policy that runs one u64 of a plane (policy_lists.h). A section and its planes are
 * memory of their own, as large as the kernel's allocator has it: powers of two, or little less. With one policy that
 * makes 11.5 bytes a frame, and 0.2 to find it.
 */
#ifndef VMI_CORE_FRAME_TABLE_H
#define VMI_CORE_FRAME_TABLE_H

#include "budget.h"
#include "frame_shares.h"

#define VMI_FRAME_BITS		26
#define VMI_FRAME_MASK		((1U << VMI_FRAME_BITS) - 1)
#define VMI_SECTION_SHIFT	6
#define VMI_SECTION_FRAMES	(1U << VMI_SECTION_SHIFT)
#define VMI_SECTIONS_MAX	(1U << (VMI_FRAME_BITS - VMI_SECTION_SHIFT))

/* A state byte: vmi_observation.standing in the low five bits, the sharers above. */
#define VMI_STATE_STANDING	0x1f
#define VMI_STATE_SHARER_SHIFT	5
#define VMI_STATE_SHARERS_MANY	7	/* the count is in vmi_frame_table.shares; 0: the frame is not watched */

struct vmi_section {
	u32 first;			/* PFN >> order of its first frame */
	u32 number;			/* index in vmi_frame_table.sections */
	u32 next;			/* number of the next section of the hash chain, 0 at its end */
	u16 used;			/* frames watched */
	u8 order;			/* 0, 9 or 18 */
	u8 zone;			/* that its first frame was seen in, taken for all: zones are larger by far */
	u64 touched[VMI_SECTION_FRAMES / 64];	/* bit by place: seen accessed in this period */
	u8 state[VMI_SECTION_FRAMES];		/* by place */
	u16 identity[VMI_SECTION_FRAMES];	/* by place */
	u64 *plane[];			/* by plane number, then by place */
};

struct vmi_frame_table {
	struct vmi_section **sections;	/* by number; [0] is a section that no frame matches */
	u32 capacity;			/* of `sections` */
	u32 count;			/* sections in use */
	u32 lowest_free;		/* no free number is lower */
	u32 *chains;			/* hash of (order, first): number of the first section of each chain */
	u32 chain_count;		/* a power of two */
	u32 planes;			/* in each section */
	u64 frames;			/* watched */
	u64 pages;			/* watched, huge frames with all their pages */
	u64 mappings;			/* sum of all sharers */
	struct vmi_frame_shares shares;
	struct vmi_budget *budget;
};

/* 0 or what vmi_budget.error says. */
int vmi_frame_table_init(struct vmi_frame_table *table, struct vmi_budget *budget, u32 planes);

/* All frames must be unmapped. */
void vmi_frame_table_deinit(struct vmi_frame_table *table);

static inline struct vmi_section *vmi_frame_section(const struct vmi_frame_table *table, u32 frame)
{
	return table->sections[frame >> VMI_SECTION_SHIFT];
}

/* The part of a frame id that tells sections apart: neighbours mostly are of one, which then is looked up once. */
#define VMI_SECTION_BITS (VMI_FRAME_MASK & ~(VMI_SECTION_FRAMES - 1))

static inline u32 vmi_frame_place(u32 frame)
{
	return frame & (VMI_SECTION_FRAMES - 1);
}

static inline u32 vmi_section_frame(const struct vmi_section *section, u32 place)
{
	return section->number << VMI_SECTION_SHIFT | place;
}

static inline bool vmi_section_watches(const struct vmi_section *section, u32 place)
{
	return section->state[place] >> VMI_STATE_SHARER_SHIFT;
}

/* The id of a watched frame, or 0. */
u32 vmi_frame_find(const struct vmi_frame_table *table, u32 pfn, u32 order);

/*
 * One more address space maps a frame. *ret_frame is its id; *ret_new tells that it was not watched before: its
 * identity and standing are 0 then. 0, or -ENOMEM or -ENOSPC and nothing has changed.
 */
int vmi_frame_map(struct vmi_frame_table *table, u32 pfn, u32 order, u32 zone, u32 *ret_frame, bool *ret_new);

/* One less. After the last its id is void; the frame must be off all lists by then. */
void vmi_frame_unmap(struct vmi_frame_table *table, u32 frame);

/* Mappings of the frame by watched address spaces. */
u32 vmi_frame_sharers(const struct vmi_frame_table *table, u32 frame);

static inline void vmi_frame_set_standing(const struct vmi_frame_table *table, u32 frame, u8 standing)
{
	u8 *state = &vmi_frame_section(table, frame)->state[vmi_frame_place(frame)];

	*state = (*state & ~VMI_STATE_STANDING) | (standing & VMI_STATE_STANDING);
}

#endif /* VMI_CORE_FRAME_TABLE_H */
