// SPDX-License-Identifier: GPL-2.0
/*
 * vmistat: a line an interval on what the watches see and their policies do, with vmstat's habits: the first line is
 * about the time since the watches began (an estimate), the headings come again when they have scrolled away.
 */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/args.h"
#include "common/complain.h"
#include "common/connect.h"
#include "common/out.h"
#include "lines.h"

#define LINES_BETWEEN_HEADINGS 22

static struct settings {
	uint32_t id;
	uint32_t pid;
	int32_t policy;
	bool all_policies;
	bool one_heading;
	bool timestamp;
	uint64_t delay;			/* ns; 0: one line */
	uint64_t count;			/* 0: without end */
} settings = { .policy = -1 };

static const struct args_option options[] = {
	{ "id", 'i', "ID", &args_pid, offsetof(struct settings, id), "only the watch of this id" },
	{ "pid", 'p', "PID", &args_pid, offsetof(struct settings, pid), "only the watch on this process" },
	{ "policy", 'P', "POLICY", &args_policy, offsetof(struct settings, policy),
	  "what this policy does (default: the first of the first watch)" },
	{ "all-policies", 'a', NULL, &args_flag, offsetof(struct settings, all_policies), "a line for each policy" },
	{ "one-header", 'n', NULL, &args_flag, offsetof(struct settings, one_heading), "headings only once" },
	{ "timestamp", 't', NULL, &args_flag, offsetof(struct settings, timestamp), "the time before each line" },
	{ 0 },
};

/* The two readings that a line is made of. */
struct readings {
	struct vmi_client *client;
	struct vmi_watch_list watches;
	struct vmi_stats_list before;
	struct vmi_stats_list now;
	uint64_t lines;			/* printed so far */
	bool refused_remarked;		/* that pages are not in the shadow */
	bool locked_out_remarked;	/* that processes were not looked at */
};

/* --- help --------------------------------------------------------------------------------------------------------- */

static int print_help(void)
{
	printf("usage: vmistat [OPTION]... [DELAY [COUNT]]\n\n"
	       "Tells what the watches of vminspect see and what their policies do: COUNT lines, one every DELAY\n"
	       "seconds, without end if there is no COUNT. The first line is about all the time since the watches\n"
	       "began, an estimate that takes all periods to have been as long as the last one.\n\n"
	       "rss, wss   resident memory and working set (accessed within the last pass) of the watched processes\n"
	       "young      pages found accessed            scan, prom, demo   pages scanned, promoted, demoted\n"
	       "evic, refl pages evicted and refaulted: by the shadow's policy, and really by the kernel\n"
	       "agree      share of the pages that policy and kernel hold for the same, active or inactive\n"
	       "cpu        what the sampler takes of one CPU\n\noptions:\n");
	args_print_help(stdout, options);
	args_print_help(stdout, json_options);
	args_print_help(stdout, common_options);
	return out_finish();
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* The watch on the process that is asked for. 0: there is none. */
static uint32_t find_watch(const struct vmi_watch_list *watches, uint32_t pid)
{
	size_t i;

	for (i = 0; i < watches->count; i++)
		if (watches->items[i]->pid == pid)
			return watches->items[i]->id;
	return 0;
}

static int read_watches(struct readings *readings)
{
	vmi_watch_list_release(&readings->watches);
	return vmi_watch_list_read(readings->client, 0, &readings->watches);
}

/* What was read becomes what was before. */
static int read_stats(struct readings *readings)
{
	vmi_stats_list_release(&readings->before);
	readings->before = readings->now;
	memset(&readings->now, 0, sizeof(readings->now));
	return vmi_stats_list_read(readings->client, settings.id, &readings->now);
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

static void print_headings_if_due(const struct line_head *head, uint64_t line)
{
	if (!line || (!settings.one_heading && !(line % LINES_BETWEEN_HEADINGS)))
		lines_print_headings(head);
}

static void print_policy(struct readings *readings, const struct vmi_stats_list *differences, int32_t policy,
			 const char *time, bool json)
{
	const char *name = policy >= 0 ? vmi_policy_name((uint32_t)policy) : NULL;
	const struct line_head head = { time, json || settings.all_policies ? name : NULL };
	struct sample sample;

	sample_sum(differences, &readings->watches, (uint32_t)policy, &sample);
	if (json) {
		lines_print_json(&head, &sample);
		return;
	}
	print_headings_if_due(&head, readings->lines++);
	lines_print(&head, &sample);
}

/* Whether a watch that the line is about runs a policy. */
static bool is_used(const struct vmi_watch_list *watches, uint32_t policy)
{
	size_t i;

	for (i = 0; i < watches->count; i++)
		if ((!settings.id || watches->items[i]->id == settings.id) && watches->items[i]->policies >> policy & 1)
			return true;
	return false;
}

/* A line, or one for each policy that a watch runs. */
static void print_sample(struct readings *readings, const struct vmi_stats_list *differences, const char *time,
			 bool json)
{
	int32_t policy = settings.policy >= 0 ? settings.policy : sample_first_policy(&readings->now);
	uint32_t i;

	if (!settings.all_policies) {
		print_policy(readings, differences, policy, time, json);
		return;
	}
	for (i = 0; vmi_policy_name(i); i++)
		if (is_used(&readings->watches, i))
			print_policy(readings, differences, (int32_t)i, time, json);
}

/* Once: pages that the shadow has refused are in none of the numbers. */
static void remark_on_refused(struct readings *readings, const struct vmi_stats_list *differences)
{
	uint64_t pages = 0;
	size_t i;

	if (readings->refused_remarked)
		return;
	for (i = 0; i < differences->count; i++)
		if (differences->items[i]->passes)
			pages += differences->items[i]->refused / differences->items[i]->passes;
	if (!pages)
		return;
	complain("note: the shadow has no room for %" PRIu64 " pages, which are not counted; see memory= of "
		 "'vminspect watch'", pages);
	readings->refused_remarked = true;
}

/* Once: the numbers of these processes are of an earlier pass. */
static void remark_on_locked_out(struct readings *readings, const struct vmi_stats_list *differences)
{
	uint64_t times = 0;
	size_t i;

	if (readings->locked_out_remarked)
		return;
	for (i = 0; i < differences->count; i++)
		times += differences->items[i]->locked_out;
	if (!times)
		return;
	complain("note: processes could not be looked at since somebody keeps their mmap lock; they are shown as they "
		 "were");
	readings->locked_out_remarked = true;
}

static const char *time_of_day(char text[32])
{
	time_t now = time(NULL);
	struct tm local;

	strftime(text, 32, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &local));
	return text;
}

static int print_interval(struct readings *readings, bool json)
{
	struct vmi_stats_list differences;
	char time[32];
	int err = vmi_stats_list_subtract(&readings->now, &readings->before, &differences);

	if (err)
		return err;
	print_sample(readings, &differences, settings.timestamp ? time_of_day(time) : NULL, json);
	remark_on_refused(readings, &differences);
	remark_on_locked_out(readings, &differences);
	vmi_stats_list_release(&differences);
	return fflush(stdout) ? -errno : 0;
}

/* --- following ---------------------------------------------------------------------------------------------------- */

/* By the clock, so that the time spent printing does not add up. */
static void sleep_until(struct timespec *due, uint64_t nanoseconds)
{
	due->tv_sec += nanoseconds / 1000000000;
	due->tv_nsec += nanoseconds % 1000000000;
	if (due->tv_nsec >= 1000000000) {
		due->tv_nsec -= 1000000000;
		due->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL) == EINTR)
		;
}

