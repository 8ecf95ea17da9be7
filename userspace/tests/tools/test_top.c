// SPDX-License-Identifier: GPL-2.0
/* What vmitop does with keys, and with processes that go away; how it measures heat. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "vmitop/heat.h"
#include "vmitop/model.h"
#include "world.h"

/* The made-up machine, and what has become of process 1234 meanwhile. */
struct machine {
	struct world world;
	bool gone;			/* 1234 has no memory any more */
	int barred;			/* it may not be looked at any more: so is refused what is asked of it */
	bool unmapped;			/* of 1234 only the first region is left */
	int new_watches, ended_watches;	/* counted */
	bool over;			/* the watch that was begun here has ended with its process */
};

static void put_watch(struct fake *fake, uint32_t id, uint32_t pid)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_WATCH_GET, NLM_F_MULTI);

	mnl_attr_put_u32(m, VMI_A_WATCH_ID, id);
	mnl_attr_put_u32(m, VMI_A_WATCH_PID, pid);
}

/* Somebody's, and the one that was begun here. */
static void answer_watches(struct fake *fake, const struct machine *machine)
{
	put_watch(fake, 1, 1234);
	if (!machine->over)
		put_watch(fake, 3, 1240);
	fake_done(fake, 0, 0);
}

static void answer(struct fake *fake, const struct fake_request *request, void *argument)
{
	struct machine *machine = argument;
	uint32_t pid = fake_number(request, VMI_A_REGION_PID, 0);

	machine->new_watches += request->command == VMI_CMD_WATCH_NEW;
	machine->ended_watches += request->command == VMI_CMD_WATCH_DEL;
	if (machine->barred && request->command == VMI_CMD_REGION_GET && pid == 1234) {
		fake_acknowledge(fake, &(struct fake_ack){ machine->barred, "not yours", -1, -1 });
	} else if (machine->gone && request->command == VMI_CMD_REGION_GET && pid == 1234) {
		fake_acknowledge(fake, &(struct fake_ack){ -ESRCH, "no process of that pid", -1, -1 });
	} else if (machine->new_watches && request->command == VMI_CMD_WATCH_GET) {
		answer_watches(fake, machine);
	} else if (machine->unmapped && request->command == VMI_CMD_REGION_GET) {
		struct nlmsghdr *m = fake_message(fake, VMI_CMD_REGION_GET, NLM_F_MULTI);

		mnl_attr_put_u64(m, VMI_A_REGION_START, 0x400000);
		mnl_attr_put_u64(m, VMI_A_REGION_END, 0x402000);
		fake_done(fake, 0, 0);
	} else {
		world_answer(fake, request, &machine->world);
	}
}

static struct machine machine;

static int setup(void **state)
{
	static struct model model;

	memset(&machine, 0, sizeof(machine));
	model_init(&model, fake_open(fake_create(answer, &machine)));
	*state = &model;
	return model_read(&model);
}

static int teardown(void **state)
{
	struct model *model = *state;

	model_deinit(model);
	vmi_client_close(model->client);
	return 0;
}

static void act(struct model *model, enum action action)
{
	if (model_act(model, action))
		assert_int_equal(model_read(model), 0);
}

/* --- moving ------------------------------------------------------------------------------------------------------- */

static void processes_come_by_working_set_then_by_what_they_hold(void **state)
{
	static const uint32_t pids[] = { 1234, 2000, 3000, 1240, 1, 2001 };
	struct model *model = *state;
	size_t i;

	for (i = 0; i < model->processes.count; i++)
		assert_int_equal(model->rows[i].process->pid, pids[i]);
}

static void the_selection_stays_on_its_process_in_any_order(void **state)
{
	struct model *model = *state;
	int i;

	act(model, ACTION_DOWN);
	assert_int_equal(model->pid, 2000);
	for (i = 0; i < ORDERS; i++) {
		act(model, ACTION_ORDER);
		assert_int_equal(model->rows[model->selected].process->pid, 2000);
	}
	act(model, ACTION_REVERSE);
	assert_int_equal(model->rows[model->selected].process->pid, 2000);
	assert_int_equal(model->selected, model->processes.count - 2);
}

static void the_selection_stays_within_the_rows(void **state)
{
	struct model *model = *state;

	act(model, ACTION_UP);
	assert_int_equal(model->selected, 0);
	act(model, ACTION_LAST);
	assert_int_equal(model->selected, model->processes.count - 1);
	act(model, ACTION_DOWN);
	assert_int_equal(model->selected, model->processes.count - 1);
	act(model, ACTION_PAGE_UP);
	act(model, ACTION_FIRST);
	assert_int_equal(model->selected, 0);
}

