// SPDX-License-Identifier: GPL-2.0
/* Differences of statistics, and vmistat's sums over them. */
#include "unit.h"

#include <string.h>

#include "vmistat/sample.h"
#include "world.h"

/* Two readings of the made-up machine, a second apart, and its watches. */
struct readings {
	struct world world;
	struct vmi_client *client;
	struct vmi_stats_list before, now;
	struct vmi_watch_list watches;
};

static int setup(void **state)
{
	static struct readings readings;

	memset(&readings, 0, sizeof(readings));
	readings.client = fake_open(fake_create(world_answer, &readings.world));
	*state = &readings;
	return vmi_stats_list_read(readings.client, 0, &readings.before) ||
	       vmi_stats_list_read(readings.client, 0, &readings.now) ||
	       vmi_watch_list_read(readings.client, 0, &readings.watches);
}

static int teardown(void **state)
{
	struct readings *readings = *state;

	vmi_stats_list_release(&readings->before);
	vmi_stats_list_release(&readings->now);
	vmi_watch_list_release(&readings->watches);
	vmi_client_close(readings->client);
	return 0;
}

/* --- differences -------------------------------------------------------------------------------------------------- */

static void counts_are_differences_and_the_rest_is_as_now(void **state)
{
	struct readings *readings = *state;
	struct vmi_stats_list list;
	const struct vmi_stats *stats;

	assert_int_equal(vmi_stats_list_subtract(&readings->now, &readings->before, &list), 0);
	assert_int_equal(list.count, 2);
	stats = list.items[0];
	assert_int_equal(stats->time, 1000000000);
	assert_int_equal(stats->passes, 1);
	assert_int_equal(stats->seen, 13100);
	assert_int_equal(stats->kernel_evicted, 12);
	assert_int_equal(stats->cpu_time, 1234000);
	assert_int_equal(stats->resident, 13100);
	assert_int_equal(stats->working_set, 2050);
	assert_int_equal(stats->hold_max, 248000);
	assert_int_equal(stats->policy_count, 2);
	assert_int_equal(stats->policy[1]->policy, VMINSPECT_POLICY_ID_TWOLIST);
	assert_int_equal(stats->policy[1]->scanned, 10000);
	assert_int_equal(stats->policy[1]->demoted, 90);
	assert_int_equal(stats->policy[1]->kappa, 412000);
	vmi_stats_list_release(&list);
}

static void without_one_before_counts_are_from_the_beginning(void **state)
{
	struct readings *readings = *state;
	struct vmi_stats_list list;

	assert_int_equal(vmi_stats_list_subtract(&readings->now, NULL, &list), 0);
	assert_int_equal(list.items[0]->time, 0);
	assert_int_equal(list.items[0]->passes, 11);
	assert_int_equal(list.items[0]->policy[0]->scanned, 50000);
	vmi_stats_list_release(&list);
}

/* A watch that is new counts from its beginning, one that has gone is left out. */
static void watches_that_come_and_go(void **state)
{
	struct readings *readings = *state;
	const struct vmi_stats *only_first[] = { readings->before.items[0] };
	const struct vmi_stats *only_second[] = { readings->now.items[1] };
	const struct vmi_stats_list before = { 1, only_first, NULL }, now = { 1, only_second, NULL };
	struct vmi_stats_list list;

	assert_int_equal(vmi_stats_list_subtract(&now, &before, &list), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0]->watch, 2);
	assert_int_equal(list.items[0]->passes, 11);
	assert_int_equal(list.items[0]->time, 0);
	vmi_stats_list_release(&list);
}

static void a_difference_outlives_what_it_is_made_of(void **state)
{
	struct readings *readings = *state;
	struct vmi_stats_list list;

	assert_int_equal(vmi_stats_list_subtract(&readings->now, &readings->before, &list), 0);
	vmi_stats_list_release(&readings->now);
	vmi_stats_list_release(&readings->before);
	assert_int_equal(list.items[0]->policy[0]->list_count, 2);
	assert_string_equal(list.items[0]->policy[0]->list[1]->name, "active");
	assert_int_equal(list.items[0]->policy[0]->list[1]->pages, 4100);
	vmi_stats_list_release(&list);
}

/* --- sums --------------------------------------------------------------------------------------------------------- */

static void sum(struct readings *readings, const struct vmi_stats_list *before, uint32_t policy, struct sample *ret)
{
	struct vmi_stats_list list;

	assert_int_equal(vmi_stats_list_subtract(&readings->now, before, &list), 0);
	sample_sum(&list, &readings->watches, policy, ret);
	vmi_stats_list_release(&list);
}

static void assert_near(double value, double expected)
{
	assert_true(value > expected - 0.001 && value < expected + 0.001);
}

static void rates_are_added_over_watches(void **state)
{
	struct readings *readings = *state;
	struct sample sample;

	sum(readings, &readings->before, VMINSPECT_POLICY_ID_TWOLIST, &sample);
	assert_int_equal(sample.watches, 2);
	assert_int_equal(sample.policies, 2);
	assert_int_equal(sample.resident, 13170);
	assert_near(sample.seen, 26200);
	assert_near(sample.shadow.scanned, 20000);
	assert_near(sample.cpu, 2468);
	assert_near(sample.agreement, 841000);
}

static void a_policy_that_not_all_run_is_of_those_that_do(void **state)
{
	struct readings *readings = *state;
	struct sample sample;

	sum(readings, &readings->before, VMINSPECT_POLICY_ID_AGING24, &sample);
	assert_int_equal(sample.watches, 2);
	assert_int_equal(sample.policies, 1);
	assert_int_equal(sample.policy_pages, 13100);
	assert_near(sample.shadow.scanned, 10000);
	assert_near(sample.kappa, -52000);
}

/* 11 passes of 1 s and of 2.5 s: each watch has its own time. */
static void the_first_rates_are_over_the_time_of_each_watch(void **state)
{
	struct readings *readings = *state;
	struct sample sample;

	sum(readings, NULL, VMINSPECT_POLICY_ID_TWOLIST, &sample);
	assert_near(sample.seen, 13100 + 13100 / 2.5);
	assert_near(sample.passes, 1 + 1 / 2.5);
}

static void without_time_there_are_no_rates(void **state)
{
	struct readings *readings = *state;
	struct vmi_stats_list list;
	struct sample sample;

	assert_int_equal(vmi_stats_list_subtract(&readings->now, &readings->now, &list), 0);
	sample_sum(&list, &readings->watches, VMINSPECT_POLICY_ID_TWOLIST, &sample);
	assert_int_equal(sample.watches, 2);
	assert_int_equal(sample.policies, 2);
	assert_near(sample.seen, 0);
	assert_near(sample.agreement, 841000);
	vmi_stats_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_are_differences_and_the_rest_is_as_now, setup, teardown),
		cmocka_unit_test_setup_teardown(without_one_before_counts_are_from_the_beginning, setup, teardown),
		cmocka_unit_test_setup_teardown(watches_that_come_and_go, setup, teardown),
		cmocka_unit_test_setup_teardown(a_difference_outlives_what_it_is_made_of, setup, teardown),
		cmocka_unit_test_setup_teardown(rates_are_added_over_watches, setup, teardown),
		cmocka_unit_test_setup_teardown(a_policy_that_not_all_run_is_of_those_that_do, setup, teardown),
		cmocka_unit_test_setup_teardown(the_first_rates_are_over_the_time_of_each_watch, setup, teardown),
		cmocka_unit_test_setup_teardown(without_time_there_are_no_rates, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
