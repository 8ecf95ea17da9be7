// SPDX-License-Identifier: GPL-2.0
/* Sections: found by a hash of what they cover, numbered from 1 with the lowest free number first. */
#include "frame_table.h"

#include "bits.h"

#define MIN_SECTIONS	16
#define CHAIN_SECTIONS	4	/* on average, before there are more chains: only frames that are new are looked for */

/* Stands at number 0, so that an id of 0 needs no test: its `first` is that of no PFN. */
static struct vmi_section no_section = {
	.first = ~0U,
};

static u32 chain_of(const struct vmi_frame_table *table, u32 first, u32 order)
{
	u64 key = (u64)(first >> VMI_SECTION_SHIFT) * 0x9e3779b97f4a7c15ULL + order;

	return (key >> 32) & (table->chain_count - 1);
}

int vmi_frame_table_init(struct vmi_frame_table *table, struct vmi_budget *budget, u32 planes)
{
	memset(table, 0, sizeof(*table));
	table->budget = budget;
	table->planes = planes;
	table->lowest_free = 1;
	table->sections = vmi_budget_alloc(budget, MIN_SECTIONS, sizeof(*table->sections));
	if (!table->sections)
		return budget->error;
	table->chains = vmi_budget_alloc(budget, MIN_SECTIONS, sizeof(*table->chains));
	if (!table->chains) {
		vmi_budget_free(budget, table->sections, MIN_SECTIONS, sizeof(*table->sections));
		return budget->error;
	}
	table->capacity = MIN_SECTIONS;
	table->chain_count = MIN_SECTIONS;
	table->sections[0] = &no_section;
	return 0;
}

void vmi_frame_table_deinit(struct vmi_frame_table *table)
{
	vmi_frame_shares_deinit(&table->shares, table->budget);
	vmi_budget_free(table->budget, table->chains, table->chain_count, sizeof(*table->chains));
	vmi_budget_free(table->budget, table->sections, table->capacity, sizeof(*table->sections));
}

static struct vmi_section *find_section(const struct vmi_frame_table *table, u32 first, u32 order)
{
	u32 number = table->chains[chain_of(table, first, order)];

	while (number) {
		struct vmi_section *section = table->sections[number];

		if (section->first == first && section->order == order)
			return section;
		number = section->next;
	}
	return NULL;
}

static void link_section(struct vmi_frame_table *table, struct vmi_section *section)
{
	u32 *chain = &table->chains[chain_of(table, section->first, section->order)];

	section->next = *chain;
	*chain = section->number;
}

static void unlink_section(struct vmi_frame_table *table, const struct vmi_section *section)
{
	u32 *link = &table->chains[chain_of(table, section->first, section->order)];

	while (*link != section->number)
		link = &table->sections[*link]->next;
	*link = section->next;
}

/* Longer chains are only slower, so there is no harm in going without. */
static void grow_chains(struct vmi_frame_table *table)
{
	u32 count = 2 * table->chain_count;
	u32 *chains = vmi_budget_alloc(table->budget, count, sizeof(*chains));
	u32 number;

	if (!chains)
		return;
	vmi_budget_free(table->budget, table->chains, table->chain_count, sizeof(*chains));
	table->chains = chains;
	table->chain_count = count;
	for (number = 1; number < table->capacity; number++)
		if (table->sections[number])
			link_section(table, table->sections[number]);
}

static int grow_sections(struct vmi_frame_table *table)
{
	u32 capacity = min_t(u32, table->capacity + table->capacity / 2, VMI_SECTIONS_MAX);
	struct vmi_section **sections;

	if (capacity == table->capacity)
		return -ENOSPC;
	sections = vmi_budget_alloc(table->budget, capacity, sizeof(*sections));
	if (!sections)
		return table->budget->error;
	memcpy(sections, table->sections, table->capacity * sizeof(*sections));
	vmi_budget_free(table->budget, table->sections, table->capacity, sizeof(*sections));
	table->sections = sections;
	table->capacity = capacity;
	return 0;
}

static int free_number(struct vmi_frame_table *table, u32 *ret)
{
	int err = table->count + 1 == table->capacity ? grow_sections(table) : 0;

	if (err)
		return err;
	while (table->sections[table->lowest_free])
		table->lowest_free++;
	*ret = table->lowest_free;
	return 0;
}

static void free_section(struct vmi_frame_table *table, struct vmi_section *section)
{
	u32 i;

	for (i = 0; i < table->planes; i++)
		vmi_budget_free(table->budget, section->plane[i], VMI_SECTION_FRAMES, sizeof(*section->plane[i]));
	vmi_budget_free(table->budget, section, 1, sizeof(*section) + table->planes * sizeof(section->plane[0]));
}

static struct vmi_section *alloc_section(struct vmi_frame_table *table)
{
	struct vmi_budget *budget = table->budget;
	struct vmi_section *section;
	u32 i;

