// SPDX-License-Identifier: GPL-2.0
/* The splitmix64 generator (Steele, Lea, Flood 2014). */
#include <inttypes.h>
#include <stdio.h>

#include "rng.h"

#define DEFAULT_SEED 20240229

static u64 seed(void)
{
	const char *wanted = getenv("VMI_TEST_SEED");

	return wanted ? strtoull(wanted, NULL, 0) : DEFAULT_SEED;
}

void rng_announce(void)
{
	printf("# VMI_TEST_SEED=%" PRIu64 "\n", seed());
	fflush(stdout);
}

void rng_init(struct rng *rng)
{
	rng->state = seed();
}

u64 rng_next(struct rng *rng)
{
	u64 z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

u64 rng_below(struct rng *rng, u64 limit)
{
	return rng_next(rng) % limit;
}

bool rng_once_in(struct rng *rng, u32 times)
{
	return !rng_below(rng, times);
}

u64 rng_any_length(struct rng *rng)
{
	return rng_next(rng) >> rng_below(rng, 64);
}
