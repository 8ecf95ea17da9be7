/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options by table: one row says how an option is called, what it takes, where that goes and what help tells of it. The
 * same table parses, prints help, and is what the tests hold man pages and completion against.
 */
#ifndef VMI_COMMON_ARGS_H
#define VMI_COMMON_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What an option or operand can be. */
struct args_type {
	/* Text to value. 0 or -EINVAL; *target is set on success only. */
	int (*take)(const char *text, void *target);
	const char *what;		/* for complaints: "is not WHAT" */
};

struct args_range {
	uint64_t start;
	uint64_t end;			/* 0: no bound */
};

extern const struct args_type args_flag;	/* bool; takes no value */
extern const struct args_type args_text;	/* const char * */
extern const struct args_type args_pid;		/* uint32_t, at least 1 */
extern const struct args_type args_number;	/* uint64_t */
extern const struct args_type args_count;	/* uint64_t, at least 1 */
extern const struct args_type args_address;	/* uint64_t; hexadecimal, with or without 0x */
extern const struct args_type args_address_range;	/* struct args_range */
extern const struct args_type args_states;	/* uint32_t, VMINSPECT_PAGE_STATES_* */
extern const struct args_type args_policy;	/* int32_t, enum vminspect_policy_id */
extern const struct args_type args_seconds;	/* uint64_t, nanoseconds */

struct args_option {
	const char *name;		/* long, without dashes; NULL ends a table */
	char letter;			/* 0: none */
	const char *value;		/* what help calls its value; NULL: it takes none */
	const struct args_type *type;
	size_t offset;			/* of the member in the settings */
	const char *help;		/* one line */
};

/* Options and where their values go. */
struct args_group {
	const struct args_option *options;
	void *settings;
};

/*
 * Takes the options out of argv[1..], of the first group that knows each; what is left are operands, argv[1..*ret].
 * "--" ends the options. Complains and returns -EINVAL for what is no option or has no proper value.
 */
int args_parse(const struct args_group *groups, size_t group_count, int argc, char **argv, int *ret_operands);

/* Converts an operand, or complains about it by the name of `operand`. */
int args_take_operand(const struct args_type *type, const char *operand, const char *text, void *target);

/* The lines of help for the options of a table. */
void args_print_help(FILE *to, const struct args_option *options);

#endif /* VMI_COMMON_ARGS_H */
