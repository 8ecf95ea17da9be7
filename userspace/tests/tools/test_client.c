// SPDX-License-Identifier: GPL-2.0
/* Conversations of the library with a kernel that is made up: errors, interruptions, losses, recordings. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fake.h"
#include "world.h"

/* What the kernel does next. */
struct script {
	struct fake_ack ack;		/* for requests that are no dumps, and refused dumps */
	bool refuse;			/* dumps too */
	int interrupted;		/* so many dumps, -1: all of them */
	int done;			/* error in NLMSG_DONE */
	int requests;			/* counted */
	uint8_t reply_command;		/* 0: that of the request */
	int fail_receive;		/* errno of the first receive */
	bool stale;			/* a message of an earlier conversation comes first */
	bool cut;			/* the message ends within its generic header */
};

static void put_region(struct fake *fake, uint8_t command, uint64_t start, uint16_t flags)
{
	struct nlmsghdr *m = fake_message(fake, command, NLM_F_MULTI | flags);

	mnl_attr_put_u64(m, VMI_A_REGION_START, start);
}

static void dump_regions(struct fake *fake, const struct fake_request *request, struct script *script)
{
	bool interrupt = script->interrupted < 0 || script->requests <= script->interrupted;
	uint8_t command = script->reply_command ? script->reply_command : request->command;

	if (script->stale)
		fake_message(fake, command, NLM_F_MULTI)->nlmsg_seq = 12345;
	if (script->cut)
		fake_message(fake, command, NLM_F_MULTI)->nlmsg_len = sizeof(struct nlmsghdr) + 2;
	put_region(fake, command, 0x1000, 0);
	put_region(fake, command, 0x2000, interrupt ? NLM_F_DUMP_INTR : 0);
	fake_done(fake, script->done, 0);
}

static void answer(struct fake *fake, const struct fake_request *request, void *argument)
{
	struct script *script = argument;

	script->requests++;
	if (script->fail_receive)
		fake_fail(fake, -script->fail_receive);
	if (request->dump && !script->refuse)
		dump_regions(fake, request, script);
	else
		fake_acknowledge(fake, &script->ack);
}

static int read_regions(struct script *script, struct vmi_client **ret_client, struct vmi_region_list *ret)
{
	const struct vmi_region_query query = { .pid = 42 };

	*ret_client = fake_open(fake_create(answer, script));
	return vmi_region_list_read(*ret_client, &query, ret);
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static void a_refusal_has_the_kernels_text_and_the_attribute(void **state)
{
	struct script script = { .ack = { -ESRCH, "no process of that pid", VMI_A_REGION_PID, -1 }, .refuse = true };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -ESRCH);
	assert_int_equal(list.count, 0);
	assert_int_equal(vmi_client_error(client)->error, -ESRCH);
	assert_string_equal(vmi_client_error(client)->text, "no process of that pid");
	assert_string_equal(vmi_client_error(client)->attribute, "pid");
	assert_false(vmi_client_error(client)->missing);
	vmi_client_close(client);
}

static void a_missing_attribute_is_named(void **state)
{
	struct script script = { .ack = { -EINVAL, NULL, -1, VMI_A_WATCH_PID } };
	const struct vmi_watch_request request = { .pid = 42 };
	struct vmi_client *client = fake_open(fake_create(answer, &script));
	struct vmi_watch_list list;

	(void)state;
	assert_int_equal(vmi_watch_begin(client, &request, &list), -EINVAL);
	assert_string_equal(vmi_client_error(client)->attribute, "pid");
	assert_string_equal(vmi_client_error(client)->text, "");
	assert_true(vmi_client_error(client)->missing);
	vmi_client_close(client);
}

