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

/* Attributes of an object that are not told, and when. */
static const struct {
	const struct vmi_object *object;
	uint16_t attribute;
	enum { ALWAYS, OF_SHARED_FRAMES, OF_THE_PAGE_CACHE } when;
} secrets[] = {
	{ &vmi_run_object, VMI_A_RUN_FRAME, ALWAYS },
	{ &vmi_run_object, VMI_A_RUN_SWAP_TYPE, ALWAYS },
	{ &vmi_run_object, VMI_A_RUN_SWAP_OFFSET, ALWAYS },
	{ &vmi_run_object, VMI_A_RUN_LRU, OF_SHARED_FRAMES },
	{ &vmi_run_object, VMI_A_RUN_AGE, OF_SHARED_FRAMES },
	{ &vmi_run_object, VMI_A_RUN_LIST, OF_SHARED_FRAMES },
	{ &vmi_region_object, VMI_A_REGION_SHADOW, OF_SHARED_FRAMES },
	{ &vmi_table_object, VMI_A_TABLE_FRAME, ALWAYS },
	{ &vmi_entry_object, VMI_A_ENTRY_ADDRESS, ALWAYS },
	{ &vmi_entry_object, VMI_A_ENTRY_VALUE, ALWAYS },
	{ &vmi_frame_object, VMI_A_FRAME_FRAME, ALWAYS },
	{ &vmi_frame_object, VMI_A_FRAME_FOLIO, ALWAYS },
	{ &vmi_frame_object, VMI_A_FRAME_REFERENCES, ALWAYS },
	{ &vmi_frame_object, VMI_A_FRAME_MEMCG, ALWAYS },
	{ &vmi_explanation_object, VMI_A_EXPLAIN_SHARER, ALWAYS },
	{ &vmi_explanation_object, VMI_A_EXPLAIN_OPINION, OF_SHARED_FRAMES },
	{ &vmi_explanation_object, VMI_A_EXPLAIN_READ, OF_THE_PAGE_CACHE },
	{ &vmi_explanation_object, VMI_A_EXPLAIN_WRITE, OF_THE_PAGE_CACHE },
	{ &vmi_explanation_object, VMI_A_EXPLAIN_EXECUTE, OF_THE_PAGE_CACHE },
};

/* Of a frame that others may use too: what /proc/PID/pagemap and smaps tell of it. */
#define SHARED_FRAME_FLAGS (VMINSPECT_PAGE_FLAGS_ACCESSED | VMINSPECT_PAGE_FLAGS_DIRTY | \
			    VMINSPECT_PAGE_FLAGS_WRITABLE | VMINSPECT_PAGE_FLAGS_EXECUTABLE | \
			    VMINSPECT_PAGE_FLAGS_SOFT_DIRTY | VMINSPECT_PAGE_FLAGS_UFFD_WP | \
			    VMINSPECT_PAGE_FLAGS_PROTNONE | VMINSPECT_PAGE_FLAGS_SPECIAL | \
			    VMINSPECT_PAGE_FLAGS_ZERO | VMINSPECT_PAGE_FLAGS_COW | VMINSPECT_PAGE_FLAGS_EXCLUSIVE | \
			    VMINSPECT_PAGE_FLAGS_HUGE_2M | VMINSPECT_PAGE_FLAGS_HUGE_1G | \
			    VMINSPECT_PAGE_FLAGS_ANON | VMINSPECT_PAGE_FLAGS_FILE | VMINSPECT_PAGE_FLAGS_SHMEM | \
			    VMINSPECT_PAGE_FLAGS_HUGETLB)

/* What a run, and an explanation of a page, say of the page, that decides on what else of it may be told. */
struct bearing {
	bool own_frame;			/* anonymous, and not merged with another's */
	bool by_page_cache;		/* what comes of an access depends on what the page cache holds */
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

/* The first attribute of that type; NULL: there is none. */
static const struct nlattr *find(const char *from, size_t left, uint16_t type)
{
	size_t step;

	for (; (step = attribute_step(from, left)); from += step, left -= step)
		if ((((const struct nlattr *)from)->nla_type & TYPE_MASK) == type)
			return (const struct nlattr *)from;
	return NULL;
}

static const char *payload(const struct nlattr *attribute)
{
	return (const char *)attribute + NLA_HDRLEN;
}

/* A number of 32 or 64 bits; 0: it is not there, or of another size. */
static uint64_t number_of(const char *from, size_t left, uint16_t type)
{
	const struct nlattr *attribute = find(from, left, type);
	size_t length = attribute ? attribute->nla_len - NLA_HDRLEN : 0;
	uint64_t number = 0;

	if (length == sizeof(uint32_t) || length == sizeof(uint64_t))
		memcpy(&number, payload(attribute), length);
	return number;
}

static struct bearing bearing_of_run(const char *from, size_t left)
{
	uint64_t flags = number_of(from, left, VMI_A_RUN_FLAGS);

