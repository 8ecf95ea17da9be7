/* SPDX-License-Identifier: GPL-2.0 */
/* Repeatable random numbers: VMI_TEST_SEED in the environment sets the seed, which each test program prints. */
#ifndef VMI_TESTS_RNG_H
#define VMI_TESTS_RNG_H

#include "port.h"

struct rng {
	u64 state;
};

/* Starts from the seed, the same numbers in every test whatever ran before it. */
void rng_init(struct rng *rng);

u64 rng_next(struct rng *rng);

/* 0 to limit - 1. */
u64 rng_below(struct rng *rng, u64 limit);

/* True once in `times`. */
bool rng_once_in(struct rng *rng, u32 times);

/* A number of any length in bits, short ones as likely as long ones. */
u64 rng_any_length(struct rng *rng);

/* To be called first by main(): prints the seed as a TAP comment. */
void rng_announce(void);

#endif /* VMI_TESTS_RNG_H */
