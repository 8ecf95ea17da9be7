// SPDX-License-Identifier: GPL-2.0
/* vminspect maps: the regions of a process, with pmap -X's columns and ours. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common/json.h"
#include "common/progress.h"
#include "common/rss.h"
#include "common/units.h"
#include "pss.h"

static struct settings {
	struct table_settings table;
	bool brief;
	struct args_range range;
	uint32_t states;
} settings;

static const struct args_option options[] = {
	TABLE_OPTIONS(struct settings, table),
	{ "brief", 'b', NULL, &args_flag, offsetof(struct settings, brief),
	  "only what /proc/PID/maps shows; walks no page table" },
	{ "range", 'r', "RANGE", &args_address_range, offsetof(struct settings, range),
	  "regions of which a part lies there: START-END, START+LENGTH" },
	{ "states", 's', "STATES", &args_states, offsetof(struct settings, states),
	  "regions with such pages: untouched, present, swapped, ..." },
	{ 0 },
};

static const struct out_column columns[] = {
	{ .key = "start", .heading = "ADDRESS", .align = OUT_RIGHT },
	{ .key = "end", .heading = "END", .align = OUT_RIGHT, .extra = true },
	{ .key = "permissions", .heading = "PERM" },
	{ .key = "offset", .heading = "OFFSET", .align = OUT_RIGHT, .extra = true },
	{ .key = "device", .heading = "DEVICE", .align = OUT_RIGHT, .extra = true },
	{ .key = "inode", .heading = "INODE", .align = OUT_RIGHT, .extra = true },
	{ .key = "size", .heading = "SIZE", .align = OUT_RIGHT, .scaled = true },
	{ .key = "rss", .heading = "RSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "pss", .heading = "PSS", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "uss", .heading = "USS", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "young", .heading = "YOUNG", .align = OUT_RIGHT, .scaled = true },
	{ .key = "dirty", .heading = "DIRTY", .align = OUT_RIGHT, .scaled = true },
	{ .key = "anon", .heading = "ANON", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "shmem", .heading = "SHMEM", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "hugetlb", .heading = "HUGETLB", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "huge_2m", .heading = "2M", .align = OUT_RIGHT, .extra = true },
	{ .key = "huge_1g", .heading = "1G", .align = OUT_RIGHT, .extra = true },
	{ .key = "shared", .heading = "SHARED", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "cow", .heading = "COW", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "swap", .heading = "SWAP", .align = OUT_RIGHT, .scaled = true },
	{ .key = "untouched", .heading = "UNTOUCHED", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "unmapped", .heading = "UNMAPPED", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "other", .heading = "OTHER", .align = OUT_RIGHT, .scaled = true, .extra = true },
	{ .key = "depth", .heading = "DEPTH", .align = OUT_RIGHT, .extra = true },
	{ .key = "height", .heading = "HEIGHT", .align = OUT_RIGHT, .extra = true },
	{ .key = "flags", .heading = "FLAGS", .extra = true },
	{ .key = "ops", .heading = "OPS", .extra = true },
	{ .key = "mapping", .heading = "MAPPING" },
	{ 0 },
};

/* All that is read of the process. */
struct reading {
	struct vmi_process_list processes;
	struct vmi_region_list regions;
	struct vmi_run_list runs;	/* for PSS and USS; empty when these are not shown */
	bool has_runs;
	size_t next_run;
};

struct sums {
	uint64_t size;
	struct vmi_counts counts;
	struct pss pss;
};

/* --- cells -------------------------------------------------------------------------------------------------------- */

static void put_pages(struct out *out, uint64_t pages)
{
	out_bytes(out, pages * UNITS_PAGE);
}

static void put_none(struct out *out, int cells)
{
	while (cells--)
		out_none(out);
}

/* PSS, USS */
static void put_pss(struct out *out, const struct pss *pss, bool known)
{
	if (!known) {
		put_none(out, 2);
		return;
	}
	out_bytes(out, (uint64_t)(pss->pss * UNITS_PAGE + 0.5));
	put_pages(out, pss->uss);
}

/* YOUNG .. SWAP */
static void put_present(struct out *out, const struct vmi_counts *counts)
{
	put_pages(out, counts->young);
	put_pages(out, counts->dirty);
	put_pages(out, counts->anon);
	put_pages(out, counts->shmem);
	put_pages(out, counts->hugetlb);
	out_number(out, counts->huge_2m);
	out_number(out, counts->huge_1g);
	put_pages(out, counts->shared);
	put_pages(out, counts->cow);
}

