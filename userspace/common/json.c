// SPDX-License-Identifier: GPL-2.0
/* JSON as it comes. */
#include "json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "utf8.h"

void json_init(struct json *json, FILE *to, int spread)
{
	*json = (struct json){ .to = to, .spread = spread };
}

static void break_line(struct json *json)
{
	fprintf(json->to, "\n%*s", 2 * json->depth, "");
}

static void put_quoted(struct json *json, const char *text)
{
	fputc('"', json->to);
	while (*text) {
		struct utf8 c = utf8_next(&text);

		if (c.code == '"' || c.code == '\\')
			fprintf(json->to, "\\%c", (char)c.code);
		else if (c.code < ' ' || c.code == 0x7f)
			fprintf(json->to, "\\u%04x", (unsigned int)c.code);
		else if (!c.length)
			fputs("\xef\xbf\xbd", json->to);
		else
			fwrite(text - c.length, 1, c.length, json->to);
	}
	fputc('"', json->to);
}

/* What stands before a value: comma, line break, key. */
static void begin_value(struct json *json, const char *key)
{
	if (json->any[json->depth])
		fputs(json->depth <= json->spread ? "," : ", ", json->to);
	if (json->depth && json->depth <= json->spread)
		break_line(json);
	json->any[json->depth] = true;
	if (!key)
		return;
	put_quoted(json, key);
	fputs(": ", json->to);
}

static void begin_nest(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	fputc(bracket, json->to);
	if (json->depth == JSON_DEPTH_MAX)
		abort();
	json->any[++json->depth] = false;
}

static void end_nest(struct json *json, char bracket)
{
	bool any = json->any[json->depth];

	json->depth--;
	if (any && json->depth < json->spread)
		break_line(json);
	fputc(bracket, json->to);
	if (!json->depth)
		fputc('\n', json->to);
	if (!json->depth)
		json->any[0] = false;
}

void json_begin_object(struct json *json, const char *key)
{
	begin_nest(json, key, '{');
}

void json_end_object(struct json *json)
{
	end_nest(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
	begin_nest(json, key, '[');
}

void json_end_array(struct json *json)
{
	end_nest(json, ']');
}

void json_string(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	put_quoted(json, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	fprintf(json->to, "%" PRIu64, value);
}

void json_signed(struct json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	fprintf(json->to, "%" PRId64, value);
}

void json_hex(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	fprintf(json->to, "\"0x%" PRIx64 "\"", value);
}

void json_fraction(struct json *json, const char *key, int64_t ppm)
{
	int64_t size = ppm < 0 ? -ppm : ppm;

	begin_value(json, key);
	fprintf(json->to, "%s%" PRId64 ".%06" PRId64, ppm < 0 ? "-" : "", size / 1000000, size % 1000000);
}

void json_decimal(struct json *json, const char *key, double value)
{
	begin_value(json, key);
	fprintf(json->to, "%.2f", value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	fputs(value ? "true" : "false", json->to);
}

void json_null(struct json *json, const char *key)
{
	begin_value(json, key);
	fputs("null", json->to);
}

void json_number_if(struct json *json, const char *key, bool known, uint64_t value)
{
	if (known)
		json_number(json, key, value);
	else
		json_null(json, key);
}

void json_hex_if(struct json *json, const char *key, bool known, uint64_t value)
{
	if (known)
		json_hex(json, key, value);
	else
		json_null(json, key);
}
