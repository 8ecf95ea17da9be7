// SPDX-License-Identifier: GPL-2.0
/* What vmistat prints. */
#include "lines.h"

#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "common/units.h"

enum kind {
	KIND_MEMORY,			/* uint64_t, pages; KiB as text, bytes in JSON */
	KIND_RATE,			/* double, a second */
	KIND_SHADOW_RATE,		/* the same, of the policy */
	KIND_SHARE,			/* double, ppm; percent as text */
	KIND_SHADOW_SHARE,		/* the same, of the policy */
};

static const struct column {
	const char *group;		/* of headings */
	const char *heading;		/* NULL: in JSON only */
	const char *key;
	int width;
	enum kind kind;
	size_t offset;
} columns[] = {
#define COLUMN(group, heading, width, kind, member) \
	{ group, heading, #member, width, KIND_##kind, offsetof(struct sample, member) }
#define SHADOW(heading, member) \
	{ "shadow(pages/s)", heading, #member, 5, KIND_SHADOW_RATE, offsetof(struct sample, shadow.member) }
	COLUMN("memory(K)", "rss", 7, MEMORY, resident),
	COLUMN("memory(K)", "wss", 7, MEMORY, working_set),
	COLUMN("seen/s", "young", 6, RATE, young),
	COLUMN(NULL, NULL, 0, RATE, seen),
	COLUMN(NULL, NULL, 0, RATE, mapped),
	COLUMN(NULL, NULL, 0, RATE, unmapped),
	SHADOW("scan", scanned),
	SHADOW("prom", promoted),
	SHADOW("demo", demoted),
	SHADOW(NULL, laundered),
	SHADOW("evic", evicted),
	SHADOW("refl", refaulted),
	COLUMN("kernel/s", "evic", 5, RATE, kernel_evicted),
	COLUMN("kernel/s", "refl", 5, RATE, kernel_refaulted),
	COLUMN("lru(%)", "agree", 6, SHADOW_SHARE, agreement),
	COLUMN(NULL, NULL, 0, SHADOW_SHARE, kappa),
	COLUMN(NULL, NULL, 0, RATE, passes),
	COLUMN(NULL, NULL, 0, RATE, borrowed),
	COLUMN(NULL, NULL, 0, RATE, returned),
	COLUMN(NULL, NULL, 0, RATE, lost),
	COLUMN(NULL, NULL, 0, RATE, refused),
	COLUMN(NULL, NULL, 0, RATE, locked_out),
	COLUMN("cpu(%)", "used", 6, SHARE, cpu),
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

#define POLICY_WIDTH 8

/* --- headings ----------------------------------------------------------------------------------------------------- */

/* A group's name in the middle of dashes. */
static void print_group(const char *name, int width)
{
	int dashes = width - (int)strlen(name), left = dashes > 0 ? dashes / 2 : 0, i;

	for (i = 0; i < left; i++)
		putchar('-');
	fputs(name, stdout);
	for (i = left; i < dashes; i++)
		putchar('-');
}

static void print_groups(void)
{
	size_t i = 0;

	while (i < COLUMNS) {
		const char *group = columns[i].group;
		int width = -1;

		for (; i < COLUMNS && (columns[i].group == group || (group && columns[i].group &&
				       !strcmp(columns[i].group, group))); i++)
			width += columns[i].heading ? columns[i].width + 1 : 0;
		if (!group)
			continue;
		print_group(group, width);
		putchar(i < COLUMNS ? ' ' : '\n');
	}
}

static void print_head_blanks(const struct line_head *head)
{
	if (head->time)
		printf("%*s ", (int)strlen(head->time), "");
	if (head->policy)
		printf("%*s ", POLICY_WIDTH, "");
}

void lines_print_headings(const struct line_head *head)
{
	size_t i;

	print_head_blanks(head);
	print_groups();
	if (head->time)
		printf("%*s ", (int)strlen(head->time), "time");
	if (head->policy)
		printf("%-*s ", POLICY_WIDTH, "policy");
	for (i = 0; i < COLUMNS; i++)
		if (columns[i].heading)
			printf("%*s%c", columns[i].width, columns[i].heading, i + 1 < COLUMNS ? ' ' : '\n');
}

/* --- lines -------------------------------------------------------------------------------------------------------- */

static double number_at(const struct sample *sample, const struct column *column)
{
	return *(const double *)((const char *)sample + column->offset);
}

static uint64_t pages_at(const struct sample *sample, const struct column *column)
{
	return *(const uint64_t *)((const char *)sample + column->offset);
}

/* Whether a column has a value: not if it is of a policy that no watch runs. */
static bool is_known(const struct sample *sample, const struct column *column)
{
	return sample->policies || (column->kind != KIND_SHADOW_RATE && column->kind != KIND_SHADOW_SHARE);
}

static void print_value(const struct sample *sample, const struct column *column)
{
	if (!is_known(sample, column)) {
		printf("%*s", column->width, "-");
		return;
	}
	switch (column->kind) {
	case KIND_MEMORY:
		printf("%*llu", column->width, (unsigned long long)(pages_at(sample, column) * UNITS_PAGE / 1024));
		break;
	case KIND_RATE:
	case KIND_SHADOW_RATE:
		printf("%*.0f", column->width, number_at(sample, column));
		break;
	case KIND_SHARE:
	case KIND_SHADOW_SHARE:
		printf("%*.1f", column->width, number_at(sample, column) / 10000);
		break;
	}
}

void lines_print(const struct line_head *head, const struct sample *sample)
{
	size_t i;

	if (head->time)
		printf("%s ", head->time);
	if (head->policy)
		printf("%-*s ", POLICY_WIDTH, head->policy);
	for (i = 0; i < COLUMNS; i++) {
		if (!columns[i].heading)
			continue;
		print_value(sample, &columns[i]);
		putchar(i + 1 < COLUMNS ? ' ' : '\n');
	}
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void put_value(struct json *json, const struct sample *sample, const struct column *column)
{
	if (!is_known(sample, column)) {
		json_null(json, column->key);
		return;
	}
	switch (column->kind) {
	case KIND_MEMORY:
		json_number(json, column->key, pages_at(sample, column) * UNITS_PAGE);
		break;
	case KIND_RATE:
	case KIND_SHADOW_RATE:
		json_decimal(json, column->key, number_at(sample, column));
		break;
	case KIND_SHARE:
	case KIND_SHADOW_SHARE:
		json_fraction(json, column->key, (int64_t)number_at(sample, column));
		break;
	}
}

void lines_print_json(const struct line_head *head, const struct sample *sample)
{
	struct json json;
	size_t i;

	json_init(&json, stdout, 0);
	json_begin_object(&json, NULL);
	if (head->time)
		json_string(&json, "time", head->time);
	json_number(&json, "watches", sample->watches);
	if (head->policy)
		json_string(&json, "policy", head->policy);
	for (i = 0; i < COLUMNS; i++)
		put_value(&json, sample, &columns[i]);
	json_end_object(&json);
}
