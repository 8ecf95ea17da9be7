// SPDX-License-Identifier: GPL-2.0
/* The options of a watch: what each key takes, to the last value, and what is said of the rest. */
#include "command.h"
#include "policy.h"
#include "unit.h"

#define BIT(id) (1U << (id))

/* Parses a heap copy of exactly the text's bytes, so that a read beyond them is seen. */
static int parse(const char *text, struct vmi_watch_options *ret, struct vmi_option_error *ret_error)
{
	size_t length = strlen(text);
	char *exact = malloc(length ? length : 1);
	int err;

	memcpy(exact, text, length);
	memset(ret_error, 0, sizeof(*ret_error));
	err = vmi_watch_options_parse(exact, length, ret, ret_error);
	free(exact);
	assert_int_equal(!err, !ret_error->text);
	return err;
}

static struct vmi_watch_options accept(const char *text)
{
	struct vmi_watch_options options;
	struct vmi_option_error error;
	int err = parse(text, &options, &error);

	if (err)
		fail_msg("'%s' was refused: %s", text, error.text);
	return options;
}

/* The word at fault and a part of the reason. */
static void refuse(const char *text, int expected, const char *word, const char *reason)
{
	struct vmi_watch_options options;
	struct vmi_option_error error;

	if (parse(text, &options, &error) != expected)
		fail_msg("'%s' was not refused with %d", text, expected);
	assert_true(error.offset + error.length <= strlen(text));
	if (error.length != strlen(word) || memcmp(text + error.offset, word, error.length))
		fail_msg("'%s': '%.*s' was blamed", text, (int)error.length, text + error.offset);
	if (!strstr(error.text, reason))
		fail_msg("'%s': the reason was '%s'", text, error.text);
}

static void no_options_are_the_defaults(void **state)
{
	struct vmi_watch_options options = accept("");

	(void)state;
	assert_int_equal(options.given, 0);
	assert_int_equal(options.policies, BIT(VMI_POLICY_AGING24));
	assert_int_equal(options.period_ms, 1000);
	assert_int_equal(options.window_ms, 50);
	assert_int_equal(options.mode, VMI_MODE_WINDOW);
	assert_int_equal(options.tree, VMI_TREE_SELF);
	assert_int_equal(options.budget_basis_points, 100);
	assert_int_equal(options.memory.bytes, 0);
	assert_int_equal(options.memory.basis_points, 500);
	assert_int_equal(options.rss.bytes, 0);
	assert_int_equal(options.rss.basis_points, 0);
	assert_false(options.flush);
	assert_int_equal(options.params.age_max, 64);
	assert_int_equal(options.params_given, 0);
}

static void all_keys_are_taken_in_any_order_with_any_blanks(void **state)
{
	struct vmi_watch_options options;

	(void)state;
	options = accept(" flush=yes tree=all rss=9% memory=4M budget=2%  mode=exact window=9ms period=2s"
			 " policy=twolist params=inactive-percent:7");
	assert_int_equal(options.given, BIT(VMI_KEY_COUNT) - 1);
	assert_int_equal(options.policies, BIT(VMI_POLICY_TWOLIST));
	assert_int_equal(options.params.inactive_percent, 7);
	assert_int_equal(options.period_ms, 2000);
	assert_int_equal(options.window_ms, 9);
	assert_int_equal(options.mode, VMI_MODE_EXACT);
	assert_int_equal(options.tree, VMI_TREE_ALL);
	assert_int_equal(options.budget_basis_points, 200);
	assert_int_equal(options.memory.bytes, 4 << 20);
	assert_int_equal(options.memory.basis_points, 0);
	assert_int_equal(options.rss.basis_points, 900);
	assert_true(options.flush);
}

static void policies_are_a_list_of_names_or_all(void **state)
{
	(void)state;
	assert_int_equal(accept("policy=all").policies, VMI_POLICIES_ALL);
	assert_int_equal(accept("policy=clock").policies, BIT(VMI_POLICY_CLOCK));
	assert_int_equal(accept("policy=nbit,twolist,clock,gen,aging24").policies, VMI_POLICIES_ALL);
	refuse("policy=", -EINVAL, "", "policy takes");
	refuse("policy=lru", -EINVAL, "lru", "policy takes");
	refuse("policy=clock,lru,gen", -EINVAL, "lru", "policy takes");
	refuse("policy=clock,", -EINVAL, "", "policy takes");
	refuse("policy=,clock", -EINVAL, "", "policy takes");
	refuse("policy=clock,gen,clock", -EINVAL, "clock", "policy takes");
	refuse("policy=clock,all", -EINVAL, "all", "policy takes");
	refuse("policy=Clock", -EINVAL, "Clock", "policy takes");
}

