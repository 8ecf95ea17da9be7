// SPDX-License-Identifier: GPL-2.0
/* vminspect share: proportional and unique set sizes of processes, and what they share with each other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/json.h"
#include "common/progress.h"
#include "common/units.h"
#include "pss.h"
#include "sharing.h"

#define GROUPS_SHOWN 20

static struct settings {
	bool all;
	uint64_t number;
} settings;

static const struct args_option options[] = {
	{ "all", 'a', NULL, &args_flag, offsetof(struct settings, all), "all processes" },
	{ "number", 'n', "N", &args_count, offsetof(struct settings, number),
	  "so many of what is shared (default: 20, all with --json)" },
	{ 0 },
};

struct member {
	uint32_t pid;
	char comm[64];
	struct vmi_region_list regions;	/* names of what is shared; they must live as long as the sharing */
	uint64_t swapped;		/* pages */
	uint64_t elsewhere;		/* pages that processes besides those looked at map too */
	uint64_t together;		/* pages that others of those looked at map too */
	struct pss pss;
};

struct crowd {
	struct member *members;
	size_t count;
	struct sharing *sharing;
	bool without_frames;		/* a daemon told of them */
};

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* The name of the region that an address lies in; regions and addresses rise. */
static const char *name_at(const struct vmi_region_list *regions, size_t *at, uint64_t address)
{
	while (*at < regions->count && regions->items[*at]->end <= address)
		++*at;
	return *at < regions->count ? words_region(regions->items[*at]) : "?";
}

static bool add_runs(struct crowd *crowd, uint32_t number, const struct vmi_run_list *runs)
{
	struct member *member = &crowd->members[number];
	size_t i, region = 0;

	for (i = 0; i < runs->count; i++) {
		const struct vmi_run *run = runs->items[i];

		if (run->state == VMINSPECT_PAGE_STATE_SWAPPED)
			member->swapped += run->pages;
		pss_add(&member->pss, run);
		if (!pss_counts(run) || run->mapcount < 2)
			continue;
		member->elsewhere += run->pages;
		if (!run->frame)
			crowd->without_frames = true;
		else if (!sharing_add(crowd->sharing, number, run->frame, run->pages,
				      name_at(&member->regions, &region, run->start)))
			return false;
	}
	return true;
}

static int read_member(struct session *session, struct crowd *crowd, uint32_t number)
{
	struct member *member = &crowd->members[number];
	const struct vmi_region_query regions = { .pid = member->pid };
	const struct vmi_run_query query = {
		.pid = member->pid, .states = VMINSPECT_PAGE_STATES_PRESENT | VMINSPECT_PAGE_STATES_SWAPPED,
	};
	struct vmi_run_list runs;
	int err = vmi_region_list_read(session->client, &regions, &member->regions);

	if (!err || err == -EAGAIN)
		err = vmi_run_list_read(session->client, &query, &runs);
	else
		return err;
	if ((!err || err == -EAGAIN) && !add_runs(crowd, number, &runs))
		err = -ENOMEM;
	vmi_run_list_release(&runs);
	return err;
}

/* Of processes that were found, not named, those are left out that have gone meanwhile, or may not be looked at. */
static bool is_left_out(int err)
{
	return settings.all && connect_is_out_of_reach(err);
}

static bool read_members(struct session *session, struct crowd *crowd)
{
	size_t i, kept = 0;

	for (i = 0; i < crowd->count; i++) {
		char subject[32];
		int err;

		crowd->members[kept] = crowd->members[i];
		err = read_member(session, crowd, kept);
		progress_tell(i, NULL);
		if (is_left_out(err)) {
			vmi_region_list_release(&crowd->members[kept].regions);
			continue;
		}
		snprintf(subject, sizeof(subject), "process %u", crowd->members[i].pid);
		if (!session_has_read(session, err, subject))
			return false;
		kept++;
	}
	crowd->count = kept;
	if (sharing_sweep(crowd->sharing))
		return true;
	complain("%s", strerror(ENOMEM));
	return false;
}

