/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Repeatable random numbers: the same seed gives the same sequence.
 */
#ifndef SELFTESTS_RANDOM_H
#define SELFTESTS_RANDOM_H

#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood 2014): mixes one 64-bit value. */
static inline uint64_t random_mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
	return value ^ (value >> 31);
}

static inline uint64_t random_next(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return random_mix(*state);
}

/* 0 to bound - 1; bound is at least 1. */
static inline uint64_t random_below(uint64_t *state, uint64_t bound)
{
	return random_next(state) % bound;
}

#endif /* SELFTESTS_RANDOM_H */