/* --- views -------------------------------------------------------------------------------------------------------- */

static void opening_leads_to_regions_and_pages_and_back(void **state)
{
	struct model *model = *state;

	act(model, ACTION_OPEN);
	assert_int_equal(model->view, VIEW_REGIONS);
	assert_int_equal(model->regions.count, 8);
	act(model, ACTION_DOWN);
	assert_int_equal(model->region, 0x7f2c10000000);
	act(model, ACTION_OPEN);
	assert_int_equal(model->view, VIEW_PAGES);
	assert_int_equal(model->runs.count, 3);
	act(model, ACTION_OPEN);
	assert_int_equal(model->view, VIEW_PAGES);
	act(model, ACTION_BACK);
	assert_int_equal(model->view, VIEW_REGIONS);
	assert_int_equal(model->region_rows[model->selected]->start, 0x7f2c10000000);
	act(model, ACTION_BACK);
	act(model, ACTION_BACK);
	assert_int_equal(model->view, VIEW_PROCESSES);
	assert_int_equal(model->pid, 1234);
}

static void a_zombie_cannot_be_opened(void **state)
{
	struct model *model = *state;

	act(model, ACTION_LAST);
	assert_int_equal(model->pid, 2001);
	act(model, ACTION_OPEN);
	assert_int_equal(model->view, VIEW_PROCESSES);
	assert_string_equal(model->message, "it has no memory any more");
}

static void a_process_that_dies_leads_back_with_a_message(void **state)
{
	struct model *model = *state;

	act(model, ACTION_OPEN);
	act(model, ACTION_OPEN);
	assert_int_equal(model->view, VIEW_PAGES);
	machine.gone = true;
	act(model, ACTION_NONE);
	assert_int_equal(model->view, VIEW_PROCESSES);
	assert_string_equal(model->message, "process 1234 has gone");
	act(model, ACTION_NONE);
	assert_string_equal(model->message, "process 1234 has gone");
	act(model, ACTION_DOWN);
	assert_string_equal(model->message, "");
}

/* As when it has become another user's, or runs a program with other rights. */
static void a_process_that_is_barred_leads_back_with_a_message(void **state)
{
	static const int errors[] = { -EACCES, -EPERM };
	struct model *model = *state;
	size_t i;

	for (i = 0; i < 2; i++) {
		machine.barred = 0;
		act(model, ACTION_OPEN);
		assert_int_equal(model->view, VIEW_REGIONS);
		machine.barred = errors[i];
		act(model, ACTION_NONE);
		assert_int_equal(model->view, VIEW_PROCESSES);
		assert_string_equal(model->message, "process 1234 may not be looked at");
		assert_int_equal(model->rows[model->selected].process->pid, 1234);
	}
}

static void a_region_that_goes_leads_back_with_a_message(void **state)
{
	struct model *model = *state;

	act(model, ACTION_OPEN);
	act(model, ACTION_OPEN);
	machine.unmapped = true;
	act(model, ACTION_NONE);
	assert_int_equal(model->view, VIEW_REGIONS);
	assert_string_equal(model->message, "the region at 7f2c00000000 has gone");
	act(model, ACTION_NONE);
	assert_int_equal(model->region, 0x400000);
}

/* --- watches ------------------------------------------------------------------------------------------------------ */

static void only_watches_begun_here_are_ended_here(void **state)
{
	struct model *model = *state;

	act(model, ACTION_WATCH);
	assert_int_equal(machine.ended_watches, 0);
	assert_string_equal(model->message, "watch 1 was not begun here; 'vminspect unwatch --id 1' ends it");
	model->begun[model->begun_count++] = 1;
	act(model, ACTION_WATCH);
	assert_int_equal(machine.ended_watches, 1);
	assert_string_equal(model->message, "watch 1 has ended");
	assert_int_equal(model->begun_count, 0);
}

static void a_watch_is_begun_on_the_selected_process(void **state)
{
	struct model *model = *state;

	model->pid = 1240;
	act(model, ACTION_WATCH);
	assert_int_equal(machine.new_watches, 1);
	assert_int_equal(model->begun_count, 1);
	assert_int_equal(model->begun[0], 3);
}

static void watches_that_are_over_take_no_room(void **state)
{
	struct model *model = *state;
	int i;

	for (i = 0; i < MODEL_WATCHES_MAX + 1; i++) {
		machine.over = false;
		model->pid = 1240;
		act(model, ACTION_WATCH);
		assert_string_equal(model->message, "process 1240 is watched until vmitop ends");
		machine.over = true;
		act(model, ACTION_NONE);
		assert_int_equal(model->begun_count, 0);
	}
}

/* --- help, delay, end --------------------------------------------------------------------------------------------- */

