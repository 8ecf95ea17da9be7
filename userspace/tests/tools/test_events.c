// SPDX-License-Identifier: GPL-2.0
/* Notifications on their way into the history: what is kept, what is summed up, what is counted as lost. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "vminspectd/events.h"

#define NOW 1700000000
#define BATCH 256

struct fixture {
	struct fake *fake;
	struct events *events;
};

static void answer(struct fake *fake, const struct fake_request *request, void *argument)
{
	(void)fake;
	(void)request;
	(void)argument;
}

static int setup(void **state)
{
	static struct fixture fixture;

	fixture.fake = fake_create(answer, NULL);
	fixture.events = calloc(1, sizeof(*fixture.events));
	*state = &fixture;
	return events_open(fixture.events, fake_open(fixture.fake));
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	events_close(fixture->events);
	free(fixture->events);
	return 0;
}

static void notify_region(struct fake *fake, uint64_t start)
{
	struct nlmsghdr *m = fake_notification(fake, VMI_CMD_REGION_NTF);

	mnl_attr_put_u32(m, VMI_A_REGION_PID, 42);
	mnl_attr_put_u32(m, VMI_A_REGION_EVENT, VMINSPECT_REGION_EVENT_MAPPED);
	mnl_attr_put_u64(m, VMI_A_REGION_START, start);
	mnl_attr_put_u64(m, VMI_A_REGION_END, start + 0x3000);
	mnl_attr_put_strz(m, VMI_A_REGION_NAME, "/a/very/long/name/of/which/not/all/fits/into/what/is/kept/of/it/here");
}

static void notify_eviction(struct fake *fake, uint32_t policy, uint64_t pages)
{
	struct nlmsghdr *m = fake_notification(fake, VMI_CMD_RECLAIM_NTF);
	struct nlattr *run;

	mnl_attr_put_u32(m, VMI_A_RECLAIM_WATCH, 3);
	mnl_attr_put_u32(m, VMI_A_RECLAIM_PID, 42);
	mnl_attr_put_u32(m, VMI_A_RECLAIM_POLICY, policy);
	mnl_attr_put_u32(m, VMI_A_RECLAIM_EVENT, VMINSPECT_RECLAIM_EVENT_EVICTED);
	run = mnl_attr_nest_start(m, VMI_A_RECLAIM_RUN);
	mnl_attr_put_u64(m, VMI_A_RUN_START, 0x1000);
	mnl_attr_put_u64(m, VMI_A_RUN_PAGES, pages);
	mnl_attr_nest_end(m, run);
}

static void notify_exit(struct fake *fake, uint32_t pid, uint32_t watch)
{
	struct nlmsghdr *m = fake_notification(fake, VMI_CMD_PROCESS_NTF);

	mnl_attr_put_u32(m, VMI_A_PROCESS_PID, pid);
	mnl_attr_put_u32(m, VMI_A_PROCESS_EVENT, VMINSPECT_PROCESS_EVENT_EXITED);
	mnl_attr_put_strz(m, VMI_A_PROCESS_COMM, "sleep");
	if (watch)
		mnl_attr_put_u32(m, VMI_A_PROCESS_WATCH, watch);
}

static void a_region_is_kept_with_its_extent(void **state)
{
	struct fixture *fixture = *state;
	const struct history_event *event = fixture->events->gathered;

	notify_region(fixture->fake, 0x7000);
	fake_fail(fixture->fake, -EAGAIN);
	assert_int_equal(events_take(fixture->events, NOW), 0);
	assert_int_equal(fixture->events->count, 1);
	assert_string_equal(event->kind, "mapped");
	assert_int_equal(event->time, NOW);
	assert_int_equal(event->pid, 42);
	assert_int_equal(event->start, 0x7000);
	assert_int_equal(event->size, 0x3000);
	assert_int_equal(strlen(event->text), sizeof(event->text) - 1);
}

static void evictions_of_a_policy_are_summed_up(void **state)
{
	struct fixture *fixture = *state;
	const struct history_event *event = fixture->events->gathered;

	notify_eviction(fixture->fake, VMINSPECT_POLICY_ID_CLOCK, 2);
	notify_eviction(fixture->fake, VMINSPECT_POLICY_ID_CLOCK, 3);
	notify_eviction(fixture->fake, VMINSPECT_POLICY_ID_GEN, 1);
	fake_fail(fixture->fake, -EAGAIN);
	assert_int_equal(events_take(fixture->events, NOW), 0);
	assert_int_equal(fixture->events->count, 2);
	assert_string_equal(event[0].text, "clock");
	assert_int_equal(event[0].size, 5 * 4096);
	assert_int_equal(event[0].watch, 3);
	assert_string_equal(event[1].text, "gen");
	notify_eviction(fixture->fake, VMINSPECT_POLICY_ID_GEN, 1);
	fake_fail(fixture->fake, -EAGAIN);
	assert_int_equal(events_take(fixture->events, NOW + 1), 0);
	assert_int_equal(fixture->events->count, 3);
}

static void of_exits_those_of_watched_processes_are_kept(void **state)
{
	struct fixture *fixture = *state;

	notify_exit(fixture->fake, 7, 0);
	notify_exit(fixture->fake, 42, 3);
	fake_fail(fixture->fake, -EAGAIN);
	assert_int_equal(events_take(fixture->events, NOW), 0);
	assert_int_equal(fixture->events->count, 1);
	assert_string_equal(fixture->events->gathered[0].kind, "exited");
	assert_int_equal(fixture->events->gathered[0].pid, 42);
	assert_string_equal(fixture->events->gathered[0].text, "sleep");
}

static void what_the_socket_lost_is_counted_and_noted(void **state)
{
	struct fixture *fixture = *state;
	const struct history_event *event = fixture->events->gathered;

	notify_region(fixture->fake, 0x7000);
	fake_fail(fixture->fake, -ENOBUFS);
	assert_int_equal(events_take(fixture->events, NOW), -ENOBUFS);
	assert_int_equal(fixture->events->lost, 1);
	events_note_losses(fixture->events, NOW + 2);
	assert_int_equal(fixture->events->count, 2);
	assert_string_equal(event[1].kind, "lost");
	assert_int_equal(event[1].time, NOW + 2);
	assert_int_equal(event[1].size, 1);
	events_clear(fixture->events);
	events_note_losses(fixture->events, NOW + 3);
	assert_int_equal(fixture->events->count, 0);
}

static void what_there_is_no_room_for_is_too(void **state)
{
	struct fixture *fixture = *state;
	struct events *events = fixture->events;
	uint64_t i;

	for (i = 0; i < EVENTS_MAX + BATCH; i++) {
		notify_region(fixture->fake, 0x10000 * i);
		if (i % BATCH < BATCH - 1)
			continue;
		fake_fail(fixture->fake, -EAGAIN);
		assert_int_equal(events_take(events, NOW), 0);
	}
	assert_int_equal(events->count, EVENTS_MAX - 1);
	assert_int_equal(events->lost, BATCH + 1);
	events_note_losses(events, NOW);
	assert_int_equal(events->count, EVENTS_MAX);
	assert_int_equal(events->gathered[EVENTS_MAX - 1].size, BATCH + 1);
}

static void a_client_of_no_more_use_is_told(void **state)
{
	struct fixture *fixture = *state;

	fake_fail(fixture->fake, -EBADF);
	assert_int_equal(events_take(fixture->events, NOW), -EBADF);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_region_is_kept_with_its_extent),
		TEST(evictions_of_a_policy_are_summed_up),
		TEST(of_exits_those_of_watched_processes_are_kept),
		TEST(what_the_socket_lost_is_counted_and_noted),
		TEST(what_there_is_no_room_for_is_too),
		TEST(a_client_of_no_more_use_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
