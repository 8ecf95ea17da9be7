// SPDX-License-Identifier: GPL-2.0
/* What users without privileges are not told, in replies of every kind. */
#include "unit.h"

#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "snapshot.h"
#include "vminspect.h"
#include "vminspectd/redact.h"
#include "world.h"

#define SECRET 0x5ec4e7			/* a number that must not come through */

struct message {
	char bytes[4096] __attribute__((aligned(8)));
	char redacted[4096] __attribute__((aligned(8)));
	size_t length;			/* of what was redacted */
};

static struct nlmsghdr *begin(struct message *message)
{
	memset(message, 0, sizeof(*message));
	return mnl_nlmsg_put_header(message->bytes);
}

static void redact_it(struct message *message, uint8_t command)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)message->bytes;

	message->length = redact(command, header + 1, mnl_nlmsg_get_payload_len(header), message->redacted);
}

static bool tells(const struct message *message, uint32_t number)
{
	return memmem(message->redacted, message->length, &number, sizeof(number));
}

static void put_run(struct nlmsghdr *header, uint16_t type)
{
	struct nlattr *run = mnl_attr_nest_start(header, type);

	mnl_attr_put_u64(header, VMI_A_RUN_START, 0x7000);
	mnl_attr_put_u64(header, VMI_A_RUN_FRAME, SECRET);
	mnl_attr_put_u64(header, VMI_A_RUN_PAGES, 3);
	mnl_attr_put_u32(header, VMI_A_RUN_SWAP_TYPE, SECRET);
	mnl_attr_put_u64(header, VMI_A_RUN_SWAP_OFFSET, SECRET);
	mnl_attr_put_u32(header, VMI_A_RUN_MAPCOUNT, 2);
	mnl_attr_nest_end(header, run);
}

static void runs_have_no_frames_and_no_swap_slots(void **state)
{
	struct vmi_snapshot *runs = vmi_snapshot_create();
	struct message message;
	const struct vmi_run *run;

	(void)state;
	put_run(begin(&message), VMI_A_PAGE_RUN);
	redact_it(&message, VMI_CMD_PAGE_GET);
	assert_false(tells(&message, SECRET));
	assert_int_equal(vmi_decode_runs(message.redacted, message.length, runs), 0);
	assert_int_equal(runs->count, 1);
	run = runs->items[0];
	assert_int_equal(run->start, 0x7000);
	assert_int_equal(run->pages, 3);
	assert_int_equal(run->mapcount, 2);
	assert_int_equal(run->frame, 0);
	vmi_snapshot_destroy(runs);
}

static void put_explanation(struct nlmsghdr *header)
{
	struct nlattr *nest = mnl_attr_nest_start(header, VMI_A_EXPLAIN_LEVEL);

	mnl_attr_put_u64(header, VMI_A_ENTRY_ADDRESS, SECRET);
	mnl_attr_put_u64(header, VMI_A_ENTRY_VALUE, SECRET);
	mnl_attr_put_strz(header, VMI_A_ENTRY_TEXT, "present");
	mnl_attr_nest_end(header, nest);
	put_run(header, VMI_A_EXPLAIN_PAGE);
	nest = mnl_attr_nest_start(header, VMI_A_EXPLAIN_FRAME);
	mnl_attr_put_u64(header, VMI_A_FRAME_FRAME, SECRET);
	mnl_attr_put_u64(header, VMI_A_FRAME_FOLIO, SECRET);
	mnl_attr_put_strz(header, VMI_A_FRAME_ZONE, "Normal");
	mnl_attr_nest_end(header, nest);
	nest = mnl_attr_nest_start(header, VMI_A_EXPLAIN_SHARER);
	mnl_attr_put_u32(header, VMI_A_SHARER_PID, SECRET);
	mnl_attr_put_u64(header, VMI_A_SHARER_ADDRESS, SECRET);
	mnl_attr_nest_end(header, nest);
}

static void an_explanation_keeps_what_is_the_users_own(void **state)
{
	struct vmi_snapshot *memory = vmi_snapshot_create();
	const struct vmi_explanation *explanation;
	struct message message;
	void *object;

	(void)state;
	put_explanation(begin(&message));
	redact_it(&message, VMI_CMD_EXPLAIN_GET);
	assert_false(tells(&message, SECRET));
	assert_int_equal(vmi_decode(&vmi_explanation_object, message.redacted, message.length, memory, &object), 0);
	explanation = object;
	assert_int_equal(explanation->level_count, 1);
	assert_string_equal(explanation->level[0]->text, "present");
	assert_string_equal(explanation->frame->zone, "Normal");
	assert_int_equal(explanation->page->pages, 3);
	assert_int_equal(explanation->sharer_count, 0);
	vmi_snapshot_destroy(memory);
}

