// SPDX-License-Identifier: GPL-2.0
/*
 * Who may ask the netlink family, and listen to its groups: whoever has CAP_SYS_ADMIN and CAP_NET_ADMIN in the initial
 * user namespace. Requests are well-formed, so that nothing but permission stands in their way.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <linux/vminspect.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/genl.h"
#include "lib/genl_groups.h"
#include "lib/module.h"
#include "lib/privilege.h"
#include "lib/watch.h"

#define GROUPS 4
#define CANNOT_BECOME 250
#define SECONDS 30

static const struct request {
	uint8_t command;
	uint16_t flags;
	uint16_t pid;			/* attribute of the process asked about; 0: none */
} requests[] = {
	{ VMI_CMD_MODULE_GET, NLM_F_ACK, 0 },
	{ VMI_CMD_PROCESS_GET, NLM_F_ACK, VMI_A_PROCESS_PID },
	{ VMI_CMD_PROCESS_GET, NLM_F_DUMP, 0 },
	{ VMI_CMD_REGION_GET, NLM_F_DUMP, VMI_A_REGION_PID },
	{ VMI_CMD_TABLE_GET, NLM_F_DUMP, VMI_A_TABLE_PID },
	{ VMI_CMD_PAGE_GET, NLM_F_DUMP, VMI_A_PAGE_PID },
	{ VMI_CMD_EXPLAIN_GET, NLM_F_ACK, VMI_A_EXPLAIN_PID },
	{ VMI_CMD_WATCH_NEW, NLM_F_ACK, VMI_A_WATCH_PID },
	{ VMI_CMD_WATCH_GET, NLM_F_ACK, 0 },
	{ VMI_CMD_WATCH_GET, NLM_F_DUMP, 0 },
	{ VMI_CMD_POLICY_GET, NLM_F_DUMP, 0 },
	{ VMI_CMD_STATS_GET, NLM_F_DUMP, 0 },
	{ VMI_CMD_SCORE_GET, NLM_F_DUMP, 0 },
	{ VMI_CMD_WATCH_DEL, NLM_F_ACK, VMI_A_WATCH_PID },
};

#define REQUESTS ((int)(sizeof(requests) / sizeof(requests[0])))

FIXTURE(netlink)
{
	int family;
	uint32_t groups[GROUPS];
	pid_t watched;			/* has a watch, so that there is something to tell of each command */
	uint32_t watch;
};

static bool set_up(FIXTURE_DATA(netlink) *self)
{
	if (!module_ready() || !watch_wait_none(SECONDS))
		return false;
	self->family = genl_family(MODULE_NAME);
	if (self->family <= 0 || genl_groups(MODULE_NAME, self->groups, GROUPS) != GROUPS)
		return false;
	self->watched = getpid();
	if (watch_start(self->watched, "mode=passive period=3600s"))
		return false;
	self->watch = watch_number(self->watched, "id");
	return self->watch != (uint32_t)WATCH_NOTHING;
}

FIXTURE_SETUP(netlink)
{
	ASSERT_TRUE(set_up(self));
}

FIXTURE_TEARDOWN(netlink)
{
	watch_stop(self->watched);
}

static int ask(FIXTURE_DATA(netlink) *self, const struct request *request, pid_t pid)
{
	uint64_t address = (uintptr_t)requests;
	uint32_t mode = VMINSPECT_TABLE_MODE_RUNS;
	struct genl_message message;
	int socket = genl_open(), ret;

	genl_begin(&message, self->family, request->flags, request->command);
	if (request->pid)
		genl_put(&message, request->pid, &pid, sizeof(pid));
	if (request->command == VMI_CMD_TABLE_GET)
		genl_put(&message, VMI_A_TABLE_MODE, &mode, sizeof(mode));
	if (request->command == VMI_CMD_EXPLAIN_GET)
		genl_put(&message, VMI_A_EXPLAIN_ADDRESS, &address, sizeof(address));
	if (request->command == VMI_CMD_WATCH_GET && request->flags == NLM_F_ACK)
		genl_put(&message, VMI_A_WATCH_ID, &self->watch, sizeof(self->watch));
	ret = genl_ask(socket, &message);
	close(socket);
	return ret;
}

/* 0 or the errno of joining. */
static int join(uint32_t group)
{
	int socket = genl_open();
	int ret = -genl_join(socket, group);

	close(socket);
	return ret;
}

TEST_F(netlink, root_may_ask_and_listen)
{
	int i;

	/* Its own process is watched already; of another one a watch begins, and ends. */
	for (i = 0; i < REQUESTS; i++) {
		EXPECT_EQ(0, ask(self, &requests[i], requests[i].pid == VMI_A_WATCH_PID ? getppid() : getpid())) {
			TH_LOG("command %d", requests[i].command);
		}
	}
	for (i = 0; i < GROUPS; i++)
		EXPECT_EQ(0, join(self->groups[i]));
}

/* --- who may not -------------------------------------------------------------------------------------------------- */

FIXTURE(refused)
{
	FIXTURE_DATA(netlink) netlink;
};

FIXTURE_VARIANT(refused)
{
	bool (*become)(void);
	bool may_listen;		/* CAP_SYS_ADMIN is enough for that */
};

#define VARIANT(who, listens) \
	FIXTURE_VARIANT_ADD(refused, who) { .become = as_##who, .may_listen = listens };

VARIANT(nobody, false)
VARIANT(tracer_of_everything, false)
VARIANT(admin_of_networks, false)
VARIANT(nobody_with_admin, true)
VARIANT(root_without_admin, false)
VARIANT(root_of_a_namespace, false)
VARIANT(nobody_root_of_a_namespace, false)

FIXTURE_SETUP(refused)
{
	ASSERT_TRUE(set_up(&self->netlink));
}

FIXTURE_TEARDOWN(refused)
{
	watch_stop(self->netlink.watched);
}

/* In a child that has become somebody else: 0, or 1 + the number of the first request that was not refused. */
static int first_answered(FIXTURE_DATA(refused) *self, bool (*become)(void))
{
	pid_t watched = self->netlink.watched;
	int i;

	if (chdir("/proc") || !become())
		return CANNOT_BECOME;
	for (i = 0; i < REQUESTS; i++)
		if (ask(&self->netlink, &requests[i], watched) != -EPERM)
			return i + 1;
	return 0;
}

static int first_joined(FIXTURE_DATA(refused) *self, bool (*become)(void))
{
	int i;

	if (chdir("/proc") || !become())
		return CANNOT_BECOME;
	for (i = 0; i < GROUPS; i++)
		if (join(self->netlink.groups[i]) != EPERM)
			return i + 1;
	return 0;
}

/* The exit status of a child that runs `what`. */
static int in_a_child(FIXTURE_DATA(refused) *self, int (*what)(FIXTURE_DATA(refused) *, bool (*)(void)),
		      bool (*become)(void))
{
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		_exit(what(self, become));
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(refused, every_well_formed_request)
{
	EXPECT_EQ(0, in_a_child(self, first_answered, variant->become));
	/* Nor has what was refused been done. */
	EXPECT_EQ(1, watch_count());
}

TEST_F(refused, membership_of_every_group)
{
	EXPECT_EQ(variant->may_listen ? 1 : 0, in_a_child(self, first_joined, variant->become));
}

TEST_HARNESS_MAIN
