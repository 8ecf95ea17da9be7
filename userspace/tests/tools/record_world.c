// SPDX-License-Identifier: GPL-2.0
/*
 * record_world DIR: recordings of the made-up machine that the golden tests replay. What they ask for is asked here,
 * by the same calls of the library.
 *
 *	world.pcap	one of everything
 *	ended.pcap	a watch that ends between two readings
 *	idle.pcap	no watches, and of process 1234 no word
 *	tight.pcap	shadows without room for all pages
 *	locked.pcap	a process that cannot be looked at
 *	crowd.pcap	what the daemon reads, of a thousand processes
 *	user.pcap	memory of 1234 and 1240 as the daemon tells it to a user
 *	barred.pcap	memory of all, of whom 1240 has become another user's
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

static struct vmi_client *open_recorder(struct world *world, const char *folder, const char *name)
{
	struct vmi_client *client = fake_open(fake_create(world_answer, world));
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
	if (vmi_client_record(client, path)) {
		perror(path);
		_exit(1);
	}
	return client;
}

/* --- what is asked for: errors are answers too -------------------------------------------------------------------- */

static void ask_processes(struct vmi_client *client, uint32_t pid, bool detail)
{
	const struct vmi_process_query query = { .pid = pid, .detail = detail };
	struct vmi_process_list list;

	vmi_process_list_read(client, &query, &list);
	vmi_process_list_release(&list);
}

static void ask_regions(struct vmi_client *client, const struct vmi_region_query *query)
{
	struct vmi_region_list list;

	vmi_region_list_read(client, query, &list);
	vmi_region_list_release(&list);
}

static void ask_runs(struct vmi_client *client, const struct vmi_run_query *query)
{
	struct vmi_run_list list;

	vmi_run_list_read(client, query, &list);
	vmi_run_list_release(&list);
}

static void ask_tables(struct vmi_client *client, uint32_t pid, uint32_t mode)
{
	const struct vmi_table_query query = { .pid = pid, .mode = mode };
	struct vmi_table_list list;

	vmi_table_list_read(client, &query, &list);
	vmi_table_list_release(&list);
}

static void ask_explanation(struct vmi_client *client, uint32_t pid, uint64_t address)
{
	struct vmi_explanation_list list;

	vmi_explanation_list_read(client, pid, address, &list);
	vmi_explanation_list_release(&list);
}

static void ask_stats(struct vmi_client *client, uint32_t watch)
{
	struct vmi_stats_list list;

	vmi_stats_list_read(client, watch, &list);
	vmi_stats_list_release(&list);
}

static void ask_scores(struct vmi_client *client, uint32_t watch)
{
	struct vmi_score_list list;

	vmi_score_list_read(client, watch, &list);
	vmi_score_list_release(&list);
}

static void ask_watches(struct vmi_client *client)
{
	struct vmi_watch_list list;

	vmi_watch_list_read(client, 0, &list);
	vmi_watch_list_release(&list);
}

static void ask_policies(struct vmi_client *client)
{
	struct vmi_policy_list list;

	vmi_policy_list_read(client, &list);
	vmi_policy_list_release(&list);
}

static void ask_module(struct vmi_client *client)
{
	struct vmi_module_list list;

	vmi_module_list_read(client, &list);
	vmi_module_list_release(&list);
}

static void begin_watch(struct vmi_client *client, uint32_t pid, const char *options)
{
	const struct vmi_watch_request request = { .pid = pid, .options = options };
	struct vmi_watch_list list;

	vmi_watch_begin(client, &request, &list);
	vmi_watch_list_release(&list);
}

/* --- recordings --------------------------------------------------------------------------------------------------- */

static void ask_all_processes(struct vmi_client *client)
{
	static const uint32_t pids[] = { 1234, 1240, 2000, 2001, 3000, 99999 };
	size_t i;

	ask_module(client);
	ask_processes(client, 0, false);
	ask_processes(client, 0, true);
	for (i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		ask_processes(client, pids[i], false);
		ask_processes(client, pids[i], true);
	}
}

