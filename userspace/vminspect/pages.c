// SPDX-License-Identifier: GPL-2.0
/* vminspect pages: what became of each page, a line a page as crash's vm -p has it, or a line a run of equal pages. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common/json.h"
#include "common/progress.h"
#include "common/units.h"

static struct settings {
	struct table_settings table;
	bool runs;
	struct args_range range;
	uint32_t states;
	int32_t policy;
} settings = { .policy = -1 };

static const struct args_option options[] = {
	TABLE_OPTIONS(struct settings, table),
	{ "runs", 'R', NULL, &args_flag, offsetof(struct settings, runs), "a line a run of equal pages" },
	{ "range", 'r', "RANGE", &args_address_range, offsetof(struct settings, range),
	  "only these addresses: START-END, START+LENGTH" },
	{ "states", 's', "STATES", &args_states, offsetof(struct settings, states),
	  "only pages in these states: untouched, present, swapped, ..." },
	{ "policy", 'p', "POLICY", &args_policy, offsetof(struct settings, policy),
	  "age and list by this policy; the process must be watched with it" },
	{ 0 },
};

static const struct out_column columns[] = {
	{ .key = "start", .heading = "ADDRESS", .align = OUT_RIGHT },
	{ .key = "pages", .heading = "PAGES", .align = OUT_RIGHT, .extra = true },
	{ .key = "state", .heading = "STATE" },
	{ .key = "where", .heading = "WHERE" },
	{ .key = "mapcount", .heading = "MAPS", .align = OUT_RIGHT },
	{ .key = "entry", .heading = "ENTRY" },
	{ .key = "lru", .heading = "LRU" },
	{ .key = "age", .heading = "AGE", .align = OUT_RIGHT, .extra = true },
	{ .key = "list", .heading = "LIST", .extra = true },
	{ .key = "kind", .heading = "KIND" },
	{ .key = "flags", .heading = "FLAGS", .extra = true },
	{ 0 },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* What is read, and where the walk over it stands. */
struct reading {
	struct vmi_region_list regions;	/* which file a page that is not there would come from */
	struct vmi_run_list runs;
	struct vmi_policy_list policies;	/* names of lists */
	size_t region;			/* the one that the runs have come to */
};

/* --- words -------------------------------------------------------------------------------------------------------- */

#define WHERE_TEXT 320

/* The region that a run lies in; runs and regions both rise. NULL: the layout has changed in between. */
static const struct vmi_region *region_of(struct reading *reading, uint64_t address)
{
	const struct vmi_region_list *regions = &reading->regions;

	while (reading->region < regions->count && regions->items[reading->region]->end <= address)
		reading->region++;
	if (reading->region == regions->count || regions->items[reading->region]->start > address)
		return NULL;
	return regions->items[reading->region];
}

static void file_place(char text[WHERE_TEXT], struct reading *reading, uint64_t address)
{
	const struct vmi_region *region = region_of(reading, address);

	if (region)
		snprintf(text, WHERE_TEXT, "%.256s @%" PRIx64, words_region(region),
			 region->offset + (address - region->start));
	else
		snprintf(text, WHERE_TEXT, "file");
}

/* The frame of page `index` of a run; 0: it is not told. All pages that map the zero page map the same frame. */
static uint64_t frame_of(const struct vmi_run *run, uint64_t index)
{
	return !run->frame || run->flags & VMINSPECT_PAGE_FLAGS_ZERO ? run->frame : run->frame + index;
}

/* Swapped memory that has no file: its slot is known, unless the daemon keeps it from a user. */
static bool is_hidden_slot(struct reading *reading, const struct vmi_run *run)
{
	const struct vmi_region *region = region_of(reading, run->start);

	return !run_has_slot(run) && region && region->flags & VMINSPECT_REGION_FLAGS_ANON;
}

/* Where page `index` of a run is; NULL: nowhere, or it is not told. */
static const char *words_where(char text[WHERE_TEXT], struct reading *reading, const struct vmi_run *run,
			       uint64_t index)
{
	switch (run->state) {
	case VMINSPECT_PAGE_STATE_PRESENT:
		if (!run->frame)
			return NULL;
		snprintf(text, WHERE_TEXT, "frame %" PRIx64, frame_of(run, index));
		break;
	case VMINSPECT_PAGE_STATE_SWAPPED:
		if (is_hidden_slot(reading, run))
			return NULL;
		if (run_has_slot(run))
			snprintf(text, WHERE_TEXT, "swap %u slot %" PRIx64, run->swap_type, run->swap_offset + index);
		else
			file_place(text, reading, run->start + index * UNITS_PAGE);
		break;
	case VMINSPECT_PAGE_STATE_UNMAPPED_FILE:
		file_place(text, reading, run->start + index * UNITS_PAGE);
		break;
	default:
		return NULL;
	}
	return text;
}

