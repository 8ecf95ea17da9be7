/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of a watch, as words: `key=value` separated by blanks, each key at most once.
 *
 *	policy=NAME[,NAME...]|all	aging24 nbit clock twolist gen; default aging24
 *	period=TIME			10ms..3600s; default 1s
 *	window=TIME			1ms..the period; default 50ms, or a quarter of a period below 200ms
 *	mode=passive|window|exact	default window
 *	budget=PERCENT			0.01%..100% of one CPU; default 1%
 *	memory=SIZE|PERCENT		64K..1T, or 256K and 0.1%..100% of what is resident; default 5% a policy
 *	rss=SIZE|PERCENT		4K..16T, or 1%..100% of the pages watched; default none
 *	tree=self|descendants|all	default self
 *	flush=no|yes			default no: flush TLBs after clearing accessed bits, so that a page which a
 *					processor holds in its TLB does not look idle; interrupts the target
 *	params=NAME:NUMBER[,...]	what the policies are told, by the names and in the ranges of policy_params.h,
 *					each once; default the classic values. For policies that are watched only
 *
 * TIME is a whole number with ms or s; SIZE one with K, M, G or T (1024 each); PERCENT has up to two decimals.
 */
#ifndef VMI_CORE_WATCH_OPTIONS_H
#define VMI_CORE_WATCH_OPTIONS_H

#include "policy_params.h"
#include "port.h"

/* The numbers of both are part of the user interface: append only. */
enum vmi_watch_mode {
	VMI_MODE_PASSIVE = 1,		/* never writes an accessed bit */
	VMI_MODE_WINDOW = 2,		/* borrows them for short windows */
	VMI_MODE_EXACT = 3,		/* clears them at every pass */
};

enum vmi_watch_tree {
	VMI_TREE_SELF = 1,
	VMI_TREE_DESCENDANTS = 2,	/* those that live now and those to come */
	VMI_TREE_ALL = 3,		/* every process */
};

/* The keys; as bits 1 << key in vmi_watch_options.given. */
enum vmi_watch_key {
	VMI_KEY_POLICY = 0,
	VMI_KEY_PERIOD = 1,
	VMI_KEY_WINDOW = 2,
	VMI_KEY_MODE = 3,
	VMI_KEY_BUDGET = 4,
	VMI_KEY_MEMORY = 5,
	VMI_KEY_RSS = 6,
	VMI_KEY_TREE = 7,
	VMI_KEY_FLUSH = 8,
	VMI_KEY_PARAMS = 9,
	VMI_KEY_COUNT = 10,
};

/* Bytes, or hundredths of a percent; at most one of them is not 0. */
struct vmi_amount {
	u64 bytes;
	u32 basis_points;
};

struct vmi_watch_options {
	u32 given;			/* keys that were there; the others have their defaults */
	u32 policies;			/* 1 << enum vmi_policy_id */
	u32 period_ms;
	u32 window_ms;
	enum vmi_watch_mode mode;
	enum vmi_watch_tree tree;
	u32 budget_basis_points;	/* of one CPU */
	struct vmi_amount memory;
	struct vmi_amount rss;		/* both 0: no limit */
	bool flush;			/* TLBs, after accessed bits were cleared */
	struct vmi_policy_params params;
	u32 params_given;		/* 1 << index of vmi_policy_parameters */
};

/* Why text was refused, and which of it: bytes [offset, offset + length). Static text, one line, no newline. */
struct vmi_option_error {
	u32 offset;
	u32 length;
	const char *text;
};

/* The defaults of all keys, with the default policy. */
void vmi_watch_options_init(struct vmi_watch_options *options);

/*
 * Parses `length` bytes into *ret, which begins with the defaults. -EINVAL for a word that is not key=value, an
 * unknown key, a value that its key does not take, a key given twice, a parameter that none of the policies has;
 * -ERANGE for a number out of range, the window above the period among them. *ret_error is set whenever the result is
 * not 0.
 */
int vmi_watch_options_parse(const char *text, size_t length, struct vmi_watch_options *ret,
			    struct vmi_option_error *ret_error);

/*
 * The ranges alone, for options that did not come as text: 0 or -ERANGE, then *ret_key is the key at fault and
 * *ret_text says why.
 */
int vmi_watch_options_check(const struct vmi_watch_options *options, enum vmi_watch_key *ret_key,
			    const char **ret_text);

/* The word of a key, as `period`. */
const char *vmi_watch_key_name(enum vmi_watch_key key);

#endif /* VMI_CORE_WATCH_OPTIONS_H */
