/* SPDX-License-Identifier: GPL-2.0 */
/* Bits by number, in arrays of u64. */
#ifndef VMI_CORE_BITS_H
#define VMI_CORE_BITS_H

#include "port.h"

static inline bool vmi_bit_is_set(const u64 *bits, u32 number)
{
	return bits[number / 64] >> number % 64 & 1;
}

static inline void vmi_bit_set(u64 *bits, u32 number)
{
	bits[number / 64] |= 1ULL << number % 64;
}

static inline void vmi_bit_clear(u64 *bits, u32 number)
{
	bits[number / 64] &= ~(1ULL << number % 64);
}

/* How many bits of a mask are set. */
static inline u32 vmi_bit_count(u32 mask)
{
	u32 count = 0;

	for (; mask; mask &= mask - 1)
		count++;
	return count;
}

#endif /* VMI_CORE_BITS_H */
