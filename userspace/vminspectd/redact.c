// SPDX-License-Identifier: GPL-2.0
/* What a user without privileges is not told. */
#include "redact.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <string.h>

#include <linux/vminspect.h>

#include "attribute.h"
#include "lib/decode.h"

#define TYPE_MASK 0x3fff		/* without the bits for nested and for byte order */
#define DEPTH_MAX 8			/* of nests; objects have less */

static const struct {
	const struct vmi_object *object;
	uint16_t attribute;
} secrets[] = {
	{ &vmi_run_object, VMI_A_RUN_FRAME },
	{ &vmi_run_object, VMI_A_RUN_SWAP_TYPE },
	{ &vmi_run_object, VMI_A_RUN_SWAP_OFFSET },
	{ &vmi_table_object, VMI_A_TABLE_FRAME },
	{ &vmi_entry_object, VMI_A_ENTRY_ADDRESS },
	{ &vmi_entry_object, VMI_A_ENTRY_VALUE },
	{ &vmi_frame_object, VMI_A_FRAME_FRAME },
	{ &vmi_frame_object, VMI_A_FRAME_FOLIO },
	{ &vmi_explanation_object, VMI_A_EXPLAIN_SHARER },
};

static const struct vmi_object *const replies[] = {
	[VMI_CMD_MODULE_GET] = &vmi_module_object,
	[VMI_CMD_PROCESS_GET] = &vmi_process_object,
	[VMI_CMD_REGION_GET] = &vmi_region_object,
	[VMI_CMD_TABLE_GET] = &vmi_table_object,
	[VMI_CMD_PAGE_GET] = &vmi_page_object,
	[VMI_CMD_EXPLAIN_GET] = &vmi_explanation_object,
	[VMI_CMD_WATCH_GET] = &vmi_watch_object,
	[VMI_CMD_POLICY_GET] = &vmi_policy_object,
	[VMI_CMD_STATS_GET] = &vmi_stats_object,
	[VMI_CMD_SCORE_GET] = &vmi_score_object,
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_secret(const struct vmi_object *object, uint16_t attribute)
{
	size_t i;

	for (i = 0; i < COUNT(secrets); i++)
		if (secrets[i].object == object && secrets[i].attribute == attribute)
			return true;
	return false;
}

/* True: it may be told. *ret_nest: what its attributes are, if it is made of some. */
static bool may_tell(const struct vmi_object *object, uint16_t attribute, const struct vmi_object **ret_nest)
{
	const struct vmi_field *field = attribute < object->field_count ? &object->fields[attribute] : NULL;

	if (!field || field->type == VMI_FIELD_NONE || is_secret(object, attribute))
		return false;
	*ret_nest = field->nest;
	if (object == &vmi_page_object && attribute == VMI_A_PAGE_RUN)
		*ret_nest = &vmi_run_object;
	if (object == &vmi_region_object && attribute == VMI_A_REGION_ITEM)
		*ret_nest = &vmi_region_object;
	return *ret_nest || field->type != VMI_FIELD_REQUEST;
}

/* False: the attributes are malformed. *ret_length: of what was written. */
static bool copy(const struct vmi_object *object, const char *from, size_t left, char *to, int depth,
		 size_t *ret_length);

/* One attribute, whose step is known to be there. */
static bool copy_one(const struct vmi_object *object, const struct nlattr *from, char *to, int depth,
		     size_t *ret_length)
{
	struct nlattr *copied = (struct nlattr *)to;
	const struct vmi_object *nest;
	size_t length = from->nla_len - NLA_HDRLEN;

	*ret_length = 0;
	if (!may_tell(object, from->nla_type & TYPE_MASK, &nest))
		return true;
	*copied = *from;
	if (!nest)
		memcpy(to + NLA_HDRLEN, (const char *)from + NLA_HDRLEN, length);
	else if (!depth || !copy(nest, (const char *)from + NLA_HDRLEN, length, to + NLA_HDRLEN, depth - 1, &length))
		return false;
	copied->nla_len = NLA_HDRLEN + length;
	*ret_length = NLA_ALIGN(copied->nla_len);
	memset(to + copied->nla_len, 0, *ret_length - copied->nla_len);
	return true;
}

static bool copy(const struct vmi_object *object, const char *from, size_t left, char *to, int depth,
		 size_t *ret_length)
{
	size_t written = 0, one;

	while (left) {
		size_t step = attribute_step(from, left);

		if (!step || !copy_one(object, (const struct nlattr *)from, to + written, depth, &one))
			return false;
		written += one;
		from += step;
		left -= step;
	}
	*ret_length = written;
	return true;
}

size_t redact(uint8_t command, const void *from, size_t length, void *to)
{
	const struct vmi_object *object = command < COUNT(replies) ? replies[command] : NULL;
	size_t written;

	return object && copy(object, from, length, to, DEPTH_MAX, &written) ? written : 0;
}