static void any_key_leaves_help_and_does_nothing_else(void **state)
{
	struct model *model = *state;

	act(model, ACTION_HELP);
	assert_true(model->help);
	act(model, ACTION_NONE);
	assert_true(model->help);
	act(model, ACTION_QUIT);
	assert_false(model->help);
	assert_false(model->quit);
	act(model, ACTION_QUIT);
	assert_true(model->quit);
}

static void the_delay_has_bounds(void **state)
{
	struct model *model = *state;
	int i;

	for (i = 0; i < 20; i++)
		act(model, ACTION_FASTER);
	assert_int_equal(model->delay, 100000000);
	for (i = 0; i < 20; i++)
		act(model, ACTION_SLOWER);
	assert_int_equal(model->delay, 60000000000);
}

/* --- heat --------------------------------------------------------------------------------------------------------- */

/* A region whose pages are all in one bucket of a policy's ages. */
static uint32_t heat_in_bucket(uint32_t policy, size_t bucket)
{
	struct vmi_counts counts = { .present = 100 };
	struct vmi_bucket buckets[8] = { { 0 } };
	const struct vmi_bucket *list[8];
	struct vmi_shadow shadow = { .policy = policy, .bucket = list, .bucket_count = 8 };
	const struct vmi_shadow *shadows[] = { &shadow };
	const struct vmi_region region = { .counts = &counts, .shadow = shadows, .shadow_count = 1 };
	size_t i;

	buckets[bucket].pages = 100;
	for (i = 0; i < 8; i++)
		list[i] = &buckets[i];
	return heat_of_region(&region);
}

static void ages_are_read_as_each_policy_means_them(void **state)
{
	(void)state;
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_AGING24, 0), 1);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_AGING24, 7), HEAT_LEVELS);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_CLOCK, 0), HEAT_LEVELS);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_CLOCK, 7), 1);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_GEN, 0), HEAT_LEVELS);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_GEN, 2), 1);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_TWOLIST, 0), 1);
	assert_int_equal(heat_in_bucket(VMINSPECT_POLICY_ID_TWOLIST, 2), HEAT_LEVELS);
}

static void without_a_watch_accessed_bits_are_the_heat(void **state)
{
	struct vmi_counts counts = { .present = 100, .young = 100 };
	struct vmi_region region = { .counts = &counts };

	(void)state;
	assert_int_equal(heat_of_region(&region), HEAT_LEVELS);
	counts.young = 0;
	assert_int_equal(heat_of_region(&region), 1);
	counts.present = 0;
	assert_int_equal(heat_of_region(&region), 0);
	region.counts = NULL;
	assert_int_equal(heat_of_region(&region), 0);
}

/* 30 hot pages, none, 10 cold ones: three quarters of the strip are hot. */
static void a_strip_is_resident_memory_by_address(void **state)
{
	struct vmi_counts hot = { .present = 30, .young = 30 }, none = { 0 }, cold = { .present = 10 };
	const struct vmi_region regions[] = { { .counts = &hot }, { .counts = &none }, { .counts = &cold } };
	const struct vmi_region *items[] = { &regions[0], &regions[1], &regions[2] };
	const struct vmi_region_list list = { 3, items, NULL };
	uint32_t levels[8];
	size_t i;

	(void)state;
	heat_strip(&list, levels, 8);
	for (i = 0; i < 8; i++)
		assert_int_equal(levels[i], i < 6 ? HEAT_LEVELS : 1);
	heat_strip(&(struct vmi_region_list){ 0 }, levels, 8);
	assert_int_equal(levels[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(processes_come_by_working_set_then_by_what_they_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(the_selection_stays_on_its_process_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(the_selection_stays_within_the_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(opening_leads_to_regions_and_pages_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_zombie_cannot_be_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(a_process_that_dies_leads_back_with_a_message, setup, teardown),
		cmocka_unit_test_setup_teardown(a_process_that_is_barred_leads_back_with_a_message, setup, teardown),
		cmocka_unit_test_setup_teardown(a_region_that_goes_leads_back_with_a_message, setup, teardown),
		cmocka_unit_test_setup_teardown(only_watches_begun_here_are_ended_here, setup, teardown),
		cmocka_unit_test_setup_teardown(a_watch_is_begun_on_the_selected_process, setup, teardown),
		cmocka_unit_test_setup_teardown(watches_that_are_over_take_no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(any_key_leaves_help_and_does_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(the_delay_has_bounds, setup, teardown),
		cmocka_unit_test(ages_are_read_as_each_policy_means_them),
		cmocka_unit_test(without_a_watch_accessed_bits_are_the_heat),
		cmocka_unit_test(a_strip_is_resident_memory_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
