// SPDX-License-Identifier: GPL-2.0
/* Flags of frames. */
#define _GNU_SOURCE
#include "kpageflags.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int kpageflags_open(void)
{
	int kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	return kpageflags < 0 ? -errno : kpageflags;
}

uint64_t kpageflags_word(int kpageflags, uint64_t frame)
{
	uint64_t word = 0;
	ssize_t got = pread(kpageflags, &word, sizeof(word), (off_t)(frame * sizeof(word)));

	return got == sizeof(word) ? word : 0;
}
