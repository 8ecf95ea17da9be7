// SPDX-License-Identifier: GPL-2.0
/* Writes commands to the bench module and reads its answers: a line about the subject, then one a round. */
#include "in_kernel.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "subject.h"

#define COMMAND_FILE	"/sys/kernel/debug/vminspect_bench"
#define REGIONS		65000
#define WARM_LOOKUPS	20000
#define COLD_LOOKUPS	160
#define FIND_ROUNDS	15
#define WALK_BYTES	(1UL << 30)
#define WALK_ROUNDS	51
#define SEED		20250101

static char answer[16384];

static void ask(const char *command)
{
	int file = open(COMMAND_FILE, O_RDWR);
	ssize_t got;

	if (file < 0)
		fail_errno("%s", COMMAND_FILE);
	if (write(file, command, strlen(command)) < 0)
		fail_errno("bench module: %s", command);
	got = pread(file, answer, sizeof(answer) - 1, 0);
	if (got <= 0)
		fail("bench module: %s: no answer", command);
	answer[got] = '\0';
	close(file);
}

/* Adds each round of the answer, in nanoseconds divided by `divisor`. */
static void add_rounds(struct measure *measure, double divisor)
{
	unsigned long long ours, peer;
	char *line;

	for (line = strchr(answer, '\n'); line; line = strchr(line + 1, '\n'))
		if (sscanf(line, "\nours_ns=%llu peer_ns=%llu", &ours, &peer) == 2)
			measure_add(measure, (double)ours / divisor, (double)peer / divisor);
}

static void find_with(pid_t subject, const char *name, const char *caches, unsigned int lookups)
{
	struct measure *measure = measure_new("P5", name, "find_vma()", "ns", 1.0);
	unsigned int regions, height;
	char command[96];

	snprintf(command, sizeof(command), "find %d %u %u %u %s", subject, lookups, FIND_ROUNDS, SEED, caches);
	ask(command);
	if (sscanf(answer, "regions=%u height=%u", &regions, &height) != 2)
		fail("bench module: unexpected answer: %s", answer);
	snprintf(measure->size, sizeof(measure->size), "%u regions, tree of height %u", regions, height);
	add_rounds(measure, lookups);
}

void bench_find(void)
{
	pid_t subject = subject_with_regions(REGIONS);

	find_with(subject, "find region by address, warm caches", "warm", WARM_LOOKUPS);
	find_with(subject, "find region by address, cold caches", "cold", COLD_LOOKUPS);
	subject_end(subject);
}

/* Both peers of each round. */
static void add_walk_rounds(struct measure *by_memcpy, struct measure *by_words)
{
	unsigned long long bytes, ours, memcpy_ns, words_ns;
	char *line = answer;

	while (sscanf(line, "bytes=%llu ours_ns=%llu memcpy_ns=%llu words_ns=%llu", &bytes, &ours, &memcpy_ns,
		      &words_ns) == 4) {
		snprintf(by_memcpy->size, sizeof(by_memcpy->size), "1 GiB in 4 KiB pages, %llu KiB of tables",
			 bytes / 1024);
		snprintf(by_words->size, sizeof(by_words->size), "%s", by_memcpy->size);
		measure_add(by_memcpy, (double)ours / 1000, (double)memcpy_ns / 1000);
		measure_add(by_words, (double)ours / 1000, (double)words_ns / 1000);
		line = strchr(line, '\n') + 1;
	}
}

static void walk_with(const char *name, enum subject_memory kind)
{
	struct measure *by_memcpy = measure_new("P11", name, "memcpy() of the same entries", "us", 3.0);
	struct measure *by_words = measure_new("P11", name, "a loop of 8-byte moves over them", "us", 0);
	pid_t subject = subject_with_memory(WALK_BYTES, kind);
	char command[96];

	snprintf(command, sizeof(command), "walk %d %u", subject, WALK_ROUNDS);
	ask(command);
	add_walk_rounds(by_memcpy, by_words);
	subject_end(subject);
}

void bench_walk(void)
{
	walk_with("page-table walk, anonymous memory", SUBJECT_ANONYMOUS);
	walk_with("page-table walk, shared memory", SUBJECT_SHARED);
}
