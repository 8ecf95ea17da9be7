// SPDX-License-Identifier: GPL-2.0
/*
 * Storms: processes that fork, exec, exit, map, unmap, move, protect, lock, drop, merge, collapse, split, migrate and
 * swap without end; who reads all of them by file and by netlink, stops in the middle of it, watches them, listens to
 * what is told of them; memory that goes offline; a daemon that is killed; and the module coming and going below.
 * Contents are checked, and nothing may be left over.
 *
 *   VMI_STORM_SECONDS   how long the long one lasts (60)
 *   VMI_STORM_ROUNDS    rounds of loading and unloading (200)
 *   VMI_STORM_STALL     seconds for which readers stop in the middle, at most (2)
 *   VMI_STORM_SEED      repeats a storm; the seed of each is printed
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/file_text.h"
#include "lib/knob.h"
#include "lib/module.h"
#include "lib/processes.h"
#include "lib/random.h"
#include "lib/setting.h"
#include "lib/slab.h"
#include "lib/storm_members.h"
#include "lib/swap.h"
#include "lib/turmoil.h"
#include "lib/watch.h"

#define TURMOILS 4
#define ONLOOKERS 9
#define MEMBERS (TURMOILS + ONLOOKERS)
#define MOST_SECONDS 3600	/* for the harness: the real limit is run.sh's */
#define UNLOAD_SECONDS (30 * slowness())
#define UNLOADING_SECONDS 15
#define SETTLE_SECONDS 30
#define REST_MICROSECONDS 30000	/* lets the module be unused now and then; more where that is not enough */
#define MOST_REST_MICROSECONDS 1000000
#define TRIES_BEFORE_REST 20
#define STALL_SECONDS 2		/* of who began to read, and has the module in use for so long */

/* Lines of /proc/vmstat that a storm moves: what is done to memory is not merely asked for. */
static const char *const deeds[] = {
	"\npswpout ", "\npswpin ", "\npgmigrate_success ", "\nthp_fault_alloc ", "\nthp_collapse_alloc ",
	"\nthp_split_pmd ", "\nunevictable_pgs_mlocked ",
};

#define DEEDS ((int)(sizeof(deeds) / sizeof(deeds[0])))

FIXTURE(storm)
{
	struct weather *weather;
	pid_t members[MEMBERS];
	int count;
	struct swap swap;
	struct knobs knobs;
	struct slab_counts before;
	long done[DEEDS];		/* before it */
};

static const storm_member onlookers[ONLOOKERS] = {
	storm_read, storm_read, storm_stall, storm_watch, storm_watch_all, storm_move_memory, storm_restart_daemon,
	storm_ask, storm_listen,
};

static void be_member(struct weather *weather, int number)
{
	worker_die_with_parent();
	if (number < TURMOILS)
		_exit(turmoil_run(random_mix(weather->seed + number), &weather->stop) != 0);
	onlookers[number - TURMOILS](weather);
}

FIXTURE_SETUP(storm)
{
	int i;

	self->swap.device = -1;
	ASSERT_TRUE(module_ready());
	self->weather = mmap(NULL, sizeof(*self->weather), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->weather);
	self->weather->seed = setting_seed("VMI_STORM_SEED");
	self->weather->strict = true;
	self->weather->stall = setting_number("VMI_STORM_STALL", STALL_SECONDS) * 1000000;
	ASSERT_EQ(NULL, swap_start(&self->swap, 512));
	knob_set(&self->knobs, KNOB_THP_ENABLED, "always");
	knob_set(&self->knobs, KNOB_THP_SHMEM, "advise");
	knob_set(&self->knobs, KNOB_KSM_SLEEP, "20");
	knob_set(&self->knobs, KNOB_KSM_PAGES, "1000");
	knob_set(&self->knobs, KNOB_KSM_RUN, "1");
	for (i = 0; i < DEEDS; i++)
		self->done[i] = file_number_after("/proc/vmstat", deeds[i]);
	slab_count(&self->before);
}

FIXTURE_TEARDOWN(storm)
{
	while (self->count > 0) {
		kill(self->members[--self->count], SIGKILL);
		waitpid(self->members[self->count], NULL, 0);
	}
	swap_end(&self->swap);
	knobs_restore(&self->knobs);
}

