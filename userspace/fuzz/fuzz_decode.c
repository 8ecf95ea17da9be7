// SPDX-License-Identifier: GPL-2.0
/*
 * The library's decoder on attributes of any kind: what comes out has no text that is missing, and as many nested
 * objects as it says; the first byte of the input chooses the object.
 */
#include "decode.h"
#include "input.h"
#include "snapshot.h"
#include "vminspect.h"

static const struct vmi_object *const objects[] = {
	&vmi_module_object, &vmi_process_object, &vmi_region_object, &vmi_table_object, &vmi_run_object,
	&vmi_explanation_object, &vmi_watch_object, &vmi_policy_object, &vmi_stats_object, &vmi_score_object,
	&vmi_reclaim_object,
};

#define OBJECTS (sizeof(objects) / sizeof(objects[0]))

static void check_object(const struct vmi_object *object, const char *decoded);

static void check_field(const struct vmi_field *field, const char *decoded)
{
	const char *member = decoded + field->offset;
	size_t i;

	switch (field->type) {
	case VMI_FIELD_STRING:
		REQUIRE(strlen(*(const char *const *)member) < 1 << 16);
		break;
	case VMI_FIELD_NEST:
		if (*(const char *const *)member)
			check_object(field->nest, *(const char *const *)member);
		break;
	case VMI_FIELD_NESTS:
		for (i = 0; i < *(const size_t *)(decoded + field->count_offset); i++)
			check_object(field->nest, (*(const char *const *const *)member)[i]);
		break;
	default:
		break;
	}
}

static void check_object(const struct vmi_object *object, const char *decoded)
{
	uint16_t i;

	for (i = 0; i < object->field_count; i++)
		check_field(&object->fields[i], decoded);
}

/* Messages that become several items. */
static void check_list(int (*decode)(const void *attributes, size_t length, struct vmi_snapshot *ret),
		       const struct vmi_object *object, const void *bytes, size_t length, struct vmi_snapshot *snapshot)
{
	size_t i;

	if (decode(bytes, length, snapshot))
		return;
	for (i = 0; i < snapshot->count; i++)
		check_object(object, snapshot->items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmi_snapshot *snapshot = vmi_snapshot_create();
	struct input input = { data, size };
	size_t which = input_u8(&input) % (OBJECTS + 2);
	void *copy = malloc(input.left + 1), *decoded;

	memcpy(copy, input.data, input.left);
	if (which < OBJECTS) {
		if (!vmi_decode(objects[which], copy, input.left, snapshot, &decoded))
			check_object(objects[which], decoded);
	} else if (which == OBJECTS) {
		check_list(vmi_decode_runs, &vmi_run_object, copy, input.left, snapshot);
	} else {
		check_list(vmi_decode_regions, &vmi_region_object, copy, input.left, snapshot);
	}
	free(copy);
	vmi_snapshot_destroy(snapshot);
	return 0;
}
