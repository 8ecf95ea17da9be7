// SPDX-License-Identifier: GPL-2.0
/* The page that Prometheus collects. */
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/rss.h"
#include "common/units.h"
#include "common/utf8.h"

#define PPM 1e-6
#define NANO 1e-9
#define PAGES ((double)UNITS_PAGE)

/* What one value is about; a counter's name gets "_total" where it stands. */
struct family {
	const char *name;
	bool counter;
	const char *help;
};

struct page {
	FILE *to;
	enum metrics_format format;
	const struct reading *reading;
};

const char *metrics_content_type(enum metrics_format format)
{
	return format == METRICS_OPENMETRICS ? "application/openmetrics-text; version=1.0.0; charset=utf-8" :
					       "text/plain; version=0.0.4; charset=utf-8";
}

/* --- the form ----------------------------------------------------------------------------------------------------- */

/* OpenMetrics names the family of a counter without "_total", the older format with it. */
static void put_head(const struct page *page, const struct family *family)
{
	const char *end = family->counter && page->format == METRICS_PROMETHEUS ? "_total" : "";

	fprintf(page->to, "# HELP vminspect_%s%s %s\n", family->name, end, family->help);
	fprintf(page->to, "# TYPE vminspect_%s%s %s\n", family->name, end, family->counter ? "counter" : "gauge");
}

static void put_name(const struct page *page, const struct family *family)
{
	fprintf(page->to, "vminspect_%s%s", family->name, family->counter ? "_total" : "");
}

static void put_value(const struct page *page, double value)
{
	fprintf(page->to, " %.15g\n", value);
}

/* The value of a label: UTF-8 without control characters. Names of processes are any bytes. */
static void put_text(FILE *to, const char *text)
{
	while (*text) {
		const char *from = text;
		struct utf8 character = utf8_next(&text);

		if (!utf8_is_printable(character))
			fputs("\xef\xbf\xbd", to);
		else
			fprintf(to, "%s%.*s", character.code == '"' || character.code == '\\' ? "\\" : "",
				(int)character.length, from);
	}
}

/* A family of one value without labels. */
static void put_single(const struct page *page, const char *name, bool counter, const char *help, double value)
{
	const struct family family = { name, counter, help };

	put_head(page, &family);
	put_name(page, &family);
	put_value(page, value);
}

/* --- module and daemon -------------------------------------------------------------------------------------------- */

static void put_version(const struct page *page, const struct vmi_module *module)
{
	const struct family family = { "module_info", false, "The module that answers, by its version." };

	put_head(page, &family);
	put_name(page, &family);
	fputs("{version=\"", page->to);
	put_text(page->to, module->version);
	fputs("\"}", page->to);
	put_value(page, 1);
}

static void put_daemon(const struct page *page)
{
	const struct reading *reading = page->reading;

	put_single(page, "module_loaded", false, "Whether the module could be read, 0 or 1.", !reading->error);
	put_single(page, "readings", true, "Readings of the module that succeeded.", (double)reading->taken);
	put_single(page, "reading_failures", true, "Readings of the module that failed.", (double)reading->failed);
	put_single(page, "history_failures", true, "Readings that could not be put into the history.",
		   (double)reading->unkept);
	if (reading->taken)
		put_single(page, "last_reading_timestamp_seconds", false, "When a reading last succeeded, since 1970.",
			   (double)reading->time);
	put_single(page, "events", true, "Notifications that were put into the history.", (double)reading->events);
	put_single(page, "events_lost", true, "Notifications that were lost, since there were too many.",
		   (double)reading->events_lost);
	put_single(page, "clients", false, "Programs that are connected to the daemon's socket.", reading->clients);
	put_single(page, "clients_refused", true, "Programs that were turned away, since there were too many.",
		   (double)reading->clients_refused);
	if (!reading->module.count)
		return;
	put_version(page, reading->module.items[0]);
	put_single(page, "processes", false, "Processes with user space.", (double)reading->processes.count);
	put_single(page, "watches", false, "Watches that there are.", (double)reading->watches.count);
}

/* --- processes ---------------------------------------------------------------------------------------------------- */

struct ranked {
	const struct vmi_process *process;
	const struct vmi_stats *stats;	/* NULL: it is not watched */
};

static int compare_amounts(uint64_t one, uint64_t other)
{
	return (one < other) - (one > other);
}

/* Watched ones by working set, then the others by what is resident; of equals the older pid. */
static int compare_ranks(const void *one, const void *other)
{
	const struct ranked *a = one, *b = other;
	int order = compare_amounts(a->stats ? a->stats->working_set + 1 : 0, b->stats ? b->stats->working_set + 1 : 0);

	if (!order)
		order = compare_amounts(rss_of_process(a->process), rss_of_process(b->process));
	return order ? order : -compare_amounts(a->process->pid, b->process->pid);
}