static void parameters_are_numbers_by_name(void **state)
{
	struct vmi_watch_options options;

	(void)state;
	options = accept("params=age-max:32,age-start:0,age-advance:32,age-decline:2,age-halving:1,"
			 "inactive-percent:100");
	assert_int_equal(options.params.age_max, 32);
	assert_int_equal(options.params.age_start, 0);
	assert_int_equal(options.params.age_advance, 32);
	assert_int_equal(options.params.age_decline, 2);
	assert_int_equal(options.params.age_halving, 1);
	assert_int_equal(options.params.inactive_percent, 100);
	options = accept("params=age-decline:3");
	assert_int_equal(options.params.age_decline, 3);
	assert_int_equal(options.params.age_max, 64);
	refuse("params=", -EINVAL, "", "params takes");
	refuse("params=age-max", -EINVAL, "age-max", "params takes");
	refuse("params=age-max:", -EINVAL, "age-max:", "params takes");
	refuse("params=age-max:1x", -EINVAL, "age-max:1x", "params takes");
	refuse("params=age-max:-1", -EINVAL, "age-max:-1", "params takes");
	refuse("params=age-start:1,age:3,age-max:4", -EINVAL, "age:3", "params takes");
	refuse("params=age-start:1,", -EINVAL, "", "params takes");
	refuse("params=age-start:1,age-start:1", -EINVAL, "age-start:1", "params takes");
}

static void parameters_have_ranges(void **state)
{
	(void)state;
	accept("params=age-max:127,age-start:127,age-advance:127,age-decline:127");
	accept("params=age-max:1,age-start:1,age-advance:1");
	refuse("params=age-max:128", -ERANGE, "age-max:128", "params takes");
	refuse("params=age-max:256", -ERANGE, "age-max:256", "params takes");
	refuse("params=age-max:0", -ERANGE, "age-max:0", "params takes");
	refuse("params=age-max:2", -ERANGE, "age-max:2", "params takes");		/* age-advance is 3 */
	refuse("params=age-start:65", -ERANGE, "age-start:65", "params takes");
	refuse("params=age-advance:0", -ERANGE, "age-advance:0", "params takes");
	refuse("params=age-decline:0", -ERANGE, "age-decline:0", "params takes");
	refuse("params=age-halving:2", -ERANGE, "age-halving:2", "params takes");
	refuse("params=inactive-percent:101", -ERANGE, "inactive-percent:101", "params takes");
}

static void parameters_are_for_policies_that_are_watched(void **state)
{
	(void)state;
	accept("params=inactive-percent:9 policy=twolist,gen");
	accept("policy=all params=age-max:9,inactive-percent:9");
	refuse("params=age-max:9 policy=twolist", -EINVAL, "age-max:9", "none of the policies");
	refuse("policy=clock params=inactive-percent:9", -EINVAL, "inactive-percent:9", "none of the policies");
}

static void words_are_taken_exactly(void **state)
{
	(void)state;
	assert_int_equal(accept("mode=passive").mode, VMI_MODE_PASSIVE);
	assert_int_equal(accept("mode=window").mode, VMI_MODE_WINDOW);
	assert_int_equal(accept("tree=self").tree, VMI_TREE_SELF);
	assert_int_equal(accept("tree=descendants").tree, VMI_TREE_DESCENDANTS);
	assert_true(accept("flush=yes").flush);
	assert_false(accept("flush=no").flush);
	refuse("flush=1", -EINVAL, "1", "flush takes");
	refuse("mode=exac", -EINVAL, "exac", "mode takes");
	refuse("mode=", -EINVAL, "", "mode takes");
	refuse("tree=children", -EINVAL, "children", "tree takes");
	refuse("tree=self=", -EINVAL, "self=", "tree takes");
}

