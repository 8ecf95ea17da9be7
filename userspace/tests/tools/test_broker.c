// SPDX-License-Identifier: GPL-2.0
/*
 * The daemon's socket from end to end, with a kernel that is made up behind it: what administrators and users are told,
 * and that clients which are slow, many or mad harm nobody else. The user is a process of its own, without privileges.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "vminspectd/broker.h"

#define NOBODY		65534
#define FRAME		0x1234
#define OTHERS_PID	1		/* lives, and is root's */
#define NO_PID		0x7fffffff	/* lives not */
#define WATCH		5		/* on the user */
#define OTHERS_WATCH	6		/* on somebody else */
#define FAMILY_WATCH	7		/* on the user and descendants */
#define MANY		2000		/* messages, more than a socket takes */

static struct {
	char folder[32];
	char path[48];
	struct broker *broker;
	pthread_t thread;
	atomic_bool ending;
	atomic_uint user_pid;		/* of the process that plays the user */
	atomic_uint user_watch;		/* the watch on it */
	atomic_bool watch_leaves;	/* is no more on it when its statistics are asked for */
	atomic_int failure;		/* of asking for one process; 0: none */
} stage;

/* --- the kernel --------------------------------------------------------------------------------------------------- */

static void put_process(struct fake *fake, uint32_t pid, uint32_t uid, uint32_t watch, bool detail)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_PROCESS_GET, 0);

	mnl_attr_put_u32(m, VMI_A_PROCESS_PID, pid);
	mnl_attr_put_u32(m, VMI_A_PROCESS_UID, uid);
	mnl_attr_put_u32(m, VMI_A_PROCESS_THREADS, detail ? 77 : 1);
	if (watch)
		mnl_attr_put_u32(m, VMI_A_PROCESS_WATCH, watch);
}

static uid_t user_id(void)
{
	return geteuid() ? geteuid() : NOBODY;
}

static void answer_processes(struct fake *fake, const struct fake_request *request)
{
	bool detail = fake_has(request, VMI_A_PROCESS_DETAIL);
	uint32_t pid = fake_number(request, VMI_A_PROCESS_PID, 0);

	if (!request->dump) {
		put_process(fake, pid, user_id(), stage.user_watch, detail);
		return;
	}
	put_process(fake, OTHERS_PID, 0, OTHERS_WATCH, detail);
	put_process(fake, stage.user_pid, user_id(), stage.user_watch, detail);
	put_process(fake, NO_PID, user_id(), 0, detail);
	put_process(fake, OTHERS_PID, user_id(), OTHERS_WATCH, detail);	/* has the number of one that is not theirs */
}

static void put_watch(struct fake *fake, uint32_t id)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_WATCH_GET, 0);

	mnl_attr_put_u32(m, VMI_A_WATCH_ID, id);
	mnl_attr_put_u32(m, VMI_A_WATCH_PID, id == OTHERS_WATCH ? OTHERS_PID : stage.user_pid);
	mnl_attr_put_u32(m, VMI_A_WATCH_SCOPE, id == FAMILY_WATCH ? VMINSPECT_WATCH_SCOPE_DESCENDANTS :
								   VMINSPECT_WATCH_SCOPE_SELF);
}

static void put_stats(struct fake *fake, uint32_t id)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_STATS_GET, NLM_F_MULTI);

	mnl_attr_put_u32(m, VMI_A_STATS_WATCH, id);
	mnl_attr_put_u64(m, VMI_A_STATS_PASSES, 100 + id);
}

static void put_runs(struct fake *fake, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct nlmsghdr *m = fake_message(fake, VMI_CMD_PAGE_GET, NLM_F_MULTI);
		struct nlattr *run = mnl_attr_nest_start(m, VMI_A_PAGE_RUN);

		mnl_attr_put_u64(m, VMI_A_RUN_START, 0x1000 * (i + 1));
		mnl_attr_put_u64(m, VMI_A_RUN_PAGES, 1);
		mnl_attr_put_u64(m, VMI_A_RUN_FRAME, FRAME);
		mnl_attr_nest_end(m, run);
	}
}

