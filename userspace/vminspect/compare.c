// SPDX-License-Identifier: GPL-2.0
/* vminspect compare: how well policies agree with the kernel's own reclaim, and would have foreseen its evictions. */
#include <errno.h>
#include <stdio.h>

#include "command.h"

static struct settings {
	struct table_settings table;
	uint32_t id;
} settings;

static const struct args_option options[] = {
	TABLE_OPTIONS(struct settings, table),
	{ "id", 'i', "ID", &args_pid, offsetof(struct settings, id), "only the watch of this id" },
	{ 0 },
};

static const struct out_column columns[] = {
	{ .key = "watch", .heading = "WATCH", .align = OUT_RIGHT },
	{ .key = "policy", .heading = "POLICY" },
	{ .key = "node", .heading = "NODE", .align = OUT_RIGHT },
	{ .key = "zone", .heading = "ZONE" },
	{ .key = "lru", .heading = "LRU" },
	{ .key = "agreement", .heading = "AGREE(%)", .align = OUT_RIGHT },
	{ .key = "kappa", .heading = "KAPPA", .align = OUT_RIGHT },
	{ .key = "both_active", .heading = "ACTIVE", .align = OUT_RIGHT, .extra = true },
	{ .key = "shadow_active", .heading = "SHADOW-ONLY", .align = OUT_RIGHT, .extra = true },
	{ .key = "kernel_active", .heading = "KERNEL-ONLY", .align = OUT_RIGHT, .extra = true },
	{ .key = "both_inactive", .heading = "INACTIVE", .align = OUT_RIGHT, .extra = true },
	{ .key = "evicted", .heading = "EVICTED", .align = OUT_RIGHT },
	{ .key = "percentile", .heading = "RANK(%)", .align = OUT_RIGHT },
	{ .key = "auc", .heading = "AUC", .align = OUT_RIGHT },
	{ .key = "precision", .heading = "PREC(%)", .align = OUT_RIGHT, .extra = true },
	{ .key = "colder_half", .heading = "COLDER(%)", .align = OUT_RIGHT, .extra = true },
	{ .key = "kernel_refaulted", .heading = "REFAULTS", .align = OUT_RIGHT, .extra = true },
	{ .key = "shadow_refaulted", .heading = "REGRETS", .align = OUT_RIGHT },
	{ 0 },
};

/* A number of one with two decimals as text, a fraction in JSON. */
static void put_fraction(struct out *out, int64_t ppm)
{
	char text[24];

	if (out_json(out)) {
		out_share(out, ppm);
		return;
	}
	snprintf(text, sizeof(text), "%.2f", (double)ppm / 1000000);
	out_text(out, text);
}

/* RANK .. COLDER: nothing is known as long as the kernel has evicted nothing. */
static void put_audit(struct out *out, const struct vmi_score *score)
{
	size_t i;

	out_number(out, score->evicted);
	if (!score->evicted) {
		for (i = 0; i < 4; i++)
			out_none(out);
		return;
	}
	out_share(out, score->percentile);
	put_fraction(out, score->auc);
	out_share(out, score->precision);
	out_share(out, score->colder_half);
}

static void put_score(struct out *out, const struct vmi_score *score)
{
	out_row_begin(out);
	out_number(out, score->watch);
	out_text(out, words_name(vmi_policy_name(score->policy), score->policy));
	out_number(out, score->node);
	out_text(out, score->zone);
	out_text(out, words_name(vmi_lru_kind_name(score->lru_kind), score->lru_kind));
	out_share(out, score->agreement);
	put_fraction(out, score->kappa);
	out_number(out, score->both_active);
	out_number(out, score->shadow_active);
	out_number(out, score->kernel_active);
	out_number(out, score->both_inactive);
	put_audit(out, score);
	out_number(out, score->kernel_refaulted);
	out_number(out, score->shadow_refaulted);
	out_row_end(out);
}

static int print(struct session *session, const struct vmi_score_list *scores)
{
	size_t i;

	if (!session_print(session, &settings.table))
		return EXIT_FAILED;
	if (out_table_begin(session->out, "scores", columns))
		return EXIT_USAGE;
	for (i = 0; i < scores->count; i++)
		put_score(session->out, scores->items[i]);
	out_table_end(session->out);
	return EXIT_FINE;
}

/* The watch on a process. False, with a complaint, if it has none. */
static bool find_watch(struct session *session, const struct subject *subject, uint32_t *ret)
{
	const struct vmi_process_query query = { .pid = subject->pid };
	struct vmi_process_list list;

	if (!session_has_read(session, vmi_process_list_read(session->client, &query, &list), subject->name))
		return false;
	*ret = list.count ? list.items[0]->watch : 0;
	vmi_process_list_release(&list);
	if (!*ret)
		complain("%s is not watched; 'vminspect watch %u policy=all' begins it", subject->name, subject->pid);
	return *ret;
}

static int run(struct session *session, int count, char **operands)
{
	uint32_t watch = settings.id;
	struct vmi_score_list scores;
	struct subject subject;
	int status = EXIT_FAILED;
	char name[32];

	if (count && watch) {
		complain("PID and --id exclude each other");
		return EXIT_USAGE;
	}
	if (count && !subject_take(operands[0], &subject))
		return EXIT_USAGE;
	if (!session_connect(session))
		return EXIT_FAILED;
	if (count && !find_watch(session, &subject, &watch))
		return EXIT_FAILED;
	snprintf(name, sizeof(name), "watch %u", watch);
	if (session_has_read(session, vmi_score_list_read(session->client, watch, &scores), watch ? name : NULL))
		status = print(session, &scores);
	vmi_score_list_release(&scores);
	return status;
}

const struct command command_compare = {
	.name = "compare",
	.operands = "[PID]",
	.operands_least = 0,
	.operands_most = 1,
	.summary = "compares the policies of watches with the kernel's own reclaim",
	.details = "AGREE is the share of pages that policy and kernel both hold for active, or both for inactive;\n"
		   "KAPPA the same beyond chance (1 always, 0 as by chance). Of the pages that the kernel EVICTED,\n"
		   "RANK is where the policy had them (0 the coldest), AUC the chance that it had an evicted page for\n"
		   "colder than one that stayed (0.50 is guessing). REGRETS are pages that the policy would have\n"
		   "evicted and that were touched again.",
	.options = options,
	.settings = &settings,
	.run = run,
};