/* A page, what an access would do, and what its frame's list, age and other users are. */
static const struct vmi_explanation *told_of_page(struct message *message, struct vmi_snapshot *memory, uint32_t state,
						  uint64_t flags, bool of_file)
{
	struct nlmsghdr *header = begin(message);
	struct nlattr *nest = mnl_attr_nest_start(header, VMI_A_EXPLAIN_PAGE);
	void *object;

	mnl_attr_put_u32(header, VMI_A_RUN_STATE, state);
	mnl_attr_put_u64(header, VMI_A_RUN_FLAGS, flags);
	mnl_attr_put_u32(header, VMI_A_RUN_LRU, VMINSPECT_LRU_ACTIVE);
	mnl_attr_nest_end(header, nest);
	nest = mnl_attr_nest_start(header, VMI_A_EXPLAIN_FRAME);
	mnl_attr_put_u32(header, VMI_A_FRAME_REFERENCES, SECRET);
	mnl_attr_put_u64(header, VMI_A_FRAME_MEMCG, SECRET);
	mnl_attr_nest_end(header, nest);
	if (of_file) {
		nest = mnl_attr_nest_start(header, VMI_A_EXPLAIN_FILE);
		mnl_attr_put_strz(header, VMI_A_FILE_NAME, "/file");
		mnl_attr_nest_end(header, nest);
	}
	mnl_attr_put_u32(header, VMI_A_EXPLAIN_READ, VMINSPECT_FAULT_MAJOR_FILE);
	redact_it(message, VMI_CMD_EXPLAIN_GET);
	assert_false(tells(message, SECRET));
	assert_int_equal(vmi_decode(&vmi_explanation_object, message->redacted, message->length, memory, &object), 0);
	return object;
}

#define OTHERS_FLAGS (VMINSPECT_PAGE_FLAGS_CACHED | VMINSPECT_PAGE_FLAGS_REFERENCED | VMINSPECT_PAGE_FLAGS_ACTIVE)

static void what_the_page_cache_holds_is_not_told(void **state)
{
	struct vmi_snapshot *memory = vmi_snapshot_create();
	const struct vmi_explanation *it;
	struct message message;

	(void)state;
	it = told_of_page(&message, memory, VMINSPECT_PAGE_STATE_UNMAPPED_FILE, VMINSPECT_PAGE_FLAGS_CACHED, true);
	assert_int_equal(it->read, 0);
	assert_int_equal(it->page->flags, 0);
	it = told_of_page(&message, memory, VMINSPECT_PAGE_STATE_PRESENT, VMINSPECT_PAGE_FLAGS_FILE, true);
	assert_int_equal(it->read, VMINSPECT_FAULT_MAJOR_FILE);
	it = told_of_page(&message, memory, VMINSPECT_PAGE_STATE_UNTOUCHED, 0, false);
	assert_int_equal(it->read, VMINSPECT_FAULT_MAJOR_FILE);
	vmi_snapshot_destroy(memory);
}

static void what_others_do_with_a_frame_is_not_told(void **state)
{
	const uint64_t own = VMINSPECT_PAGE_FLAGS_ANON | VMINSPECT_PAGE_FLAGS_ACCESSED;
	struct vmi_snapshot *memory = vmi_snapshot_create();
	const struct vmi_run *page;
	struct message message;

	(void)state;
	page = told_of_page(&message, memory, VMINSPECT_PAGE_STATE_PRESENT, VMINSPECT_PAGE_FLAGS_FILE |
			    VMINSPECT_PAGE_FLAGS_ACCESSED | OTHERS_FLAGS, true)->page;
	assert_int_equal(page->flags, VMINSPECT_PAGE_FLAGS_FILE | VMINSPECT_PAGE_FLAGS_ACCESSED);
	assert_int_equal(page->lru, 0);
	page = told_of_page(&message, memory, VMINSPECT_PAGE_STATE_PRESENT, own | OTHERS_FLAGS, false)->page;
	assert_int_equal(page->flags, own | OTHERS_FLAGS);
	assert_int_equal(page->lru, VMINSPECT_LRU_ACTIVE);
	page = told_of_page(&message, memory, VMINSPECT_PAGE_STATE_PRESENT, own | VMINSPECT_PAGE_FLAGS_KSM,
			    false)->page;
	assert_int_equal(page->flags, own);
	assert_int_equal(page->lru, 0);
	vmi_snapshot_destroy(memory);
}

static void tables_have_no_frames_wherever_they_stand(void **state)
{
	struct message message;
	struct nlmsghdr *header = begin(&message);
	struct nlattr *tables, *level;

	(void)state;
	mnl_attr_put_u64(header, VMI_A_TABLE_FRAME, SECRET);
	mnl_attr_put_u64(header, VMI_A_TABLE_USED, 17);
	redact_it(&message, VMI_CMD_TABLE_GET);
	assert_false(tells(&message, SECRET));
	assert_true(tells(&message, 17));
	header = begin(&message);
	tables = mnl_attr_nest_start(header, VMI_A_PROCESS_TABLES);
	level = mnl_attr_nest_start(header, VMI_A_TABLES_LEVEL);
	mnl_attr_put_u64(header, VMI_A_TABLE_FRAME, SECRET);
	mnl_attr_put_u64(header, VMI_A_TABLE_USED, 17);
	mnl_attr_nest_end(header, level);
	mnl_attr_nest_end(header, tables);
	redact_it(&message, VMI_CMD_PROCESS_GET);
	assert_false(tells(&message, SECRET));
	assert_true(tells(&message, 17));
}