/* RSS .. OTHER */
static void put_counts(struct out *out, const struct vmi_counts *counts, const struct pss *pss, bool has_pss)
{
	if (!counts) {
		put_none(out, 16);
		return;
	}
	put_pages(out, rss_of_counts(counts));
	put_pss(out, pss, has_pss);
	put_present(out, counts);
	put_pages(out, counts->swapped);
	put_pages(out, counts->untouched);
	put_pages(out, counts->unmapped_file);
	put_pages(out, counts->migrating + counts->marker + counts->device + counts->zero + counts->special);
}

/* ADDRESS .. SIZE */
static void put_place(struct out *out, const struct vmi_region *region)
{
	char permissions[PERMISSIONS_TEXT], device[24];

	snprintf(device, sizeof(device), "%02x:%02x", region->dev_major, region->dev_minor);
	out_address(out, region->start);
	out_address(out, region->end);
	out_text(out, words_permissions(permissions, region->flags));
	out_address(out, region->offset);
	out_text(out, device);
	out_number(out, region->inode);
	out_bytes(out, region->end - region->start);
}

/* DEPTH, HEIGHT: the regions may have no tree. */
static void put_node(struct out *out, const struct vmi_region *region)
{
	if (!region->height) {
		put_none(out, 2);
		return;
	}
	out_number(out, region->depth);
	out_number(out, region->height);
}

/* What the policies of a watch make of the region. */
static void put_shadow_json(struct json *json, const struct vmi_shadow *shadow)
{
	size_t i;

	json_begin_object(json, NULL);
	json_string(json, "policy", words_name(vmi_policy_name(shadow->policy), shadow->policy));
	json_begin_array(json, "ages");
	for (i = 0; i < shadow->bucket_count; i++) {
		json_begin_object(json, NULL);
		json_number(json, "from", shadow->bucket[i]->age);
		json_number(json, "pages", shadow->bucket[i]->pages);
		json_end_object(json);
	}
	json_end_array(json);
	json_begin_object(json, "lists");
	for (i = 0; i < shadow->list_count; i++)
		json_number(json, shadow->list[i]->name, shadow->list[i]->pages);
	json_end_object(json);
	json_number(json, "evicted", shadow->evicted);
	json_number(json, "refaulted", shadow->refaulted);
	json_number(json, "shadow_refaulted", shadow->shadow_refaulted);
	json_end_object(json);
}