#define ENTRY_TEXT 8

/* The entry's bits at fixed places, and last whether PG_young is set. */
static const char *words_entry(char text[ENTRY_TEXT], uint64_t flags)
{
	static const struct {
		uint64_t flag;
		char letter;
	} places[] = {
		{ VMINSPECT_PAGE_FLAGS_ACCESSED, 'a' }, { VMINSPECT_PAGE_FLAGS_DIRTY, 'd' },
		{ VMINSPECT_PAGE_FLAGS_WRITABLE, 'w' }, { VMINSPECT_PAGE_FLAGS_EXECUTABLE, 'x' },
		{ VMINSPECT_PAGE_FLAGS_COW, 'c' }, { VMINSPECT_PAGE_FLAGS_EXCLUSIVE, 'e' },
		{ VMINSPECT_PAGE_FLAGS_YOUNG, 'y' },
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		text[i] = flags & places[i].flag ? places[i].letter : '-';
	text[i] = '\0';
	return text;
}

/* What kind of memory a present page is: the first that fits. */
static const char *words_kind(uint64_t flags)
{
	static const struct {
		uint64_t flag;
		const char *kind;
	} kinds[] = {
		{ VMINSPECT_PAGE_FLAGS_ZERO, "zero" }, { VMINSPECT_PAGE_FLAGS_SPECIAL, "special" },
		{ VMINSPECT_PAGE_FLAGS_HUGETLB, "hugetlb" }, { VMINSPECT_PAGE_FLAGS_KSM, "ksm" },
		{ VMINSPECT_PAGE_FLAGS_HUGE_1G, "huge-1g" }, { VMINSPECT_PAGE_FLAGS_HUGE_2M, "huge-2m" },
		{ VMINSPECT_PAGE_FLAGS_ANON, "anon" }, { VMINSPECT_PAGE_FLAGS_SHMEM, "shmem" },
		{ VMINSPECT_PAGE_FLAGS_FILE, "file" },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (flags & kinds[i].flag)
			return kinds[i].kind;
	return "-";
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static const char *list_name(const struct vmi_policy_list *policies, uint32_t list)
{
	size_t i, j;

	for (i = 0; i < policies->count; i++) {
		const struct vmi_policy *policy = policies->items[i];

		for (j = 0; policy->id == (uint32_t)settings.policy && j < policy->list_count; j++)
			if (policy->list[j]->list == list)
				return policy->list[j]->name;
	}
	return list == 1 ? "evicted" : words_name(NULL, list);
}

/* AGE, LIST: of present pages, when a policy was asked for. */
static void put_opinion(struct out *out, const struct reading *reading, const struct vmi_run *run)
{
	if (settings.policy < 0 || !run->list) {
		out_none(out);
		out_none(out);
		return;
	}
	out_number(out, run->age);
	out_text(out, list_name(&reading->policies, run->list));
}

static void put_text(struct out *out, const char *text)
{
	if (text)
		out_text(out, text);
	else
		out_none(out);
}

/* MAPS .. FLAGS */
static void put_present(struct out *out, const struct reading *reading, const struct vmi_run *run)
{
	char entry[ENTRY_TEXT];

	if (run->state != VMINSPECT_PAGE_STATE_PRESENT) {
		size_t i;

		for (i = 0; i < 7; i++)
			out_none(out);
		return;
	}
	out_number(out, run->mapcount);
	out_text(out, words_entry(entry, run->flags));
	put_text(out, run->lru ? words_name(vmi_lru_name(run->lru), run->lru) : NULL);
	put_opinion(out, reading, run);
	out_text(out, words_kind(run->flags));
	out_bits(out, run->flags, vmi_page_flag_name);
}

static void put_place_json(struct json *json, const struct vmi_run *run, uint64_t index)
{
	if (!json)
		return;
	if (run->state == VMINSPECT_PAGE_STATE_PRESENT)
		json_number_if(json, "frame", run->frame, frame_of(run, index));
	if (run->state == VMINSPECT_PAGE_STATE_SWAPPED) {
		json_number_if(json, "swap_type", run_has_slot(run), run->swap_type);
		json_number_if(json, "swap_offset", run_has_slot(run), run->swap_offset + index);
	}
}

/* `pages` pages of a run, from the `index`th on. */
static void put_pages(struct out *out, struct reading *reading, const struct vmi_run *run, uint64_t index,
		      uint64_t pages)
{
	char where[WHERE_TEXT];

	out_row_begin(out);
	out_address(out, run->start + index * UNITS_PAGE);
	out_number(out, pages);
	out_text(out, words_name(vmi_page_state_name(run->state), run->state));
	put_text(out, words_where(where, reading, run, index));
	put_present(out, reading, run);
	put_place_json(out_json(out), run, index);
	out_row_end(out);
}

static void put_run(struct out *out, struct reading *reading, const struct vmi_run *run)
{
	uint64_t i;

	if (settings.runs) {
		put_pages(out, reading, run, 0, run->pages);
		return;
	}
	for (i = 0; i < run->pages && !(i % 4096 == 4095 && out_is_over(out)); i++)
		put_pages(out, reading, run, i, 1);
}

/* The columns that are extra, but show what was asked for, are shown all the same. */
static void choose_columns(struct out_column ret[COLUMNS])
{
	size_t i;

	memcpy(ret, columns, sizeof(columns));
	for (i = 0; i + 1 < COLUMNS; i++) {
		if (!strcmp(ret[i].key, "pages") && settings.runs)
			ret[i].extra = false;
		if ((!strcmp(ret[i].key, "age") || !strcmp(ret[i].key, "list")) && settings.policy >= 0)
			ret[i].extra = false;
	}
}

static int print(struct session *session, uint32_t pid, struct reading *reading)
{
	struct out_column chosen[COLUMNS];
	struct out *out;
	size_t i;

	choose_columns(chosen);
	if (!session_print(session, &settings.table))
		return EXIT_FAILED;
	out = session->out;
	if (out_json(out))
		json_number(out_json(out), "pid", pid);
	if (out_table_begin(out, settings.runs ? "runs" : "pages", chosen))
		return EXIT_USAGE;
	for (i = 0; i < reading->runs.count && !(i % 4096 == 4095 && out_is_over(out)); i++)
		put_run(out, reading, reading->runs.items[i]);
	out_table_end(out);
	return EXIT_FINE;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static bool read_all(struct session *session, const struct subject *subject, struct reading *ret)
{
	const struct vmi_region_query regions = {
		.pid = subject->pid, .start = settings.range.start, .end = settings.range.end,
	};
	const struct vmi_run_query runs = {
		.pid = subject->pid, .start = settings.range.start, .end = settings.range.end,
		.states = settings.states, .with_policy = settings.policy >= 0,
		.policy = settings.policy >= 0 ? (uint32_t)settings.policy : 0,
	};

	return session_has_read(session, vmi_region_list_read(session->client, &regions, &ret->regions),
				subject->name) &&
	       (settings.policy < 0 ||
		session_has_read(session, vmi_policy_list_read(session->client, &ret->policies), "policies")) &&
	       session_has_read(session, vmi_run_list_read(session->client, &runs, &ret->runs), subject->name);
}

static int run(struct session *session, int count, char **operands)
{
	struct reading reading = { 0 };
	struct subject subject;
	int status = EXIT_FAILED;

	(void)count;
	if (!subject_take(operands[0], &subject))
		return EXIT_USAGE;
	if (!session_connect(session))
		return EXIT_FAILED;
	progress_begin("reading pages");
	vmi_client_set_progress(session->client, progress_tell, NULL);
	if (read_all(session, &subject, &reading)) {
		progress_end();
		status = print(session, subject.pid, &reading);
	}
	progress_end();
	vmi_run_list_release(&reading.runs);
	vmi_policy_list_release(&reading.policies);
	vmi_region_list_release(&reading.regions);
	return status;
}

const struct command command_pages = {
	.name = "pages",
	.operands = "PID",
	.operands_least = 1,
	.operands_most = 1,
	.summary = "lists the pages of a process and what became of each",
	.details = "ENTRY is a accessed, d dirty, w writable, x executable, c a write would copy, e this process's\n"
		   "alone, y young by PG_young. Accessed bits may be set late: a page that the processor holds in\n"
		   "its TLB looks idle for a while.",
	.options = options,
	.settings = &settings,
	.run = run,
};