	return (struct bearing){
		.own_frame = (flags & VMINSPECT_PAGE_FLAGS_ANON) && !(flags & VMINSPECT_PAGE_FLAGS_KSM),
		.by_page_cache = number_of(from, left, VMI_A_RUN_STATE) != VMINSPECT_PAGE_STATE_PRESENT,
	};
}

/* Anonymous memory is its user's own. Which of its frames KSM has merged with others' a region does not tell. */
static struct bearing bearing_of_region(const char *from, size_t left)
{
	return (struct bearing){
		.own_frame = number_of(from, left, VMI_A_REGION_FLAGS) & VMINSPECT_REGION_FLAGS_ANON,
		.by_page_cache = true,
	};
}

/* Without a file the page cache has no part in it; what the swap cache holds of anonymous memory is the user's own. */
static struct bearing bearing_of_explanation(const char *from, size_t left)
{
	const struct nlattr *run = find(from, left, VMI_A_EXPLAIN_PAGE);
	struct bearing bearing = { false, true };

	if (run)
		bearing = bearing_of_run(payload(run), run->nla_len - NLA_HDRLEN);
	if (!find(from, left, VMI_A_EXPLAIN_FILE))
		bearing.by_page_cache = false;
	return bearing;
}

static struct bearing bearing_of(const struct vmi_object *object, const char *from, size_t left)
{
	if (object == &vmi_run_object)
		return bearing_of_run(from, left);
	if (object == &vmi_region_object)
		return bearing_of_region(from, left);
	if (object == &vmi_explanation_object)
		return bearing_of_explanation(from, left);
	return (struct bearing){ false, true };
}

static bool is_secret(const struct vmi_object *object, uint16_t attribute, struct bearing bearing)
{
	size_t i;

	for (i = 0; i < COUNT(secrets); i++)
		if (secrets[i].object == object && secrets[i].attribute == attribute)
			return secrets[i].when == ALWAYS ||
			       (secrets[i].when == OF_SHARED_FRAMES && !bearing.own_frame) ||
			       (secrets[i].when == OF_THE_PAGE_CACHE && bearing.by_page_cache);
	return false;
}

/* True: it may be told. *ret_nest: what its attributes are, if it is made of some. */
static bool may_tell(const struct vmi_object *object, uint16_t attribute, struct bearing bearing,
		     const struct vmi_object **ret_nest)
{
	const struct vmi_field *field = attribute < object->field_count ? &object->fields[attribute] : NULL;

	if (!field || field->type == VMI_FIELD_NONE || is_secret(object, attribute, bearing))
		return false;
	*ret_nest = field->nest;
	if (object == &vmi_page_object && attribute == VMI_A_PAGE_RUN)
		*ret_nest = &vmi_run_object;
	if (object == &vmi_region_object && attribute == VMI_A_REGION_ITEM)
		*ret_nest = &vmi_region_object;
	return *ret_nest || field->type != VMI_FIELD_REQUEST;
}

/* A value that is no nest. */
static void copy_value(const struct vmi_object *object, const struct nlattr *from, struct bearing bearing, char *to)
{
	size_t length = from->nla_len - NLA_HDRLEN;
	uint64_t flags;

	memcpy(to, payload(from), length);
	if (object != &vmi_run_object || (from->nla_type & TYPE_MASK) != VMI_A_RUN_FLAGS || bearing.own_frame)
		return;
	flags = 0;
	memcpy(&flags, to, length < sizeof(flags) ? length : sizeof(flags));
	flags &= SHARED_FRAME_FLAGS;
	memset(to, 0, length);
	memcpy(to, &flags, length < sizeof(flags) ? length : sizeof(flags));
}

/* False: the attributes are malformed. *ret_length: of what was written. */
static bool copy(const struct vmi_object *object, const char *from, size_t left, char *to, int depth,
		 size_t *ret_length);

/* One attribute, whose step is known to be there. */
static bool copy_one(const struct vmi_object *object, const struct nlattr *from, struct bearing bearing, char *to,
		     int depth, size_t *ret_length)
{
	struct nlattr *copied = (struct nlattr *)to;
	const struct vmi_object *nest;
	size_t length = from->nla_len - NLA_HDRLEN;

	*ret_length = 0;
	if (!may_tell(object, from->nla_type & TYPE_MASK, bearing, &nest))
		return true;
	*copied = *from;
	if (!nest)
		copy_value(object, from, bearing, to + NLA_HDRLEN);
	else if (!depth || !copy(nest, payload(from), length, to + NLA_HDRLEN, depth - 1, &length))
		return false;
	copied->nla_len = NLA_HDRLEN + length;
	*ret_length = NLA_ALIGN(copied->nla_len);
	memset(to + copied->nla_len, 0, *ret_length - copied->nla_len);
	return true;
}

static bool copy(const struct vmi_object *object, const char *from, size_t left, char *to, int depth,
		 size_t *ret_length)
{
	const struct bearing bearing = bearing_of(object, from, left);
	size_t written = 0, one;

	while (left) {
		size_t step = attribute_step(from, left);

		if (!step || !copy_one(object, (const struct nlattr *)from, bearing, to + written, depth, &one))
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
