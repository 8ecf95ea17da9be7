// SPDX-License-Identifier: GPL-2.0
/* The lists: a request out of a query, the replies decoded into a snapshot, and all again when it was interrupted. */
#include <errno.h>
#include <string.h>

#include "decode.h"
#include "snapshot.h"
#include "transport.h"
#include "vminspect.h"

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* What replies are turned into. */
struct reading {
	struct vmi_client *client;
	const struct vmi_object *object;
	uint8_t command;		/* of the request; replies have the same */
	struct vmi_snapshot *snapshot;
};

static void tell_progress(const struct reading *reading)
{
	if (reading->client->progress)
		reading->client->progress(reading->snapshot->count, reading->client->progress_argument);
}

static int take_item(uint8_t command, const void *attributes, size_t length, void *argument)
{
	struct reading *reading = argument;
	void *item;
	int err;

	if (command != reading->command)
		return -EPROTO;
	err = vmi_decode(reading->object, attributes, length, reading->snapshot, &item);
	if (!err)
		err = vmi_snapshot_add(reading->snapshot, item);
	tell_progress(reading);
	return err;
}

/* A message that has items in it. */
static int take_items(uint8_t command, const void *attributes, size_t length, struct reading *reading,
		      int (*decode)(const void *attributes, size_t length, struct vmi_snapshot *ret))
{
	int err;

	if (command != reading->command)
		return -EPROTO;
	err = decode(attributes, length, reading->snapshot);
	tell_progress(reading);
	return err;
}

static int take_runs(uint8_t command, const void *attributes, size_t length, void *argument)
{
	return take_items(command, attributes, length, argument, vmi_decode_runs);
}

static int take_regions(uint8_t command, const void *attributes, size_t length, void *argument)
{
	return take_items(command, attributes, length, argument, vmi_decode_regions);
}

/* Asks until nothing interrupts, a fixed number of times; then the last answer stands, and -EAGAIN says so. */
static int read_uninterrupted(struct reading *reading, struct vmi_request *request, vmi_reply_fn take)
{
	int try, err = -EINTR;

	for (try = 0; try < VMI_DUMP_TRIES && err == -EINTR; try++) {
		vmi_snapshot_reset(reading->snapshot);
		err = vmi_converse(reading->client, request, take, reading);
	}
	return err == -EINTR ? -EAGAIN : err;
}

/* *ret is NULL unless the result is 0 or -EAGAIN. */
static int read_snapshot(struct vmi_client *client, struct vmi_request *request, const struct vmi_object *object,
			 vmi_reply_fn take, struct vmi_snapshot **ret)
{
	struct reading reading = { client, object, vmi_request_command(request), vmi_snapshot_create() };
	int err = -ENOMEM;

	*ret = NULL;
	if (reading.snapshot)
		err = read_uninterrupted(&reading, request, take);
	if (err && err != -EAGAIN)
		vmi_snapshot_destroy(reading.snapshot);
	else
		*ret = reading.snapshot;
	return err;
}

/* --- lists and their snapshots ------------------------------------------------------------------------------------ */

/* One list type: reading it with a request, and releasing it. */
#define DEFINE_LIST(list_type, item_type, object, take) \
	static int read_##list_type(struct vmi_client *client, struct vmi_request *request, struct list_type *ret) \
	{ \
		struct vmi_snapshot *snapshot; \
		int err = read_snapshot(client, request, &(object), take, &snapshot); \
		\
		memset(ret, 0, sizeof(*ret)); \
		if (snapshot) \
			*ret = (struct list_type){ snapshot->count, \
						   (const struct item_type *const *)snapshot->items, snapshot }; \
		return err; \
	} \
	\
	void list_type##_release(struct list_type *list) \
	{ \
		vmi_snapshot_destroy(list->snapshot); \
		memset(list, 0, sizeof(*list)); \
	}

DEFINE_LIST(vmi_module_list, vmi_module, vmi_module_object, take_item)
DEFINE_LIST(vmi_process_list, vmi_process, vmi_process_object, take_item)
DEFINE_LIST(vmi_region_list, vmi_region, vmi_region_object, take_regions)
DEFINE_LIST(vmi_table_list, vmi_table, vmi_table_object, take_item)
DEFINE_LIST(vmi_run_list, vmi_run, vmi_run_object, take_runs)
DEFINE_LIST(vmi_explanation_list, vmi_explanation, vmi_explanation_object, take_item)
DEFINE_LIST(vmi_watch_list, vmi_watch, vmi_watch_object, take_item)
DEFINE_LIST(vmi_policy_list, vmi_policy, vmi_policy_object, take_item)
DEFINE_LIST(vmi_stats_list, vmi_stats, vmi_stats_object, take_item)
DEFINE_LIST(vmi_score_list, vmi_score, vmi_score_object, take_item)

/* --- requests ----------------------------------------------------------------------------------------------------- */

int vmi_module_list_read(struct vmi_client *client, struct vmi_module_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_MODULE_GET, false, &vmi_module_object);
	return read_vmi_module_list(client, &request, ret);
}

int vmi_process_list_read(struct vmi_client *client, const struct vmi_process_query *query,
			  struct vmi_process_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_PROCESS_GET, !query->pid, &vmi_process_object);
	if (query->pid)
		vmi_request_put_u32(&request, VMI_A_PROCESS_PID, query->pid);
	if (query->detail)
		vmi_request_put_flag(&request, VMI_A_PROCESS_DETAIL);
	return read_vmi_process_list(client, &request, ret);
}

