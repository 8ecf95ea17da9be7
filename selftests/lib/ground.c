// SPDX-License-Identifier: GPL-2.0
/*
 * Ground that a worker steps on as told.
 */
#define _GNU_SOURCE
#include "ground.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "layout.h"
#include "pagemap.h"
#include "watch.h"

struct order {
	struct ground *ground;
	ground_step step;
};

struct ground *ground_create(size_t pages, uint64_t seed)
{
	struct ground *ground = mmap(NULL, sizeof(*ground), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (ground == MAP_FAILED)
		return NULL;
	ground->pages = pages;
	ground->random = seed;
	return ground;
}

void ground_destroy(struct ground *ground)
{
	if (ground)
		munmap(ground, sizeof(*ground));
}

void ground_touch(struct ground *ground, size_t page)
{
	volatile uint64_t *word = (volatile uint64_t *)(ground->area + page * PAGE_BYTES);

	if (page % 2)
		(void)*word;
	else
		*word = page;
	ground->touched[page] = 1;
}

static void lay_out(struct ground *ground)
{
	struct layout_report report = { 0 };
	size_t page;

	ground->area = layout_anon(&report, ground->pages);
	if (!ground->area)
		_exit(1);
	layout_write(ground->area, ground->pages);
	for (page = 1; page < ground->pages; page += 2)
		if (mprotect(ground->area + page * PAGE_BYTES, PAGE_BYTES, PROT_READ))
			_exit(1);
}

static void walk(int tell, void *argument)
{
	const struct order *order = argument;
	struct ground *ground = order->ground;

	lay_out(ground);
	worker_tell(tell, "", 1);
	for (;;) {
		worker_stop();
		memset(ground->touched, 0, sizeof(ground->touched));
		if (ground->forgets)
			worker_drop_translations();
		order->step(ground);
		ground->round++;
	}
}

bool ground_occupy(struct ground *ground, struct worker *worker, ground_step step)
{
	struct order order = { .ground = ground, .step = step };
	char ready;

	return worker_start(worker, walk, &order) && worker_await(worker, &ready, sizeof(ready));
}

/* The youngest of four generations has what was touched in the last pass. */
static bool read_seen(const struct ground *ground, const struct worker *worker, uint8_t seen[GROUND_PAGES_MAX])
{
	uint64_t start = (uintptr_t)ground->area, youngest;
	struct shadow shadow;
	size_t i, found = 0;

	if (shadow_read(worker->pid, &shadow)) {
		shadow_free(&shadow);
		return false;
	}
	for (i = 0; i < shadow.count; i++) {
		const struct map_line *line = &shadow.regions[i].line;

		if (line->start < start || line->start >= start + ground->pages * PAGE_BYTES)
			continue;
		youngest = watch_region_number(&shadow.regions[i], "gen0");
		if (line->end - line->start != PAGE_BYTES || youngest > 1)
			break;
		seen[(line->start - start) / PAGE_BYTES] = youngest;
		found++;
	}
	shadow_free(&shadow);
	return found == ground->pages;
}

bool ground_judge(const struct ground *ground, const struct worker *worker, struct ground_verdict *ret)
{
	static uint8_t seen[GROUND_PAGES_MAX];
	uint64_t passes = watch_number(worker->pid, "passes");
	size_t page;

	memset(ret, 0, sizeof(*ret));
	if (!read_seen(ground, worker, seen) || watch_number(worker->pid, "passes") != passes)
		return false;
	for (page = 0; page < ground->pages; page++) {
		ret->touched += ground->touched[page];
		ret->seen += seen[page];
		ret->hits += ground->touched[page] && seen[page];
	}
	return true;
}

void ground_verdict_add(struct ground_verdict *sum, const struct ground_verdict *more)
{
	sum->touched += more->touched;
	sum->seen += more->seen;
	sum->hits += more->hits;
}

double ground_precision(const struct ground_verdict *verdict)
{
	return verdict->seen ? (double)verdict->hits / verdict->seen : 1;
}

double ground_recall(const struct ground_verdict *verdict)
{
	return verdict->touched ? (double)verdict->hits / verdict->touched : 1;
}
