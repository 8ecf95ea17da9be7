// SPDX-License-Identifier: GPL-2.0
/* Which requests the daemon relays, and what it takes them to be about. */
#include "unit.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>

#include <linux/vminspect.h>

#include "vminspectd/request.h"

#define FAMILY 0x1d

struct packet {
	char bytes[2 * REQUEST_BYTES] __attribute__((aligned(8)));
	struct request request;
};

static struct nlmsghdr *begin(struct packet *packet, uint16_t type, uint8_t command, uint16_t flags)
{
	struct nlmsghdr *message;
	struct genlmsghdr *generic;

	memset(packet, 0, sizeof(*packet));
	message = mnl_nlmsg_put_header(packet->bytes);
	generic = mnl_nlmsg_put_extra_header(message, sizeof(*generic));
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = 7;
	message->nlmsg_pid = 99;
	generic->cmd = command;
	generic->version = 1;
	return message;
}

static int read_it(struct packet *packet)
{
	return request_read(packet->bytes, ((struct nlmsghdr *)packet->bytes)->nlmsg_len, FAMILY, &packet->request);
}

static void what_is_asked_of_a_process_names_it(void **state)
{
	static const struct {
		uint8_t command;
		uint16_t pid;
		uint16_t flags;
	} commands[] = {
		{ VMI_CMD_PROCESS_GET, VMI_A_PROCESS_PID, 0 }, { VMI_CMD_REGION_GET, VMI_A_REGION_PID, NLM_F_DUMP },
		{ VMI_CMD_TABLE_GET, VMI_A_TABLE_PID, NLM_F_DUMP }, { VMI_CMD_PAGE_GET, VMI_A_PAGE_PID, NLM_F_DUMP },
		{ VMI_CMD_EXPLAIN_GET, VMI_A_EXPLAIN_PID, 0 },
	};
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct nlmsghdr *message = begin(&packet, FAMILY, commands[i].command, commands[i].flags);

		assert_int_equal(read_it(&packet), -EINVAL);
		mnl_attr_put_u32(message, commands[i].pid, 42);
		assert_int_equal(read_it(&packet), 0);
		assert_int_equal(packet.request.subject, REQUEST_PROCESS);
		assert_int_equal(packet.request.pid, 42);
		assert_int_equal(packet.request.sequence, 7);
	}
}

static void a_dump_may_be_about_all_of_them(void **state)
{
	struct packet packet;
	struct nlmsghdr *message = begin(&packet, FAMILY, VMI_CMD_PROCESS_GET, NLM_F_DUMP);

	(void)state;
	mnl_attr_put(message, VMI_A_PROCESS_DETAIL, 0, NULL);
	assert_int_equal(read_it(&packet), 0);
	assert_int_equal(packet.request.subject, REQUEST_PROCESSES);
	assert_true(packet.request.detail);
	mnl_attr_put_u32(message, VMI_A_PROCESS_PID, 1);
	assert_int_equal(read_it(&packet), -EINVAL);
	begin(&packet, FAMILY, VMI_CMD_STATS_GET, NLM_F_DUMP);
	assert_int_equal(read_it(&packet), 0);
	assert_int_equal(packet.request.subject, REQUEST_WATCHES);
}

static void what_is_asked_of_a_watch_names_it(void **state)
{
	static const uint8_t commands[] = { VMI_CMD_WATCH_GET, VMI_CMD_STATS_GET, VMI_CMD_SCORE_GET };
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands); i++) {
		struct nlmsghdr *message = begin(&packet, FAMILY, commands[i], 0);

		assert_int_equal(read_it(&packet), -EINVAL);
		mnl_attr_put_u32(message, VMI_A_WATCH_ID, 3);
		assert_int_equal(read_it(&packet), 0);
		assert_int_equal(packet.request.subject, REQUEST_WATCH);
		assert_int_equal(packet.request.watch, 3);
	}
}

static void what_changes_something_is_refused(void **state)
{
	struct packet packet;
	int command, relayed = 0;

	(void)state;
	begin(&packet, FAMILY, VMI_CMD_WATCH_NEW, 0);
	assert_int_equal(read_it(&packet), -EACCES);
	begin(&packet, FAMILY, VMI_CMD_WATCH_DEL, NLM_F_DUMP);
	assert_int_equal(read_it(&packet), -EACCES);
	/* All others that are relayed are known by name, of 256: a new command is none of them by itself. */
	for (command = 0; command < 256; command++) {
		struct nlmsghdr *message = begin(&packet, FAMILY, command, 0);

		mnl_attr_put_u32(message, VMI_A_WATCH_ID, 3);
		mnl_attr_put_u32(message, VMI_A_REGION_PID + 60, 3);
		relayed += read_it(&packet) != -EOPNOTSUPP;
	}
	assert_int_equal(relayed, 12);
}