static void names_of_attributes_have_dashes(void **state)
{
	struct script script = { .ack = { -EINVAL, NULL, -1, VMI_A_WATCH_EFFECTIVE_PERIOD } };
	struct vmi_client *client = fake_open(fake_create(answer, &script));

	(void)state;
	assert_int_equal(vmi_watch_end(client, 1, 0), -EINVAL);
	assert_string_equal(vmi_client_error(client)->attribute, "effective-period");
	vmi_client_close(client);
}

static void an_error_at_the_end_of_a_dump_is_not_lost(void **state)
{
	struct script script = { .done = -ENOMEM };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -ENOMEM);
	assert_int_equal(list.count, 0);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

static void a_success_clears_the_error_of_before(void **state)
{
	struct script script = { .ack = { -ENOENT, "no such watch", VMI_A_WATCH_ID, -1 } };
	struct vmi_client *client = fake_open(fake_create(answer, &script));

	(void)state;
	assert_int_equal(vmi_watch_end(client, 7, 0), -ENOENT);
	script.ack = (struct fake_ack){ .attribute = -1, .missing = -1 };
	assert_int_equal(vmi_watch_end(client, 7, 0), 0);
	assert_int_equal(vmi_client_error(client)->error, 0);
	assert_string_equal(vmi_client_error(client)->text, "");
	assert_string_equal(vmi_client_error(client)->attribute, "");
	vmi_client_close(client);
}

static void a_request_that_does_not_fit_is_not_sent(void **state)
{
	struct script script = { .ack = { .attribute = -1, .missing = -1 } };
	struct vmi_client *client = fake_open(fake_create(answer, &script));
	struct vmi_watch_request request = { .pid = 42 };
	struct vmi_watch_list list;
	char options[2000];

	(void)state;
	memset(options, 'x', sizeof(options) - 1);
	options[sizeof(options) - 1] = '\0';
	request.options = options;
	assert_int_equal(vmi_watch_begin(client, &request, &list), -E2BIG);
	assert_int_equal(script.requests, 0);
	vmi_client_close(client);
}

/* --- what does not fit in ----------------------------------------------------------------------------------------- */

static void an_answer_to_something_else_is_refused(void **state)
{
	struct script script = { .reply_command = VMI_CMD_MODULE_GET };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -EPROTO);
	vmi_client_close(client);
}

static void a_message_without_its_header_is_refused(void **state)
{
	struct script script = { .cut = true };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -EPROTO);
	vmi_client_close(client);
}

/* The rest of a dump that cannot be used is read all the same: the next request gets its own answer. */
static void after_an_error_the_next_request_is_answered(void **state)
{
	struct script script = { .reply_command = VMI_CMD_MODULE_GET };
	const struct vmi_region_query query = { .pid = 42 };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -EPROTO);
	script.reply_command = 0;
	assert_int_equal(vmi_region_list_read(client, &query, &list), 0);
	assert_int_equal(list.count, 2);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

static void messages_of_an_earlier_conversation_are_passed_over(void **state)
{
	struct script script = { .stale = true };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[0]->start, 0x1000);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

static void a_signal_does_not_end_a_dump(void **state)
{
	struct script script = { .fail_receive = EINTR };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(script.requests, 1);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

static void a_broken_socket_ends_a_dump(void **state)
{
	struct script script = { .fail_receive = EBADF };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -EBADF);
	vmi_client_close(client);
}

/* --- interruptions ------------------------------------------------------------------------------------------------ */

static void an_interrupted_dump_is_read_again(void **state)
{
	struct script script = { .interrupted = 2 };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), 0);
	assert_int_equal(script.requests, 3);
	assert_int_equal(list.count, 2);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

static void the_last_of_many_interrupted_dumps_stands(void **state)
{
	struct script script = { .interrupted = -1 };
	struct vmi_region_list list;
	struct vmi_client *client;

	(void)state;
	assert_int_equal(read_regions(&script, &client, &list), -EAGAIN);
	assert_int_equal(script.requests, VMI_DUMP_TRIES);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[1]->start, 0x2000);
	vmi_region_list_release(&list);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

