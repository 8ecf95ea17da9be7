// SPDX-License-Identifier: GPL-2.0
/*
 * The decoder on messages made by hand: each attribute of each object alone, and everything that is not well-formed.
 * Attributes lie in heap blocks of exactly their size, so that the address sanitizer sees a byte read too many.
 */
#include "unit.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "snapshot.h"
#include "vminspect.h"

static const struct vmi_object *const objects[] = {
	&vmi_module_object, &vmi_process_object, &vmi_region_object, &vmi_table_object, &vmi_run_object,
	&vmi_explanation_object, &vmi_watch_object, &vmi_policy_object, &vmi_stats_object, &vmi_score_object,
	&vmi_reclaim_object,
};

/* Attributes being written. */
struct bytes {
	char data[4096];
	size_t length;
};

static void put(struct bytes *bytes, uint16_t type, const void *payload, size_t length)
{
	struct nlattr head = { .nla_len = sizeof(head) + length, .nla_type = type };

	memcpy(bytes->data + bytes->length, &head, sizeof(head));
	if (length)
		memcpy(bytes->data + bytes->length + sizeof(head), payload, length);
	bytes->length += MNL_ALIGN(sizeof(head) + length);
}

static void put_u32(struct bytes *bytes, uint16_t type, uint32_t value)
{
	put(bytes, type, &value, sizeof(value));
}

static void put_u64(struct bytes *bytes, uint16_t type, uint64_t value)
{
	put(bytes, type, &value, sizeof(value));
}

/* Decodes a copy on the heap; *ret is the object or NULL. */
static int decode(const struct vmi_object *object, const struct bytes *bytes, struct vmi_snapshot *memory, void *ret)
{
	char *copy = malloc(bytes->length + !bytes->length);
	int err;

	memcpy(copy, bytes->data, bytes->length);
	*(void **)ret = NULL;
	err = vmi_decode(object, copy, bytes->length, memory, ret);
	free(copy);
	return err;
}

static int setup(void **state)
{
	*state = vmi_snapshot_create();
	return !*state;
}

static int teardown(void **state)
{
	vmi_snapshot_destroy(*state);
	return 0;
}

/* --- each attribute ----------------------------------------------------------------------------------------------- */

static void put_sample(struct bytes *bytes, uint16_t type, const struct vmi_field *field)
{
	switch (field->type) {
	case VMI_FIELD_U32:
	case VMI_FIELD_S32:
		put_u32(bytes, type, 0xfedcba98);
		break;
	case VMI_FIELD_U64:
		put_u64(bytes, type, 0xfedcba9876543210);
		break;
	case VMI_FIELD_STRING:
		put(bytes, type, "a text", 7);
		break;
	case VMI_FIELD_NESTS:
		put(bytes, type, NULL, 0);
		put(bytes, type, NULL, 0);
		break;
	default:
		put(bytes, type, NULL, 0);
		break;
	}
}

static void assert_sample(const char *object, const struct vmi_field *field)
{
	const char *member = object + field->offset;

	switch (field->type) {
	case VMI_FIELD_U32:
	case VMI_FIELD_S32:
		assert_int_equal(*(const uint32_t *)member, 0xfedcba98);
		break;
	case VMI_FIELD_U64:
		assert_int_equal(*(const uint64_t *)member, 0xfedcba9876543210);
		break;
	case VMI_FIELD_FLAG:
		assert_true(*(const bool *)member);
		break;
	case VMI_FIELD_STRING:
		assert_string_equal(*(const char *const *)member, "a text");
		break;
	case VMI_FIELD_NEST:
		assert_non_null(*(void *const *)member);
		break;
	case VMI_FIELD_NESTS:
		assert_int_equal(*(const size_t *)(object + field->count_offset), 2);
		assert_non_null((*(void **const *)member)[0]);
		assert_non_null((*(void **const *)member)[1]);
		break;
	default:
		break;
	}
}

/* What an attribute does not fill is zero, and texts are empty. */
static void assert_empty(const char *object, const struct vmi_field *field)
{
	static const uint64_t zero;

	switch (field->type) {
	case VMI_FIELD_U32:
	case VMI_FIELD_S32:
		assert_memory_equal(object + field->offset, &zero, sizeof(uint32_t));
		break;
	case VMI_FIELD_U64:
	case VMI_FIELD_NEST:
		assert_memory_equal(object + field->offset, &zero, sizeof(zero));
		break;
	case VMI_FIELD_FLAG:
		assert_false(*(const bool *)(object + field->offset));
		break;
	case VMI_FIELD_STRING:
		assert_string_equal(*(const char *const *)(object + field->offset), "");
		break;
	case VMI_FIELD_NESTS:
		assert_memory_equal(object + field->count_offset, &zero, sizeof(size_t));
		break;
	default:
		break;
	}
}