static void answer(struct fake *fake, const struct fake_request *request, void *argument)
{
	(void)argument;
	switch (request->command) {
	case VMI_CMD_PROCESS_GET:
		answer_processes(fake, request);
		break;
	case VMI_CMD_WATCH_GET:
		put_watch(fake, fake_number(request, VMI_A_WATCH_ID, 0));
		break;
	case VMI_CMD_STATS_GET:
		if (stage.watch_leaves)
			stage.user_watch = 0;
		put_stats(fake, WATCH);
		put_stats(fake, OTHERS_WATCH);
		put_stats(fake, FAMILY_WATCH);
		break;
	case VMI_CMD_PAGE_GET:
		put_runs(fake, fake_number(request, VMI_A_PAGE_START, 0) ? MANY : 2);
		break;
	}
	if (request->dump)
		fake_done(fake, 0, 0);
	else
		fake_acknowledge(fake, &(struct fake_ack){ .attribute = -1, .missing = -1 });
}

/* A request for one process can fail. */
static void answer_or_fail(struct fake *fake, const struct fake_request *request, void *argument)
{
	const struct fake_ack failure = { .error = stage.failure, .attribute = -1, .missing = -1 };

	if (stage.failure && request->command == VMI_CMD_PROCESS_GET && !request->dump)
		fake_acknowledge(fake, &failure);
	else
		answer(fake, request, argument);
}

static int open_fake(struct vmi_client **ret)
{
	*ret = fake_open(fake_create(answer_or_fail, NULL));
	return 0;
}

/* --- the stage ---------------------------------------------------------------------------------------------------- */

static void *let_in(void *argument)
{
	struct pollfd door = { .fd = broker_fd(stage.broker), .events = POLLIN };

	(void)argument;
	while (!stage.ending)
		if (poll(&door, 1, 20) > 0)
			broker_run(stage.broker);
	return NULL;
}

static int setup(void **state)
{
	const struct broker_settings settings = { stage.path, PEER_NO_GROUP, open_fake };

	(void)state;
	strcpy(stage.folder, "/tmp/broker-XXXXXX");
	if (!mkdtemp(stage.folder) || chmod(stage.folder, 0755) || chdir(stage.folder))
		return -1;
	/* Not from the root on: that of a chroot may be closed to users. */
	strcpy(stage.path, "s");
	stage.ending = false;
	stage.user_watch = 0;
	stage.watch_leaves = false;
	stage.failure = 0;
	return broker_open(&settings, &stage.broker) || pthread_create(&stage.thread, NULL, let_in, NULL);
}

static int teardown(void **state)
{
	(void)state;
	stage.ending = true;
	pthread_join(stage.thread, NULL);
	broker_close(stage.broker);
	return chdir("/") || rmdir(stage.folder);
}

/* --- the user ----------------------------------------------------------------------------------------------------- */

/* In the user's process: a broken expectation ends it with the number of its line. */
#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			_exit(1 + __LINE__ % 250); \
	} while (0)

/* Gives up all privileges, and is to be dumped nonetheless. */
static void become_user(void)
{
	if (!geteuid())
		EXPECT(!setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
		       !setresuid(NOBODY, NOBODY, NOBODY));
	EXPECT(!prctl(PR_SET_DUMPABLE, 1));
}

