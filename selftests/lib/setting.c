// SPDX-License-Identifier: GPL-2.0
/* Numbers that a tester gives by the environment. */
#include "setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t setting_number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoull(value, NULL, 0) : otherwise;
}

uint64_t setting_seed(const char *name)
{
	uint64_t seed = setting_number(name, time(NULL));

	printf("# %s=%llu\n", name, (unsigned long long)seed);
	fflush(stdout);
	return seed;
}