/* It is what the kernel reads that must have been checked. */
static void an_attribute_that_is_there_twice_is_refused(void **state)
{
	struct packet packet;
	struct nlmsghdr *message = begin(&packet, FAMILY, VMI_CMD_REGION_GET, NLM_F_DUMP);
	struct nlattr *second;

	(void)state;
	mnl_attr_put_u32(message, VMI_A_REGION_PID, 42);
	second = mnl_nlmsg_get_payload_tail(message);
	mnl_attr_put_u32(message, VMI_A_REGION_PID, 1);
	assert_int_equal(read_it(&packet), -EINVAL);
	second->nla_type |= NLA_F_NESTED;
	assert_int_equal(read_it(&packet), -EINVAL);
}

static void attributes_must_fit_exactly(void **state)
{
	struct packet packet;
	struct nlmsghdr *message = begin(&packet, FAMILY, VMI_CMD_REGION_GET, NLM_F_DUMP);
	struct nlattr *pid = mnl_nlmsg_get_payload_tail(message);
	uint16_t length;

	(void)state;
	mnl_attr_put_u32(message, VMI_A_REGION_PID, 42);
	assert_int_equal(read_it(&packet), 0);
	for (length = 0; length < 64; length++) {
		pid->nla_len = length;
		assert_int_equal(read_it(&packet), length == 8 ? 0 : -EINVAL);
	}
}

static void what_is_no_message_is_not_answered(void **state)
{
	struct packet packet;
	struct nlmsghdr *message = begin(&packet, FAMILY, VMI_CMD_MODULE_GET, 0);
	size_t length;

	(void)state;
	for (length = 0; length <= REQUEST_BYTES + 8; length++)
		assert_int_equal(request_read(packet.bytes, length, FAMILY, &packet.request),
				 length == message->nlmsg_len ? 0 : -EBADMSG);
	message->nlmsg_len = REQUEST_BYTES + 4;
	assert_int_equal(read_it(&packet), -EBADMSG);
	message->nlmsg_len = 21;
	assert_int_equal(read_it(&packet), -EBADMSG);
}

static void only_our_family_is_asked_for(void **state)
{
	struct packet packet;
	struct nlmsghdr *message = begin(&packet, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);

	(void)state;
	assert_int_equal(read_it(&packet), -EACCES);
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, VMINSPECT_FAMILY_NAME);
	assert_int_equal(read_it(&packet), 0);
	assert_true(packet.request.controller);
	message = begin(&packet, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, "taskstats");
	assert_int_equal(read_it(&packet), -EACCES);
	message = begin(&packet, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_DUMP);
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, VMINSPECT_FAMILY_NAME);
	assert_int_equal(read_it(&packet), -EACCES);
	begin(&packet, FAMILY + 1, VMI_CMD_MODULE_GET, 0);
	assert_int_equal(read_it(&packet), -ENOENT);
}

/* Whatever flags and sender the client wrote, the kernel gets ours. */
static void flags_and_sender_are_ours(void **state)
{
	struct packet packet;
	struct nlmsghdr *message = begin(&packet, FAMILY, VMI_CMD_MODULE_GET, 0xffff & ~NLM_F_DUMP);

	(void)state;
	assert_int_equal(read_it(&packet), 0);
	assert_int_equal(message->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(message->nlmsg_pid, 0);
	begin(&packet, FAMILY, VMI_CMD_POLICY_GET, 0xffff);
	assert_int_equal(read_it(&packet), 0);
	assert_int_equal(message->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_of_a_process_names_it),
		cmocka_unit_test(a_dump_may_be_about_all_of_them),
		cmocka_unit_test(what_is_asked_of_a_watch_names_it),
		cmocka_unit_test(what_changes_something_is_refused),
		cmocka_unit_test(an_attribute_that_is_there_twice_is_refused),
		cmocka_unit_test(attributes_must_fit_exactly),
		cmocka_unit_test(what_is_no_message_is_not_answered),
		cmocka_unit_test(only_our_family_is_asked_for),
		cmocka_unit_test(flags_and_sender_are_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
