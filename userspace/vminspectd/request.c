// SPDX-License-Identifier: GPL-2.0
/* What a client asks. */
#include "request.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>

#include <linux/vminspect.h>

#include "attribute.h"

#define HEAD (NLMSG_HDRLEN + GENL_HDRLEN)
#define TYPES_MAX 64			/* of attributes; no command has a number so high */

/* The commands that are relayed, and the attributes that say whom they are about; 0: none. */
struct rule {
	bool relayed;
	uint16_t pid;
	uint16_t watch;
	uint16_t detail;
	bool all;			/* a dump is about all of them */
};

static const struct rule rules[] = {
	[VMI_CMD_MODULE_GET] = { .relayed = true },
	[VMI_CMD_PROCESS_GET] = { .relayed = true, .pid = VMI_A_PROCESS_PID, .detail = VMI_A_PROCESS_DETAIL,
				  .all = true },
	[VMI_CMD_REGION_GET] = { .relayed = true, .pid = VMI_A_REGION_PID },
	[VMI_CMD_TABLE_GET] = { .relayed = true, .pid = VMI_A_TABLE_PID },
	[VMI_CMD_PAGE_GET] = { .relayed = true, .pid = VMI_A_PAGE_PID },
	[VMI_CMD_EXPLAIN_GET] = { .relayed = true, .pid = VMI_A_EXPLAIN_PID },
	[VMI_CMD_WATCH_GET] = { .relayed = true, .watch = VMI_A_WATCH_ID, .all = true },
	[VMI_CMD_WATCH_NEW] = { .relayed = false },
	[VMI_CMD_WATCH_DEL] = { .relayed = false },
	[VMI_CMD_POLICY_GET] = { .relayed = true },
	[VMI_CMD_STATS_GET] = { .relayed = true, .watch = VMI_A_STATS_WATCH, .all = true },
	[VMI_CMD_SCORE_GET] = { .relayed = true, .watch = VMI_A_SCORE_WATCH, .all = true },
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

/* --- attributes --------------------------------------------------------------------------------------------------- */

/* The attributes of a request, each where it is; NULL: not there. */
struct attributes {
	const struct nlattr *at[TYPES_MAX];
};

static int take_attributes(const char *bytes, size_t length, struct attributes *ret)
{
	memset(ret, 0, sizeof(*ret));
	while (length) {
		const struct nlattr *attribute = (const struct nlattr *)bytes;
		size_t step = attribute_step(bytes, length);

		if (!step || attribute->nla_type >= TYPES_MAX || ret->at[attribute->nla_type])
			return -EINVAL;
		ret->at[attribute->nla_type] = attribute;
		bytes += step;
		length -= step;
	}
	return 0;
}

static const void *value_of(const struct nlattr *attribute)
{
	return (const char *)attribute + NLA_HDRLEN;
}

/* A number that must be there. */
static int take_number(const struct attributes *attributes, uint16_t type, uint32_t *ret)
{
	const struct nlattr *attribute = attributes->at[type];

	if (!attribute || attribute->nla_len != NLA_HDRLEN + sizeof(*ret))
		return -EINVAL;
	memcpy(ret, value_of(attribute), sizeof(*ret));
	return 0;
}

/* --- whom it is about --------------------------------------------------------------------------------------------- */

static int refuse(struct request *request, int err, const char *text)
{
	request->text = text;
	return err;
}

static int read_process(struct request *request, const struct rule *rule, const struct attributes *attributes)
{
	request->detail = rule->detail && attributes->at[rule->detail];
	if (request->dump && rule->all) {
		request->subject = REQUEST_PROCESSES;
		return attributes->at[rule->pid] ? refuse(request, -EINVAL, "a dump of all takes no pid") : 0;
	}
	request->subject = REQUEST_PROCESS;
	if (take_number(attributes, rule->pid, &request->pid))
		return refuse(request, -EINVAL, "which process? the pid attribute is missing");
	return 0;
}

static int read_watch(struct request *request, const struct rule *rule, const struct attributes *attributes)
{
	if (request->dump && !attributes->at[rule->watch]) {
		request->subject = REQUEST_WATCHES;
		return 0;
	}
	request->subject = REQUEST_WATCH;
	if (take_number(attributes, rule->watch, &request->watch))
		return refuse(request, -EINVAL, "which watch? the id attribute is missing");
	return 0;
}

static int read_family(struct request *request, const struct attributes *attributes)
{
	const struct rule *rule = request->command < RULES ? &rules[request->command] : NULL;

	if (request->command == VMI_CMD_WATCH_NEW || request->command == VMI_CMD_WATCH_DEL)
		return refuse(request, -EACCES, "the daemon passes on only what changes nothing; this needs root");
	if (!rule || !rule->relayed)
		return refuse(request, -EOPNOTSUPP, "the daemon does not know this command");
	if (rule->pid)
		return read_process(request, rule, attributes);
	if (rule->watch)
		return read_watch(request, rule, attributes);
	return 0;
}

/* The numbers of our own family, and of no other. */
static int read_controller(struct request *request, const struct attributes *attributes)
{
	const struct nlattr *name = attributes->at[CTRL_ATTR_FAMILY_NAME];
	const char ours[] = VMINSPECT_FAMILY_NAME;

	request->controller = true;
	if (request->command == CTRL_CMD_GETFAMILY && !request->dump && name &&
	    name->nla_len == NLA_HDRLEN + sizeof(ours) && !memcmp(value_of(name), ours, sizeof(ours)))
		return 0;
	return refuse(request, -EACCES, "the daemon passes on only what is asked of vminspect");
}

/* --- the message -------------------------------------------------------------------------------------------------- */

static int read_message(struct request *request, uint16_t family)
{
	struct nlmsghdr *message = request->message;
	struct attributes attributes;

	if (take_attributes((const char *)message + HEAD, message->nlmsg_len - HEAD, &attributes))
		return refuse(request, -EINVAL, "the attributes are malformed, or one is there twice");
	if (message->nlmsg_type == GENL_ID_CTRL)
		return read_controller(request, &attributes);
	if (message->nlmsg_type != family)
		return refuse(request, -ENOENT, "the module is not loaded, or has been loaded anew");
	return read_family(request, &attributes);
}

int request_read(void *packet, size_t length, uint16_t family, struct request *ret)
{
	struct nlmsghdr *message = packet;
	const struct genlmsghdr *generic = (const void *)((const char *)packet + NLMSG_HDRLEN);

	if (length < HEAD || length > REQUEST_BYTES || message->nlmsg_len != length || length % NLMSG_ALIGNTO)
		return -EBADMSG;
	*ret = (struct request){
		.message = message,
		.sequence = message->nlmsg_seq,
		.command = generic->cmd,
		.dump = (message->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP,
		.text = "",
	};
	message->nlmsg_flags = NLM_F_REQUEST | (ret->dump ? NLM_F_DUMP : NLM_F_ACK);
	message->nlmsg_pid = 0;
	return read_message(ret, family);
}
