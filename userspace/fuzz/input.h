/* SPDX-License-Identifier: GPL-2.0 */
/* The fuzzer's bytes as a stream of numbers that gives zeros when it is used up. */
#ifndef VMI_FUZZ_INPUT_H
#define VMI_FUZZ_INPUT_H

#include "port.h"

/* What libFuzzer calls; each target defines it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken invariant: the fuzzer keeps the input and reports where. */
#define REQUIRE(condition) \
	do { \
		if (!(condition)) \
			__builtin_trap(); \
	} while (0)

struct input {
	const u8 *data;
	size_t left;
};

static inline u64 input_bytes(struct input *input, u32 count)
{
	u64 value = 0;

	for (; count && input->left; count--, input->left--)
		value = value << 8 | *input->data++;
	return value;
}

static inline u8 input_u8(struct input *input)
{
	return input_bytes(input, 1);
}

static inline u64 input_u64(struct input *input)
{
	return input_bytes(input, 8);
}

#endif /* VMI_FUZZ_INPUT_H */
