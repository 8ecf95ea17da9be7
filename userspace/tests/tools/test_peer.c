// SPDX-License-Identifier: GPL-2.0
/* Who may see a process through the daemon. */
#include "unit.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vminspectd/guard.h"

#define USER 1000
#define GROUP 100
#define ADMINS 27

static const struct peer user = { USER, GROUP, false };

/* A process that is the user's in every way. */
static struct identity own(void)
{
	return (struct identity){ { USER, USER, USER, USER }, { GROUP, GROUP, GROUP, GROUP }, 0 };
}

static void a_user_sees_what_is_theirs(void **state)
{
	const struct identity identity = own();

	(void)state;
	assert_true(peer_may_see(&user, &identity, USER));
}

static void every_id_must_be_theirs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct identity identity = own();

		identity.uids[i] = 0;
		assert_false(peer_may_see(&user, &identity, USER));
		identity = own();
		identity.gids[i] = GROUP + 1;
		assert_false(peer_may_see(&user, &identity, USER));
	}
}

static void a_process_with_capabilities_is_not_theirs(void **state)
{
	struct identity identity = own();

	(void)state;
	identity.capabilities = 1 << 13;
	assert_false(peer_may_see(&user, &identity, USER));
}

static void nor_is_one_that_may_not_be_dumped(void **state)
{
	const struct identity identity = own();

	(void)state;
	assert_false(peer_may_see(&user, &identity, 0));
}

static void an_administrator_sees_everything(void **state)
{
	const struct peer admin = { USER, GROUP, true };
	const struct identity identity = { .capabilities = 1 };

	(void)state;
	assert_true(peer_may_see(&admin, &identity, 0));
}

#define ALL_CAPABILITIES UINT64_MAX
#define SYS_ADMIN (1ull << 21)

static void root_and_members_of_the_group_are_administrators(void **state)
{
	const gid_t groups[] = { GROUP, ADMINS };

	(void)state;
	assert_true(peer_is_admin(0, SYS_ADMIN, NULL, 0, PEER_NO_GROUP));
	assert_true(peer_is_admin(USER, 0, groups, 2, ADMINS));
	assert_false(peer_is_admin(USER, 0, groups, 1, ADMINS));
	assert_false(peer_is_admin(USER, 0, groups, 2, PEER_NO_GROUP));
}

/* A container's that has no user namespace of its own has the number of root, and little more. */
static void root_without_its_capability_is_none(void **state)
{
	const gid_t groups[] = { 0 };

	(void)state;
	assert_false(peer_is_admin(0, 0, groups, 1, ADMINS));
	assert_false(peer_is_admin(0, ALL_CAPABILITIES & ~SYS_ADMIN, groups, 1, ADMINS));
	assert_true(peer_is_admin(0, 0, groups, 1, 0));
}

static void nor_is_another_with_it(void **state)
{
	const gid_t groups[] = { GROUP };

	(void)state;
	assert_false(peer_is_admin(USER, ALL_CAPABILITIES, groups, 1, ADMINS));
}

/* They see what has all their ids and no capabilities, as other users do. */
static void root_without_its_capability_sees_its_own(void **state)
{
	const struct peer root = { 0, 0, false };
	struct identity identity = { 0 };

	(void)state;
	assert_true(peer_may_see(&root, &identity, 0));
	identity.capabilities = SYS_ADMIN;
	assert_false(peer_may_see(&root, &identity, 0));
	identity = own();
	assert_false(peer_may_see(&root, &identity, USER));
}

/* A group of that number is not the absence of one. */
static void without_a_group_nobody_is_by_group(void **state)
{
	const gid_t groups[] = { PEER_NO_GROUP };

	(void)state;
	assert_false(peer_is_admin(USER, 0, groups, 1, PEER_NO_GROUP));
}

#define STATUS \
	"Name:\tUid:\\n\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10\n" \
	"CapInh:\tffff\nCapPrm:\t000001ffffffffff\nCapEff:\t5\nCapBnd:\t0\n"

static void an_identity_is_read_from_status(void **state)
{
	const struct identity expected = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, 0x1ffffffffff, 5 };
	struct identity identity;

	(void)state;
	memset(&identity, 0, sizeof(identity));
	assert_true(identity_parse(STATUS, &identity));
	assert_memory_equal(&identity, &expected, sizeof(expected));
}

