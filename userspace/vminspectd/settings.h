/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the daemon is told to do: by its command line, and below that by its configuration file, whose keys are the
 * same long options.
 */
#ifndef VMI_VMINSPECTD_SETTINGS_H
#define VMI_VMINSPECTD_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/args.h"
#include "common/connect.h"

#define SETTINGS_CONFIG "/etc/vminspectd.conf"

struct settings {
	const char *listen;		/* "none": nowhere */
	uint64_t interval;		/* nanoseconds */
	uint64_t processes;
	const char *socket;		/* NULL: the usual one, unless a recording is read; "none": none */
	const char *admin_group;	/* NULL: "vminspect", if there is such a group */
	const char *history;
	uint64_t history_every;		/* seconds */
	uint64_t history_days;
	uint64_t history_mib;
	const char *config;		/* NULL: SETTINGS_CONFIG, if it is there */
	bool print;
	bool openmetrics;
	struct common_settings common;
	gid_t admins;			/* the group's number, or PEER_NO_GROUP */
	int operands;			/* that were given, of which there should be none */
	char *text;			/* of the configuration file, which values point into */
};

extern const struct args_option settings_options[];		/* these may stand in the file too */
extern const struct args_option settings_command_options[];	/* on the command line only */
extern const struct args_option settings_common_options[];	/* the same, those of all programs */

/*
 * Reads file and command line. 0, or -EINVAL after a complaint: something makes no sense, or not together. To be
 * released whatever comes of it.
 */
int settings_read(int argc, char **argv, struct settings *ret);
void settings_release(struct settings *settings);

#endif /* VMI_VMINSPECTD_SETTINGS_H */