/* The end of the last watch ends the lines, and is no error. A daemon says of one that has ended: it is not yours. */
static bool has_ended(const struct readings *readings, int err)
{
	bool gone = err == -ENOENT || (err == -EACCES && settings.id);

	if (!gone && (err || readings->now.count))
		return false;
	complain("note: the %s ended", settings.id ? "watch has" : "last watch has");
	return true;
}

static int follow(struct readings *readings, bool json)
{
	struct timespec due;
	uint64_t told = 0;
	int err;

	clock_gettime(CLOCK_MONOTONIC, &due);
	for (;;) {
		err = read_stats(readings);
		if (!err)
			err = read_watches(readings);
		if (told && has_ended(readings, err))
			return 0;
		if (!err)
			err = print_interval(readings, json);
		if (err || !settings.delay || ++told == settings.count)
			return err == -EPIPE ? 0 : err;
		sleep_until(&due, settings.delay);
	}
}

/* Finds out which watch is meant. False, with a complaint: there is none. */
static bool choose_watch(struct readings *readings)
{
	if (settings.pid) {
		settings.id = find_watch(&readings->watches, settings.pid);
		if (!settings.id)
			complain("process %u is not watched; 'vminspect watch %u' begins it", settings.pid,
				 settings.pid);
		return settings.id;
	}
	if (!readings->watches.count)
		complain("no process is watched; 'vminspect watch PID' begins it");
	return readings->watches.count;
}

static int run(const struct common_settings *common)
{
	struct readings readings = { 0 };
	int err, status = EXIT_FAILED;
	char subject[32];

	if (connect_client(common, &readings.client))
		return EXIT_FAILED;
	err = read_watches(&readings);
	if (!err && choose_watch(&readings)) {
		status = EXIT_FINE;
		err = follow(&readings, common->json);
	}
	snprintf(subject, sizeof(subject), "watch %u", settings.id);
	if (err)
		status = connect_complain(readings.client, err, settings.id ? subject : NULL);
	vmi_watch_list_release(&readings.watches);
	vmi_stats_list_release(&readings.before);
	vmi_stats_list_release(&readings.now);
	return connect_close(common, readings.client, status);
}

static bool take_operands(int count, char **operands)
{
	if (count > 2)
		complain("there are too many operands; usage: vmistat [OPTION]... [DELAY [COUNT]]");
	else if (settings.id && settings.pid)
		complain("--id and --pid exclude each other");
	else if (settings.all_policies && settings.policy >= 0)
		complain("--policy and --all-policies exclude each other");
	else
		return (count < 1 || !args_take_operand(&args_seconds, "DELAY", operands[0], &settings.delay)) &&
		       (count < 2 || !args_take_operand(&args_count, "COUNT", operands[1], &settings.count));
	return false;
}

int main(int argc, char **argv)
{
	struct common_settings common = { 0 };
	const struct args_group groups[] = { { options, &settings }, { json_options, &common },
					     { common_options, &common } };
	int count;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	complain_as("vmistat");
	if (args_parse(groups, 3, argc, argv, &count))
		return EXIT_USAGE;
	if (common.help)
		return print_help();
	if (common.version)
		return out_version("vmistat");
	return take_operands(count, argv + 1) ? run(&common) : EXIT_USAGE;
}
