// SPDX-License-Identifier: GPL-2.0
/* A worker that keeps a pattern in its memory. */
#define _GNU_SOURCE
#include "keeper.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "module.h"
#include "pagemap.h"
#include "random.h"

/* A number at the start of each page, and nothing behind it. */
static bool holds_its_pattern(const char *memory)
{
	static const char zeros[PAGE_BYTES - sizeof(uint64_t)];
	size_t page;

	for (page = 0; page < KEEPER_PAGES; page++, memory += PAGE_BYTES)
		if (*(const uint64_t *)memory != random_mix(page) ||
		    memcmp(memory + sizeof(uint64_t), zeros, sizeof(zeros)))
			return false;
	return true;
}

static void keep(int tell, void *unused)
{
	char *memory = mmap(NULL, KEEPER_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);
	size_t page;
	char right;

	(void)unused;
	if (memory == MAP_FAILED)
		_exit(1);
	for (page = 0; page < KEEPER_PAGES; page++)
		*(uint64_t *)(memory + page * PAGE_BYTES) = random_mix(page);
	worker_tell(tell, "", 1);
	worker_stop();
	right = holds_its_pattern(memory);
	worker_tell(tell, &right, 1);
}

bool keeper_start(struct worker *keeper)
{
	char ready;

	return worker_start(keeper, keep, NULL) && worker_await(keeper, &ready, 1);
}

bool keeper_end(struct worker *keeper)
{
	char right = 0;
	bool told;

	if (!keeper->pid)
		return false;
	kill(keeper->pid, SIGCONT);
	told = read(keeper->pipe, &right, 1) == 1;
	worker_end(keeper);
	return told && right;
}

bool keeper_unharmed(struct worker *keeper, const struct slab_counts *before, int seconds)
{
	return keeper_end(keeper) && !module_unload_wait(seconds) && slab_wait_returned(before, seconds) &&
	       !module_load("");
}
