// SPDX-License-Identifier: GPL-2.0
/* The hash table of shared frames: linear probing, at most three quarters full, closed up again by each removal. */
#include "frame_shares.h"

#define MIN_CAPACITY	64

static u32 home_of(const struct vmi_frame_shares *shares, u32 frame)
{
	return (frame * 2654435761U >> 7) & (shares->capacity - 1);
}

static u32 next_place(const struct vmi_frame_shares *shares, u32 place)
{
	return (place + 1) & (shares->capacity - 1);
}

/* Where the frame is, else the free place where it would go. */
static u32 place_of(const struct vmi_frame_shares *shares, u32 frame)
{
	u32 place = home_of(shares, frame);

	while (shares->places[place].frame && shares->places[place].frame != frame)
		place = next_place(shares, place);
	return place;
}

static int grow(struct vmi_frame_shares *shares, struct vmi_budget *budget)
{
	struct vmi_frame_shares old = *shares;
	u32 i;

	shares->capacity = max_t(u32, MIN_CAPACITY, 2 * old.capacity);
	shares->places = vmi_budget_alloc(budget, shares->capacity, sizeof(*shares->places));
	if (!shares->places) {
		*shares = old;
		return budget->error;
	}
	for (i = 0; i < old.capacity; i++)
		if (old.places[i].frame)
			shares->places[place_of(shares, old.places[i].frame)] = old.places[i];
	vmi_budget_free(budget, old.places, old.capacity, sizeof(*old.places));
	return 0;
}

int vmi_frame_shares_add(struct vmi_frame_shares *shares, struct vmi_budget *budget, u32 frame, u32 count)
{
	struct vmi_frame_share *place;
	int ret;

	if (4 * (shares->used + 1) > 3 * shares->capacity) {
		ret = grow(shares, budget);
		if (ret)
			return ret;
	}
	place = &shares->places[place_of(shares, frame)];
	place->frame = frame;
	place->count = count;
	shares->used++;
	return 0;
}

u32 *vmi_frame_shares_count(const struct vmi_frame_shares *shares, u32 frame)
{
	return &shares->places[place_of(shares, frame)].count;
}

/* Those that follow may have been pushed on by the one that goes: they move up unless that is before their home. */
void vmi_frame_shares_remove(struct vmi_frame_shares *shares, u32 frame)
{
	u32 hole = place_of(shares, frame);
	u32 mask = shares->capacity - 1;
	u32 place;

	for (place = next_place(shares, hole); shares->places[place].frame; place = next_place(shares, place)) {
		u32 home = home_of(shares, shares->places[place].frame);

		if (((place - home) & mask) < ((place - hole) & mask))
			continue;
		shares->places[hole] = shares->places[place];
		hole = place;
	}
	shares->places[hole].frame = 0;
	shares->used--;
}

void vmi_frame_shares_deinit(struct vmi_frame_shares *shares, struct vmi_budget *budget)
{
	vmi_budget_free(budget, shares->places, shares->capacity, sizeof(*shares->places));
	memset(shares, 0, sizeof(*shares));
}