	section = vmi_budget_alloc(budget, 1, sizeof(*section) + table->planes * sizeof(section->plane[0]));
	if (!section)
		return NULL;
	for (i = 0; i < table->planes; i++) {
		section->plane[i] = vmi_budget_alloc(budget, VMI_SECTION_FRAMES, sizeof(*section->plane[i]));
		if (!section->plane[i]) {
			free_section(table, section);
			return NULL;
		}
	}
	return section;
}

static int add_section(struct vmi_frame_table *table, u32 first, u32 order, u32 zone, struct vmi_section **ret)
{
	struct vmi_section *section;
	u32 number;
	int err = free_number(table, &number);

	if (err)
		return err;
	section = alloc_section(table);
	if (!section)
		return table->budget->error;
	section->first = first;
	section->order = order;
	section->zone = zone;
	section->number = number;
	table->sections[number] = section;
	link_section(table, section);
	if (++table->count > CHAIN_SECTIONS * table->chain_count)
		grow_chains(table);
	*ret = section;
	return 0;
}

static void remove_section(struct vmi_frame_table *table, struct vmi_section *section)
{
	unlink_section(table, section);
	table->sections[section->number] = NULL;
	table->lowest_free = min_t(u32, table->lowest_free, section->number);
	table->count--;
	free_section(table, section);
}

static u32 first_of(u32 pfn, u32 order)
{
	return pfn >> order & ~(VMI_SECTION_FRAMES - 1);
}

u32 vmi_frame_find(const struct vmi_frame_table *table, u32 pfn, u32 order)
{
	const struct vmi_section *section = find_section(table, first_of(pfn, order), order);
	u32 place = vmi_frame_place(pfn >> order);

	return section && vmi_section_watches(section, place) ? vmi_section_frame(section, place) : 0;
}

static int add_sharer(struct vmi_frame_table *table, struct vmi_section *section, u32 place)
{
	u32 frame = vmi_section_frame(section, place);
	u32 sharers = section->state[place] >> VMI_STATE_SHARER_SHIFT;
	int err;

	if (sharers == VMI_STATE_SHARERS_MANY) {
		++*vmi_frame_shares_count(&table->shares, frame);
		return 0;
	}
	if (sharers + 1 == VMI_STATE_SHARERS_MANY) {
		err = vmi_frame_shares_add(&table->shares, table->budget, frame, VMI_STATE_SHARERS_MANY);
		if (err)
			return err;
	}
	section->state[place] += 1 << VMI_STATE_SHARER_SHIFT;
	return 0;
}

/* True when it was the last one. */
static bool take_sharer(struct vmi_frame_table *table, struct vmi_section *section, u32 place)
{
	u32 frame = vmi_section_frame(section, place);

	if (section->state[place] >> VMI_STATE_SHARER_SHIFT == VMI_STATE_SHARERS_MANY) {
		if (--*vmi_frame_shares_count(&table->shares, frame) >= VMI_STATE_SHARERS_MANY)
			return false;
		vmi_frame_shares_remove(&table->shares, frame);
	}
	section->state[place] -= 1 << VMI_STATE_SHARER_SHIFT;
	return !vmi_section_watches(section, place);
}

static void frame_comes(struct vmi_frame_table *table, struct vmi_section *section, u32 place)
{
	u32 i;

	section->used++;
	section->state[place] &= ~VMI_STATE_STANDING;
	section->identity[place] = 0;
	vmi_bit_clear(section->touched, place);
	for (i = 0; i < table->planes; i++)
		section->plane[i][place] = 0;
	table->frames++;
	table->pages += 1ULL << section->order;
}

int vmi_frame_map(struct vmi_frame_table *table, u32 pfn, u32 order, u32 zone, u32 *ret_frame, bool *ret_new)
{
	struct vmi_section *section = find_section(table, first_of(pfn, order), order);
	u32 place = vmi_frame_place(pfn >> order);
	int err;

	if (!section) {
		err = add_section(table, first_of(pfn, order), order, zone, &section);
		if (err)
			return err;
	}
	*ret_new = !vmi_section_watches(section, place);
	err = add_sharer(table, section, place);
	if (err)
		return err;
	if (*ret_new)
		frame_comes(table, section, place);
	table->mappings++;
	*ret_frame = vmi_section_frame(section, place);
	return 0;
}

void vmi_frame_unmap(struct vmi_frame_table *table, u32 frame)
{
	struct vmi_section *section = vmi_frame_section(table, frame);

	table->mappings--;
	if (!take_sharer(table, section, vmi_frame_place(frame)))
		return;
	table->frames--;
	table->pages -= 1ULL << section->order;
	if (!--section->used)
		remove_section(table, section);
}

u32 vmi_frame_sharers(const struct vmi_frame_table *table, u32 frame)
{
	u32 sharers = vmi_frame_section(table, frame)->state[vmi_frame_place(frame)] >> VMI_STATE_SHARER_SHIFT;

	return sharers == VMI_STATE_SHARERS_MANY ? *vmi_frame_shares_count(&table->shares, frame) : sharers;
}
