// SPDX-License-Identifier: GPL-2.0
/*
 * The daemon's filter of requests against the way in which the kernel reads them: what it lets through is about the
 * process that it says, changes nothing, and carries only our flags.
 */
#include "input.h"
#include "vminspectd/request.c"

#define FAMILY 0x1d

/* The value that the kernel takes for an attribute: the last one of that number, whatever bits stand above it. */
static uint32_t kernels_number(const struct nlmsghdr *message, uint16_t type)
{
	size_t at = HEAD;
	uint32_t value = 0;

	while (at + NLA_HDRLEN <= message->nlmsg_len) {
		struct nlattr attribute;

		memcpy(&attribute, (const char *)message + at, sizeof(attribute));
		if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > message->nlmsg_len - at)
			break;
		if ((attribute.nla_type & NLA_TYPE_MASK) == type && attribute.nla_len >= NLA_HDRLEN + sizeof(value))
			memcpy(&value, (const char *)message + at + NLA_HDRLEN, sizeof(value));
		at += NLA_ALIGN(attribute.nla_len);
	}
	return value;
}

static void check_relayed(const struct request *request)
{
	const struct nlmsghdr *message = request->message;
	const struct rule *rule = &rules[request->command];

	REQUIRE(message->nlmsg_flags == (NLM_F_REQUEST | (request->dump ? NLM_F_DUMP : NLM_F_ACK)));
	REQUIRE(!message->nlmsg_pid);
	if (request->controller) {
		REQUIRE(message->nlmsg_type == GENL_ID_CTRL && request->command == CTRL_CMD_GETFAMILY);
		return;
	}
	REQUIRE(message->nlmsg_type == FAMILY && request->command < RULES && rule->relayed);
	REQUIRE(request->command != VMI_CMD_WATCH_NEW && request->command != VMI_CMD_WATCH_DEL);
	if (rule->pid)
		REQUIRE(request->pid == kernels_number(message, rule->pid));
	if (rule->watch)
		REQUIRE(request->watch == kernels_number(message, rule->watch));
	REQUIRE((request->subject == REQUEST_SYSTEM) == (!rule->pid && !rule->watch));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char packet[2 * REQUEST_BYTES] __attribute__((aligned(8)));
	struct request request;
	int err;

	if (size > sizeof(packet))
		return 0;
	memcpy(packet, data, size);
	err = request_read(packet, size, FAMILY, &request);
	REQUIRE(err <= 0);
	if (!err)
		check_relayed(&request);
	else
		REQUIRE(err == -EBADMSG || request.text);
	return 0;
}