static void check_attribute(const struct vmi_object *object, uint16_t type, struct vmi_snapshot *memory)
{
	struct bytes bytes = { .length = 0 };
	const char *decoded;
	uint16_t i;

	put_sample(&bytes, type, &object->fields[type]);
	assert_int_equal(decode(object, &bytes, memory, &decoded), 0);
	assert_sample(decoded, &object->fields[type]);
	for (i = 0; i < object->field_count; i++)
		if (i != type)
			assert_empty(decoded, &object->fields[i]);
}

static void check_object(const struct vmi_object *object, struct vmi_snapshot *memory)
{
	uint16_t i;

	for (i = 0; i < object->field_count; i++) {
		if (object->fields[i].type == VMI_FIELD_NONE)
			continue;
		check_attribute(object, i, memory);
		if (object->fields[i].nest)
			check_object(object->fields[i].nest, memory);
	}
}

static void each_attribute_fills_its_member_and_no_other(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		check_object(objects[i], *state);
}

static void a_message_without_attributes_is_all_zero_and_empty(void **state)
{
	struct bytes bytes = { .length = 0 };
	const char *decoded;
	size_t i;
	uint16_t j;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		assert_int_equal(decode(objects[i], &bytes, *state, &decoded), 0);
		for (j = 0; j < objects[i]->field_count; j++)
			assert_empty(decoded, &objects[i]->fields[j]);
	}
}

/* --- forms -------------------------------------------------------------------------------------------------------- */

static void unknown_attributes_are_skipped(void **state)
{
	struct bytes bytes = { .length = 0 };
	const struct vmi_run *run;

	put(&bytes, 900, "whatever", 9);
	put_u64(&bytes, VMI_A_RUN_START, 0x1000);
	put_u32(&bytes, 31, 5);
	put(&bytes, VMI_A_RUN_PAD, NULL, 0);
	put_u64(&bytes, VMI_A_RUN_PAGES, 3);
	assert_int_equal(decode(&vmi_run_object, &bytes, *state, &run), 0);
	assert_int_equal(run->start, 0x1000);
	assert_int_equal(run->pages, 3);
}

static void a_text_needs_no_end(void **state)
{
	struct bytes bytes = { .length = 0 };
	const struct vmi_region *region;

	put(&bytes, VMI_A_REGION_NAME, "[heap]", 6);
	assert_int_equal(decode(&vmi_region_object, &bytes, *state, &region), 0);
	assert_string_equal(region->name, "[heap]");
}

static void the_flag_of_nests_does_not_matter(void **state)
{
	struct bytes bytes = { .length = 0 }, nest = { .length = 0 };
	const struct vmi_region *region;

	put_u64(&nest, VMI_A_COUNTS_PRESENT, 7);
	put(&bytes, VMI_A_REGION_COUNTS | NLA_F_NESTED, nest.data, nest.length);
	assert_int_equal(decode(&vmi_region_object, &bytes, *state, &region), 0);
	assert_int_equal(region->counts->present, 7);
}

static void nests_keep_their_order_among_others(void **state)
{
	struct bytes bytes = { .length = 0 };
	const struct vmi_shadow *shadow;
	uint32_t i;

	for (i = 0; i < 5; i++) {
		struct bytes bucket = { .length = 0 }, list = { .length = 0 };

		put_u32(&bucket, VMI_A_BUCKET_AGE, i);
		put(&bytes, VMI_A_SHADOW_BUCKET, bucket.data, bucket.length);
		put_u32(&list, VMI_A_LIST_LIST, 10 + i);
		if (i < 3)
			put(&bytes, VMI_A_SHADOW_LIST, list.data, list.length);
	}
	{
		struct bytes region = { .length = 0 };
		const struct vmi_region *decoded;

		put(&region, VMI_A_REGION_SHADOW, bytes.data, bytes.length);
		assert_int_equal(decode(&vmi_region_object, &region, *state, &decoded), 0);
		shadow = decoded->shadow[0];
	}
	assert_int_equal(shadow->bucket_count, 5);
	assert_int_equal(shadow->list_count, 3);
	for (i = 0; i < 5; i++)
		assert_int_equal(shadow->bucket[i]->age, i);
	for (i = 0; i < 3; i++)
		assert_int_equal(shadow->list[i]->list, 10 + i);
}

/* --- what is not well-formed -------------------------------------------------------------------------------------- */

static void a_number_of_another_size_is_refused(void **state)
{
	struct bytes bytes = { .length = 0 };
	void *decoded;

	put_u32(&bytes, VMI_A_RUN_START, 1);
	assert_int_equal(decode(&vmi_run_object, &bytes, *state, &decoded), -EPROTO);
	bytes.length = 0;
	put_u64(&bytes, VMI_A_RUN_STATE, 1);
	assert_int_equal(decode(&vmi_run_object, &bytes, *state, &decoded), -EPROTO);
	bytes.length = 0;
	put(&bytes, VMI_A_RUN_STATE, NULL, 0);
	assert_int_equal(decode(&vmi_run_object, &bytes, *state, &decoded), -EPROTO);
}

