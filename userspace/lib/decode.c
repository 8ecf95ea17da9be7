// SPDX-License-Identifier: GPL-2.0
/*
 * From netlink attributes to structures. What comes in is not trusted: each length is checked before it is used, and
 * the depth of nests is bounded by the tables, in which no object contains itself.
 */
#include "decode.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <string.h>

#include "snapshot.h"
#include "vminspect.h"

/* A stretch of attributes that is gone through. */
struct cursor {
	const char *bytes;
	size_t left;
};

/* The next attribute, NULL at the end. -EPROTO in *err when what is left is none. */
static const struct nlattr *next_attribute(struct cursor *cursor, int *err)
{
	const struct nlattr *attribute = (const struct nlattr *)cursor->bytes;
	size_t step;

	*err = 0;
	if (!cursor->left)
		return NULL;
	if (cursor->left < sizeof(*attribute) || attribute->nla_len < sizeof(*attribute) ||
	    attribute->nla_len > cursor->left) {
		*err = -EPROTO;
		return NULL;
	}
	step = MNL_ALIGN(attribute->nla_len);
	if (step > cursor->left)
		step = cursor->left;
	cursor->bytes += step;
	cursor->left -= step;
	return attribute;
}

static const struct vmi_field *field_of(const struct vmi_object *object, const struct nlattr *attribute)
{
	static const struct vmi_field unknown;
	uint16_t type = mnl_attr_get_type(attribute);

	return type < object->field_count ? &object->fields[type] : &unknown;
}

static int take_number(const struct nlattr *attribute, void *member, size_t size)
{
	if (mnl_attr_get_payload_len(attribute) != size)
		return -EPROTO;
	memcpy(member, mnl_attr_get_payload(attribute), size);
	return 0;
}

/* A copy that ends with a NUL, whether the attribute did or not. */
static int take_string(const struct nlattr *attribute, struct vmi_snapshot *memory, const char **ret)
{
	size_t length = mnl_attr_get_payload_len(attribute);
	char *copy = vmi_snapshot_alloc(memory, length + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, mnl_attr_get_payload(attribute), length);
	*ret = copy;
	return 0;
}

static int take_nest(const struct nlattr *attribute, const struct vmi_object *object, struct vmi_snapshot *memory,
		     void **ret)
{
	return vmi_decode(object, mnl_attr_get_payload(attribute), mnl_attr_get_payload_len(attribute), memory, ret);
}

/* Appends to an array that make_room() has made. */
static int take_one_of_nests(const struct nlattr *attribute, const struct vmi_field *field,
			     struct vmi_snapshot *memory, char *structure)
{
	void **array = *(void ***)(structure + field->offset);
	size_t *count = (size_t *)(structure + field->count_offset);
	int err = take_nest(attribute, field->nest, memory, &array[*count]);

	if (!err)
		++*count;
	return err;
}

static int take(const struct nlattr *attribute, const struct vmi_field *field, struct vmi_snapshot *memory,
		char *structure)
{
	void *member = structure + field->offset;

	switch (field->type) {
	case VMI_FIELD_U32:
	case VMI_FIELD_S32:
		return take_number(attribute, member, sizeof(uint32_t));
	case VMI_FIELD_U64:
		return take_number(attribute, member, sizeof(uint64_t));
	case VMI_FIELD_FLAG:
		*(bool *)member = true;
		return 0;
	case VMI_FIELD_STRING:
		return take_string(attribute, memory, member);
	case VMI_FIELD_NEST:
		return take_nest(attribute, field->nest, memory, member);
	case VMI_FIELD_NESTS:
		return take_one_of_nests(attribute, field, memory, structure);
	case VMI_FIELD_NONE:
	case VMI_FIELD_REQUEST:
		break;
	}
	return 0;
}

/* Makes an array for the attributes of one number, as many as there are. */
static int make_array(const struct vmi_field *field, size_t count, struct vmi_snapshot *memory, char *structure)
{
	void *array = count ? vmi_snapshot_alloc(memory, count * sizeof(void *)) : NULL;

	if (count && !array)
		return -ENOMEM;
	*(void **)(structure + field->offset) = array;
	return 0;
}

/* Counts the attributes that repeat and makes arrays for them; the others are looked at by no one here. */
static int make_arrays(const struct vmi_object *object, struct cursor cursor, struct vmi_snapshot *memory,
		       char *structure)
{
	size_t counts[VMI_FIELDS_MAX] = { 0 };
	const struct nlattr *attribute;
	uint16_t i;
	int err;

	while ((attribute = next_attribute(&cursor, &err))) {
		uint16_t type = mnl_attr_get_type(attribute);

		if (type < object->field_count)
			counts[type]++;
	}
	for (i = 0; !err && i < object->field_count; i++)
		if (object->fields[i].type == VMI_FIELD_NESTS)
			err = make_array(&object->fields[i], counts[i], memory, structure);
	return err;
}

/* Strings are "" and arrays are there before the first attribute is taken. */
static int prepare(const struct vmi_object *object, struct cursor cursor, struct vmi_snapshot *memory, char *structure)
{
	bool repeats = false;
	uint16_t i;

	for (i = 0; i < object->field_count; i++) {
		if (object->fields[i].type == VMI_FIELD_STRING)
			*(const char **)(structure + object->fields[i].offset) = "";
		repeats |= object->fields[i].type == VMI_FIELD_NESTS;
	}
	return repeats ? make_arrays(object, cursor, memory, structure) : 0;
}

int vmi_decode(const struct vmi_object *object, const void *attributes, size_t length, struct vmi_snapshot *memory,
	       void **ret)
{
	struct cursor cursor = { attributes, length };
	char *structure = vmi_snapshot_alloc(memory, object->size);
	const struct nlattr *attribute;
	int err;

	if (!structure)
		return -ENOMEM;
	err = prepare(object, cursor, memory, structure);
	while (!err && (attribute = next_attribute(&cursor, &err)))
		err = take(attribute, field_of(object, attribute), memory, structure);
	if (!err)
		*ret = structure;
	return err;
}

/* The nests of one number become items of the snapshot; other attributes are skipped. */
static int take_items(struct cursor cursor, uint16_t type, const struct vmi_object *object, struct vmi_snapshot *ret)
{
	const struct nlattr *attribute;
	void *item;
	int err;

	while ((attribute = next_attribute(&cursor, &err))) {
		if (mnl_attr_get_type(attribute) != type)
			continue;
		err = take_nest(attribute, object, ret, &item);
		if (!err)
			err = vmi_snapshot_add(ret, item);
		if (err)
			return err;
	}
	return err;
}

int vmi_decode_runs(const void *attributes, size_t length, struct vmi_snapshot *ret)
{
	return take_items((struct cursor){ attributes, length }, VMI_A_PAGE_RUN, &vmi_run_object, ret);
}

int vmi_decode_regions(const void *attributes, size_t length, struct vmi_snapshot *ret)
{
	size_t before = ret->count;
	void *region;
	int err = take_items((struct cursor){ attributes, length }, VMI_A_REGION_ITEM, &vmi_region_object, ret);

	if (err || ret->count > before)
		return err;
	err = vmi_decode(&vmi_region_object, attributes, length, ret, &region);
	return err ? err : vmi_snapshot_add(ret, region);
}
