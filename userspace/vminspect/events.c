// SPDX-License-Identifier: GPL-2.0
/* vminspect events: follows what the module tells by itself, a line an event. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "common/json.h"
#include "common/units.h"
#include "common/utf8.h"

static struct settings {
	bool stats;
	bool region;
	bool reclaim;
	bool process;
	bool time;
	uint32_t pid;
	uint64_t number;
} settings;

static const struct args_option options[] = {
	{ "stats", 's', NULL, &args_flag, offsetof(struct settings, stats), "passes over watched processes" },
	{ "region", 'r', NULL, &args_flag, offsetof(struct settings, region), "changes of watched processes' layout" },
	{ "reclaim", 'e', NULL, &args_flag, offsetof(struct settings, reclaim), "shadow evictions and refaults" },
	{ "process", 'x', NULL, &args_flag, offsetof(struct settings, process), "processes that exit" },
	{ "pid", 'p', "PID", &args_pid, offsetof(struct settings, pid), "only of this process" },
	{ "number", 'n', "N", &args_count, offsetof(struct settings, number), "end after N events" },
	{ "time", 't', NULL, &args_flag, offsetof(struct settings, time), "the time of day before each line" },
	{ 0 },
};

#define HEAD "%-8s %-10s %7u "

static uint32_t wanted_groups(void)
{
	uint32_t groups = (settings.stats ? VMI_GROUP_STATS : 0) | (settings.region ? VMI_GROUP_REGION : 0) |
			  (settings.reclaim ? VMI_GROUP_RECLAIM : 0) | (settings.process ? VMI_GROUP_PROCESS : 0);

	return groups ? groups : VMI_GROUP_ALL;
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void print_time(void)
{
	struct timespec now;
	struct tm local;
	char text[16];

	clock_gettime(CLOCK_REALTIME, &now);
	strftime(text, sizeof(text), "%H:%M:%S", localtime_r(&now.tv_sec, &local));
	printf("%s.%03ld ", text, now.tv_nsec / 1000000);
}

static void print_stats(const struct vmi_stats *stats)
{
	printf(HEAD "watch %u: pass %" PRIu64 ", resident %" PRIu64 "K, working set %" PRIu64 "K\n", "stats", "pass",
	       stats->pid, stats->watch, stats->passes, stats->resident * 4, stats->working_set * 4);
}

static void print_region(const struct vmi_region *region)
{
	char permissions[PERMISSIONS_TEXT], before[PERMISSIONS_TEXT], name[512];
	bool protected = region->event == VMINSPECT_REGION_EVENT_PROTECTED;

	utf8_copy_for_terminal(name, sizeof(name), words_region(region), SIZE_MAX);
	printf(HEAD "%" PRIx64 "-%" PRIx64 " %s%s%s %s\n", "region",
	       words_name(vmi_region_event_name(region->event), region->event), region->pid, region->start, region->end,
	       protected ? words_permissions(before, region->old_flags) : "", protected ? "->" : "",
	       words_permissions(permissions, region->flags), name);
}

static void print_reclaim(const struct vmi_reclaim *reclaim)
{
	size_t i;

	printf(HEAD "watch %u, %s:", "reclaim", words_name(vmi_reclaim_event_name(reclaim->event), reclaim->event),
	       reclaim->pid, reclaim->watch, words_name(vmi_policy_name(reclaim->policy), reclaim->policy));
	for (i = 0; i < reclaim->run_count; i++)
		printf(" %" PRIx64 "+%" PRIu64 "K", reclaim->run[i]->start, reclaim->run[i]->pages * 4);
	putchar('\n');
}

static void print_process(const struct vmi_process *process)
{
	char name[64];

	utf8_copy_for_terminal(name, sizeof(name), process->comm, SIZE_MAX);
	printf(HEAD "%s\n", "process", words_name(vmi_process_event_name(process->event), process->event), process->pid,
	       name);
}

static void print_text(const struct vmi_event *event)
{
	if (settings.time)
		print_time();
	if (event->stats)
		print_stats(event->stats);
	else if (event->region)
		print_region(event->region);
	else if (event->reclaim)
		print_reclaim(event->reclaim);
	else
		print_process(event->process);
}

/* --- JSON: an object a line --------------------------------------------------------------------------------------- */

static void put_head(struct json *json, const char *group, const char *event, uint32_t pid)
{
	json_string(json, "group", group);
	json_string(json, "event", event);
	json_number(json, "pid", pid);
}

#define PUT_COUNT(member) json_number(json, #member, stats->member);

static void put_policy_stats(struct json *json, const struct vmi_policy_stats *stats)
{
	json_begin_object(json, NULL);
	json_string(json, "policy", words_name(vmi_policy_name(stats->policy), stats->policy));
	VMI_POLICY_STATS_COUNTS(PUT_COUNT)
	json_fraction(json, "agreement", stats->agreement);
	json_fraction(json, "kappa", stats->kappa);
	json_end_object(json);
}

