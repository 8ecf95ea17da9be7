// SPDX-License-Identifier: GPL-2.0
/*
 * The shadow against the kernel's reclaim at work: a hot half and a cold half in a memory cgroup whose limit sinks,
 * with zram swap, under the classic LRU and under MGLRU. Prints how far each policy agrees with the kernel before and
 * after, and where the pages that the kernel evicted stood with it; and what watching costs the watched.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include "lib/knob.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/pressure.h"
#include "lib/status.h"
#include "lib/watch.h"

#define MEBIBYTE (1UL << 20)
#define PAGES (24 * MEBIBYTE / PAGE_BYTES)
/* Of the cold half two thirds: where hardly more than the hot half is left, the kernel may find nothing to reclaim. */
#define SQUEEZED (PAGES * PAGE_BYTES / 3)
#define SECONDS 30		/* for passes to come */
#define WATCH "policy=all mode=window period=300ms window=100ms flush=yes budget=100% memory=100%"
#define NEEDED 0.9		/* of the evicted pages, in the colder half of the nearest policy */
/* Passes are slow there: the kernel lacks bits for as long as between them, and takes hot pages for cold ones. */
#define NEEDED_OF_DEBUG 0.6

static const char *const policies[] = { "aging24", "nbit", "clock", "twolist", "gen" };

FIXTURE(pressure)
{
	struct pressure pressure;
	struct knobs knobs;
	const char *missing;
	pid_t pid;
};

FIXTURE_VARIANT(pressure)
{
	const char *mglru;
	const char *nearest;		/* the policy nearest to the LRU that runs */
};

FIXTURE_VARIANT_ADD(pressure, classic_lru) { .mglru = "n", .nearest = "twolist" };
FIXTURE_VARIANT_ADD(pressure, mglru) { .mglru = "y", .nearest = "gen" };

FIXTURE_SETUP(pressure)
{
	ASSERT_TRUE(module_ready());
	self->missing = pressure_set(&self->pressure);
	if (!self->missing && knob_set(&self->knobs, KNOB_LRU_GEN, variant->mglru))
		self->missing = "MGLRU (" KNOB_LRU_GEN ")";
}

FIXTURE_TEARDOWN(pressure)
{
	if (self->pid)
		watch_stop(self->pid);
	pressure_clear(&self->pressure);
	knobs_restore(&self->knobs);
}

static bool begin(FIXTURE_DATA(pressure) *self, const struct pressure_load *load)
{
	if (!pressure_start(&self->pressure, load))
		return false;
	self->pid = self->pressure.worker.pid;
	return !watch_start(self->pid, WATCH);
}

struct agreements {
	double rate[5];
	double kappa[5];
};

static void read_agreements(pid_t pid, struct agreements *ret)
{
	int i;

	for (i = 0; i < 5; i++) {
		ret->rate[i] = watch_figure(pid, policies[i], "agreement", "rate");
		ret->kappa[i] = watch_figure(pid, policies[i], "agreement", "kappa");
	}
}

static void print_table(pid_t pid, const struct agreements *before, const struct agreements *after)
{
	int i;

	printf("# %-8s  %-16s  %-16s  %-24s  %-6s  %s\n", "", "agreement before", "agreement after",
	       "evicted: in colder half", "AUC", "precision at k");
	for (i = 0; i < 5; i++)
		printf("# %-8s  %.3f (%+.3f)    %.3f (%+.3f)    %-24.3f  %-6.3f  %.3f\n", policies[i], before->rate[i],
		       before->kappa[i], after->rate[i], after->kappa[i],
		       watch_figure(pid, policies[i], "audit", "colder_half"),
		       watch_figure(pid, policies[i], "audit", "auc"),
		       watch_figure(pid, policies[i], "audit", "precision"));
	fflush(stdout);
}

TEST_F_TIMEOUT(pressure, what_the_kernel_evicts_is_in_the_colder_half_of_the_policy_nearest_to_it, 600)
{
	const struct pressure_load load = { .pages = PAGES, .hot_every = 2 };
	struct agreements before, after;
	double evicted;

	SKIP_WITHOUT(self->missing);
	ASSERT_TRUE(begin(self, &load));
	pressure_go(&self->pressure);
	ASSERT_TRUE(watch_wait_passes(self->pid, 10, SECONDS));
	read_agreements(self->pid, &before);
	ASSERT_EQ(0, pressure_squeeze(&self->pressure, SQUEEZED, MEBIBYTE / 4, 100));
	ASSERT_TRUE(watch_wait_passes(self->pid, 2, SECONDS));
	read_agreements(self->pid, &after);
	print_table(self->pid, &before, &after);
	evicted = watch_figure(self->pid, variant->nearest, "audit", "kernel_evicted");
	printf("# %.0f pages evicted by the kernel\n", evicted);
	fflush(stdout);
	EXPECT_LT(PAGES / 32, evicted);		/* enough to tell halves by */
	EXPECT_LE(is_debug_kernel() ? NEEDED_OF_DEBUG : NEEDED,
		  watch_figure(self->pid, variant->nearest, "audit", "colder_half"));
	EXPECT_EQ(0, watch_audit());
}