static void a_status_that_is_cut_is_no_identity(void **state)
{
	size_t length, needed = strstr(STATUS, "CapBnd") - STATUS;
	char text[sizeof(STATUS)];

	(void)state;
	for (length = 0; length < sizeof(STATUS); length++) {
		struct identity identity;

		memcpy(text, STATUS, length);
		text[length] = '\0';
		assert_int_equal(identity_parse(text, &identity), length >= needed);
	}
}

/* That it is not theirs is another matter than that it could not be looked up. */
static void a_process_that_cannot_be_looked_up_is_not_refused(void **state)
{
	struct rlimit limit, none;
	struct guard guard;
	int err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ 0, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	err = guard_open(&guard, &user, getpid());
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(err, -EMFILE);
	assert_int_equal(guard_open(&guard, &user, 0x7fffffff), -ESRCH);
}

/* --- who connected, and is gone ----------------------------------------------------------------------------------- */

/* A process of its own connects to us, and ends. The connection, as another process could have kept it up. */
static int connection_of_the_dead(pid_t *ret)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int door = socket(AF_UNIX, SOCK_SEQPACKET, 0), fd, status;
	socklen_t size = sizeof(name);

	/* By a name of the kernel's choice. */
	assert_int_equal(bind(door, (struct sockaddr *)&name, sizeof(name.sun_family)), 0);
	assert_int_equal(getsockname(door, (struct sockaddr *)&name, &size), 0);
	assert_int_equal(listen(door, 1), 0);
	*ret = fork();
	if (!*ret)
		_exit(connect(socket(AF_UNIX, SOCK_SEQPACKET, 0), (struct sockaddr *)&name, size));
	assert_int_equal(waitpid(*ret, &status, 0), *ret);
	assert_int_equal(status, 0);
	fd = accept(door, NULL, NULL);
	assert_true(fd >= 0);
	close(door);
	return fd;
}

/* False: pids cannot be chosen here. */
static bool begin_as(pid_t pid)
{
	struct clone_args arguments = {
		.exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&pid, .set_tid_size = 1,
	};
	long child = syscall(SYS_clone3, &arguments, sizeof(arguments));

	while (!child)
		pause();
	return child == pid;
}

static bool kernel_holds_on_to_peers(int fd)
{
	socklen_t size = sizeof(int);
	int process;

	if (getsockopt(fd, SOL_SOCKET, PEER_PIDFD, &process, &size))
		return errno != ENOPROTOOPT;
	close(process);
	return true;
}

/* All capabilities are those of another process, which has no more of the first than its pid. */
static void who_has_the_pid_of_the_peer_is_not_the_peer(void **state)
{
	struct peer peer;
	pid_t pid;
	int fd = connection_of_the_dead(&pid);

	(void)state;
	if (!kernel_holds_on_to_peers(fd)) {
		close(fd);
		print_message("SO_PEERPIDFD is missing (Linux 6.5)\n");
		skip();
	}
	if (!begin_as(pid)) {
		close(fd);
		print_message("root with CAP_SYS_ADMIN is missing\n");
		skip();
	}
	assert_int_equal(peer_read(fd, PEER_NO_GROUP, &peer), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(fd);
	assert_int_equal(peer.uid, geteuid());
	assert_false(peer.admin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_sees_what_is_theirs),
		cmocka_unit_test(every_id_must_be_theirs),
		cmocka_unit_test(a_process_with_capabilities_is_not_theirs),
		cmocka_unit_test(nor_is_one_that_may_not_be_dumped),
		cmocka_unit_test(an_administrator_sees_everything),
		cmocka_unit_test(root_and_members_of_the_group_are_administrators),
		cmocka_unit_test(root_without_its_capability_is_none),
		cmocka_unit_test(nor_is_another_with_it),
		cmocka_unit_test(root_without_its_capability_sees_its_own),
		cmocka_unit_test(without_a_group_nobody_is_by_group),
		cmocka_unit_test(an_identity_is_read_from_status),
		cmocka_unit_test(a_status_that_is_cut_is_no_identity),
		cmocka_unit_test(a_process_that_cannot_be_looked_up_is_not_refused),
		cmocka_unit_test(who_has_the_pid_of_the_peer_is_not_the_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