/* What a newer module tells may be anything. */
static void what_is_not_known_is_not_told(void **state)
{
	struct message message;
	struct nlmsghdr *header = begin(&message);

	(void)state;
	mnl_attr_put_u64(header, VMI_A_REGION_MAX + 1, SECRET);
	mnl_attr_put_u64(header, 200, SECRET);
	mnl_attr_put_u64(header, VMI_A_REGION_PAD, SECRET);
	mnl_attr_put_u64(header, VMI_A_REGION_START, 0x7000);
	redact_it(&message, VMI_CMD_REGION_GET);
	assert_false(tells(&message, SECRET));
	assert_true(tells(&message, 0x7000));
	redact_it(&message, VMI_CMD_MAX + 1);
	assert_int_equal(message.length, 0);
	redact_it(&message, VMI_CMD_PROCESS_NTF);
	assert_int_equal(message.length, 0);
}

/* Whole regions in a message, and in each only what is known of a region. */
static void regions_in_a_row_are_told_and_what_is_not_known_of_them_is_not(void **state)
{
	struct message message;
	struct nlmsghdr *header = begin(&message);
	struct nlattr *item;

	(void)state;
	item = mnl_attr_nest_start(header, VMI_A_REGION_ITEM);
	mnl_attr_put_u64(header, VMI_A_REGION_START, 0x7000);
	mnl_attr_put_u64(header, VMI_A_REGION_MAX + 1, SECRET);
	mnl_attr_nest_end(header, item);
	redact_it(&message, VMI_CMD_REGION_GET);
	assert_false(tells(&message, SECRET));
	assert_true(tells(&message, 0x7000));
}

static bool tells_shadow_of_region(uint32_t flags)
{
	struct message message;
	struct nlmsghdr *header = begin(&message);
	struct nlattr *nest;

	mnl_attr_put_u64(header, VMI_A_REGION_START, 0x7000);
	mnl_attr_put_u32(header, VMI_A_REGION_FLAGS, flags);
	nest = mnl_attr_nest_start(header, VMI_A_REGION_SHADOW);
	mnl_attr_put_u64(header, VMI_A_SHADOW_EVICTED, SECRET);
	mnl_attr_nest_end(header, nest);
	redact_it(&message, VMI_CMD_REGION_GET);
	assert_true(tells(&message, 0x7000));
	return tells(&message, SECRET);
}

/* Ages and lists of pages of files come of what all who map them do. */
static void a_shadow_is_told_of_anonymous_regions_only(void **state)
{
	(void)state;
	assert_true(tells_shadow_of_region(VMINSPECT_REGION_FLAGS_READ | VMINSPECT_REGION_FLAGS_ANON));
	assert_false(tells_shadow_of_region(VMINSPECT_REGION_FLAGS_READ | VMINSPECT_REGION_FLAGS_FILE));
	assert_false(tells_shadow_of_region(VMINSPECT_REGION_FLAGS_SHMEM));
	assert_false(tells_shadow_of_region(0));
}

static void what_is_malformed_is_not_told(void **state)
{
	struct message message;
	struct nlmsghdr *header = begin(&message);
	struct nlattr *second;

	(void)state;
	mnl_attr_put_u64(header, VMI_A_REGION_START, 0x7000);
	second = mnl_nlmsg_get_payload_tail(header);
	mnl_attr_put_u64(header, VMI_A_REGION_END, 0x8000);
	second->nla_len = 16;
	redact_it(&message, VMI_CMD_REGION_GET);
	assert_int_equal(message.length, 0);
	second->nla_len = 3;
	redact_it(&message, VMI_CMD_REGION_GET);
	assert_int_equal(message.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_have_no_frames_and_no_swap_slots),
		cmocka_unit_test(regions_in_a_row_are_told_and_what_is_not_known_of_them_is_not),
		cmocka_unit_test(an_explanation_keeps_what_is_the_users_own),
		cmocka_unit_test(what_the_page_cache_holds_is_not_told),
		cmocka_unit_test(what_others_do_with_a_frame_is_not_told),
		cmocka_unit_test(tables_have_no_frames_wherever_they_stand),
		cmocka_unit_test(what_is_not_known_is_not_told),
		cmocka_unit_test(a_shadow_is_told_of_anonymous_regions_only),
		cmocka_unit_test(what_is_malformed_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
