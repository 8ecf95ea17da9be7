/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From netlink attributes to the structures of vminspect.h, by tables: an object is a structure and, by attribute
 * number, the member that each attribute fills. objects.c has the tables.
 */
#ifndef VMI_LIB_DECODE_H
#define VMI_LIB_DECODE_H

#include <stddef.h>
#include <stdint.h>

struct vmi_snapshot;

enum vmi_field_type {
	VMI_FIELD_NONE = 0,		/* no attribute of that number, or one that carries nothing */
	VMI_FIELD_REQUEST,		/* has a meaning in requests only */
	VMI_FIELD_U32,
	VMI_FIELD_S32,
	VMI_FIELD_U64,
	VMI_FIELD_FLAG,			/* bool; true when it is there */
	VMI_FIELD_STRING,		/* const char *, "" when it is not there */
	VMI_FIELD_NEST,			/* pointer to a nested object, NULL when it is not there */
	VMI_FIELD_NESTS,		/* array of pointers to them, and their number */
};

struct vmi_object;

struct vmi_field {
	const char *name;		/* of the member */
	enum vmi_field_type type;
	size_t offset;			/* of the member */
	size_t count_offset;		/* of the number, for VMI_FIELD_NESTS */
	const struct vmi_object *nest;
};

#define VMI_FIELDS_MAX 32		/* more than any object has */

struct vmi_object {
	size_t size;			/* of the structure */
	const struct vmi_field *fields;	/* by attribute number */
	uint16_t field_count;		/* at most VMI_FIELDS_MAX */
};

extern const struct vmi_object vmi_module_object, vmi_process_object, vmi_region_object, vmi_table_object;
extern const struct vmi_object vmi_run_object, vmi_page_object, vmi_explanation_object, vmi_watch_object;
extern const struct vmi_object vmi_policy_object, vmi_stats_object, vmi_score_object, vmi_reclaim_object;
extern const struct vmi_object vmi_entry_object, vmi_frame_object;	/* parts of an explanation */

/*
 * Makes an object out of `length` bytes of attributes, in the snapshot's memory. Attributes that the table does not
 * have are skipped. -EPROTO: the bytes are no attributes, or one has another size than its type; -ENOMEM.
 */
int vmi_decode(const struct vmi_object *object, const void *attributes, size_t length, struct vmi_snapshot *memory,
	       void **ret);

/* The same for a message of the command page-get, whose items are the runs in it: adds them to the snapshot. */
int vmi_decode_runs(const void *attributes, size_t length, struct vmi_snapshot *ret);

/* The same for a message of the command region-get: one region, or many. */
int vmi_decode_regions(const void *attributes, size_t length, struct vmi_snapshot *ret);

#endif /* VMI_LIB_DECODE_H */