static void times_have_a_unit_and_a_range(void **state)
{
	(void)state;
	assert_int_equal(accept("period=10ms").period_ms, 10);
	assert_int_equal(accept("period=3600s").period_ms, 3600000);
	assert_int_equal(accept("period=3600000ms").period_ms, 3600000);
	assert_int_equal(accept("window=1ms").window_ms, 1);
	assert_int_equal(accept("period=10ms window=10ms").window_ms, 10);
	refuse("period=9ms", -ERANGE, "9ms", "10ms to 3600s");
	refuse("period=0s", -ERANGE, "0s", "10ms to 3600s");
	refuse("period=3601s", -ERANGE, "3601s", "10ms to 3600s");
	refuse("period=999999999s", -ERANGE, "999999999s", "10ms to 3600s");
	refuse("window=0ms", -ERANGE, "0ms", "window takes");
	refuse("window=1001ms", -ERANGE, "1001ms", "window takes");
	refuse("window=11ms period=10ms", -ERANGE, "11ms", "window takes");
	refuse("period=1", -EINVAL, "1", "period takes");
	refuse("period=s", -EINVAL, "s", "period takes");
	refuse("period=1m", -EINVAL, "1m", "period takes");
	refuse("period=1sec", -EINVAL, "1sec", "period takes");
	refuse("period=-1s", -EINVAL, "-1s", "period takes");
	refuse("period=1.5s", -EINVAL, "1.5s", "period takes");
	refuse("period=0x10ms", -EINVAL, "0x10ms", "period takes");
	refuse("period=1000000000ms", -EINVAL, "1000000000ms", "period takes");
}

static void the_default_window_fits_into_a_short_period(void **state)
{
	(void)state;
	assert_int_equal(accept("period=200ms").window_ms, 50);
	assert_int_equal(accept("period=199ms").window_ms, 49);
	assert_int_equal(accept("period=10ms").window_ms, 2);
}

static void percents_have_two_decimals_and_a_range(void **state)
{
	(void)state;
	assert_int_equal(accept("budget=100%").budget_basis_points, 10000);
	assert_int_equal(accept("budget=0.01%").budget_basis_points, 1);
	assert_int_equal(accept("budget=1.5%").budget_basis_points, 150);
	assert_int_equal(accept("budget=1.05%").budget_basis_points, 105);
	refuse("budget=0%", -ERANGE, "0%", "budget takes");
	refuse("budget=100.01%", -ERANGE, "100.01%", "budget takes");
	refuse("budget=999999999%", -ERANGE, "999999999%", "budget takes");
	refuse("budget=0.001%", -EINVAL, "0.001%", "budget takes");
	refuse("budget=1", -EINVAL, "1", "budget takes");
	refuse("budget=1.%", -EINVAL, "1.%", "budget takes");
	refuse("budget=.5%", -EINVAL, ".5%", "budget takes");
	refuse("budget=%", -EINVAL, "%", "budget takes");
	refuse("budget=1%%", -EINVAL, "1%%", "budget takes");
}

static void amounts_are_sizes_or_percents_in_range(void **state)
{
	(void)state;
	assert_int_equal(accept("memory=64K").memory.bytes, 64 << 10);
	assert_int_equal(accept("policy=clock,gen").memory.basis_points, 1000);
	assert_int_equal(accept("policy=all").memory.basis_points, 2500);
	assert_int_equal(accept("policy=all memory=5%").memory.basis_points, 500);
	assert_int_equal(accept("policy=all memory=64K").memory.basis_points, 0);
	assert_true(accept("memory=1T").memory.bytes == 1ULL << 40);
	assert_int_equal(accept("memory=0.1%").memory.basis_points, 10);
	assert_int_equal(accept("memory=100%").memory.basis_points, 10000);
	assert_int_equal(accept("rss=4K").rss.bytes, 4096);
	assert_true(accept("rss=16T").rss.bytes == 16ULL << 40);
	assert_int_equal(accept("rss=1%").rss.basis_points, 100);
	refuse("memory=63K", -ERANGE, "63K", "memory takes");
	refuse("memory=1025G", -ERANGE, "1025G", "memory takes");
	refuse("memory=999999999T", -ERANGE, "999999999T", "memory takes");
	refuse("memory=0.09%", -ERANGE, "0.09%", "memory takes");
	refuse("memory=0%", -ERANGE, "0%", "memory takes");
	refuse("memory=0K", -ERANGE, "0K", "memory takes");
	refuse("rss=3K", -ERANGE, "3K", "rss takes");
	refuse("rss=17T", -ERANGE, "17T", "rss takes");
	refuse("rss=0.99%", -ERANGE, "0.99%", "rss takes");
	refuse("rss=0%", -ERANGE, "0%", "rss takes");
	refuse("memory=65536", -EINVAL, "65536", "memory takes");
	refuse("memory=64k", -EINVAL, "64k", "memory takes");
	refuse("memory=64KB", -EINVAL, "64KB", "memory takes");
	refuse("memory=K", -EINVAL, "K", "memory takes");
}

