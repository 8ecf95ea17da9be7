// SPDX-License-Identifier: GPL-2.0
/* The parser of watch options: words to values first, then the ranges, which options from elsewhere share. */
#include "watch_options.h"
#include "bits.h"
#include "policy.h"

#define NUMBER_DIGITS_MAX	9	/* more is out of every range, and so a value never overflows */

/* For the shadow, of what is resident, unless told otherwise: for each policy, since frames may lie scattered. */
#define MEMORY_BASIS_POINTS	500

/* Bytes [offset, offset + length) of the text. */
struct word {
	const char *text;
	u32 offset;
	u32 length;
};

struct option_key {
	const char *name;
	const char *takes;		/* the text of an error */
	/* 0, or -EINVAL and *word may be narrowed to the part at fault. */
	int (*parse)(struct word *word, struct vmi_watch_options *ret);
};

static bool word_is(const struct word *word, const char *text)
{
	return strlen(text) == word->length && !memcmp(word->text, text, word->length);
}

/* Takes the part before the first `separator` off the word; all of it when there is none. */
static struct word take_until(struct word *word, char separator, bool *ret_found)
{
	struct word part = *word;
	u32 i = 0;

	while (i < word->length && word->text[i] != separator)
		i++;
	*ret_found = i < word->length;
	part.length = i;
	i += *ret_found;
	word->text += i;
	word->offset += i;
	word->length -= i;
	return part;
}

/* Takes leading digits off the word. -EINVAL when there are none or too many. */
static int take_number(struct word *word, u64 *ret)
{
	u32 i = 0;

	for (*ret = 0; i < word->length && word->text[i] >= '0' && word->text[i] <= '9'; i++) {
		if (i == NUMBER_DIGITS_MAX)
			return -EINVAL;
		*ret = *ret * 10 + (word->text[i] - '0');
	}
	word->text += i;
	word->offset += i;
	word->length -= i;
	return i ? 0 : -EINVAL;
}

static int parse_time(const struct word *value, u32 *ret_ms)
{
	struct word rest = *value;
	u64 number;

	if (take_number(&rest, &number))
		return -EINVAL;
	if (word_is(&rest, "s"))
		number *= 1000;
	else if (!word_is(&rest, "ms"))
		return -EINVAL;
	*ret_ms = min_t(u64, number, ~0U);
	return 0;
}

/* Hundredths of a percent, from up to two decimals and a percent sign. */
static int parse_percent(const struct word *value, u32 *ret)
{
	struct word rest = *value;
	u64 whole, part = 0;

	if (take_number(&rest, &whole))
		return -EINVAL;
	if (rest.length && rest.text[0] == '.') {
		struct word decimals = { rest.text + 1, rest.offset + 1, rest.length - 1 };
		u32 digits = decimals.length;

		if (take_number(&decimals, &part))
			return -EINVAL;
		digits -= decimals.length;
		if (digits > 2)
			return -EINVAL;
		if (digits == 1)
			part *= 10;
		rest = decimals;
	}
	if (!word_is(&rest, "%"))
		return -EINVAL;
	*ret = min_t(u64, whole * 100 + part, ~0U);
	return 0;
}

static int parse_size(const struct word *value, u64 *ret)
{
	static const char units[] = "KMGT";
	struct word rest = *value;
	u64 number;
	u32 i;

	if (take_number(&rest, &number) || rest.length != 1)
		return -EINVAL;
	for (i = 0; units[i]; i++) {
		u32 shift = 10 * (i + 1);

		if (rest.text[0] != units[i])
			continue;
		*ret = number >> (64 - shift) ? ~0ULL : number << shift;
		return 0;
	}
	return -EINVAL;
}

/* A percentage of 0 is none of an amount and not within any range: it must not look like no limit. */
static int parse_amount(const struct word *value, struct vmi_amount *ret)
{
	struct vmi_amount amount = { 0 };
	int err;

	if (value->length && value->text[value->length - 1] == '%')
		err = parse_percent(value, &amount.basis_points);
	else
		err = parse_size(value, &amount.bytes);
	if (!err)
		*ret = amount;
	return err;
}

static int parse_policies(struct word *value, struct vmi_watch_options *ret)
{
	struct word rest = *value;
	bool more = true;

	if (word_is(value, "all")) {
		ret->policies = VMI_POLICIES_ALL;
		return 0;
	}
	ret->policies = 0;
	while (more) {
		const struct vmi_policy_ops *ops;

		*value = take_until(&rest, ',', &more);
		ops = vmi_policy_by_name(value->text, value->length);
		if (!ops || ret->policies & 1U << ops->id)
			return -EINVAL;
		ret->policies |= 1U << ops->id;
	}
	return 0;
}

static int parse_period(struct word *value, struct vmi_watch_options *ret)
{
	return parse_time(value, &ret->period_ms);
}