static void ask_all_regions(struct vmi_client *client)
{
	static const uint32_t pids[] = { 1234, 1240, 3000, 99999 };
	size_t i;

	for (i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		ask_regions(client, &(struct vmi_region_query){ .pid = pids[i], .detail = true });
		ask_regions(client, &(struct vmi_region_query){ .pid = pids[i] });
	}
	ask_regions(client, &(struct vmi_region_query){
		.pid = 1234, .detail = true, .states = VMINSPECT_PAGE_STATES_SWAPPED });
	ask_regions(client, &(struct vmi_region_query){
		.pid = 1234, .detail = true, .start = 0x602800, .end = 0x1c01000 });
	ask_regions(client, &(struct vmi_region_query){ .pid = 1234, .start = 0x1c00000, .end = 0x1c08000 });
	ask_regions(client, &(struct vmi_region_query){
		.pid = 1234, .start = 0x7f2c00000000, .end = 0x7f2c00400000 });
}

static void ask_all_pages(struct vmi_client *client)
{
	const uint32_t present = VMINSPECT_PAGE_STATES_PRESENT, swapped = VMINSPECT_PAGE_STATES_SWAPPED;

	ask_runs(client, &(struct vmi_run_query){ .pid = 1234 });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1234, .start = 0x1c00000, .end = 0x1c08000 });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1234, .states = swapped });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1234, .states = present });
	ask_runs(client, &(struct vmi_run_query){
		.pid = 1234, .states = present, .start = 0x602000, .end = 0x1c08000 });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1240, .states = present });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1234, .states = present | swapped });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1240, .states = present | swapped });
	ask_runs(client, &(struct vmi_run_query){ .pid = 1234, .with_policy = true });
	ask_runs(client, &(struct vmi_run_query){
		.pid = 1234, .with_policy = true, .policy = VMINSPECT_POLICY_ID_CLOCK });
	ask_runs(client, &(struct vmi_run_query){
		.pid = 1234, .start = 0x7f2c00000000, .end = 0x7f2c00400000 });
}

static void ask_all_tables_and_addresses(struct vmi_client *client)
{
	static const uint64_t addresses[] = { 0x602010, 0x1c04008, 0x7f2c00123456, 0x5000000000, 0x401000 };
	size_t i;

	ask_tables(client, 1234, VMINSPECT_TABLE_MODE_RUNS);
	ask_tables(client, 1234, VMINSPECT_TABLE_MODE_TABLES);
	ask_tables(client, 1234, VMINSPECT_TABLE_MODE_LEVELS);
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		ask_explanation(client, 1234, addresses[i]);
	ask_explanation(client, 99999, 0x1000);
}

static void ask_all_watches(struct vmi_client *client)
{
	int i;

	ask_policies(client);
	ask_watches(client);
	for (i = 0; i < 3; i++)
		ask_stats(client, 0);
	for (i = 0; i < 3; i++)
		ask_stats(client, 1);
	ask_stats(client, 2);
	ask_stats(client, 9);
	ask_scores(client, 0);
	ask_scores(client, 1);
	ask_scores(client, 9);
	begin_watch(client, 1240, "");
	begin_watch(client, 1240, "policy=all period=500ms");
	begin_watch(client, 1240, "policy=lru");
	begin_watch(client, 1234, "");
	begin_watch(client, 99999, "");
	vmi_watch_end(client, 0, 1234);
	vmi_watch_end(client, 0, 1240);
	vmi_watch_end(client, 1, 0);
	vmi_watch_end(client, 7, 0);
}

static void listen_to_all(struct vmi_client *client, struct fake *fake)
{
	struct vmi_event event;

	vmi_client_listen(client, VMI_GROUP_ALL);
	world_notify(fake);
	while (!vmi_client_next_event(client, &event))
		;
}

