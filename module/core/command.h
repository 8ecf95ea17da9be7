/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that can be written to /proc/vminspect/<pid>: one parser for the file and, later, for netlink.
 */
#ifndef VMI_CORE_COMMAND_H
#define VMI_CORE_COMMAND_H

#include "watch_options.h"

/* Longest command accepted, in bytes. */
#define VMI_COMMAND_MAX 256

enum vmi_command_verb {
	VMI_COMMAND_WATCH = 1,
	VMI_COMMAND_UNWATCH = 2,
};

struct vmi_command {
	enum vmi_command_verb verb;
	struct vmi_watch_options options;	/* of WATCH; what was not given has its default */
	struct vmi_option_error error;	/* set when the command was refused: what of it, and why */
};

/*
 * Parses `length` bytes: one verb, for watch its options (watch_options.h), blanks around and between the words and
 * one newline at the end. -EINVAL for anything else (empty, unknown verb or option, a NUL or other control byte, more
 * than VMI_COMMAND_MAX bytes), -ERANGE for an option with a number out of range.
 */
int vmi_command_parse(const char *text, size_t length, struct vmi_command *ret);

#endif /* VMI_CORE_COMMAND_H */