/* --- notifications ------------------------------------------------------------------------------------------------ */

static void events_come_in_order_and_unknown_ones_are_skipped(void **state)
{
	static const enum vmi_group groups[] = {
		VMI_GROUP_STATS, VMI_GROUP_REGION, VMI_GROUP_REGION, VMI_GROUP_RECLAIM, VMI_GROUP_RECLAIM,
		VMI_GROUP_PROCESS,
	};
	struct world world = { 0 };
	struct fake *fake = fake_create(world_answer, &world);
	struct vmi_client *client = fake_open(fake);
	struct vmi_event event;
	size_t i;

	(void)state;
	assert_int_equal(vmi_client_next_event(client, &event), -EINVAL);
	assert_int_equal(vmi_client_listen(client, VMI_GROUP_ALL), 0);
	world_notify(fake);
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		assert_int_equal(vmi_client_next_event(client, &event), 0);
		assert_int_equal(event.group, groups[i]);
	}
	assert_int_equal(event.process->pid, 2001);
	assert_int_equal(vmi_client_next_event(client, &event), -ENODATA);
	vmi_client_close(client);
}

static void lost_events_are_told_and_the_next_ones_come(void **state)
{
	struct world world = { 0 };
	struct fake *fake = fake_create(world_answer, &world);
	struct vmi_client *client = fake_open(fake);
	struct vmi_event event;

	(void)state;
	assert_int_equal(vmi_client_listen(client, VMI_GROUP_PROCESS), 0);
	fake_fail(fake, -ENOBUFS);
	world_notify(fake);
	assert_int_equal(vmi_client_next_event(client, &event), -ENOBUFS);
	assert_int_equal(vmi_client_next_event(client, &event), 0);
	assert_int_equal(event.group, VMI_GROUP_PROCESS);
	vmi_client_close(client);
}

static void groups_that_are_none_are_refused(void **state)
{
	struct script script = { 0 };
	struct vmi_client *client = fake_open(fake_create(answer, &script));

	(void)state;
	assert_int_equal(vmi_client_listen(client, 0), -EINVAL);
	assert_int_equal(vmi_client_listen(client, 0x10), -EINVAL);
	vmi_client_close(client);
}

/* --- recordings --------------------------------------------------------------------------------------------------- */

static void make_path(char *path)
{
	strcpy(path, "/tmp/vminspect-test-XXXXXX");
	close(mkstemp(path));
}

/* The answers of the kernel, and its refusals, are those of the recording; asked again, the last one stays. */
static void a_recording_answers_as_the_kernel_did(void **state)
{
	const struct vmi_process_query none = { .pid = 99999 };
	struct vmi_client *clients[2];
	struct world world = { 0 };
	struct vmi_process_list processes;
	struct vmi_stats_list stats;
	char path[64];
	int i;

	(void)state;
	make_path(path);
	clients[0] = fake_open(fake_create(world_answer, &world));
	assert_int_equal(vmi_client_record(clients[0], path), 0);
	for (i = 0; i < 2; i++) {
		if (i)
			assert_int_equal(vmi_client_open_recording(path, &clients[1]), 0);
		assert_int_equal(vmi_stats_list_read(clients[i], 0, &stats), 0);
		assert_int_equal(stats.items[0]->passes, 10);
		vmi_stats_list_release(&stats);
		assert_int_equal(vmi_stats_list_read(clients[i], 0, &stats), 0);
		assert_int_equal(stats.items[0]->passes, 11);
		vmi_stats_list_release(&stats);
		assert_int_equal(vmi_process_list_read(clients[i], &none, &processes), -ESRCH);
		assert_string_equal(vmi_client_error(clients[i])->text, "no process of that pid");
	}
	assert_int_equal(vmi_stats_list_read(clients[1], 0, &stats), 0);
	assert_int_equal(stats.items[0]->passes, 11);
	vmi_stats_list_release(&stats);
	assert_int_equal(vmi_stats_list_read(clients[1], 1, &stats), -ENODATA);
	vmi_client_close(clients[0]);
	vmi_client_close(clients[1]);
	unlink(path);
}