static int parse_window(struct word *value, struct vmi_watch_options *ret)
{
	return parse_time(value, &ret->window_ms);
}

static int parse_mode(struct word *value, struct vmi_watch_options *ret)
{
	if (word_is(value, "passive"))
		ret->mode = VMI_MODE_PASSIVE;
	else if (word_is(value, "window"))
		ret->mode = VMI_MODE_WINDOW;
	else if (word_is(value, "exact"))
		ret->mode = VMI_MODE_EXACT;
	else
		return -EINVAL;
	return 0;
}

static int parse_budget(struct word *value, struct vmi_watch_options *ret)
{
	return parse_percent(value, &ret->budget_basis_points);
}

static int parse_memory(struct word *value, struct vmi_watch_options *ret)
{
	return parse_amount(value, &ret->memory);
}

static int parse_rss(struct word *value, struct vmi_watch_options *ret)
{
	return parse_amount(value, &ret->rss);
}

static int parse_tree(struct word *value, struct vmi_watch_options *ret)
{
	if (word_is(value, "self"))
		ret->tree = VMI_TREE_SELF;
	else if (word_is(value, "descendants"))
		ret->tree = VMI_TREE_DESCENDANTS;
	else if (word_is(value, "all"))
		ret->tree = VMI_TREE_ALL;
	else
		return -EINVAL;
	return 0;
}

static int parse_flush(struct word *value, struct vmi_watch_options *ret)
{
	ret->flush = word_is(value, "yes");
	return ret->flush || word_is(value, "no") ? 0 : -EINVAL;
}

/* One NAME:NUMBER. A number above all ranges is kept as one that is. */
static int parse_parameter(struct word *value, struct vmi_watch_options *ret)
{
	struct word number = *value;
	bool found;
	struct word name = take_until(&number, ':', &found);
	u32 parameter = vmi_policy_parameter_find(name.text, name.length);
	u64 given;

	if (!found || parameter == VMI_PARAMETER_COUNT || ret->params_given & 1U << parameter ||
	    take_number(&number, &given) || number.length)
		return -EINVAL;
	vmi_policy_params_set(&ret->params, parameter, min_t(u64, given, 255));
	ret->params_given |= 1U << parameter;
	return 0;
}

static int parse_params(struct word *value, struct vmi_watch_options *ret)
{
	struct word rest = *value;
	bool more = true;
	int err = 0;

	while (!err && more) {
		*value = take_until(&rest, ',', &more);
		err = parse_parameter(value, ret);
	}
	return err;
}

#define PARAMS_TAKES \
	"params takes age-max:1..127, age-halving:0..1, inactive-percent:0..100, other ages up to age-max"

static const struct option_key keys[VMI_KEY_COUNT] = {
	[VMI_KEY_POLICY] = { "policy", "policy takes all, or some of aging24,nbit,clock,twolist,gen, each once",
			     parse_policies },
	[VMI_KEY_PERIOD] = { "period", "period takes 10ms to 3600s, as in 500ms or 2s", parse_period },
	[VMI_KEY_WINDOW] = { "window", "window takes 1ms to the period, as in 50ms", parse_window },
	[VMI_KEY_MODE] = { "mode", "mode takes passive, window or exact", parse_mode },
	[VMI_KEY_BUDGET] = { "budget", "budget takes 0.01% to 100% of one CPU, as in 1%", parse_budget },
	[VMI_KEY_MEMORY] = { "memory", "memory takes 64K to 1T, or 0.1% to 100% of the resident memory", parse_memory },
	[VMI_KEY_RSS] = { "rss", "rss takes 4K to 16T, or 1% to 100% of the pages watched", parse_rss },
	[VMI_KEY_TREE] = { "tree", "tree takes self, descendants or all", parse_tree },
	[VMI_KEY_FLUSH] = { "flush", "flush takes yes or no", parse_flush },
	[VMI_KEY_PARAMS] = { "params", PARAMS_TAKES, parse_params },
};

const char *vmi_watch_key_name(enum vmi_watch_key key)
{
	return keys[key].name;
}

static bool within(u64 value, u64 least, u64 most)
{
	return value >= least && value <= most;
}

static bool amount_in_range(const struct vmi_amount *amount, u64 least, u64 most, u32 least_basis_points)
{
	if (amount->basis_points)
		return !amount->bytes && within(amount->basis_points, least_basis_points, 10000);
	return within(amount->bytes, least, most);
}

