// SPDX-License-Identifier: GPL-2.0
/* Counting of page tables as a walk passes them. */
#include "table_census.h"

/* Bits of the user address that the hardware translates with 4 and with 5 levels. */
#define ADDRESS_BITS_4		48
#define ADDRESS_BITS_5		57

/* Which table of its level covers the address, counted from 1 so that 0 means none. */
static u64 table_number(u32 level, u64 address)
{
	return (address >> vmi_level_shift(level + 1)) + 1;
}

void vmi_table_census_init(struct vmi_table_census *census, u32 levels)
{
	memset(census, 0, sizeof(*census));
	census->levels = levels;
	census->level[levels].tables = 1;
	census->last_table[levels] = table_number(levels, 0);
}

void vmi_table_census_table(struct vmi_table_census *census, u32 level, u64 address)
{
	u64 number = table_number(level, address);

	if (census->last_table[level] == number)
		return;
	census->last_table[level] = number;
	census->level[level].tables++;
	if (level < census->levels)
		census->level[level + 1].used++;
}

void vmi_table_census_entries(struct vmi_table_census *census, u32 level, u64 used, u64 leaves)
{
	census->level[level].used += used;
	census->level[level].leaves += leaves;
}

u64 vmi_table_census_bytes(const struct vmi_table_census *census)
{
	u64 tables = 0;
	u32 level;

	for (level = 1; level < census->levels; level++)
		tables += census->level[level].tables;
	return tables * VMI_TABLE_BYTES;
}

/* A flat table with one entry for each stretch that an entry of `level` maps. */
static u64 flat_table_bytes(u32 level)
{
	u32 address_bits = level < 5 ? ADDRESS_BITS_4 : ADDRESS_BITS_5;

	return sizeof(u64) << (address_bits - vmi_level_shift(level));
}

void vmi_table_census_cost(const struct vmi_table_census *census, u64 ret[VMI_MAX_LEVELS + 1])
{
	u64 below = 0;
	u32 k;

	ret[0] = 0;
	for (k = 1; k <= VMI_MAX_LEVELS; k++) {
		ret[k] = flat_table_bytes(k) + below;
		below += census->level[k].tables * VMI_TABLE_BYTES;
	}
}
