/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON as it comes: each call writes, nothing is kept, so that a dump of a million pages takes no more memory than one
 * of ten. The two outer levels are spread over lines, what is further in stands in one line. Bytes that are no UTF-8
 * become U+FFFD.
 */
#ifndef VMI_COMMON_JSON_H
#define VMI_COMMON_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 16

struct json {
	FILE *to;
	int depth;
	int spread;			/* levels that are spread over lines */
	bool any[JSON_DEPTH_MAX + 1];	/* by depth: something has been written there */
};

/* `spread` 0 puts all of a document in one line. */
void json_init(struct json *json, FILE *to, int spread);

/* Keys are NULL within arrays, and for the outermost value. */
void json_begin_object(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *key);
void json_end_array(struct json *json);

void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_signed(struct json *json, const char *key, int64_t value);
void json_hex(struct json *json, const char *key, uint64_t value);	/* a string, "0x..." */
void json_fraction(struct json *json, const char *key, int64_t ppm);	/* of one, six decimals */
void json_decimal(struct json *json, const char *key, double value);	/* two decimals */
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* A number, or null where it is not known. */
void json_number_if(struct json *json, const char *key, bool known, uint64_t value);
void json_hex_if(struct json *json, const char *key, bool known, uint64_t value);

#endif /* VMI_COMMON_JSON_H */