static bool begin(FIXTURE_DATA(storm) *self)
{
	fflush(stdout);
	for (self->count = 0; self->count < MEMBERS; self->count++) {
		self->members[self->count] = fork();
		if (self->members[self->count] == 0)
			be_member(self->weather, self->count);
		if (self->members[self->count] < 0)
			return false;
	}
	return true;
}

/* Calm; the number of members that ended otherwise than they must. */
static int end(FIXTURE_DATA(storm) *self)
{
	int status, wrong = 0;

	self->weather->stop = true;
	while (self->count > 0) {
		if (waitpid(self->members[--self->count], &status, 0) < 0 || status) {
			printf("# member %d ended with %x\n", self->count, status);
			wrong++;
		}
	}
	fflush(stdout);
	return wrong;
}

/* As many entries as user processes; only those who come and go right now may make a difference. */
static bool entries_match_processes(void)
{
	struct pid_list entries;
	size_t i, stale = 0;

	if (pid_list_read(SHADOW_DIRECTORY, &entries))
		return false;
	for (i = 0; i < entries.count; i++)
		stale += kill(entries.pids[i], 0) && !entry_wait_gone(entries.pids[i], 5);
	pid_list_free(&entries);
	return !stale;
}

static void print_weather(const struct weather *weather)
{
	printf("# %llu texts and %llu dumps were read, %llu watches begun, %llu daemons killed, %llu blocks offline\n",
	       (unsigned long long)weather->readings, (unsigned long long)weather->dumps,
	       (unsigned long long)weather->watches, (unsigned long long)weather->daemons,
	       (unsigned long long)weather->blocks);
	printf("# %llu requests were answered, %llu notifications read, %llu watches begun that a socket owns\n",
	       (unsigned long long)weather->answers, (unsigned long long)weather->notifications,
	       (unsigned long long)weather->owned_watches);
	printf("# every process was watched %llu times passively, %llu in windows, %llu exactly\n",
	       (unsigned long long)weather->watches_of_all[0], (unsigned long long)weather->watches_of_all[1],
	       (unsigned long long)weather->watches_of_all[2]);
	fflush(stdout);
}

/* The number of deeds that were not done. One that the kernel does not count is none. */
static int undone(FIXTURE_DATA(storm) *self)
{
	int i, count = 0;

	for (i = 0; i < DEEDS; i++) {
		long now = file_number_after("/proc/vmstat", deeds[i]);

		printf("# %s: %ld\n", deeds[i] + 1, now - self->done[i]);
		count += now >= 0 && now == self->done[i];
	}
	fflush(stdout);
	return count;
}

