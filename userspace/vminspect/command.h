/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands, one file each. A row of the table in main.c is all there is to one: dispatch, help, and the tests of
 * man page and completion go by it.
 */
#ifndef VMI_VMINSPECT_COMMAND_H
#define VMI_VMINSPECT_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/args.h"
#include "common/complain.h"
#include "common/connect.h"
#include "common/out.h"
#include "lib/vminspect.h"

struct session {
	const struct common_settings *common;
	struct vmi_client *client;	/* session_connect() makes it */
	struct out *out;		/* session_print() makes it */
};

struct command {
	const char *name;
	const char *operands;		/* as help names them, "" for none */
	int operands_least;
	int operands_most;		/* -1: any number */
	const char *summary;		/* one line */
	const char *details;		/* what help tells besides; lines */
	const struct args_option *options;
	void *settings;			/* where the options go */
	int (*run)(struct session *session, int count, char **operands);	/* an exit status */
};

extern const struct command command_ps, command_maps, command_tree, command_tables, command_pages, command_share;
extern const struct command command_explain, command_watch, command_unwatch, command_watches, command_compare;
extern const struct command command_events, command_history, command_doctor;

/* What commands with a table let be chosen. */
struct table_settings {
	bool extended;
	const char *columns;
};

#define TABLE_OPTIONS(type, member) \
	{ "extended", 'x', NULL, &args_flag, offsetof(type, member.extended), "show all columns" }, \
	{ "columns", 'o', "KEYS", &args_text, offsetof(type, member.columns), \
	  "show these: keys of --json, with commas" }

/* Opens the client; to be called when the operands have been found good. False, with a complaint: it cannot be had. */
bool session_connect(struct session *session);

/*
 * Begins output; to be called when all has been read, so that a failure leaves stdout empty. `table` may be NULL.
 * False, with a complaint: no memory.
 */
bool session_print(struct session *session, const struct table_settings *table);

/*
 * Ends output, for commands that go on without it; for others it is ended when they are over. Returns `status`, or
 * EXIT_FAILED, with a complaint, when something could not be written.
 */
int session_end_print(struct session *session, int status);

/* A list was read: 0 and -EAGAIN, which is remarked upon, are good; others are complained of. */
bool session_has_read(struct session *session, int err, const char *subject);

/* The operand PID, and what complaints call it: "process 12". */
struct subject {
	uint32_t pid;
	char name[32];
};

/* False, with a complaint, when it is none. */
bool subject_take(const char *operand, struct subject *ret);

/* --- words for what several commands show (words.c) --------------------------------------------------------------- */

#define PERMISSIONS_TEXT 5

/* "rw-p" */
const char *words_permissions(char text[PERMISSIONS_TEXT], uint32_t region_flags);

/* The name of a region, "[anon]" for one that has none. */
const char *words_region(const struct vmi_region *region);

/* The name of a user, or the number. */
const char *words_user(uint32_t uid);

/* A name for a number; "?" and the number for one that a newer module has. */
const char *words_name(const char *name, uint32_t number);

/*
 * Whether it is told in which swap slot a run's pages are. Slot 0 is the head of a swap area, no page's; slots of
 * shared memory are not known, and users are told none.
 */
bool run_has_slot(const struct vmi_run *run);

#endif /* VMI_VMINSPECT_COMMAND_H */