/* A length that says more than is there, or less than a head. */
static void a_length_that_cannot_be_is_refused(void **state)
{
	static const uint16_t lengths[] = { 0, 1, 3, 13, 16, 0xffff };
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct bytes bytes = { .length = 0 };
		void *decoded;

		put_u64(&bytes, VMI_A_RUN_START, 1);
		((struct nlattr *)bytes.data)->nla_len = lengths[i];
		assert_int_equal(decode(&vmi_run_object, &bytes, *state, &decoded), -EPROTO);
	}
}

static void bytes_behind_the_last_attribute_are_refused(void **state)
{
	struct bytes bytes = { .length = 0 };
	size_t rest;
	void *decoded;

	put_u64(&bytes, VMI_A_RUN_START, 1);
	for (rest = 1; rest < 4; rest++) {
		bytes.length = 12 + rest;
		assert_int_equal(decode(&vmi_run_object, &bytes, *state, &decoded), -EPROTO);
	}
}

static void padding_may_be_missing_at_the_end(void **state)
{
	struct bytes bytes = { .length = 0 };
	const struct vmi_region *region;

	put(&bytes, VMI_A_REGION_NAME, "ab", 3);
	bytes.length = 7;
	assert_int_equal(decode(&vmi_region_object, &bytes, *state, &region), 0);
	assert_string_equal(region->name, "ab");
}

static void an_error_deep_inside_is_an_error_of_the_whole(void **state)
{
	struct bytes list = { .length = 0 }, policy = { .length = 0 }, stats = { .length = 0 };
	void *decoded;

	put(&list, VMI_A_LIST_PAGES, "short", 3);
	put(&policy, VMI_A_POLICY_STATS_LIST, list.data, list.length);
	put(&stats, VMI_A_STATS_POLICY, policy.data, policy.length);
	assert_int_equal(decode(&vmi_stats_object, &stats, *state, &decoded), -EPROTO);
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

static void runs_of_a_message_become_items(void **state)
{
	struct vmi_snapshot *snapshot = *state;
	struct bytes bytes = { .length = 0 };
	uint64_t i;

	for (i = 0; i < 3; i++) {
		struct bytes run = { .length = 0 };

		put_u64(&run, VMI_A_RUN_START, 0x1000 * i);
		put(&bytes, VMI_A_PAGE_RUN, run.data, run.length);
		put_u32(&bytes, VMI_A_PAGE_PID, 1);
	}
	assert_int_equal(vmi_decode_runs(bytes.data, bytes.length, snapshot), 0);
	assert_int_equal(snapshot->count, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(((const struct vmi_run *)snapshot->items[i])->start, 0x1000 * i);
	bytes.length -= 2;
	assert_int_equal(vmi_decode_runs(bytes.data, bytes.length, snapshot), -EPROTO);
}

static void regions_come_one_or_many_in_a_message(void **state)
{
	struct vmi_snapshot *snapshot = *state;
	struct bytes bytes = { .length = 0 };
	uint64_t i;

	for (i = 0; i < 3; i++) {
		struct bytes region = { .length = 0 };

		put_u64(&region, VMI_A_REGION_START, 0x1000 * i);
		put(&bytes, VMI_A_REGION_ITEM, region.data, region.length);
	}
	assert_int_equal(vmi_decode_regions(bytes.data, bytes.length, snapshot), 0);
	assert_int_equal(snapshot->count, 3);
	bytes.length = 0;
	put_u64(&bytes, VMI_A_REGION_START, 0x3000);
	assert_int_equal(vmi_decode_regions(bytes.data, bytes.length, snapshot), 0);
	assert_int_equal(snapshot->count, 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(((const struct vmi_region *)snapshot->items[i])->start, 0x1000 * i);
	bytes.length -= 2;
	assert_int_equal(vmi_decode_regions(bytes.data, bytes.length, snapshot), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(regions_come_one_or_many_in_a_message, setup, teardown),
		cmocka_unit_test_setup_teardown(each_attribute_fills_its_member_and_no_other, setup, teardown),
		cmocka_unit_test_setup_teardown(a_message_without_attributes_is_all_zero_and_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_attributes_are_skipped, setup, teardown),
		cmocka_unit_test_setup_teardown(a_text_needs_no_end, setup, teardown),
		cmocka_unit_test_setup_teardown(the_flag_of_nests_does_not_matter, setup, teardown),
		cmocka_unit_test_setup_teardown(nests_keep_their_order_among_others, setup, teardown),
		cmocka_unit_test_setup_teardown(a_number_of_another_size_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_length_that_cannot_be_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_behind_the_last_attribute_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(padding_may_be_missing_at_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(an_error_deep_inside_is_an_error_of_the_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(runs_of_a_message_become_items, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