static void set_member(struct member *member, const struct vmi_process *process)
{
	member->pid = process->pid;
	snprintf(member->comm, sizeof(member->comm), "%s", process->comm);
}

static bool find_all(struct session *session, struct crowd *crowd)
{
	const struct vmi_process_query query = { 0 };
	struct vmi_process_list list;
	size_t i;

	if (!session_has_read(session, vmi_process_list_read(session->client, &query, &list), NULL))
		return false;
	crowd->members = calloc(list.count + 1, sizeof(*crowd->members));
	for (i = 0; crowd->members && i < list.count; i++)
		if (list.items[i]->totals)
			set_member(&crowd->members[crowd->count++], list.items[i]);
	vmi_process_list_release(&list);
	return crowd->members;
}

static bool find_named(struct session *session, const struct subject *subjects, int count, struct crowd *crowd)
{
	int i;

	crowd->members = calloc(count + 1, sizeof(*crowd->members));
	for (i = 0; crowd->members && i < count; i++) {
		const struct vmi_process_query query = { .pid = subjects[i].pid };
		struct vmi_process_list list;

		if (!session_has_read(session, vmi_process_list_read(session->client, &query, &list),
				      subjects[i].name))
			return false;
		if (list.count)
			set_member(&crowd->members[crowd->count++], list.items[0]);
		vmi_process_list_release(&list);
	}
	return crowd->members;
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

static const struct out_column member_columns[] = {
	{ .key = "pid", .heading = "PID", .align = OUT_RIGHT },
	{ .key = "rss", .heading = "RSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "pss", .heading = "PSS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "uss", .heading = "USS", .align = OUT_RIGHT, .scaled = true },
	{ .key = "shared", .heading = "SHARED", .align = OUT_RIGHT, .scaled = true },
	{ .key = "together", .heading = "TOGETHER", .align = OUT_RIGHT, .scaled = true },
	{ .key = "swap", .heading = "SWAP", .align = OUT_RIGHT, .scaled = true },
	{ .key = "command", .heading = "COMMAND" },
	{ 0 },
};

static const struct out_column group_columns[] = {
	{ .key = "size", .heading = "SHARED", .align = OUT_RIGHT, .scaled = true },
	{ .key = "processes", .heading = "BY", .align = OUT_RIGHT },
	{ .key = "mapping", .heading = "MAPPING" },
	{ .key = "pids", .heading = "PIDS" },
	{ 0 },
};

static void print_members(struct out *out, const struct crowd *crowd)
{
	size_t i;

	out_table_begin(out, "processes", member_columns);
	for (i = 0; i < crowd->count; i++) {
		const struct member *member = &crowd->members[i];

		out_row_begin(out);
		out_number(out, member->pid);
		out_bytes(out, member->pss.rss * UNITS_PAGE);
		out_bytes(out, (uint64_t)(member->pss.pss * UNITS_PAGE + 0.5));
		out_bytes(out, member->pss.uss * UNITS_PAGE);
		out_bytes(out, member->elsewhere * UNITS_PAGE);
		if (crowd->without_frames)
			out_none(out);
		else
			out_bytes(out, member->together * UNITS_PAGE);
		out_bytes(out, member->swapped * UNITS_PAGE);
		out_text(out, member->comm);
		out_row_end(out);
	}
	out_table_end(out);
}

static void put_pids(struct out *out, const struct crowd *crowd, const struct sharing_group *group)
{
	struct json *json = out_json(out);
	char text[256] = "";
	size_t i, used = 0;

	if (json) {
		json_begin_array(json, "pids");
		for (i = 0; i < group->member_count; i++)
			json_number(json, NULL, crowd->members[group->members[i]].pid);
		json_end_array(json);
		return;
	}
	for (i = 0; i < group->member_count && used < sizeof(text); i++)
		used += snprintf(text + used, sizeof(text) - used, "%s%u", used ? "," : "",
				 crowd->members[group->members[i]].pid);
	if (used >= sizeof(text))
		memcpy(text + sizeof(text) - 4, "...", 4);
	out_text(out, text);
}

static void print_groups(struct out *out, const struct crowd *crowd)
{
	size_t i, count, all;
	const struct sharing_group *groups = sharing_groups(crowd->sharing, &all);

	count = settings.number ? settings.number : out_json(out) ? all : GROUPS_SHOWN;
	if (count > all)
		count = all;
	out_line(out, "%s", "");
	if (crowd->without_frames) {
		out_line(out, "Who shares what with whom is not told to users, since it takes frame numbers.");
		if (out_json(out))
			json_null(out_json(out), "shared");
		return;
	}
	if (!all)
		out_line(out, "They share nothing with each other.");
	if (!all && !out_json(out))
		return;
	out_table_begin(out, "shared", group_columns);
	for (i = 0; i < count; i++) {
		out_row_begin(out);
		out_bytes(out, groups[i].pages * UNITS_PAGE);
		out_number(out, groups[i].member_count);
		out_text(out, groups[i].name);
		put_pids(out, crowd, &groups[i]);
		out_row_end(out);
	}
	out_table_end(out);
	if (count < all)
		out_line(out, "and %zu more; -n tells them", all - count);
}

static void add_together(struct crowd *crowd)
{
	size_t i, j, count;
	const struct sharing_group *groups = sharing_groups(crowd->sharing, &count);

	for (i = 0; i < count; i++)
		for (j = 0; j < groups[i].member_count; j++)
			crowd->members[groups[i].members[j]].together += groups[i].pages;
}

static int print(struct session *session, struct crowd *crowd)
{
	add_together(crowd);
	if (!session_print(session, NULL))
		return EXIT_FAILED;
	print_members(session->out, crowd);
	print_groups(session->out, crowd);
	return EXIT_FINE;
}

/* --- from start to end -------------------------------------------------------------------------------------------- */

static void release(struct crowd *crowd)
{
	size_t i;

	for (i = 0; crowd->members && i < crowd->count; i++)
		vmi_region_list_release(&crowd->members[i].regions);
	free(crowd->members);
	sharing_destroy(crowd->sharing);
}

static int share(struct session *session, const struct subject *subjects, int count)
{
	struct crowd crowd = { .sharing = sharing_create() };
	int status = EXIT_FAILED;
	bool found;

	progress_begin("reading processes");
	found = crowd.sharing && (settings.all ? find_all(session, &crowd)
					       : find_named(session, subjects, count, &crowd)) &&
		read_members(session, &crowd);
	progress_end();
	if (found)
		status = print(session, &crowd);
	release(&crowd);
	return status;
}

/* Takes the operands; a process that is named twice is one. False, with a complaint, when one is no process. */
static bool take_subjects(int count, char **operands, struct subject *subjects, int *ret_count)
{
	int i, j;

	for (i = 0, *ret_count = 0; i < count; i++) {
		if (!subject_take(operands[i], &subjects[*ret_count]))
			return false;
		for (j = 0; subjects[j].pid != subjects[*ret_count].pid; )
			j++;
		*ret_count += j == *ret_count;
	}
	return true;
}

static int run(struct session *session, int count, char **operands)
{
	struct subject *subjects = calloc(count + 1, sizeof(*subjects));
	int number, status = EXIT_FAILED;

	if (!subjects)
		return EXIT_FAILED;
	if (settings.all != !count) {
		complain("name the processes (PID...), or take them all with --all");
		status = EXIT_USAGE;
	}
	if (status != EXIT_USAGE && !take_subjects(count, operands, subjects, &number))
		status = EXIT_USAGE;
	if (status != EXIT_USAGE && session_connect(session))
		status = share(session, subjects, number);
	free(subjects);
	return status;
}

const struct command command_share = {
	.name = "share",
	.operands = "PID...",
	.operands_least = 0,
	.operands_most = -1,
	.summary = "tells what processes share: PSS, USS, and who shares what with whom",
	.details = "SHARED is what anybody else maps too, TOGETHER what another one of the processes looked at does.",
	.options = options,
	.settings = &settings,
	.run = run,
};