/*
 * Evictions and refaults against the cgroup's own account, and against what is in swap at the end. What goes and comes
 * back between two passes is not seen, so ours are fewer than the kernel's; but what has gone for good was seen going,
 * so that evictions less refaults are what is swapped out, but for pages whose frames were in use again by the next
 * look: a quarter of them where passes are slow. Each refault from swap is a major fault; MGLRU calls only part of them
 * refaults (lru_gen_refault()).
 */
#define SWAPPED_AT_LEAST 0.5
#define SEEN_AT_MOST 1.05

TEST_F_TIMEOUT(pressure, evictions_and_refaults_are_those_of_memory_stat, 600)
{
	const struct pressure_load load = { .pages = PAGES, .hot_every = 2, .cold_a_round = 4 };
	double evicted, refaulted, swapped, stolen, back, faults;

	SKIP_WITHOUT(self->missing);
	ASSERT_TRUE(begin(self, &load));
	pressure_go(&self->pressure);
	ASSERT_TRUE(watch_wait_passes(self->pid, 4, SECONDS));
	ASSERT_EQ(0, pressure_squeeze(&self->pressure, SQUEEZED, MEBIBYTE / 2, 100));
	ASSERT_TRUE(watch_wait_passes(self->pid, 6, SECONDS));
	self->pressure.load->stop = true;
	ASSERT_TRUE(pressure_await(&self->pressure));
	ASSERT_TRUE(watch_wait_passes(self->pid, 2, SECONDS));
	evicted = watch_figure(self->pid, "gen", "regret", "kernel_evicted");
	refaulted = watch_figure(self->pid, "gen", "regret", "kernel_refaulted");
	stolen = cgroup_stat(&self->pressure.cgroup, "pgsteal");
	back = cgroup_stat(&self->pressure.cgroup, "workingset_refault_anon");
	faults = cgroup_stat(&self->pressure.cgroup, "pgmajfault");
	swapped = (double)status_number(self->pid, "VmSwap") * 1024 / PAGE_BYTES;
	printf("# in swap: %.0f\n", swapped);
	printf("# evicted: %.0f seen, pgsteal %.0f\n", evicted, stolen);
	printf("# refaulted: %.0f seen, workingset_refault_anon %.0f, pgmajfault %.0f\n", refaulted, back, faults);
	fflush(stdout);
	EXPECT_LT(0, refaulted);
	EXPECT_LT(0, back);
	EXPECT_LT(0, swapped);
	EXPECT_LE(SWAPPED_AT_LEAST * swapped, evicted - refaulted);
	EXPECT_GE(SEEN_AT_MOST * swapped, evicted - refaulted);
	EXPECT_GE(SEEN_AT_MOST * stolen, evicted);
	EXPECT_GE(SEEN_AT_MOST * faults, refaulted);
}

/* Pairs of runs of the same work under pressure, unwatched and watched. */
#define PAIRS 5
#define ROUNDS 450		/* of a run; twice as many, and again, until a watch has its passes */
#define ROUNDS_MAX (8 * ROUNDS)
#define FLOOR 0.02		/* of the median: no spread is taken for less */
#define SERIES 3		/* at most: the machine may have been busy with other things */
#define WATCHED "mode=window period=250ms window=20ms budget=2%"	/* four times the default pace */
#define PASSES_A_RUN 2		/* at least, or hardly anything was tried */

enum figure {
	RUN_SECONDS,
	RUN_MAJOR_FAULTS,
	RUN_REFAULTS,
	RUN_FIGURES,
};

static const char *const figure_names[RUN_FIGURES] = { "seconds", "major faults", "refaults" };

/* Figures of several runs. */
struct runs {
	const char *options;		/* of the watch; NULL: none */
	unsigned int rounds;		/* of each run */
	bool too_short;			/* one of them, for the passes that there should be */
	double figures[RUN_FIGURES][PAIRS];
};

