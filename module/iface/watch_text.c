// SPDX-License-Identifier: GPL-2.0
/* The text of watches; the header describes it. */
#include "iface/watch_text.h"

#include <linux/math64.h>
#include <linux/time64.h>

#include "iface/text_keys.h"
#include "mm/accessed_bit.h"
#include "watch/process_tracker.h"

static const char *mode_name(enum vmi_watch_mode mode)
{
	switch (mode) {
	case VMI_MODE_PASSIVE:
		return "passive";
	case VMI_MODE_WINDOW:
		return "window";
	default:
		return "exact";
	}
}

static const char *tree_name(enum vmi_watch_tree tree)
{
	switch (tree) {
	case VMI_TREE_SELF:
		return "self";
	case VMI_TREE_DESCENDANTS:
		return "descendants";
	default:
		return "all";
	}
}

static void put_policy_names(struct vmi_text *text, u32 policies)
{
	const char *separator = " policy=";
	u32 id;

	for (id = 0; id < VMI_POLICY_COUNT; id++) {
		if (!(policies & (1U << id)))
			continue;
		vmi_text_string(text, separator);
		vmi_text_string(text, vmi_policy_by_id(id)->name);
		separator = ",";
	}
}

/* Ids, options as they are in force, and what came of them: the effective figures, never the wished ones alone. */
static void put_options(struct vmi_text *text, const struct vmi_watch *watch)
{
	const struct vmi_watch_options *options = &watch->options;

	vmi_text_literal(text, "id=");
	vmi_text_decimal(text, watch->id);
	vmi_put_key(text, "pid", watch->root->number);
	vmi_put_string_key(text, "mode", mode_name(options->mode));
	vmi_put_string_key(text, "tree", tree_name(options->tree));
	put_policy_names(text, options->policies);
	vmi_put_key(text, "period_ms", options->period_ms);
	vmi_put_key(text, "effective_period_ms", div_u64(watch->cost.period_ns, NSEC_PER_MSEC));
	vmi_put_key(text, "window_ms", options->mode == VMI_MODE_WINDOW ? options->window_ms : 0);
	vmi_put_key(text, "effective_window_us",
		    watch->phase == VMI_WATCH_IN_WINDOW ? 0 : div_u64(watch->cost.window_ns, NSEC_PER_USEC));
	vmi_put_ppm_key(text, "budget", options->budget_basis_points * 100);
	vmi_put_ppm_key(text, "cpu", vmi_watch_cpu_basis_points(watch) * 100);
}

static void put_cost(struct vmi_text *text, const struct vmi_watch *watch)
{
	const struct vmi_watch_cost *cost = &watch->cost;

	vmi_put_key(text, "passes", cost->passes);
	vmi_put_key(text, "entries", cost->entries);
	vmi_put_key(text, "entries_per_second", vmi_watch_entries_a_second(watch));
	vmi_put_key(text, "busy_us", div_u64(cost->busy_ns, NSEC_PER_USEC));
	vmi_put_key(text, "scan_us", div_u64(cost->scan_ns, NSEC_PER_USEC));
	vmi_put_key(text, "hold_max_us", div_u64(cost->hold_max_ns, NSEC_PER_USEC));
	vmi_put_key(text, "bits_cleared", cost->bits_cleared);
	vmi_put_key(text, "bits_returned", cost->bits_returned);
	vmi_put_key(text, "bits_gone", cost->bits_lost);
	vmi_put_key(text, "locked_out", cost->locked_out);
	vmi_put_key(text, "reclaim_returns", cost->reclaim_returns);
}

void vmi_put_watches_head(struct vmi_text *text)
{
	vmi_text_literal(text, "# accessed_bits");
	vmi_put_key(text, "written", vmi_accessed_writes());
	vmi_put_key(text, "can_hand_over", vmi_accessed_can_hand_over());
	vmi_text_char(text, '\n');
}