static void put_shadows_json(struct json *json, const struct vmi_region *region)
{
	size_t i;

	if (!json || !region->shadow_count)
		return;
	json_begin_array(json, "shadows");
	for (i = 0; i < region->shadow_count; i++)
		put_shadow_json(json, region->shadow[i]);
	json_end_array(json);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void put_region(struct out *out, const struct vmi_region *region, const struct pss *pss, bool has_pss)
{
	out_row_begin(out);
	put_place(out, region);
	put_counts(out, region->counts, pss, has_pss);
	put_node(out, region);
	out_bits(out, region->flags, vmi_region_flag_name);
	out_text(out, region->ops_name);
	out_text(out, out_json(out) ? region->name : words_region(region));
	put_shadows_json(out_json(out), region);
	out_row_end(out);
}

/* The [vsyscall] gate is no memory of the process. */
static void add_region(struct sums *sums, const struct vmi_region *region, const struct pss *pss)
{
	if (region->flags & VMINSPECT_REGION_FLAGS_GATE)
		return;
	sums->size += region->end - region->start;
	sums->pss.pss += pss->pss;
	sums->pss.uss += pss->uss;
#define ADD(member) sums->counts.member += region->counts->member;
	if (region->counts) {
		VMI_COUNTS(ADD)
	}
#undef ADD
}

static void put_totals(struct out *out, const struct sums *sums, const struct reading *reading)
{
	struct json *json = out_json(out);
	int i;

	out_totals_begin(out);
	for (i = 0; i < 6; i++) {
		if (json)
			out_none(out);
		else
			out_text(out, "");
	}
	out_bytes(out, sums->size);
	put_counts(out, settings.brief ? NULL : &sums->counts, &sums->pss, reading->has_runs);
	if (json)
		put_none(out, 5);
	out_row_end(out);
}

static int print(struct session *session, struct reading *reading)
{
	const struct vmi_process *process = reading->processes.items[0];
	struct sums sums = { 0 };
	struct out *out;
	size_t i;

	if (!session_print(session, &settings.table))
		return EXIT_FAILED;
	out = session->out;
	if (out_json(out)) {
		json_number(out_json(out), "pid", process->pid);
		json_string(out_json(out), "command", process->comm);
	}
	if (out_table_begin(out, "regions", columns))
		return EXIT_USAGE;
	for (i = 0; i < reading->regions.count; i++) {
		const struct vmi_region *region = reading->regions.items[i];
		struct pss pss = pss_of_range(&reading->runs, &reading->next_run, region->start, region->end);

		put_region(out, region, &pss, reading->has_runs);
		add_region(&sums, region, &pss);
	}
	put_totals(out, &sums, reading);
	out_table_end(out);
	return EXIT_FINE;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* PSS and USS need every page's mapcount. */
static bool wants_runs(const struct session *session)
{
	const char *columns = settings.table.columns;

	if (settings.brief)
		return false;
	return session->common->json || settings.table.extended ||
	       (columns && (strstr(columns, "pss") || strstr(columns, "uss")));
}

/* Of regions that lie partly in a range all is told, so all their pages are read. */
static bool read_runs(struct session *session, const struct subject *subject, struct reading *ret)
{
	const struct vmi_region_list *regions = &ret->regions;
	struct vmi_run_query query = { .pid = subject->pid, .states = VMINSPECT_PAGE_STATES_PRESENT };

	ret->has_runs = wants_runs(session);
	if ((settings.range.start || settings.range.end) && regions->count) {
		query.start = regions->items[0]->start;
		query.end = regions->items[regions->count - 1]->end;
	}
	return !ret->has_runs || !regions->count ||
	       session_has_read(session, vmi_run_list_read(session->client, &query, &ret->runs), subject->name);
}

/* A recording may hold that all went well, and no answer. */
static bool read_process(struct session *session, const struct subject *subject, struct vmi_process_list *ret)
{
	const struct vmi_process_query process = { .pid = subject->pid };

	if (!session_has_read(session, vmi_process_list_read(session->client, &process, ret), subject->name))
		return false;
	if (!ret->count)
		connect_complain(session->client, -EPROTO, subject->name);
	return ret->count;
}

static bool read_all(struct session *session, const struct subject *subject, struct reading *ret)
{
	const struct vmi_region_query regions = {
		.pid = subject->pid, .start = settings.range.start, .end = settings.range.end,
		.states = settings.states, .detail = !settings.brief,
	};

	return read_process(session, subject, &ret->processes) &&
	       session_has_read(session, vmi_region_list_read(session->client, &regions, &ret->regions),
				subject->name) &&
	       read_runs(session, subject, ret);
}

static int run(struct session *session, int count, char **operands)
{
	struct reading reading = { 0 };
	struct subject subject;
	int status = EXIT_FAILED;

	(void)count;
	if (!subject_take(operands[0], &subject))
		return EXIT_USAGE;
	if (settings.brief && settings.states) {
		complain("--brief walks no page table, so --states cannot be told");
		return EXIT_USAGE;
	}
	if (!session_connect(session))
		return EXIT_FAILED;
	progress_begin("reading");
	vmi_client_set_progress(session->client, progress_tell, NULL);
	if (read_all(session, &subject, &reading)) {
		progress_end();
		status = print(session, &reading);
	}
	progress_end();
	vmi_run_list_release(&reading.runs);
	vmi_region_list_release(&reading.regions);
	vmi_process_list_release(&reading.processes);
	return status;
}

const struct command command_maps = {
	.name = "maps",
	.operands = "PID",
	.operands_least = 1,
	.operands_most = 1,
	.summary = "lists the regions of a process, as pmap -X does, and what their pages are",
	.details = "YOUNG is what has its accessed bit set, COW what a write would copy, UNTOUCHED what has never\n"
		   "been there, UNMAPPED what a file has and the process does not map now. PSS and USS take a walk\n"
		   "of all pages.",
	.options = options,
	.settings = &settings,
	.run = run,
};
