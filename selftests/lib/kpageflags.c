// SPDX-License-Identifier: GPL-2.0
/* Flags of frames. */
#define _GNU_SOURCE
#include "kpageflags.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WORDS_AT_ONCE 512

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

bool kpageflags_any(int kpageflags, uint64_t first, uint64_t count, uint64_t flags)
{
	uint64_t words[WORDS_AT_ONCE], all = 0, wanted;
	ssize_t got = 1;

	for (; count && got > 0 && !(all & flags); first += got, count -= got) {
		wanted = count < WORDS_AT_ONCE ? count : WORDS_AT_ONCE;
		got = pread(kpageflags, words, wanted * sizeof(*words), (off_t)(first * sizeof(*words)));
		got = got < 0 ? 0 : got / (ssize_t)sizeof(*words);
		for (wanted = 0; wanted < (uint64_t)got; wanted++)
			all |= words[wanted];
	}
	return all & flags;
}