static bool key_in_range(const struct vmi_watch_options *options, enum vmi_watch_key key)
{
	switch (key) {
	case VMI_KEY_POLICY:
		return options->policies && !(options->policies & ~VMI_POLICIES_ALL);
	case VMI_KEY_PERIOD:
		return within(options->period_ms, 10, 3600 * 1000);
	case VMI_KEY_WINDOW:
		return within(options->window_ms, 1, options->period_ms);
	case VMI_KEY_MODE:
		return within(options->mode, VMI_MODE_PASSIVE, VMI_MODE_EXACT);
	case VMI_KEY_BUDGET:
		return within(options->budget_basis_points, 1, 10000);
	case VMI_KEY_MEMORY:
		return amount_in_range(&options->memory, 64ULL << 10, 1ULL << 40, 10);
	case VMI_KEY_RSS:
		return !(options->given & 1U << VMI_KEY_RSS) ||
		       amount_in_range(&options->rss, 4ULL << 10, 16ULL << 40, 100);
	case VMI_KEY_TREE:
		return within(options->tree, VMI_TREE_SELF, VMI_TREE_ALL);
	case VMI_KEY_FLUSH:
		return true;
	case VMI_KEY_PARAMS:
		return vmi_policy_params_valid(&options->params);
	default:
		return false;
	}
}

int vmi_watch_options_check(const struct vmi_watch_options *options, enum vmi_watch_key *ret_key,
			    const char **ret_text)
{
	u32 key;

	for (key = 0; key < VMI_KEY_COUNT; key++) {
		if (!key_in_range(options, key)) {
			*ret_key = key;
			*ret_text = keys[key].takes;
			return -ERANGE;
		}
	}
	return 0;
}

void vmi_watch_options_init(struct vmi_watch_options *options)
{
	*options = (struct vmi_watch_options){
		.policies = 1U << VMI_POLICY_AGING24,
		.period_ms = 1000,
		.window_ms = 50,
		.mode = VMI_MODE_WINDOW,
		.tree = VMI_TREE_SELF,
		.budget_basis_points = 100,
		.memory.basis_points = MEMORY_BASIS_POINTS,
	};
	vmi_policy_params_init(&options->params);
}

static int fail(int err, const struct word *word, const char *text, struct vmi_option_error *ret)
{
	ret->offset = word->offset;
	ret->length = word->length;
	ret->text = text;
	return err;
}

static u32 find_key(const struct word *name)
{
	u32 key = 0;

	while (key < VMI_KEY_COUNT && !word_is(name, keys[key].name))
		key++;
	return key;
}

/* One key=value; `values` notes where the value of each key stands. */
static int parse_option(const struct word *option, struct vmi_watch_options *ret, struct word *values,
			struct vmi_option_error *ret_error)
{
	struct word value = *option;
	bool found;
	struct word name = take_until(&value, '=', &found);
	u32 key = find_key(&name);

	if (!found)
		return fail(-EINVAL, option, "an option has the form key=value", ret_error);
	if (key == VMI_KEY_COUNT)
		return fail(-EINVAL, &name,
			    "the keys are policy, period, window, mode, budget, memory, rss, tree, flush and params",
			    ret_error);
	if (ret->given & 1U << key)
		return fail(-EINVAL, &name, "each key may be given once", ret_error);
	values[key] = value;
	if (keys[key].parse(&value, ret))
		return fail(-EINVAL, &value, keys[key].takes, ret_error);
	ret->given |= 1U << key;
	return 0;
}

/* True when each parameter that was given means something to one of the policies. */
static bool params_belong(const struct vmi_watch_options *options)
{
	u32 i;

	for (i = 0; i < VMI_PARAMETER_COUNT; i++)
		if (options->params_given & 1U << i && !(vmi_policy_parameters[i].policies & options->policies))
			return false;
	return true;
}

int vmi_watch_options_parse(const char *text, size_t length, struct vmi_watch_options *ret,
			    struct vmi_option_error *ret_error)
{
	struct word rest = { text, 0, length };
	struct word values[VMI_KEY_COUNT] = { { 0 } };
	enum vmi_watch_key key;
	const char *why;
	bool more = length;

	vmi_watch_options_init(ret);
	while (more) {
		struct word option = take_until(&rest, ' ', &more);
		int err = option.length ? parse_option(&option, ret, values, ret_error) : 0;

		if (err)
			return err;
	}
	if (!(ret->given & 1U << VMI_KEY_MEMORY))
		ret->memory.basis_points = vmi_bit_count(ret->policies) * MEMORY_BASIS_POINTS;
	if (!(ret->given & 1U << VMI_KEY_WINDOW))
		ret->window_ms = min_t(u32, ret->window_ms, ret->period_ms / 4);
	if (vmi_watch_options_check(ret, &key, &why))
		return fail(-ERANGE, &values[key], why, ret_error);
	if (!params_belong(ret))
		return fail(-EINVAL, &values[VMI_KEY_PARAMS],
			    "none of the policies has that parameter: aging24 has all, twolist inactive-percent",
			    ret_error);
	return 0;
}
