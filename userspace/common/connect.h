/* SPDX-License-Identifier: GPL-2.0 */
/* The way to the module, with words for people when it is barred; and the options that all programs have. */
#ifndef VMI_COMMON_CONNECT_H
#define VMI_COMMON_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"

struct vmi_client;

struct common_settings {
	bool help;
	bool version;
	bool json;
	bool human;
	bool wide;
	const char *record;		/* file to keep the conversation in */
	const char *replay;		/* file to answer out of */
};

extern const struct args_option common_options[];
extern const struct args_option json_options[];		/* of programs that can print JSON */
extern const struct args_option layout_options[];	/* of programs that print tables */

/*
 * Opens a client, and a recording if one is wanted. Complains: why not, and what to do about it. On failure *ret is
 * what it was, or NULL.
 */
int connect_client(const struct common_settings *settings, struct vmi_client **ret);

/* Begins the recording of an open client if one is wanted. Complains: why not. The client stays open. */
int connect_record(const struct common_settings *settings, struct vmi_client *client);

/*
 * Closes the client. Returns `status`, or EXIT_FAILED and complains where the recording could not be kept to the end.
 */
int connect_close(const struct common_settings *settings, struct vmi_client *client, int status);

/*
 * Complains about a request that failed: `subject` is what it was about, as "process 12", NULL for nothing special.
 * Uses the kernel's own words if there are some. Returns EXIT_FAILED.
 */
int connect_complain(const struct vmi_client *client, int err, const char *subject);

/* What -EAGAIN of a list means, as a remark on stderr: the list is good, though not of one moment. */
void connect_remark_torn(void);

/* Whether an error says that a process has gone or may not be looked at: what a tool that looks at many leaves out. */
bool connect_is_out_of_reach(int err);

#endif /* VMI_COMMON_CONNECT_H */
