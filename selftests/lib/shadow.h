/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file under test: /proc/vminspect/PID, parsed strictly. A line that is neither summary, region nor counts, a
 * missing key, a key given twice or a number that does not parse makes the whole reading fail.
 */
#ifndef SELFTESTS_SHADOW_H
#define SELFTESTS_SHADOW_H

#include "maps.h"

#define SHADOW_DIRECTORY "/proc/vminspect"

enum shadow_key {
	SHADOW_PRESENT,
	SHADOW_ZERO,
	SHADOW_SPECIAL,
	SHADOW_SWAPPED,
	SHADOW_ABSENT,
	SHADOW_UNMAPPED,
	SHADOW_MIGRATING,
	SHADOW_MARKER,
	SHADOW_DEVICE,
	SHADOW_HUGE2M,
	SHADOW_HUGE1G,
	SHADOW_YOUNG,
	SHADOW_DIRTY,
	SHADOW_COW,
	SHADOW_SHARED,
	SHADOW_ANON,
	SHADOW_SHMEM,
	SHADOW_HUGETLB,
	SHADOW_DEPTH,
	SHADOW_HEIGHT,
	SHADOW_KEYS,
};

/* The key as it is written in the file. */
const char *shadow_key_name(enum shadow_key key);

struct shadow_region {
	struct map_line line;
	uint64_t value[SHADOW_KEYS];
	const char *ops;		/* into the file's text, `ops_length` bytes */
	size_t ops_length;
};

struct shadow {
	struct file_text text;
	struct shadow_region *regions;
	size_t count;
	char error[160];		/* what did not parse, after -EPROTO */
};

/* The path of a process's file. */
void shadow_path(pid_t pid, char *path, size_t size);

/* Reads and parses the file of a process: 0, the negative errno of open() or read(), or -EPROTO. */
int shadow_read(pid_t pid, struct shadow *ret);

/* Parses a text, which the shadow then owns; 0 or -EPROTO, -ENOMEM. */
int shadow_parse(struct file_text text, struct shadow *ret);

void shadow_free(struct shadow *shadow);

/* Opens the file and closes it again; 0 or a negative errno. Makes no capture. */
int shadow_try_open(pid_t pid);

/* The number `key=` of the summary line `# topic`, in that base; false when there is none. */
bool shadow_summary(const struct shadow *shadow, const char *topic, const char *key, int base, uint64_t *ret);

/* Copies the word after `key=` of the summary line; `comm` is taken to the end of its line. */
bool shadow_summary_word(const struct shadow *shadow, const char *topic, const char *key, char *ret, size_t size);

/* The region that the address lies in, or NULL. */
const struct shadow_region *shadow_region_at(const struct shadow *shadow, uint64_t address);

/* Sum of a key over the regions that begin in [start, end). */
uint64_t shadow_sum(const struct shadow *shadow, uint64_t start, uint64_t end, enum shadow_key key);

#endif /* SELFTESTS_SHADOW_H */