void vmi_put_watch_line(struct vmi_text *text, const struct vmi_watch *watch)
{
	struct vmi_shadow_stats stats;

	vmi_shadow_get_stats(watch->shadow, &stats);
	put_options(text, watch);
	vmi_put_key(text, "members", watch->member_count);
	vmi_put_key(text, "frames", stats.frames);
	vmi_put_key(text, "pages", stats.pages);
	vmi_put_key(text, "mappings", stats.mappings);
	vmi_put_key(text, "shadow_bytes", stats.bytes);
	vmi_put_key(text, "refused", stats.refused);
	put_cost(text, watch);
	vmi_text_char(text, '\n');
}

static void put_parameters(struct vmi_text *text, const struct vmi_policy_params *params)
{
	vmi_text_literal(text, "\n  parameters");
	vmi_put_key(text, "age_start", params->age_start);
	vmi_put_key(text, "age_advance", params->age_advance);
	vmi_put_key(text, "age_decline", params->age_decline);
	vmi_put_key(text, "age_halving", params->age_halving);
	vmi_put_key(text, "age_max", params->age_max);
	vmi_put_key(text, "inactive_percent", params->inactive_percent);
}

static void put_lists(struct vmi_text *text, const struct vmi_policy_ops *ops, const u64 *pages)
{
	u32 list;

	for (list = VMI_LIST_EVICTED; list < VMI_LISTS_MAX; list++) {
		if (!ops->list_names[list])
			continue;
		vmi_text_char(text, ' ');
		vmi_text_string(text, ops->list_names[list]);
		vmi_text_char(text, '=');
		vmi_text_decimal(text, pages[list]);
	}
}

static void put_policy_counts(struct vmi_text *text, const struct vmi_policy_counts *counts)
{
	vmi_text_literal(text, "\n  reclaim");
	vmi_put_key(text, "scanned", counts->scanned);
	vmi_put_key(text, "promoted", counts->promoted);
	vmi_put_key(text, "demoted", counts->demoted);
	vmi_put_key(text, "laundered", counts->laundered);
	vmi_put_key(text, "evicted", counts->evicted);
	vmi_put_key(text, "refaulted", counts->refaulted);
}

static void put_scores(struct vmi_text *text, const struct vmi_policy_report *report)
{
	const struct vmi_agreement *agreement = &report->agreement;

	vmi_text_literal(text, "\n  agreement");
	vmi_put_ppm_key(text, "rate", report->agreement_rate);
	vmi_put_ppm_key(text, "kappa", report->agreement_kappa);
	vmi_put_key(text, "both_active", agreement->pages[1][1]);
	vmi_put_key(text, "shadow_active_only", agreement->pages[1][0]);
	vmi_put_key(text, "real_active_only", agreement->pages[0][1]);
	vmi_put_key(text, "both_inactive", agreement->pages[0][0]);
	vmi_text_literal(text, "\n  audit");
	vmi_put_key(text, "kernel_evicted", report->audit.pages);
	vmi_put_ppm_key(text, "mean_percentile", report->audit.percentile);
	vmi_put_ppm_key(text, "auc", report->audit.auc);
	vmi_put_ppm_key(text, "precision", report->audit.precision);
	vmi_put_ppm_key(text, "colder_half", report->audit.colder_half);
}

static void put_regret(struct vmi_text *text, const struct vmi_watch *watch, const struct vmi_policy_report *report)
{
	struct vmi_shadow_stats stats;

	vmi_shadow_get_stats(watch->shadow, &stats);
	vmi_text_literal(text, "\n  regret");
	vmi_put_key(text, "kernel_evicted", stats.evicted);
	vmi_put_key(text, "kernel_refaulted", stats.refaulted);
	vmi_put_key(text, "shadow_evicted", report->counts.evicted);
	vmi_put_key(text, "shadow_refaulted", report->counts.refaulted);
}

static void put_report(struct vmi_text *text, const struct vmi_policy_report *report)
{
	vmi_text_literal(text, "\n  lists");
	put_lists(text, report->ops, report->list_pages);
	put_policy_counts(text, &report->counts);
	put_scores(text, report);
}