/* Those with an address space, the most important first. NULL: no memory. */
static struct ranked *rank(const struct reading *reading, size_t *ret_count)
{
	struct ranked *ranks = calloc(reading->processes.count + 1, sizeof(*ranks));
	size_t i, count = 0;

	for (i = 0; ranks && i < reading->processes.count; i++) {
		const struct vmi_process *process = reading->processes.items[i];

		if (process->totals)
			ranks[count++] = (struct ranked){ process, reading_find_stats(reading, process->pid) };
	}
	if (ranks)
		qsort(ranks, count, sizeof(*ranks), compare_ranks);
	*ret_count = count;
	return ranks;
}

static double resident_of(const struct vmi_process *process)
{
	return rss_of_process(process) * PAGES;
}

static double swap_of(const struct vmi_process *process)
{
	return process->totals->swap * PAGES;
}

static double tables_of(const struct vmi_process *process)
{
	return process->totals->pgtables_bytes;
}

static const struct {
	struct family family;
	double (*value)(const struct vmi_process *process);
} process_families[] = {
	{ { "process_resident_bytes", false, "Resident memory." }, resident_of },
	{ { "process_swap_bytes", false, "Memory that is swapped out." }, swap_of },
	{ { "process_page_table_bytes", false, "Memory that page tables take." }, tables_of },
};

#define PROCESS_FAMILIES (sizeof(process_families) / sizeof(process_families[0]))

static void put_process_family(const struct page *page, size_t family, const struct ranked *ranks, size_t count,
			       size_t named)
{
	double other = 0;
	size_t i;

	put_head(page, &process_families[family].family);
	for (i = 0; i < count; i++) {
		double value = process_families[family].value(ranks[i].process);

		if (i >= named) {
			other += value;
			continue;
		}
		put_name(page, &process_families[family].family);
		fprintf(page->to, "{pid=\"%u\",comm=\"", ranks[i].process->pid);
		put_text(page->to, ranks[i].process->comm);
		fputs("\"}", page->to);
		put_value(page, value);
	}
	put_name(page, &process_families[family].family);
	fputs("{pid=\"other\",comm=\"other\"}", page->to);
	put_value(page, other);
}

static void put_processes(const struct page *page, size_t named)
{
	size_t i, count;
	struct ranked *ranks = rank(page->reading, &count);

	for (i = 0; ranks && i < PROCESS_FAMILIES; i++)
		put_process_family(page, i, ranks, count, named);
	free(ranks);
}

/* --- watches ------------------------------------------------------------------------------------------------------ */

/* A member of a structure, and how it is told: amounts in bytes, times in seconds, shares as fractions of one. */
struct member {
	struct family family;
	size_t offset;
	double unit;
};

#define MEMBER(name, counter, member, unit, help) \
	{ { name, counter, help }, offsetof(struct vmi_stats, member), unit }

static const struct member watch_members[] = {
	MEMBER("watch_resident_bytes", false, resident, PAGES, "Resident at the last pass."),
	MEMBER("watch_working_set_bytes", false, working_set, PAGES, "Accessed within the last pass."),
	MEMBER("watch_hold_max_seconds", false, hold_max, NANO, "Longest hold of a mmap lock."),
	MEMBER("watch_passes", true, passes, 1, "Passes over the page tables."),
	MEMBER("watch_seen_pages", true, seen, 1, "Present pages looked at."),
	MEMBER("watch_young_pages", true, young, 1, "Pages found accessed since the pass before."),
	MEMBER("watch_mapped_pages", true, mapped, 1, "Pages that appeared."),
	MEMBER("watch_unmapped_pages", true, unmapped, 1, "Pages that went away."),
	MEMBER("watch_kernel_evicted_pages", true, kernel_evicted, 1, "Pages that the kernel took from processes."),
	MEMBER("watch_kernel_refaulted_pages", true, kernel_refaulted, 1, "Pages of these that came back."),
	MEMBER("watch_borrows", true, borrowed, 1, "Accessed bits cleared."),
	MEMBER("watch_returns", true, returned, 1, "Accessed bits set back."),
	MEMBER("watch_losses", true, lost, 1, "Accessed bits whose pages had gone."),
	MEMBER("watch_locked_out", true, locked_out, 1, "Passes over a process cut short: its lock was kept."),
	MEMBER("watch_refused_pages", true, refused, 1, "Pages not taken into the shadow, for its limit."),
	MEMBER("watch_cpu_seconds", true, cpu_time, NANO, "Time of a CPU that sampling took."),
};

#undef MEMBER
#define MEMBER(name, member, help) \
	{ { name, true, help }, offsetof(struct vmi_policy_stats, member), 1 }