TEST_F_TIMEOUT(storm, memory_keeps_its_contents_and_readers_never_fail, MOST_SECONDS)
{
	unsigned int seconds = setting_number("VMI_STORM_SECONDS", 60);
	int mode;

	ASSERT_TRUE(begin(self));
	sleep(seconds);
	EXPECT_EQ(0, end(self));
	/* The readers were not idle: a text a second is little even for an emulated machine. */
	EXPECT_LT(seconds / slowness(), self->weather->readings);
	EXPECT_LT(0, self->weather->dumps);
	EXPECT_LT(0, self->weather->watches);
	EXPECT_LT(0, self->weather->answers);
	EXPECT_LT(0, self->weather->notifications);
	EXPECT_LT(0, self->weather->owned_watches);
	for (mode = 0; mode < 3; mode++)
		EXPECT_LT(0, self->weather->watches_of_all[mode]);
	EXPECT_TRUE(self->weather->no_daemon || self->weather->daemons > 0);
	EXPECT_TRUE(self->weather->merged);
	EXPECT_EQ(0, undone(self));
	print_weather(self->weather);
	EXPECT_TRUE(watch_wait_none(SETTLE_SECONDS));
	EXPECT_TRUE(entries_match_processes());
	swap_end(&self->swap);
	EXPECT_TRUE(slab_wait_returned(&self->before, SETTLE_SECONDS));
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void let_rest(struct weather *weather, unsigned int microseconds)
{
	if (microseconds > MOST_REST_MICROSECONDS)
		return;
	weather->rest = microseconds;
	weather->stall = microseconds;
}

/* What members do takes many times as long on a slow machine, and so must their rest, or the module is never unused. */
static int unload_patiently(struct weather *weather)
{
	double until = seconds_now() + UNLOAD_SECONDS;
	int error = module_unload_wait(1);

	while ((error == -EAGAIN || error == -EBUSY) && seconds_now() < until) {
		let_rest(weather, 2 * weather->rest);
		error = module_unload_wait(1);
	}
	return error;
}

/* Not waiting for readers to be done: it goes or it says that it cannot, at once. */
TEST_F_TIMEOUT(storm, unloading_in_the_middle_succeeds_or_says_busy, MOST_SECONDS)
{
	int i, error, unloaded = 0;
	double begun, before, longest = 0;

	self->weather->strict = false;
	let_rest(self->weather, REST_MICROSECONDS);
	ASSERT_TRUE(begin(self));
	begun = seconds_now();
	for (i = 0; seconds_now() < begun + (unloaded ? UNLOADING_SECONDS : 4 * UNLOAD_SECONDS); i++) {
		if (!unloaded && i && i % TRIES_BEFORE_REST == 0)
			let_rest(self->weather, 2 * self->weather->rest);
		before = seconds_now();
		error = module_unload();
		longest = seconds_now() - before > longest ? seconds_now() - before : longest;
		EXPECT_TRUE(error == 0 || error == -EAGAIN || error == -EBUSY) {
			TH_LOG("delete_module: %s", strerror(-error));
		}
		if (!error) {
			unloaded++;
			ASSERT_EQ(0, module_load(""));
		}
		usleep(20000);
	}
	EXPECT_EQ(0, end(self));
	EXPECT_LT(0, unloaded);
	EXPECT_GT(UNLOAD_SECONDS, longest) {
		TH_LOG("one took %f s", longest);
	}
	printf("# %d of %d tries unloaded it, the longest took %.3f s\n", unloaded, i, longest);
	fflush(stdout);
}

/* Where the time of the rounds went, in seconds. */
struct round_times {
	double load;
	double look;
	double unload;
};

static int look_at_some(uint64_t *random)
{
	struct pid_list entries;
	struct shadow shadow;
	int i, error = pid_list_read(SHADOW_DIRECTORY, &entries);

	for (i = 0; !error && i < 3 && entries.count; i++) {
		error = shadow_read(entries.pids[random_below(random, entries.count)], &shadow);
		shadow_free(&shadow);
		if (error == -ENOENT)
			error = 0;
	}
	pid_list_free(&entries);
	return error;
}

/* Loads, looks at some processes, unloads. */
static int one_round(struct weather *weather, uint64_t *random, struct round_times *times)
{
	double begun = seconds_now(), loaded, looked;
	int error = module_load("");

	if (error)
		return error;
	loaded = seconds_now();
	error = look_at_some(random);
	looked = seconds_now();
	if (!error)
		error = unload_patiently(weather);
	times->load += loaded - begun;
	times->look += looked - loaded;
	times->unload += seconds_now() - looked;
	return error;
}

static void print_rounds(long rounds, const struct round_times *times)
{
	printf("# %ld rounds: loading took %.1f s, looking %.1f s, unloading %.1f s\n", rounds, times->load,
	       times->look,
	       times->unload);
	fflush(stdout);
}

TEST_F_TIMEOUT(storm, the_module_comes_and_goes_200_times_under_load, MOST_SECONDS)
{
	long round, rounds = setting_number("VMI_STORM_ROUNDS", 200);
	struct round_times times = { 0 };
	uint64_t random = self->weather->seed;
	int error = module_unload_wait(UNLOAD_SECONDS);

	ASSERT_EQ(0, error);
	self->weather->strict = false;
	let_rest(self->weather, REST_MICROSECONDS);
	ASSERT_TRUE(begin(self));
	/* The load stays; who comes and goes need not queue behind it. */
	setpriority(PRIO_PROCESS, 0, -20);
	for (round = 0; round < rounds && !error; round++) {
		error = one_round(self->weather, &random, &times);
		if (round % 20 == 19)
			print_rounds(round + 1, &times);
	}
	EXPECT_EQ(0, error) {
		TH_LOG("round %ld: %s", round, strerror(-error));
	}
	EXPECT_EQ(0, end(self));
	print_rounds(round, &times);
	swap_end(&self->swap);
	ASSERT_TRUE(module_ready());
	EXPECT_TRUE(slab_wait_returned(&self->before, SETTLE_SECONDS));
}

TEST_HARNESS_MAIN