/* Has a function run as somebody, once the kernel knows its pid, and expects that it finds all as it should be. */
static void as(void (*become)(void), void (*act)(struct vmi_client *client))
{
	int ready[2], status;
	char byte = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct vmi_client *client;

		become();
		EXPECT(read(ready[0], &byte, 1) == 1);
		EXPECT(!vmi_client_open_socket(stage.path, &client));
		act(client);
		_exit(0);
	}
	stage.user_pid = pid;
	assert_int_equal(write(ready[1], &byte, 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ready[0]);
	close(ready[1]);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void as_user(void (*act)(struct vmi_client *client))
{
	as(become_user, act);
}

static int count_runs(struct vmi_client *client, uint32_t pid, uint64_t *ret_frame)
{
	const struct vmi_run_query query = { .pid = pid };
	struct vmi_run_list list;
	int err = vmi_run_list_read(client, &query, &list), count = (int)list.count;

	if (count)
		*ret_frame = list.items[0]->frame;
	vmi_run_list_release(&list);
	return err ? err : count;
}

static void look_at_own(struct vmi_client *client)
{
	uint64_t frame = 99;

	EXPECT(count_runs(client, getpid(), &frame) == 2);
	EXPECT(!frame);
}

static void a_user_sees_own_pages_without_frames(void **state)
{
	(void)state;
	as_user(look_at_own);
}

static void look_at_others(struct vmi_client *client)
{
	uint64_t frame = 0;

	EXPECT(count_runs(client, OTHERS_PID, &frame) == -EACCES);
	EXPECT(strstr(vmi_client_error(client)->text, "not yours"));
	EXPECT(count_runs(client, NO_PID, &frame) == -ESRCH);
	EXPECT(!prctl(PR_SET_DUMPABLE, 0));
	EXPECT(count_runs(client, getpid(), &frame) == -EACCES);
	EXPECT(!prctl(PR_SET_DUMPABLE, 1));
	EXPECT(count_runs(client, getpid(), &frame) == 2);
}

static void a_user_sees_nothing_of_others(void **state)
{
	(void)state;
	as_user(look_at_others);
}

static void list_processes(struct vmi_client *client)
{
	const struct vmi_process_query all = { 0 }, detailed = { .detail = true };
	struct vmi_process_list list;

	EXPECT(!vmi_process_list_read(client, &all, &list));
	EXPECT(list.count == 1 && list.items[0]->pid == (uint32_t)getpid() && list.items[0]->threads == 1);
	vmi_process_list_release(&list);
	EXPECT(!vmi_process_list_read(client, &detailed, &list));
	EXPECT(list.count == 1 && list.items[0]->threads == 77);
	vmi_process_list_release(&list);
}

static void a_list_has_the_users_processes_alone(void **state)
{
	(void)state;
	as_user(list_processes);
}

static void list_without_memory(struct vmi_client *client)
{
	const struct vmi_process_query all = { 0 };
	struct vmi_process_list list;

	EXPECT(vmi_process_list_read(client, &all, &list) == -ENOMEM);
	EXPECT(!list.count);
}

/* A list that lacks a process would look like one of all. */
static void a_list_that_cannot_be_read_is_none(void **state)
{
	(void)state;
	stage.failure = -ENOMEM;
	as_user(list_without_memory);
}

static void list_while_one_goes(struct vmi_client *client)
{
	const struct vmi_process_query all = { 0 };
	struct vmi_process_list list;

	EXPECT(!vmi_process_list_read(client, &all, &list));
	EXPECT(!list.count);
	vmi_process_list_release(&list);
}

static void one_that_goes_meanwhile_is_left_out(void **state)
{
	(void)state;
	stage.failure = -ESRCH;
	as_user(list_while_one_goes);
}

static int read_stats(struct vmi_client *client, uint32_t watch, size_t *ret_count)
{
	struct vmi_stats_list list;
	int err = vmi_stats_list_read(client, watch, &list);

	*ret_count = list.count;
	if (list.count && (list.items[0]->watch != WATCH || list.items[0]->passes != 100 + WATCH))
		err = -EPROTO;
	vmi_stats_list_release(&list);
	return err;
}

static void look_at_watches(struct vmi_client *client)
{
	size_t count;

	EXPECT(!read_stats(client, 0, &count) && count == 1);
	EXPECT(read_stats(client, OTHERS_WATCH, &count) == -EACCES && !count);
	EXPECT(!read_stats(client, WATCH, &count) && count == 1);
}

static void of_watches_a_user_sees_those_on_own_processes(void **state)
{
	(void)state;
	stage.user_watch = WATCH;
	as_user(look_at_watches);
}

static void look_for_watches(struct vmi_client *client)
{
	size_t count;

	EXPECT(!read_stats(client, 0, &count) && !count);
	EXPECT(read_stats(client, FAMILY_WATCH, &count) == -EACCES);
}

/* Its sums are those of descendants too, which may be others'. */
static void but_none_that_watches_descendants(void **state)
{
	(void)state;
	stage.user_watch = FAMILY_WATCH;
	as_user(look_for_watches);
}

static void look_at_a_watch_that_leaves(struct vmi_client *client)
{
	size_t count;

	EXPECT(!read_stats(client, 0, &count) && !count);
}

/* Its owner is looked up before the kernel is asked, and may be another when that answers. */
static void a_watch_that_changes_hands_is_not_told(void **state)
{
	(void)state;
	stage.user_watch = WATCH;
	stage.watch_leaves = true;
	as_user(look_at_a_watch_that_leaves);
}

static void look_at_one_watch_that_leaves(struct vmi_client *client)
{
	size_t count;

	EXPECT(read_stats(client, WATCH, &count) == -EACCES && !count);
}

static void nor_is_one_that_was_named(void **state)
{
	(void)state;
	stage.user_watch = WATCH;
	stage.watch_leaves = true;
	as_user(look_at_one_watch_that_leaves);
}

static void change_something(struct vmi_client *client)
{
	const struct vmi_watch_request request = { .pid = getpid() };
	struct vmi_watch_list list;

	EXPECT(vmi_watch_begin(client, &request, &list) == -EACCES);
	EXPECT(vmi_watch_end(client, WATCH, 0) == -EACCES);
	EXPECT(strstr(vmi_client_error(client)->text, "changes nothing"));
	EXPECT(vmi_client_listen(client, VMI_GROUP_ALL) == -EACCES);
}

static void nobody_changes_anything(void **state)
{
	(void)state;
	as_user(change_something);
}

static void fill_places(struct vmi_client *client)
{
	struct vmi_client *clients[BROKER_CLIENTS_OF_USER];
	struct vmi_client *one_more;
	uint64_t frame;
	size_t i;

	for (i = 1; i < BROKER_CLIENTS_OF_USER; i++)
		EXPECT(!vmi_client_open_socket(stage.path, &clients[i]));
	EXPECT(vmi_client_open_socket(stage.path, &one_more) == -ECONNRESET);
	EXPECT(count_runs(client, getpid(), &frame) == 2);
}

static void a_user_gets_a_bounded_number_of_places(void **state)
{
	(void)state;
	as_user(fill_places);
	assert_int_equal(broker_refused(stage.broker), 1);
}

/* --- administrators ----------------------------------------------------------------------------------------------- */

/* Effective, permitted, inheritable. */
static void read_capabilities(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };

	assert_int_equal(syscall(SYS_capget, &header, data), 0);
}