static void put_stats(struct json *json, const struct vmi_stats *stats)
{
	size_t i;

	put_head(json, "stats", "pass", stats->pid);
	json_number(json, "watch", stats->watch);
	json_number(json, "time", stats->time);
	VMI_STATS_COUNTS(PUT_COUNT)
	json_number(json, "resident", stats->resident * UNITS_PAGE);
	json_number(json, "working_set", stats->working_set * UNITS_PAGE);
	json_begin_array(json, "policies");
	for (i = 0; i < stats->policy_count; i++)
		put_policy_stats(json, stats->policy[i]);
	json_end_array(json);
}

static void put_region(struct json *json, const struct vmi_region *region)
{
	char permissions[PERMISSIONS_TEXT];

	put_head(json, "region", words_name(vmi_region_event_name(region->event), region->event), region->pid);
	json_hex(json, "start", region->start);
	json_hex(json, "end", region->end);
	json_string(json, "permissions", words_permissions(permissions, region->flags));
	if (region->event == VMINSPECT_REGION_EVENT_PROTECTED)
		json_string(json, "old_permissions", words_permissions(permissions, region->old_flags));
	json_string(json, "mapping", region->name);
}

static void put_reclaim(struct json *json, const struct vmi_reclaim *reclaim)
{
	size_t i;

	put_head(json, "reclaim", words_name(vmi_reclaim_event_name(reclaim->event), reclaim->event), reclaim->pid);
	json_number(json, "watch", reclaim->watch);
	json_string(json, "policy", words_name(vmi_policy_name(reclaim->policy), reclaim->policy));
	json_begin_array(json, "runs");
	for (i = 0; i < reclaim->run_count; i++) {
		json_begin_object(json, NULL);
		json_hex(json, "start", reclaim->run[i]->start);
		json_number(json, "pages", reclaim->run[i]->pages);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_process(struct json *json, const struct vmi_process *process)
{
	put_head(json, "process", words_name(vmi_process_event_name(process->event), process->event), process->pid);
	json_number(json, "start_time", process->start_time);
	json_string(json, "command", process->comm);
	json_number(json, "watch", process->watch);
}

static void print_json(const struct vmi_event *event)
{
	struct json json;

	json_init(&json, stdout, 0);
	json_begin_object(&json, NULL);
	if (event->stats)
		put_stats(&json, event->stats);
	else if (event->region)
		put_region(&json, event->region);
	else if (event->reclaim)
		put_reclaim(&json, event->reclaim);
	else
		put_process(&json, event->process);
	json_end_object(&json);
}

/* --- following ---------------------------------------------------------------------------------------------------- */

static bool is_wanted(const struct vmi_event *event)
{
	if (!settings.pid)
		return true;
	if (event->stats)
		return event->stats->pid == settings.pid;
	if (event->region)
		return event->region->pid == settings.pid;
	if (event->reclaim)
		return event->reclaim->pid == settings.pid;
	return event->process->pid == settings.pid;
}

/* Events that were lost: said on stderr, and in JSON in their place as well. */
static void tell_loss(bool json, uint64_t lost)
{
	complain("note: events came faster than they could be read; lost so far: %" PRIu64, lost);
	if (json)
		printf("{\"group\": \"lost\", \"lost\": %" PRIu64 "}\n", lost);
}

/* A reader that has gone away ends it without an error, as does the end of a recording. */
static int follow(struct session *session)
{
	bool json = session->common->json;
	uint64_t told = 0;
	int err = 0;

	while (!err && (!settings.number || told < settings.number)) {
		struct vmi_event event;

		err = vmi_client_next_event(session->client, &event);
		if (err == -ENOBUFS) {
			tell_loss(json, vmi_client_lost(session->client));
			err = 0;
			continue;
		}
		if (err == -EINTR)
			err = 0;
		else if (!err && is_wanted(&event)) {
			told++;
			if (json)
				print_json(&event);
			else
				print_text(&event);
			if (fflush(stdout))
				return errno == EPIPE ? 0 : -errno;
		}
	}
	return err == -ENODATA ? 0 : err;
}

static int run(struct session *session, int count, char **operands)
{
	int err;

	(void)count;
	(void)operands;
	if (!session_connect(session))
		return EXIT_FAILED;
	err = vmi_client_listen(session->client, wanted_groups());
	if (!err)
		err = follow(session);
	return err ? connect_complain(session->client, err, "events") : EXIT_FINE;
}

const struct command command_events = {
	.name = "events",
	.operands = "",
	.summary = "follows what happens to watched processes, a line an event",
	.details = "Without -s, -r, -e or -x all of it. With --json each line is an object.",
	.options = options,
	.settings = &settings,
	.run = run,
};
