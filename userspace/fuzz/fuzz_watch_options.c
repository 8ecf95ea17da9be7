// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of watch options: what it accepts is within all ranges and means the same when it is written out again;
 * what it refuses it blames on a part of the text.
 */
#include <stdio.h>

#include "input.h"
#include "watch_options.h"
#include "policy.h"

static int append_policies(char *text, size_t size, u32 policies)
{
	int length = 0;
	u32 id;

	for (id = 0; id < VMI_POLICY_COUNT; id++)
		if (policies & 1U << id)
			length += snprintf(text + length, size - length, "%s%s", length ? "," : "policy=",
					   vmi_policy_by_id(id)->name);
	return length;
}

static int append_amount(char *text, size_t size, const char *key, const struct vmi_amount *amount)
{
	if (amount->basis_points)
		return snprintf(text, size, " %s=%u.%02u%%", key, amount->basis_points / 100,
				amount->basis_points % 100);
	if (amount->bytes)
		return snprintf(text, size, " %s=%lluK", key, (unsigned long long)amount->bytes >> 10);
	return 0;
}

/* Those that are not what they are by default: they belong to one of the policies. */
static int append_params(char *text, size_t size, const struct vmi_policy_params *params)
{
	struct vmi_policy_params classic;
	int length = 0;
	u32 i;

	vmi_policy_params_init(&classic);
	for (i = 0; i < VMI_PARAMETER_COUNT; i++)
		if (vmi_policy_params_get(params, i) != vmi_policy_params_get(&classic, i))
			length += snprintf(text + length, size - length, "%s%s:%u", length ? "," : " params=",
					   vmi_policy_parameters[i].name, vmi_policy_params_get(params, i));
	return length;
}

static void write_out(const struct vmi_watch_options *options, char *text, size_t size)
{
	static const char *const modes[] = { "", "passive", "window", "exact" };
	static const char *const trees[] = { "", "self", "descendants", "all" };
	int length = append_policies(text, size, options->policies);

	length += snprintf(text + length, size - length, " period=%ums window=%ums mode=%s tree=%s budget=%u.%02u%%",
			   options->period_ms, options->window_ms, modes[options->mode], trees[options->tree],
			   options->budget_basis_points / 100, options->budget_basis_points % 100);
	if (options->flush)
		length += snprintf(text + length, size - length, " flush=yes");
	length += append_params(text + length, size - length, &options->params);
	length += append_amount(text + length, size - length, "memory", &options->memory);
	append_amount(text + length, size - length, "rss", &options->rss);
}

/* All that is said, apart from which keys were given. */
static bool same_options(const struct vmi_watch_options *a, const struct vmi_watch_options *b)
{
	return a->policies == b->policies && a->period_ms == b->period_ms && a->window_ms == b->window_ms &&
	       a->mode == b->mode && a->tree == b->tree && a->budget_basis_points == b->budget_basis_points &&
	       a->flush == b->flush && a->memory.bytes == b->memory.bytes &&
	       a->memory.basis_points == b->memory.basis_points && a->rss.bytes == b->rss.bytes &&
	       a->rss.basis_points == b->rss.basis_points && !memcmp(&a->params, &b->params, sizeof(a->params));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmi_watch_options options, again;
	struct vmi_option_error error = { 0 };
	enum vmi_watch_key key;
	const char *why;
	char text[512];
	int ret;

	size -= size && data[size - 1] == '\n';	/* the corpus is text files */
	if (size > 4096)
		return 0;
	ret = vmi_watch_options_parse((const char *)data, size, &options, &error);
	REQUIRE(ret == 0 || ret == -EINVAL || ret == -ERANGE);
	if (ret) {
		REQUIRE(error.text && (size_t)error.offset + error.length <= size);
		return 0;
	}
	REQUIRE(!vmi_watch_options_check(&options, &key, &why));
	write_out(&options, text, sizeof(text));
	/* Sizes of 1T and more have too many digits in K. */
	if ((options.memory.bytes | options.rss.bytes) >> 39)
		return 0;
	REQUIRE(!vmi_watch_options_parse(text, strlen(text), &again, &error));
	REQUIRE(same_options(&options, &again));
	return 0;
}