static void need_root(void)
{
	struct __user_cap_data_struct data[2];

	read_capabilities(data);
	if (!geteuid() && data[0].effective & 1u << CAP_SYS_ADMIN)
		return;
	print_message("root with CAP_SYS_ADMIN is missing\n");
	skip();
}

static void root_sees_everything(void **state)
{
	const struct vmi_process_query all = { 0 };
	struct vmi_process_list list;
	struct vmi_client *client;
	uint64_t frame = 0;

	(void)state;
	need_root();
	assert_int_equal(vmi_client_open_socket(stage.path, &client), 0);
	assert_int_equal(count_runs(client, NO_PID, &frame), 2);
	assert_int_equal(frame, FRAME);
	assert_int_equal(vmi_process_list_read(client, &all, &list), 0);
	assert_int_equal(list.count, 4);
	vmi_process_list_release(&list);
	vmi_client_close(client);
}

static void lose_admin(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	EXPECT(!syscall(SYS_capget, &header, data));
	data[0].effective &= ~(1u << CAP_SYS_ADMIN);
	data[0].permitted &= ~(1u << CAP_SYS_ADMIN);
	EXPECT(!syscall(SYS_capset, &header, data));
}

static void lose_all_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[2] = { { 0 }, { 0 } };

	EXPECT(!setgroups(0, NULL) && !setresgid(0, 0, 0) && !syscall(SYS_capset, &header, none));
}

/* With all capabilities there, of which none is one here. */
static void become_root_of_a_namespace(void)
{
	int map;

	EXPECT(!unshare(CLONE_NEWUSER));
	map = open("/proc/self/uid_map", O_WRONLY);
	EXPECT(map >= 0 && write(map, "0 0 1", 5) == 5 && !close(map));
}

static void is_no_admin(struct vmi_client *client)
{
	uint64_t frame = 0;

	EXPECT(!geteuid());
	EXPECT(count_runs(client, OTHERS_PID, &frame) == -EACCES);
}

static void is_a_user(struct vmi_client *client)
{
	uint64_t frame = 99;

	is_no_admin(client);
	EXPECT(count_runs(client, getpid(), &frame) == 2);
	EXPECT(!frame);
}

static void root_without_its_capability_is_a_user(void **state)
{
	(void)state;
	need_root();
	as(lose_admin, is_no_admin);
	as(lose_all_capabilities, is_a_user);
}

static void so_is_root_of_a_namespace(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (!pid)
		_exit(unshare(CLONE_NEWUSER) ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status) {
		print_message("user namespaces are missing\n");
		skip();
	}
	need_root();
	as(become_root_of_a_namespace, is_no_admin);
}

/* --- bad clients -------------------------------------------------------------------------------------------------- */

static int connect_raw(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(name.sun_path, stage.path);
	assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	return fd;
}

static void what_is_no_request_ends_the_connection(void **state)
{
	static const char rubbish[60000] = "GET /metrics HTTP/1.1\r\n";
	static const size_t lengths[] = { 1, 19, 24, 1024, 1028, sizeof(rubbish) };
	char byte;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		int fd = connect_raw();

		assert_int_equal(send(fd, rubbish, lengths[i], 0), lengths[i]);
		assert_true(recv(fd, &byte, 1, 0) <= 0);
		close(fd);
	}
}