/* An attribute is only sent when it says something. */
static void put_u64_if_set(struct vmi_request *request, uint16_t attribute, uint64_t value)
{
	if (value)
		vmi_request_put_u64(request, attribute, value);
}

static void put_u32_if_set(struct vmi_request *request, uint16_t attribute, uint32_t value)
{
	if (value)
		vmi_request_put_u32(request, attribute, value);
}

int vmi_region_list_read(struct vmi_client *client, const struct vmi_region_query *query, struct vmi_region_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_REGION_GET, true, &vmi_region_object);
	vmi_request_put_u32(&request, VMI_A_REGION_PID, query->pid);
	put_u64_if_set(&request, VMI_A_REGION_START, query->start);
	put_u64_if_set(&request, VMI_A_REGION_END, query->end);
	put_u32_if_set(&request, VMI_A_REGION_STATES, query->states);
	if (query->detail)
		vmi_request_put_flag(&request, VMI_A_REGION_DETAIL);
	return read_vmi_region_list(client, &request, ret);
}

int vmi_table_list_read(struct vmi_client *client, const struct vmi_table_query *query, struct vmi_table_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_TABLE_GET, true, &vmi_table_object);
	vmi_request_put_u32(&request, VMI_A_TABLE_PID, query->pid);
	vmi_request_put_u32(&request, VMI_A_TABLE_MODE, query->mode);
	put_u64_if_set(&request, VMI_A_TABLE_START, query->start);
	put_u64_if_set(&request, VMI_A_TABLE_END, query->end);
	return read_vmi_table_list(client, &request, ret);
}

int vmi_run_list_read(struct vmi_client *client, const struct vmi_run_query *query, struct vmi_run_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_PAGE_GET, true, &vmi_page_object);
	vmi_request_put_u32(&request, VMI_A_PAGE_PID, query->pid);
	put_u64_if_set(&request, VMI_A_PAGE_START, query->start);
	put_u64_if_set(&request, VMI_A_PAGE_END, query->end);
	put_u32_if_set(&request, VMI_A_PAGE_STATES, query->states);
	if (query->with_policy)
		vmi_request_put_u32(&request, VMI_A_PAGE_POLICY, query->policy);
	return read_vmi_run_list(client, &request, ret);
}

int vmi_explanation_list_read(struct vmi_client *client, uint32_t pid, uint64_t address,
			      struct vmi_explanation_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_EXPLAIN_GET, false, &vmi_explanation_object);
	vmi_request_put_u32(&request, VMI_A_EXPLAIN_PID, pid);
	vmi_request_put_u64(&request, VMI_A_EXPLAIN_ADDRESS, address);
	return read_vmi_explanation_list(client, &request, ret);
}

int vmi_watch_list_read(struct vmi_client *client, uint32_t id, struct vmi_watch_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_WATCH_GET, !id, &vmi_watch_object);
	put_u32_if_set(&request, VMI_A_WATCH_ID, id);
	return read_vmi_watch_list(client, &request, ret);
}

int vmi_policy_list_read(struct vmi_client *client, struct vmi_policy_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_POLICY_GET, true, &vmi_policy_object);
	return read_vmi_policy_list(client, &request, ret);
}

int vmi_stats_list_read(struct vmi_client *client, uint32_t watch, struct vmi_stats_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_STATS_GET, true, &vmi_stats_object);
	put_u32_if_set(&request, VMI_A_STATS_WATCH, watch);
	return read_vmi_stats_list(client, &request, ret);
}

int vmi_score_list_read(struct vmi_client *client, uint32_t watch, struct vmi_score_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_SCORE_GET, true, &vmi_score_object);
	put_u32_if_set(&request, VMI_A_SCORE_WATCH, watch);
	return read_vmi_score_list(client, &request, ret);
}

/* --- watches ------------------------------------------------------------------------------------------------------ */

int vmi_watch_begin(struct vmi_client *client, const struct vmi_watch_request *wanted, struct vmi_watch_list *ret)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_WATCH_NEW, false, &vmi_watch_object);
	vmi_request_put_u32(&request, VMI_A_WATCH_PID, wanted->pid);
	if (wanted->options && *wanted->options)
		vmi_request_put_text(&request, VMI_A_WATCH_OPTIONS, wanted->options);
	if (wanted->owned)
		vmi_request_put_flag(&request, VMI_A_WATCH_OWNED);
	return read_vmi_watch_list(client, &request, ret);
}

static int take_nothing(uint8_t command, const void *attributes, size_t length, void *argument)
{
	(void)command;
	(void)attributes;
	(void)length;
	(void)argument;
	return 0;
}

int vmi_watch_end(struct vmi_client *client, uint32_t id, uint32_t pid)
{
	struct vmi_request request;

	vmi_request_init(&request, client, VMI_CMD_WATCH_DEL, false, &vmi_watch_object);
	if (id)
		vmi_request_put_u32(&request, VMI_A_WATCH_ID, id);
	else
		vmi_request_put_u32(&request, VMI_A_WATCH_PID, pid);
	return vmi_converse(client, &request, take_nothing, NULL);
}