static void what_is_not_one_option_a_key_is_refused(void **state)
{
	(void)state;
	refuse("period", -EINVAL, "period", "key=value");
	refuse("period=1s fast", -EINVAL, "fast", "key=value");
	refuse("speed=1", -EINVAL, "speed", "the keys are");
	refuse("=1s", -EINVAL, "", "the keys are");
	refuse("Period=1s", -EINVAL, "Period", "the keys are");
	refuse("period=1s period=1s", -EINVAL, "period", "once");
	refuse("period=1s\tmode=exact", -EINVAL, "1s\tmode=exact", "period takes");
	refuse("mode=exact\n", -EINVAL, "exact\n", "mode takes");
}

static void ranges_are_checked_for_options_from_elsewhere_too(void **state)
{
	struct vmi_watch_options options;
	enum vmi_watch_key key;
	const char *text;

	(void)state;
	vmi_watch_options_init(&options);
	assert_int_equal(vmi_watch_options_check(&options, &key, &text), 0);
	options.policies = 0;
	assert_int_equal(vmi_watch_options_check(&options, &key, &text), -ERANGE);
	assert_string_equal(vmi_watch_key_name(key), "policy");
	vmi_watch_options_init(&options);
	options.policies = BIT(VMI_POLICY_COUNT);
	assert_int_equal(vmi_watch_options_check(&options, &key, &text), -ERANGE);
	vmi_watch_options_init(&options);
	options.mode = 4;
	assert_int_equal(vmi_watch_options_check(&options, &key, &text), -ERANGE);
	assert_string_equal(vmi_watch_key_name(key), "mode");
	vmi_watch_options_init(&options);
	options.memory.bytes = 1 << 20;
	assert_int_equal(vmi_watch_options_check(&options, &key, &text), -ERANGE);
	assert_string_equal(vmi_watch_key_name(key), "memory");
	vmi_watch_options_init(&options);
	options.params.age_max = 0;
	assert_int_equal(vmi_watch_options_check(&options, &key, &text), -ERANGE);
	assert_string_equal(vmi_watch_key_name(key), "params");
}

static int command(const char *text, struct vmi_command *ret)
{
	return vmi_command_parse(text, strlen(text), ret);
}

static void a_command_carries_its_options(void **state)
{
	struct vmi_command parsed;

	(void)state;
	assert_int_equal(command(" watch  period=2s   mode=exact \n", &parsed), 0);
	assert_int_equal(parsed.verb, VMI_COMMAND_WATCH);
	assert_int_equal(parsed.options.period_ms, 2000);
	assert_int_equal(parsed.options.mode, VMI_MODE_EXACT);
	assert_int_equal(command("watch", &parsed), 0);
	assert_int_equal(parsed.options.period_ms, 1000);
}

static void a_refused_command_names_the_word_at_fault(void **state)
{
	static const struct {
		const char *text, *word, *reason;
		int err;
	} cases[] = {
		{ "  watsch period=1s", "watsch", "verbs", -EINVAL },
		{ "watch  period=9ms\n", "9ms", "period takes", -ERANGE },
		{ "watch speed=1", "speed", "keys", -EINVAL },
		{ "unwatch now", "now", "no options", -EINVAL },
		{ "\n", "", "verbs", -EINVAL },
	};
	struct vmi_command parsed;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(command(cases[i].text, &parsed), cases[i].err);
		assert_int_equal(parsed.error.length, strlen(cases[i].word));
		assert_memory_equal(cases[i].text + parsed.error.offset, cases[i].word, parsed.error.length);
		assert_non_null(strstr(parsed.error.text, cases[i].reason));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_options_are_the_defaults),
		cmocka_unit_test(all_keys_are_taken_in_any_order_with_any_blanks),
		cmocka_unit_test(policies_are_a_list_of_names_or_all),
		cmocka_unit_test(parameters_are_numbers_by_name),
		cmocka_unit_test(parameters_have_ranges),
		cmocka_unit_test(parameters_are_for_policies_that_are_watched),
		cmocka_unit_test(words_are_taken_exactly),
		cmocka_unit_test(times_have_a_unit_and_a_range),
		cmocka_unit_test(the_default_window_fits_into_a_short_period),
		cmocka_unit_test(percents_have_two_decimals_and_a_range),
		cmocka_unit_test(amounts_are_sizes_or_percents_in_range),
		cmocka_unit_test(what_is_not_one_option_a_key_is_refused),
		cmocka_unit_test(ranges_are_checked_for_options_from_elsewhere_too),
		cmocka_unit_test(a_command_carries_its_options),
		cmocka_unit_test(a_refused_command_names_the_word_at_fault),
	};

	return cmocka_run_group_tests_name("watch_options", tests, NULL, NULL);
}
