// SPDX-License-Identifier: GPL-2.0
/*
 * Finding a key in a table of names.
 */
#include "keys.h"

#include <string.h>

static int same(const char *name, const char *key, size_t length)
{
	return !strncmp(name, key, length) && !name[length];
}

int key_find(const char *const *names, int count, const char *key, size_t length, int *hint)
{
	int tried, at = *hint < count ? *hint : 0;

	for (tried = 0; tried < count; tried++, at = at + 1 < count ? at + 1 : 0) {
		if (!same(names[at], key, length))
			continue;
		*hint = at + 1;
		return at;
	}
	return -1;
}