/* With one zone the sum says it all. */
static void put_zones(struct vmi_text *text, const struct vmi_watch *watch, u32 policy)
{
	u32 first = vmi_shadow_next_zone(watch->shadow, 0);
	struct vmi_policy_report report;
	u32 zone;

	if (vmi_shadow_next_zone(watch->shadow, first + 1) >= VMI_ZONE_ALL)
		return;
	for (zone = first; zone < VMI_ZONE_ALL; zone = vmi_shadow_next_zone(watch->shadow, zone + 1)) {
		if (vmi_shadow_report(watch->shadow, policy, zone, &report))
			continue;
		vmi_text_literal(text, "\n  zone");
		vmi_put_key(text, "node", zone / 4);
		vmi_put_key(text, "zone", zone % 4);
		put_report(text, &report);
	}
}

static void put_policy_block(struct vmi_text *text, const struct vmi_watch *watch, u32 policy)
{
	struct vmi_policy_report report;

	if (vmi_shadow_report(watch->shadow, policy, VMI_ZONE_ALL, &report))
		return;
	vmi_text_literal(text, "watch=");
	vmi_text_decimal(text, watch->id);
	vmi_put_key(text, "pid", watch->root->number);
	vmi_put_string_key(text, "policy", report.ops->name);
	put_parameters(text, &report.params);
	put_report(text, &report);
	put_regret(text, watch, &report);
	put_zones(text, watch, policy);
	vmi_text_char(text, '\n');
}

void vmi_put_watch_policies(struct vmi_text *text, const struct vmi_watch *watch)
{
	u32 policy;

	for (policy = 0; policy < VMI_POLICY_COUNT; policy++)
		put_policy_block(text, watch, policy);
}

/* "a,b,c...": pages by age bucket, see VMI_AGE_BUCKETS. */
static void put_ages(struct vmi_text *text, const u64 *ages)
{
	u32 bucket;

	vmi_text_literal(text, " ages=");
	for (bucket = 0; bucket < VMI_AGE_BUCKETS; bucket++) {
		if (bucket)
			vmi_text_char(text, ',');
		vmi_text_decimal(text, ages[bucket]);
	}
}

static void put_pass(struct vmi_text *text, const struct vmi_pass_stats *pass)
{
	vmi_put_key(text, "pages", pass->pages);
	vmi_put_key(text, "accessed", pass->accessed);
	vmi_put_key(text, "mapped", pass->mapped);
	vmi_put_key(text, "unmapped", pass->unmapped);
	vmi_put_key(text, "kernel_evicted", pass->evicted);
	vmi_put_key(text, "kernel_refaulted", pass->refaulted);
	vmi_put_key(text, "refused", pass->refused);
}

void vmi_put_member_lines(struct vmi_text *text, struct vmi_watch *watch, struct vmi_watch_member *member)
{
	struct vmi_region_shadow shadow;
	u32 policy;

	vmi_text_literal(text, "# watch state=watched ");
	put_options(text, watch);
	put_pass(text, &member->last);
	vmi_text_char(text, '\n');
	for (policy = 0; policy < VMI_POLICY_COUNT; policy++) {
		if (vmi_mirror_region_stats(member->mirror, 0, 1ULL << 57, policy, &shadow))
			continue;
		vmi_text_literal(text, "# policy");
		vmi_put_string_key(text, "name", vmi_policy_by_id(policy)->name);
		put_ages(text, shadow.ages);
		put_lists(text, vmi_policy_by_id(policy), shadow.list_pages);
		vmi_text_char(text, '\n');
	}
}

void vmi_put_member_region(struct vmi_text *text, const struct vmi_watch *watch,
			   const struct vmi_watch_member *member, u64 start, u64 end)
{
	u32 policy = __ffs(watch->options.policies);
	struct vmi_region_shadow shadow;

	if (vmi_mirror_region_stats(member->mirror, start, end, policy, &shadow))
		return;
	put_ages(text, shadow.ages);
	put_lists(text, vmi_policy_by_id(policy), shadow.list_pages);
	vmi_put_key(text, "kernel_evicted", shadow.evicted);
	vmi_put_key(text, "kernel_refaulted", shadow.refaulted);
	vmi_put_key(text, "shadow_refaulted", shadow.shadow_refaulted);
}