static void put_request(char bytes[256], uint16_t type, uint8_t command, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(message, sizeof(*generic));

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	generic->cmd = command;
	if (type != GENL_ID_CTRL)
		return;
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, VMINSPECT_FAMILY_NAME);
}

/* One who asks for much and takes nothing: it is held up, others are not. */
static void stall(struct vmi_client *client)
{
	char request[256] __attribute__((aligned(4))), reply[4096];
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	uint64_t frame;

	strcpy(name.sun_path, stage.path);
	EXPECT(!connect(fd, (struct sockaddr *)&name, sizeof(name)));
	put_request(request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	EXPECT(send(fd, request, ((struct nlmsghdr *)request)->nlmsg_len, 0) > 0);
	EXPECT(recv(fd, reply, sizeof(reply), 0) > 0);
	put_request(request, FAKE_FAMILY, VMI_CMD_PAGE_GET, NLM_F_DUMP);
	mnl_attr_put_u32((struct nlmsghdr *)request, VMI_A_PAGE_PID, getpid());
	mnl_attr_put_u64((struct nlmsghdr *)request, VMI_A_PAGE_START, 1);
	EXPECT(send(fd, request, ((struct nlmsghdr *)request)->nlmsg_len, 0) > 0);
	EXPECT(count_runs(client, getpid(), &frame) == 2);
}

static void a_client_that_takes_nothing_holds_up_nobody(void **state)
{
	(void)state;
	as_user(stall);
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

static void one_that_is_in_use_is_not_taken(void **state)
{
	const struct broker_settings settings = { stage.path, PEER_NO_GROUP, open_fake };
	struct broker *second;

	(void)state;
	assert_int_equal(broker_open(&settings, &second), -EADDRINUSE);
}

/* As a daemon leaves it that is killed. */
static void one_that_was_left_is(void **state)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct broker_settings settings = { name.sun_path, PEER_NO_GROUP, open_fake };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct broker *broker;
	struct stat socket;

	(void)state;
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/left", stage.folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	close(fd);
	assert_int_equal(broker_open(&settings, &broker), 0);
	assert_int_equal(stat(name.sun_path, &socket), 0);
	assert_int_equal(socket.st_mode & 0777, 0666);
	broker_close(broker);
	assert_int_equal(access(name.sun_path, F_OK), -1);
}

static void a_file_that_is_no_socket_stays(void **state)
{
	const struct broker_settings settings = { "precious", PEER_NO_GROUP, open_fake };
	int fd = open(settings.path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	struct broker *broker;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(broker_open(&settings, &broker), -EADDRINUSE);
	assert_int_equal(unlink(settings.path), 0);
}

/* What it leads to was left, the link was put there by somebody. */
static void so_does_a_link_to_a_socket(void **state)
{
	const struct broker_settings settings = { "link", PEER_NO_GROUP, open_fake };
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "left" };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct broker *broker;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	close(fd);
	assert_int_equal(symlink(name.sun_path, settings.path), 0);
	assert_int_equal(broker_open(&settings, &broker), -EADDRINUSE);
	assert_int_equal(unlink(settings.path), 0);
	assert_int_equal(unlink(name.sun_path), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_user_sees_own_pages_without_frames),
		TEST(a_user_sees_nothing_of_others),
		TEST(a_list_has_the_users_processes_alone),
		TEST(a_list_that_cannot_be_read_is_none),
		TEST(one_that_goes_meanwhile_is_left_out),
		TEST(of_watches_a_user_sees_those_on_own_processes),
		TEST(but_none_that_watches_descendants),
		TEST(a_watch_that_changes_hands_is_not_told),
		TEST(nor_is_one_that_was_named),
		TEST(nobody_changes_anything),
		TEST(a_user_gets_a_bounded_number_of_places),
		TEST(root_sees_everything),
		TEST(root_without_its_capability_is_a_user),
		TEST(so_is_root_of_a_namespace),
		TEST(what_is_no_request_ends_the_connection),
		TEST(a_client_that_takes_nothing_holds_up_nobody),
		TEST(one_that_is_in_use_is_not_taken),
		TEST(one_that_was_left_is),
		TEST(a_file_that_is_no_socket_stays),
		TEST(so_does_a_link_to_a_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