/* False when the watch cannot be ended, or its passes did nothing. */
static bool end_watch(pid_t pid, bool *ret_too_short)
{
	uint64_t passes = watch_number(pid, "passes"), cleared = watch_number(pid, "bits_cleared");

	printf("# watched by %llu passes, %llu accessed bits borrowed\n", (unsigned long long)passes,
	       (unsigned long long)cleared);
	fflush(stdout);
	*ret_too_short |= passes < PASSES_A_RUN;
	return !watch_stop(pid) && passes != WATCH_NOTHING && (cleared > 0 || passes < PASSES_A_RUN);
}

static bool one_run(FIXTURE_DATA(pressure) *self, struct runs *runs, int number)
{
	const struct pressure_load load = {
		.pages = PAGES, .hot_every = 4, .cold_a_round = 12, .rounds = runs->rounds,
	};
	uint64_t before = cgroup_stat(&self->pressure.cgroup, "workingset_refault_anon");
	bool done;

	if (!pressure_start(&self->pressure, &load) ||
	    pressure_squeeze(&self->pressure, PAGES * PAGE_BYTES / 4, MEBIBYTE, 0))
		return false;
	if (runs->options && watch_start(self->pressure.worker.pid, runs->options))
		return false;
	pressure_go(&self->pressure);
	done = pressure_await(&self->pressure);
	runs->figures[RUN_SECONDS][number] = self->pressure.load->seconds;
	runs->figures[RUN_MAJOR_FAULTS][number] = self->pressure.load->major_faults;
	runs->figures[RUN_REFAULTS][number] = cgroup_stat(&self->pressure.cgroup, "workingset_refault_anon") - before;
	if (runs->options)
		done = end_watch(self->pressure.worker.pid, &runs->too_short) && done;
	pressure_end(&self->pressure);
	return done;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median_of(const double runs[PAIRS], double *ret_spread)
{
	double sorted[PAIRS];

	memcpy(sorted, runs, sizeof(sorted));
	qsort(sorted, PAIRS, sizeof(sorted[0]), compare_doubles);
	*ret_spread = sorted[PAIRS - 1] - sorted[0];
	return sorted[PAIRS / 2];
}

/* True when the medians are no further apart than unwatched runs are among themselves. */
static bool within_spread(const char *what, const double unwatched[PAIRS], const double watched[PAIRS])
{
	double spread, watched_spread;
	double without = median_of(unwatched, &spread), with = median_of(watched, &watched_spread);

	printf("# %-12s  unwatched %9.3f (spread %.3f), watched %9.3f (spread %.3f)\n", what, without, spread, with,
	       watched_spread);
	fflush(stdout);
	if (spread < FLOOR * without)
		spread = FLOOR * without;
	return with <= without + spread && with >= without - spread;
}

enum verdict {
	WITHIN_CHANCE,			/* no figure differs by more */
	BEYOND_CHANCE,
	TOO_SHORT,
	FAILED,				/* a run did */
};

/*
 * One series of pairs of runs of so many rounds, in turn. TOO_SHORT: one was over before its passes came, as on a fast
 * machine.
 */
static enum verdict run_series(FIXTURE_DATA(pressure) *self, unsigned int rounds)
{
	struct runs unwatched = { .rounds = rounds };
	struct runs watched = { .rounds = rounds, .options = WATCHED };
	bool within = true;
	int i;

	for (i = 0; i < PAIRS && !watched.too_short; i++)
		if (!one_run(self, &unwatched, i) || !one_run(self, &watched, i))
			return FAILED;
	if (watched.too_short)
		return TOO_SHORT;
	for (i = 0; i < RUN_FIGURES; i++)
		within &= within_spread(figure_names[i], unwatched.figures[i], watched.figures[i]);
	return within ? WITHIN_CHANCE : BEYOND_CHANCE;
}

TEST_F_TIMEOUT(pressure, watching_costs_the_watched_no_more_than_chance_does, 600)
{
	enum verdict verdict = TOO_SHORT;
	unsigned int rounds = ROUNDS;
	int series = 0;

	SKIP_WITHOUT(self->missing);
	if (is_debug_kernel())
		SKIP(return, "missing: a kernel without lockdep, at whose pace the budget of a watch allows passes");
	while (series < SERIES && rounds <= ROUNDS_MAX && verdict != WITHIN_CHANCE && verdict != FAILED) {
		verdict = run_series(self, rounds);
		if (verdict == TOO_SHORT)
			rounds *= 2;
		else
			series++;
	}
	EXPECT_EQ(WITHIN_CHANCE, verdict);
}

TEST_HARNESS_MAIN
