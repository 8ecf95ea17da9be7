// SPDX-License-Identifier: GPL-2.0
/* All that can be asked for by generic netlink. */
#define _GNU_SOURCE
#include "request.h"

#include <linux/vminspect.h>
#include <string.h>

#include "genl.h"
#include "module.h"

/* Of whatever the request is about. */
#define PID VMI_A_PROCESS_PID
_Static_assert(PID == (int)VMI_A_REGION_PID && PID == (int)VMI_A_TABLE_PID && PID == (int)VMI_A_PAGE_PID &&
	       PID == (int)VMI_A_EXPLAIN_PID, "one number for all");

#define FLAG UINT32_MAX
#define ID_OF_THE_WATCH (UINT32_MAX - 1)

const struct request requests[REQUESTS] = {
	{ "module", VMI_CMD_MODULE_GET, NLM_F_ACK, false, 0, 0, true },
	{ "process", VMI_CMD_PROCESS_GET, NLM_F_ACK, true, 0, 0, true },
	{ "process in detail", VMI_CMD_PROCESS_GET, NLM_F_ACK, true, VMI_A_PROCESS_DETAIL, FLAG, true },
	{ "processes", VMI_CMD_PROCESS_GET, NLM_F_DUMP, false, 0, 0, false },
	{ "regions", VMI_CMD_REGION_GET, NLM_F_DUMP, true, 0, 0, true },
	{ "regions in detail", VMI_CMD_REGION_GET, NLM_F_DUMP, true, VMI_A_REGION_DETAIL, FLAG, true },
	{ "regions by state", VMI_CMD_REGION_GET, NLM_F_DUMP, true, VMI_A_REGION_STATES,
	  VMINSPECT_PAGE_STATES_PRESENT, true },
	{ "runs of leaves", VMI_CMD_TABLE_GET, NLM_F_DUMP, true, VMI_A_TABLE_MODE, VMINSPECT_TABLE_MODE_RUNS, true },
	{ "tables", VMI_CMD_TABLE_GET, NLM_F_DUMP, true, VMI_A_TABLE_MODE, VMINSPECT_TABLE_MODE_TABLES, true },
	{ "levels", VMI_CMD_TABLE_GET, NLM_F_DUMP, true, VMI_A_TABLE_MODE, VMINSPECT_TABLE_MODE_LEVELS, true },
	{ "pages", VMI_CMD_PAGE_GET, NLM_F_DUMP, true, 0, 0, true },
	{ "pages by policy", VMI_CMD_PAGE_GET, NLM_F_DUMP, true, VMI_A_PAGE_POLICY, VMINSPECT_POLICY_ID_CLOCK, true },
	{ "explanation", VMI_CMD_EXPLAIN_GET, NLM_F_ACK, true, 0, 0, true },
	{ "watch", VMI_CMD_WATCH_GET, NLM_F_ACK, false, VMI_A_WATCH_ID, ID_OF_THE_WATCH, true },
	{ "watches", VMI_CMD_WATCH_GET, NLM_F_DUMP, false, 0, 0, false },
	{ "policies", VMI_CMD_POLICY_GET, NLM_F_DUMP, false, 0, 0, false },
	{ "statistics", VMI_CMD_STATS_GET, NLM_F_DUMP, false, 0, 0, false },
	{ "scores", VMI_CMD_SCORE_GET, NLM_F_DUMP, false, 0, 0, false },
};

bool request_find_family(struct request_subject *subject)
{
	int family = genl_family(MODULE_NAME);

	subject->family = family > 0 ? family : 0;
	return family > 0;
}

int request_ask(int socket, const struct request *request, const struct request_subject *subject)
{
	uint32_t value = request->value == ID_OF_THE_WATCH ? subject->watch : request->value;
	struct genl_message message;

	genl_begin(&message, subject->family, request->flags, request->command);
	if (request->of_target)
		genl_put(&message, PID, &subject->pid, sizeof(subject->pid));
	if (request->type)
		genl_put(&message, request->type, &value, request->value == FLAG ? 0 : sizeof(value));
	if (request->command == VMI_CMD_EXPLAIN_GET)
		genl_put(&message, VMI_A_EXPLAIN_ADDRESS, &subject->address, sizeof(subject->address));
	return genl_ask(socket, &message);
}

int request_watch(int socket, const struct request_subject *subject, const char *options, bool owned)
{
	struct genl_message message;

	genl_begin(&message, subject->family, NLM_F_ACK, VMI_CMD_WATCH_NEW);
	genl_put(&message, VMI_A_WATCH_PID, &subject->pid, sizeof(subject->pid));
	genl_put(&message, VMI_A_WATCH_OPTIONS, options, strlen(options) + 1);
	if (owned)
		genl_put(&message, VMI_A_WATCH_OWNED, "", 0);
	return genl_ask(socket, &message);
}

int request_unwatch(int socket, const struct request_subject *subject)
{
	struct genl_message message;

	genl_begin(&message, subject->family, NLM_F_ACK, VMI_CMD_WATCH_DEL);
	genl_put(&message, VMI_A_WATCH_PID, &subject->pid, sizeof(subject->pid));
	return genl_ask(socket, &message);
}