static const struct member policy_members[] = {
	MEMBER("policy_scanned_pages", scanned, "Pages that the policy scanned."),
	MEMBER("policy_promoted_pages", promoted, "Pages that it moved to a warmer list."),
	MEMBER("policy_demoted_pages", demoted, "Pages that it moved to a colder list."),
	MEMBER("policy_laundered_pages", laundered, "Pages that it would have written back."),
	MEMBER("policy_evicted_pages", evicted, "Pages that it evicted from the shadow."),
	MEMBER("policy_refaulted_pages", refaulted, "Pages of these that were accessed again."),
};

#undef MEMBER

#define MEMBERS(table) (sizeof(table) / sizeof((table)[0]))

static double value_of(const struct member *member, const void *object)
{
	return *(const uint64_t *)((const char *)object + member->offset) * member->unit;
}

static void put_watch_member(const struct page *page, const struct member *member)
{
	const struct vmi_stats_list *list = &page->reading->stats;
	size_t i;

	put_head(page, &member->family);
	for (i = 0; i < list->count; i++) {
		put_name(page, &member->family);
		fprintf(page->to, "{watch=\"%u\",pid=\"%u\"}", list->items[i]->watch, list->items[i]->pid);
		put_value(page, value_of(member, list->items[i]));
	}
}

static const char *policy_name(uint32_t policy)
{
	const char *name = vmi_policy_name(policy);

	return name ? name : "unknown";
}

static void put_policy_member(const struct page *page, const struct member *member)
{
	const struct vmi_stats_list *list = &page->reading->stats;
	size_t i, j;

	put_head(page, &member->family);
	for (i = 0; i < list->count; i++) {
		for (j = 0; j < list->items[i]->policy_count; j++) {
			const struct vmi_policy_stats *policy = list->items[i]->policy[j];

			put_name(page, &member->family);
			fprintf(page->to, "{watch=\"%u\",policy=\"%s\"}", list->items[i]->watch,
				policy_name(policy->policy));
			put_value(page, value_of(member, policy));
		}
	}
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

static double agreement_of(const struct vmi_score *score)
{
	return score->agreement * PPM;
}

static double kappa_of(const struct vmi_score *score)
{
	return score->kappa * PPM;
}

static double auc_of(const struct vmi_score *score)
{
	return score->auc * PPM;
}

static double audited_of(const struct vmi_score *score)
{
	return score->evicted;
}

static const struct {
	struct family family;
	double (*value)(const struct vmi_score *score);
} score_families[] = {
	{ { "score_agreement_ratio", false, "Share of pages held active or inactive by policy and kernel alike." },
	  agreement_of },
	{ { "score_kappa_ratio", false, "The same beyond chance: Cohen's kappa, -1 to 1." }, kappa_of },
	{ { "score_eviction_auc_ratio", false, "How well the policy foretold what the kernel evicts; 0.5 is chance." },
	  auc_of },
	{ { "score_audited_pages", false, "Pages that the kernel evicted and that were audited." }, audited_of },
};

static void put_score_family(const struct page *page, size_t family)
{
	const struct vmi_score_list *list = &page->reading->scores;
	size_t i;

	put_head(page, &score_families[family].family);
	for (i = 0; i < list->count; i++) {
		const struct vmi_score *score = list->items[i];

		put_name(page, &score_families[family].family);
		fprintf(page->to, "{watch=\"%u\",policy=\"%s\",node=\"%u\",zone=\"", score->watch,
			policy_name(score->policy), score->node);
		put_text(page->to, score->zone);
		fputs("\"}", page->to);
		put_value(page, score_families[family].value(score));
	}
}

/* --- the page ----------------------------------------------------------------------------------------------------- */

static void put_watches(const struct page *page)
{
	size_t i;

	if (!page->reading->stats.count)
		return;
	for (i = 0; i < MEMBERS(watch_members); i++)
		put_watch_member(page, &watch_members[i]);
	for (i = 0; i < MEMBERS(policy_members); i++)
		put_policy_member(page, &policy_members[i]);
	for (i = 0; page->reading->scores.count && i < MEMBERS(score_families); i++)
		put_score_family(page, i);
}

char *metrics_make(const struct reading *reading, size_t processes, enum metrics_format format, size_t *ret_length)
{
	char *text = NULL;
	struct page page = { open_memstream(&text, ret_length), format, reading };

	if (!page.to)
		return NULL;
	put_daemon(&page);
	if (reading->module.count)
		put_processes(&page, processes);
	put_watches(&page);
	if (format == METRICS_OPENMETRICS)
		fputs("# EOF\n", page.to);
	if (!fclose(page.to))
		return text;
	free(text);
	return NULL;
}