/* A disk that is full ends the recording, and nothing else. */
static void a_recording_that_cannot_go_on_says_so(void **state)
{
	struct rlimit before, limit;
	struct world world = { 0 };
	struct vmi_stats_list stats;
	struct vmi_client *client;
	char path[64];
	int i;

	(void)state;
	make_path(path);
	client = fake_open(fake_create(world_answer, &world));
	assert_int_equal(vmi_client_record(client, path), 0);
	assert_int_equal(vmi_client_recording_error(client), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ .rlim_cur = 4096, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (i = 0; i < 100; i++) {
		assert_int_equal(vmi_stats_list_read(client, 0, &stats), 0);
		vmi_stats_list_release(&stats);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(vmi_client_recording_error(client), -ENOSPC);
	assert_int_equal(vmi_client_record(client, path), -EBADMSG);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(vmi_client_record(client, path), 0);
	assert_int_equal(vmi_client_recording_error(client), 0);
	vmi_client_close(client);
	unlink(path);
}

static void write_file(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "w");

	fwrite(bytes, 1, length, file);
	fclose(file);
}

static size_t read_file(const char *path, char *bytes, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t length = fread(bytes, 1, size, file);

	fclose(file);
	assert_true(length < size);
	return length;
}

/* Records a list of processes; what vmi_client_record() says. */
static int record_processes(const char *path)
{
	struct world world = { 0 };
	struct vmi_client *client = fake_open(fake_create(world_answer, &world));
	struct vmi_process_list list;
	int err = vmi_client_record(client, path);

	assert_int_equal(vmi_process_list_read(client, &(struct vmi_process_query){ 0 }, &list), 0);
	vmi_process_list_release(&list);
	vmi_client_close(client);
	return err;
}

static int replay_processes(const char *path)
{
	struct vmi_process_list list;
	struct vmi_client *client;
	int err = vmi_client_open_recording(path, &client);

	if (err)
		return err;
	err = vmi_process_list_read(client, &(struct vmi_process_query){ 0 }, &list);
	vmi_process_list_release(&list);
	vmi_client_close(client);
	return err;
}

/* A text, a pcap of something else, and a recording with other things in it stay as they are. */
static void nothing_is_added_to_what_is_no_recording(void **state)
{
	char path[64], bytes[65536], after[65536];
	size_t length;

	(void)state;
	make_path(path);
	write_file(path, "this is not a pcap at all, though long enough", 45);
	assert_int_equal(record_processes(path), -EINVAL);
	assert_int_equal(read_file(path, bytes, sizeof(bytes)), 45);
	write_file(path, "short", 5);
	assert_int_equal(record_processes(path), -EINVAL);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(record_processes(path), 0);
	length = read_file(path, bytes, sizeof(bytes));
	bytes[20]++;				/* the link type */
	write_file(path, bytes, length);
	assert_int_equal(record_processes(path), -EINVAL);
	bytes[20]--;
	memcpy(bytes + length, "and a text, as long as a packet's head is", 42);
	write_file(path, bytes, length + 42);
	assert_int_equal(record_processes(path), -EINVAL);
	assert_int_equal(read_file(path, after, sizeof(after)), length + 42);
	assert_memory_equal(bytes, after, length + 42);
	unlink(path);
}

/* Cut anywhere but between packets, it stays as it is; else what is added can be read. */
static void nothing_is_added_behind_a_cut(void **state)
{
	char path[64], bytes[65536], after[65536];
	size_t length, cut, whole = 0;

	(void)state;
	make_path(path);
	assert_int_equal(record_processes(path), 0);
	length = read_file(path, bytes, sizeof(bytes));
	for (cut = length; cut >= length - 100; cut--) {
		write_file(path, bytes, cut);
		if (!record_processes(path)) {
			assert_true(read_file(path, after, sizeof(after)) > cut);
			whole++;
			continue;
		}
		assert_int_equal(record_processes(path), -EBADMSG);
		assert_int_equal(read_file(path, after, sizeof(after)), cut);
	}
	assert_in_range(whole, 2, 3);
	unlink(path);
}

static void what_is_no_recording_is_refused(void **state)
{
	struct vmi_client *client;
	char path[64];

	(void)state;
	make_path(path);
	assert_int_equal(vmi_client_open_recording(path, &client), -EINVAL);
	write_file(path, "this is not a pcap at all, though long enough", 45);
	assert_int_equal(vmi_client_open_recording(path, &client), -EINVAL);
	unlink(path);
	assert_int_equal(vmi_client_open_recording(path, &client), -ENOENT);
}

/* Cut anywhere, a recording is read up to there or refused, but never beyond its end. */
static void a_recording_may_be_cut_anywhere(void **state)
{
	char path[64], bytes[65536];
	size_t length, cut;

	(void)state;
	make_path(path);
	assert_int_equal(record_processes(path), 0);
	length = read_file(path, bytes, sizeof(bytes));
	for (cut = 0; cut < length; cut += 3) {
		write_file(path, bytes, cut);
		assert_int_not_equal(replay_processes(path), 0);
	}
	unlink(path);
}

/* --- progress ----------------------------------------------------------------------------------------------------- */

static void remember(size_t items, void *argument)
{
	*(size_t *)argument = items;
}

static void progress_is_told_while_a_list_is_read(void **state)
{
	struct script script = { 0 };
	struct vmi_client *client = fake_open(fake_create(answer, &script));
	struct vmi_region_list list;
	size_t items = 0;

	(void)state;
	vmi_client_set_progress(client, remember, &items);
	assert_int_equal(vmi_region_list_read(client, &(struct vmi_region_query){ .pid = 1 }, &list), 0);
	assert_int_equal(items, 2);
	vmi_region_list_release(&list);
	vmi_client_close(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_has_the_kernels_text_and_the_attribute),
		cmocka_unit_test(a_missing_attribute_is_named),
		cmocka_unit_test(names_of_attributes_have_dashes),
		cmocka_unit_test(an_error_at_the_end_of_a_dump_is_not_lost),
		cmocka_unit_test(a_success_clears_the_error_of_before),
		cmocka_unit_test(a_request_that_does_not_fit_is_not_sent),
		cmocka_unit_test(an_answer_to_something_else_is_refused),
		cmocka_unit_test(a_message_without_its_header_is_refused),
		cmocka_unit_test(after_an_error_the_next_request_is_answered),
		cmocka_unit_test(messages_of_an_earlier_conversation_are_passed_over),
		cmocka_unit_test(a_signal_does_not_end_a_dump),
		cmocka_unit_test(a_broken_socket_ends_a_dump),
		cmocka_unit_test(an_interrupted_dump_is_read_again),
		cmocka_unit_test(the_last_of_many_interrupted_dumps_stands),
		cmocka_unit_test(events_come_in_order_and_unknown_ones_are_skipped),
		cmocka_unit_test(lost_events_are_told_and_the_next_ones_come),
		cmocka_unit_test(groups_that_are_none_are_refused),
		cmocka_unit_test(a_recording_answers_as_the_kernel_did),
		cmocka_unit_test(a_recording_that_cannot_go_on_says_so),
		cmocka_unit_test(nothing_is_added_to_what_is_no_recording),
		cmocka_unit_test(nothing_is_added_behind_a_cut),
		cmocka_unit_test(what_is_no_recording_is_refused),
		cmocka_unit_test(a_recording_may_be_cut_anywhere),
		cmocka_unit_test(progress_is_told_while_a_list_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