static void record_world(const char *folder)
{
	struct world world = { 0 };
	struct vmi_client *client = open_recorder(&world, folder, "world.pcap");
	struct fake *listener = fake_create(world_answer, &world);
	char path[PATH_MAX];

	ask_all_processes(client);
	ask_all_regions(client);
	ask_all_pages(client);
	ask_all_tables_and_addresses(client);
	ask_all_watches(client);
	vmi_client_close(client);
	client = fake_open(listener);
	snprintf(path, sizeof(path), "%s/world.pcap", folder);
	vmi_client_record(client, path);
	listen_to_all(client, listener);
	vmi_client_close(client);
}

static void record_end_of_watch(const char *folder)
{
	struct world world = { 0 };
	struct vmi_client *client = open_recorder(&world, folder, "ended.pcap");

	ask_watches(client);
	ask_stats(client, 0);
	world.watch_ended = true;
	ask_watches(client);
	ask_stats(client, 0);
	vmi_client_close(client);
}

/* Three readings. */
static void record_readings(struct world world, const char *folder, const char *name)
{
	struct vmi_client *client = open_recorder(&world, folder, name);
	int i;

	for (i = 0; i < 3; i++) {
		ask_watches(client);
		ask_stats(client, 0);
	}
	vmi_client_close(client);
}

static void record_crowd(const char *folder)
{
	struct world world = { .crowd = 1000 };
	struct vmi_client *client = open_recorder(&world, folder, "crowd.pcap");

	ask_module(client);
	ask_processes(client, 0, false);
	ask_watches(client);
	ask_stats(client, 0);
	ask_scores(client, 0);
	vmi_client_close(client);
}

static void record_user(const char *folder)
{
	struct world world = { .by_daemon = true };
	struct vmi_client *client = open_recorder(&world, folder, "user.pcap");
	static const uint32_t pids[] = { 1234, 1240 };
	size_t i;

	for (i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		ask_processes(client, pids[i], false);
		ask_regions(client, &(struct vmi_region_query){ .pid = pids[i] });
		ask_runs(client, &(struct vmi_run_query){ .pid = pids[i] });
		ask_runs(client, &(struct vmi_run_query){
			.pid = pids[i], .states = VMINSPECT_PAGE_STATES_PRESENT | VMINSPECT_PAGE_STATES_SWAPPED });
	}
	ask_explanation(client, 1234, 0x602010);
	ask_explanation(client, 1234, 0x1c04008);
	vmi_client_close(client);
}

static void record_barred(const char *folder)
{
	struct world world = { .barred = 1240 };
	struct vmi_client *client = open_recorder(&world, folder, "barred.pcap");
	static const uint32_t pids[] = { 1, 1234, 1240, 2000, 3000 };
	size_t i;

	ask_processes(client, 0, false);
	ask_processes(client, 1240, false);
	for (i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		ask_regions(client, &(struct vmi_region_query){ .pid = pids[i] });
		ask_runs(client, &(struct vmi_run_query){
			.pid = pids[i], .states = VMINSPECT_PAGE_STATES_PRESENT | VMINSPECT_PAGE_STATES_SWAPPED });
	}
	vmi_client_close(client);
}

static void answer_without_watches(struct fake *fake, const struct fake_request *request, void *argument)
{
	(void)request;
	(void)argument;
	fake_done(fake, 0, 0);
}

static void record_no_watches(const char *folder)
{
	struct vmi_client *client = fake_open(fake_create(answer_without_watches, NULL));
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/idle.pcap", folder);
	unlink(path);
	vmi_client_record(client, path);
	ask_watches(client);
	ask_stats(client, 0);
	ask_scores(client, 0);
	ask_processes(client, 1234, false);
	ask_regions(client, &(struct vmi_region_query){ .pid = 1234, .detail = true });
	ask_explanation(client, 1234, 0x602010);
	vmi_client_close(client);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: record_world DIR\n");
		return 2;
	}
	record_world(argv[1]);
	record_end_of_watch(argv[1]);
	record_no_watches(argv[1]);
	record_readings((struct world){ .tight = true }, argv[1], "tight.pcap");
	record_readings((struct world){ .locked_out = true }, argv[1], "locked.pcap");
	record_crowd(argv[1]);
	record_user(argv[1]);
	record_barred(argv[1]);
	return 0;
}
